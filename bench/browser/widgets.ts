import { medianOf } from "../measure.ts";
import type { PageBench, Shown } from "./contract.ts";
import type { CdpSession, Page } from "./chromium.ts";
import { type Lab, openPage } from "./lab.ts";

const ROUNDS = 5;
/** After these all candidates must show the same. */
const FIRST_UPDATES = 12;
/** A turn: so many updates, or what fits into the time. */
const UPDATES = 60;
const TURN_MS = 1_200;

/** A candidate in its page. */
interface Runner {
  readonly name: string;
  readonly page: Page;
  readonly session: CdpSession;
  readonly threadMs: number[];
}

async function runUpdates(page: Page, updates: number, limitMs: number): Promise<number> {
  return await page.evaluate(([updates, limitMs]) => {
    const bench: PageBench = Reflect.get(globalThis, "bench");
    return bench.run(updates, limitMs);
  }, [updates, limitMs] as const);
}

async function shownBy(page: Page): Promise<Shown> {
  return await page.evaluate(() => {
    const bench: PageBench = Reflect.get(globalThis, "bench");
    return bench.shown();
  }, null);
}

/**
 * Processor time of the page's main thread so far, ms: what its tasks take, without the time in
 * which other work of the machine held the core (`TaskDuration` has that in it).
 */
async function threadMs(session: CdpSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  if (!Array.isArray(metrics)) throw new Error("the browser gives no metrics");
  const found = metrics.find((metric) => metric.name === "ThreadTime");
  return 1000 * Number(found?.value);
}

async function openRunner(lab: Lab, row: string, name: string): Promise<Runner> {
  const { page, session } = await openPage(lab.browser);
  await page.goto(lab.page(row, name));
  await page.evaluate(() => document.fonts.ready.then(() => {}), null);
  await runUpdates(page, FIRST_UPDATES, Infinity);
  return { name, page, session, threadMs: [] };
}

async function agree(row: string, runners: readonly Runner[]): Promise<void> {
  const [ours, ...others] = await Promise.all(runners.map(({ page }) => shownBy(page)));
  others.push(ours);
  others.forEach((shown, i) => {
    const name = runners[(i + 1) % runners.length].name;
    if (shown.values !== ours.values) {
      throw new Error(`row ${row}: ${name} shows ${shown.values}, ours ${ours.values}`);
    }
    if (!shown.isDrawn) throw new Error(`row ${row}: ${name} draws nothing`);
    if (!shown.isSame) throw new Error(`row ${row}: ${name} was made anew`);
  });
}

/**
 * Median time of the main thread per update, ns, in the order of `names`. One update per animation
 * frame; candidates stand in pages of their own and take turns; they must show the same first. The
 * first round warms up.
 */
export async function compareWidgets(
  lab: Lab,
  row: string,
  names: readonly string[],
): Promise<number[]> {
  const runners: Runner[] = [];
  try {
    for (const name of names) runners.push(await openRunner(lab, row, name));
    await agree(row, runners);
    for (let round = 0; round < ROUNDS; round++) {
      for (let turn = 0; turn < runners.length; turn++) {
        const runner = runners[(round + turn) % runners.length];
        const before = await threadMs(runner.session);
        const made = await runUpdates(runner.page, UPDATES, TURN_MS);
        const spentMs = await threadMs(runner.session) - before;
        if (round > 0) runner.threadMs.push(spentMs / made);
      }
    }
  } finally {
    for (const { page } of runners) await page.context().close();
  }
  return runners.map((runner) => 1e6 * medianOf(runner.threadMs));
}
