import { FIRST, HELD, type Held, IGNORED, LISTED } from "./listing.ts";
import { type House, Session } from "./session.ts";
import type { Executed } from "./words.ts";

/** What pages leave open, and what goes wrong. */
export interface StrangerChoices {
  /** Server version that is settled, whatever the client asked for. */
  readonly version: number;
  /** Lines that one client may have. @default none: as many as it likes */
  readonly linesMax?: number;
  /** False: its user may have delayed data only. @default true */
  readonly isLiveSold?: boolean;
  readonly now: () => number;
}

function executed(execId: string, more: Partial<Executed>): Executed {
  const time = "20261118 09:47:01 US/Eastern";
  const own = { account: FIRST, side: "BOT", shares: 2, price: 4.4, time } as const;
  return { execId, listed: LISTED.put, ...own, ...more };
}

/** Executions of the day, corrected and not, of the day before, and of nobody's account. */
export const EXECUTIONS: readonly { readonly told: Executed; readonly costs: string }[] = [
  { told: executed("0000e0d5.1.01.02", { price: 4.35 }), costs: "1.1" },
  { told: executed("0000e0d5.1.01.01", {}), costs: "9.9" },
  { told: executed("0000e0d5.2.01.01", { side: "SLD", shares: 1 }), costs: "1.05" },
  {
    told: executed("0000e0d5.3.01.01", { listed: LISTED.spy, shares: 0.25, price: 600 }),
    costs: "1.7976931348623157E308",
  },
  { told: executed("0000e0d5.4.01.01", { account: IGNORED }), costs: "5" },
  { told: executed("0000e0d5.5.01.01", { time: "20261116 15:59:59 US/Eastern" }), costs: "5" },
  { told: executed("0000e0d5.6.01.01", { time: "20261118-15:01:00", shares: 3 }), costs: "-0.4" },
];

/** A second TWS, written from `ib.md` alone: what may be told otherwise, it tells otherwise. */
export class Stranger implements House {
  readonly sessions = new Set<Session>();
  readonly problems: string[] = [];
  readonly asked: string[][] = [];
  readonly spoken: number[] = [];
  isSummaryTaken = false;
  isTalkative = false;
  readonly unsaid = new Set<number>();
  refusedCount = 0;
  readonly now: () => number;
  readonly linesMax: number;
  readonly isLiveSold: boolean;
  /** May be changed for the next connection. */
  version: number;
  /** What is held now. */
  held: readonly Held[] = HELD;
  executions = EXECUTIONS;
  /** Connections so far. */
  accepted = 0;
  #silences = 0;
  #clashes = 0;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #accepting: Promise<void>;
  readonly #running = new Set<Promise<void>>();

  constructor(choices: StrangerChoices) {
    this.version = choices.version;
    this.linesMax = choices.linesMax ?? Infinity;
    this.isLiveSold = choices.isLiveSold ?? true;
    this.now = choices.now;
    this.#accepting = this.#accept();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  takeSilence(): boolean {
    return this.#silences-- > 0;
  }

  takeClash(): boolean {
    return this.#clashes-- > 0;
  }

  /** The next connections find nobody who answers, and the ones behind them their id taken. */
  refuseNext(silences: number, clashes: number): void {
    this.#silences = silences;
    this.#clashes = clashes;
  }

  /** Says one message to everybody. */
  tell(work: (session: Session) => void): void {
    for (const session of this.sessions) work(session);
  }

  async stop(): Promise<void> {
    this.#listener.close();
    for (const session of this.sessions) session.end();
    await Promise.all([this.#accepting, ...this.#running]);
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) {
      connection.setNoDelay(true);
      this.accepted++;
      const session = new Session(this, connection);
      this.sessions.add(session);
      const running = session.run().finally(() => {
        this.sessions.delete(session);
        this.#running.delete(running);
      });
      this.#running.add(running);
    }
  }
}
