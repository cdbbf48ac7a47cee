import type { Browser } from "playwright-core";
import { chromiumPath, testWith } from "../prerequisite.ts";
import { openBrowser, openPage, type PageOptions, type Watched } from "./browser.ts";
import { type RunningDesk, startDesk } from "./desk.ts";

/** One desk and one browser for all tests of a file. */
export interface Stage {
  readonly desk: RunningDesk;
  readonly browser: Browser;
}

/** Registers tests that share a stage. */
export interface StageTests {
  /** The stage; only inside a test. */
  stage(): Stage;
  /** A test with a page of its own, whose context is closed after it. */
  test(
    name: string,
    options: PageOptions,
    fn: (watched: Watched) => Promise<void>,
  ): void;
}

/**
 * Starts one desk with these flags and one browser before the tests of a file and ends both after
 * them. Nothing is started where there is no Chromium. A browser's sockets outlive a test, so the
 * sanitizers are off here.
 */
export function stageOf(args: readonly string[]): StageTests {
  let stage: Stage | null = null;
  const current = () => {
    if (stage === null) {
      throw new Error("the stage stands only while tests run");
    }
    return stage;
  };
  if (chromiumPath() !== null) {
    Deno.test.beforeAll(async () => {
      const [desk, browser] = await Promise.all([
        startDesk(args),
        openBrowser(),
      ]);
      stage = { desk, browser };
    });
    Deno.test.afterAll(async () => {
      await stage?.browser.close();
      await stage?.desk.stop();
      stage = null;
    });
  }
  return {
    stage: current,
    test: (name, options, fn) =>
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
