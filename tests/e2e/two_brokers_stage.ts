import type { Browser } from "playwright-core";
import { realClock } from "../../lib/host/clock.ts";
import { realTimers } from "../../lib/host/timers.ts";
import { serveLoopback as serveTastytrade, TastytradeSim } from "../../sims/tastytrade/mod.ts";
import { serveLoopback as serveTws, TwsSim } from "../../sims/tws/mod.ts";
import { sessionShiftIsSteady, sessionShiftMs } from "../fixtures/session_clock.ts";
import { openBrowser, until } from "./browser.ts";
import { type RunningDesk, startDesk } from "./desk.ts";
import { SECRETS } from "./live_stage.ts";

const POSITIONS = 24;

/** A live desk over tastytrade and IB, each an emulator of this process, in an open session. */
export class TwoBrokersStage {
  readonly desk: RunningDesk;
  readonly browser: Browser;
  readonly #tastytrade: { close(): Promise<void> };
  readonly #port: number;
  #tws: { close(): Promise<void> } | null;

  private constructor(
    desk: RunningDesk,
    browser: Browser,
    tastytrade: { close(): Promise<void> },
    tws: { readonly port: number; close(): Promise<void> },
  ) {
    this.desk = desk;
    this.browser = browser;
    this.#tastytrade = tastytrade;
    this.#tws = tws;
    this.#port = tws.port;
  }

  /** Starts emulators, desk and browser; TWS is away at first where `isTwsAway` says so. */
  static async start({ isTwsAway = false } = {}): Promise<TwoBrokersStage> {
    await sessionShiftIsSteady();
    const sim = new TastytradeSim({
      clock: shiftedClock(),
      timers: realTimers,
      positions: POSITIONS,
      rest: SECRETS,
    });
    const tastytrade = serveTastytrade(sim);
    const tws = serveTws(twsSim());
    if (isTwsAway) await tws.close();
    const variables = {
      DELTADESK_TASTYTRADE_CLIENT_SECRET: SECRETS.clientSecret,
      DELTADESK_TASTYTRADE_REFRESH_TOKEN: SECRETS.refreshToken,
    };
    const args = [
      ...["--brokers", "tastytrade,ib", "--tastytrade-url", tastytrade.baseUrl],
      ...["--ib-port", String(tws.port)],
    ];
    const entry = "tests/fixtures/session_launch.ts";
    const [desk, browser] = await Promise.all([
      startDesk(args, null, variables, entry),
      openBrowser(),
    ]);
    await until("the code is printed", () => /with the code \S+/.test(desk.output()));
    const stage = new TwoBrokersStage(desk, browser, tastytrade, tws);
    if (isTwsAway) stage.#tws = null;
    return stage;
  }

  /** TWS ends, with everything that it held. */
  async endTws(): Promise<void> {
    await this.#tws?.close();
    this.#tws = null;
  }

  /** TWS starts again on the same port. */
  startTws(): void {
    this.#tws = serveTws(twsSim(), this.#port);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.desk.stop();
    await this.endTws();
    await this.#tastytrade.close();
  }
}

function shiftedClock() {
  const aheadMs = sessionShiftMs();
  return { now: () => realClock.now() + aheadMs, monotonic: () => realClock.monotonic() };
}

function twsSim(): TwsSim {
  return new TwsSim({ clock: shiftedClock(), timers: realTimers, positions: POSITIONS });
}
