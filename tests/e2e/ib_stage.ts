import type { Browser } from "playwright-core";
import { realClock } from "../../lib/host/clock.ts";
import { realTimers } from "../../lib/host/timers.ts";
import { type Fault, type LoopbackServer, serveLoopback, TwsSim } from "../../sims/tws/mod.ts";
import { sessionShiftIsSteady, sessionShiftMs } from "../fixtures/session_clock.ts";
import { openBrowser, until } from "./browser.ts";
import { type RunningDesk, startDesk } from "./desk.ts";

const POSITIONS = 24;

/** A live desk over IB alone in an open session, its TWS an emulator of this process. */
export class IbStage {
  readonly desk: RunningDesk;
  readonly browser: Browser;
  readonly #port: number;
  #running: { readonly sim: TwsSim; readonly server: LoopbackServer } | null;

  private constructor(desk: RunningDesk, browser: Browser, running: ReturnType<typeof serve>) {
    this.desk = desk;
    this.browser = browser;
    this.#running = running;
    this.#port = running.server.port;
  }

  /** Starts TWS with these faults, desk and browser; with `isTwsAway` TWS ends again at once. */
  static async start(
    { faults = [], isTwsAway = false }: {
      readonly faults?: readonly Fault[];
      readonly isTwsAway?: boolean;
    },
    variables: Readonly<Record<string, string>> = {},
  ): Promise<IbStage> {
    await sessionShiftIsSteady();
    const running = serve(faults);
    if (isTwsAway) await running.server.close();
    const args = ["--brokers", "ib", "--ib-port", String(running.server.port)];
    const entry = "tests/fixtures/session_launch.ts";
    const [desk, browser] = await Promise.all([
      startDesk(args, null, variables, entry),
      openBrowser(),
    ]);
    await until("the code is printed", () => /with the code \S+/.test(desk.output()));
    const stage = new IbStage(desk, browser, running);
    if (isTwsAway) stage.#running = null;
    return stage;
  }

  /** The emulator as it runs now. */
  get sim(): TwsSim {
    if (this.#running === null) throw new Error("TWS is away");
    return this.#running.sim;
  }

  /** TWS ends, with everything that it held. */
  async endTws(): Promise<void> {
    await this.#running?.server.close();
    this.#running = null;
  }

  /** Another TWS on the same port, with these faults. */
  async restartTws(faults: readonly Fault[] = []): Promise<void> {
    await this.endTws();
    this.#running = serve(faults, this.#port);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.desk.stop();
    await this.endTws();
  }
}

function serve(faults: readonly Fault[], port = 0) {
  const aheadMs = sessionShiftMs();
  const clock = { now: () => realClock.now() + aheadMs, monotonic: () => realClock.monotonic() };
  const sim = new TwsSim({ clock, timers: realTimers, positions: POSITIONS, faults: { faults } });
  return { sim, server: serveLoopback(sim, port) };
}
