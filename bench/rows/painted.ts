import type { Browser } from "../browser/chromium.ts";
import { type DeskPage, openPlainPage } from "../browser/desk_page.ts";
import { CATEGORIES, type FlushTimes, flushTimes } from "../browser/timeline.ts";
import { quantileOf } from "../measure.ts";
import type { Findings } from "../result.ts";

const ROUNDS = 2;
const FRAMES = 90;
const TWO_FRAMES_MS = 33;
const SCRIPT_MS = 4;

async function roundOf(browser: Browser, { page, send }: DeskPage): Promise<FlushTimes[]> {
  await browser.startTracing(page, { categories: [...CATEGORIES] });
  await send(FRAMES);
  return flushTimes(await browser.stopTracing());
}

function sorted(times: readonly FlushTimes[], key: keyof FlushTimes): Float64Array {
  return Float64Array.from(times, (time) => time[key]).sort();
}

/** Row 14: from a frame at the page to its pixels, on the desk's own Overview. */
export async function paintedRow(browser: Browser, desk: DeskPage): Promise<Findings> {
  const pages = [desk, await openPlainPage(browser)];
  const ours: FlushTimes[] = [];
  const plain: FlushTimes[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(...await roundOf(browser, pages[0]));
      plain.push(...await roundOf(browser, pages[1]));
    }
  } finally {
    for (const page of pages) await page.close();
  }
  const [painted, floor] = [sorted(ours, "paintedMs"), sorted(plain, "paintedMs")];
  const script = sorted(ours, "scriptMs");
  const forced = quantileOf(sorted(ours, "forcedMs"), 0.5).toFixed(1);
  const row = (name: string, p: number) => ({
    anchor: 14,
    what: `frame to painted pixels, ${name}, 20 Hz`,
    peer: "a page that writes one text",
    unit: "ms",
    ours: quantileOf(painted, p),
    theirs: quantileOf(floor, p),
    target: null,
  });
  const bound = (what: string, value: number, limit: number) => (
    { anchor: 14, what, unit: "ms", value, limit }
  );
  return {
    results: [row("p50", 0.5), row("p99", 0.99)],
    bounds: [
      bound("frame to painted pixels, p99", quantileOf(painted, 0.99), TWO_FRAMES_MS),
      bound("script per frame, p99", quantileOf(script, 0.99), SCRIPT_MS),
    ],
    notes: [
      "14: the Overview of a demo desk with 500 open legs: ring, table, and a line near 2,000 " +
      `points that grows with every frame; ${ours.length} of its own frames, twenty a second, to ` +
      "their presentation by the browser's trace. Script is processor time, p50 " +
      `${quantileOf(script, 0.5).toFixed(1)} ms, without the style and layout that measuring ` +
      `calls bring forward, p50 ${forced} ms.`,
    ],
  };
}
