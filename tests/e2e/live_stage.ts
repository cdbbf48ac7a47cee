import type { Browser, Page } from "playwright-core";
import { realClock } from "../../lib/host/clock.ts";
import { realTimers } from "../../lib/host/timers.ts";
import { type Fault, serveLoopback, TastytradeSim } from "../../sims/tastytrade/mod.ts";
import { sessionShiftIsSteady, sessionShiftMs } from "../fixtures/session_clock.ts";
import { chromiumPath, testWith } from "../prerequisite.ts";
import { openBrowser, openPage, type PageOptions, until, type Watched } from "./browser.ts";
import { type RunningDesk, startDesk } from "./desk.ts";

/** A live desk against a simulator of this process, and a browser. */
export interface LiveStage {
  readonly sim: TastytradeSim;
  readonly desk: RunningDesk;
  readonly browser: Browser;
}

/** A simulator in session trades so often: a test need not wait long for a position to change. */
const FILL_GAP_MS = 2_000;

/** What must be seen nowhere. */
export const SECRETS = { clientSecret: "cs_CANARY_e2e", refreshToken: "rt_CANARY_e2e" } as const;

/** A simulator as these tests have it; in session its clock and the desk's show an open market. */
async function simulator(isInSession: boolean): Promise<TastytradeSim> {
  const timers = realTimers;
  if (!isInSession) {
    return new TastytradeSim({ clock: realClock, timers, date: "2025-03-19", rest: SECRETS });
  }
  await sessionShiftIsSteady();
  const aheadMs = sessionShiftMs();
  const clock = { now: () => realClock.now() + aheadMs, monotonic: () => realClock.monotonic() };
  const rest = { ...SECRETS, hasOtherKinds: true };
  return new TastytradeSim({ clock, timers, fillGapMs: FILL_GAP_MS, rest });
}

/** Starts a simulator with these faults and a live desk that knows only that. */
export async function startLive(faults: readonly Fault[], { isInSession = false } = {}) {
  const sim = await simulator(isInSession);
  for (const fault of faults) sim.inject(fault);
  const server = serveLoopback(sim);
  const args = ["--brokers", "tastytrade", "--tastytrade-url", server.baseUrl];
  const variables = {
    DELTADESK_TASTYTRADE_CLIENT_SECRET: SECRETS.clientSecret,
    DELTADESK_TASTYTRADE_REFRESH_TOKEN: SECRETS.refreshToken,
  };
  const entry = isInSession ? "tests/fixtures/session_launch.ts" : "launch.ts";
  const desk = await startDesk(args, null, variables, entry);
  await until("the code is printed", () => /with the code \S+/.test(desk.output()));
  const stop = async () => {
    await desk.stop();
    await server.close();
  };
  const told = { baseUrl: server.baseUrl, ...SECRETS };
  return { sim, desk, stop, told };
}

/** Opens a page of a live desk as somebody who has to sign in first. */
export async function openSignedIn(page: Page, desk: RunningDesk, path: string): Promise<void> {
  const code = /with the code (\S+)/.exec(desk.output())?.[1] ?? "";
  await page.goto(new URL(`login?next=${encodeURIComponent(path)}`, desk.url).href);
  await page.fill("#code", code);
  await page.click(".door button[type=submit]");
  await page.waitForURL((url) => url.pathname !== "/login");
}

/** Registers tests of a file that share one live desk whose broker has these faults. */
export function liveStageOf(faults: readonly Fault[]) {
  let stage: (LiveStage & { readonly stop: () => Promise<void> }) | null = null;
  const current = (): LiveStage => {
    if (stage === null) throw new Error("the stage stands only while tests run");
    return stage;
  };
  if (chromiumPath() !== null) {
    Deno.test.beforeAll(async () => {
      const [live, browser] = await Promise.all([startLive(faults), openBrowser()]);
      stage = { ...live, browser };
    });
    Deno.test.afterAll(async () => {
      await stage?.browser.close();
      await stage?.stop();
      stage = null;
    });
  }
  return {
    stage: current,
    test: (name: string, options: PageOptions, fn: (watched: Watched) => Promise<void>) =>
      testWith(["chromium"], {
        name,
        sanitizeOps: false,
        sanitizeResources: false,
        fn: async () => {
          const watched = await openPage(current().browser, options);
          try {
            await fn(watched);
          } finally {
            await watched.page.context().close();
          }
        },
      }),
  };
}
