import type { Browser, Page } from "playwright-core";
import { realClock } from "../../lib/host/clock.ts";
import { realTimers } from "../../lib/host/timers.ts";
import { type Fault, serveLoopback, TastytradeSim } from "../../sims/tastytrade/mod.ts";
import { chromiumPath, testWith } from "../prerequisite.ts";
import { openBrowser, openPage, type PageOptions, until, type Watched } from "./browser.ts";
import { type RunningDesk, startDesk } from "./desk.ts";

/** A live desk against a simulator of this process, and a browser. */
export interface LiveStage {
  readonly sim: TastytradeSim;
  readonly desk: RunningDesk;
  readonly browser: Browser;
}

const SECRETS = { clientSecret: "cs_CANARY_e2e", refreshToken: "rt_CANARY_e2e" } as const;

/** Starts a simulator with these faults and a live desk that knows only that. */
export async function startLive(faults: readonly Fault[]) {
  const [clock, timers] = [realClock, realTimers];
  const sim = new TastytradeSim({ clock, timers, date: "2025-03-19", rest: SECRETS });
  for (const fault of faults) sim.inject(fault);
  const server = serveLoopback(sim);
  const args = ["--brokers", "tastytrade", "--tastytrade-url", server.baseUrl];
  const desk = await startDesk(args, null, {
    DELTADESK_TASTYTRADE_CLIENT_SECRET: SECRETS.clientSecret,
    DELTADESK_TASTYTRADE_REFRESH_TOKEN: SECRETS.refreshToken,
  });
  await until("the code is printed", () => /with the code \S+/.test(desk.output()));
  const stop = async () => {
    await desk.stop();
    await server.close();
  };
  return { sim, desk, stop };
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
