import assert from "node:assert/strict";
import { Secret } from "@/lib/base/secret.ts";
import { TastytradeBroker } from "@/lib/brokers/tastytrade/adapter.ts";
import { Engine } from "@/lib/desk/engine.ts";
import { ROW_F64, ROW_F64_AT, ROW_U8, ROW_U8_AT } from "@/lib/domain/measures.ts";
import { realHttp } from "@/lib/host/http.ts";
import { realRandom } from "@/lib/host/random.ts";
import { realTimers } from "@/lib/host/timers.ts";
import { realSockets } from "@/lib/host/web_socket.ts";
import type { Clock } from "@/lib/ports/clock.ts";
import type { Timers } from "@/lib/ports/timers.ts";
import { Stranger, type StrangerChoices } from "./stranger.ts";

/** Time of the desk goes so much faster than that of the stranger. */
const PACE = 6;

function fastClock(): Clock {
  const startedAt = Date.now();
  const monotonic = () => performance.now() * PACE;
  const first = monotonic();
  return { now: () => startedAt + monotonic() - first, monotonic };
}

const fastTimers: Timers = {
  setTimer: (delayMs, work) => realTimers.setTimer(delayMs / PACE, work),
  setPeriodic: (periodMs, work) => realTimers.setPeriodic(periodMs / PACE, work),
};

/** A row of the book as these tests read it. */
export interface SeenRow {
  readonly key: string;
  readonly account: string;
  readonly kind: string;
  readonly multiplier: number;
  readonly signedQuantity: number;
  readonly mark: number;
  readonly positionDelta: number;
  readonly marketValue: number;
  readonly thetaPerDay: number;
  readonly vega: number;
  readonly dayPnl: number;
  readonly markAbsence: number;
  readonly dayPnlAbsence: number;
}

/** A desk on a stranger's simulator, over real sockets. */
export class StrangerDesk {
  readonly stranger: Stranger;
  readonly broker: TastytradeBroker;
  readonly engine: Engine;
  readonly troubles: string[] = [];

  constructor(choices: StrangerChoices) {
    this.stranger = new Stranger(choices);
    const clock = fastClock();
    const broker = TastytradeBroker.open({
      endpoints: { rest: this.stranger.url, accountStreamer: this.stranger.stream.url },
      isLoopbackAllowed: true,
      credentials: {
        clientSecret: new Secret("strange-secret"),
        refreshToken: new Secret("strange-refresh"),
      },
      version: "1.0.0",
      http: realHttp,
      sockets: realSockets,
      clock,
      timers: fastTimers,
      random: realRandom,
    });
    assert.ok(broker.ok);
    this.broker = broker.value;
    this.engine = new Engine({
      adapter: this.broker,
      accounts: [],
      requiresAccounts: false,
      capacity: 200,
      clock,
      timers: fastTimers,
      listener: {
        fill: () => {},
        earlierFill: () => {},
        order: () => {},
        lifecycle: () => {},
        feed: () => {},
        trouble: (message) => void this.troubles.push(message),
      },
    });
  }

  /** Loads the book and waits until every wanted symbol spoke, or is known to have no data. */
  async start(): Promise<void> {
    const started = await this.engine.start();
    assert.ok(started.ok, started.ok ? "" : started.error.message);
    await this.until(
      "every feed lives",
      () => this.broker.health().every(({ state }) => state === "live"),
    );
    await this.until("each symbol spoke or has no data", () => this.open().length === 0);
  }

  /** Wanted symbols that are neither confirmed nor said to have no data. */
  open(): string[] {
    const { book, board } = this.engine;
    const said = this.broker.health()[0].detail ?? "";
    return book.wantedHandles().filter((handle) => !board.isConfirmed(handle))
      .map((handle) => book.instrument(handle).key).filter((key) => !said.includes(key));
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    for (let tries = 0; !holds(); tries++) {
      assert.ok(
        tries < 1500,
        `not in time: ${what}, ${this.open()} ${JSON.stringify(this.rows())} ${this.troubles}`,
      );
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  rows(): SeenRow[] {
    const { book } = this.engine;
    return Array.from({ length: book.rowCount }, (_, row) => {
      const { key, kind, multiplier } = book.instrumentOfRow(row);
      const value = (name: keyof typeof ROW_F64_AT) =>
        book.rowF64[row * ROW_F64.length + ROW_F64_AT[name]];
      const code = (name: keyof typeof ROW_U8_AT) =>
        book.rowU8[row * ROW_U8.length + ROW_U8_AT[name]];
      return {
        key,
        account: book.account(book.accountOfRow(row)).account.number,
        kind,
        multiplier,
        signedQuantity: value("signedQuantity"),
        mark: value("mark"),
        positionDelta: value("positionDelta"),
        marketValue: value("marketValue"),
        thetaPerDay: value("theta"),
        vega: value("vega"),
        dayPnl: value("dayPnl"),
        markAbsence: code("markAbsence"),
        dayPnlAbsence: code("dayPnlAbsence"),
      };
    });
  }

  /** Ends desk and stranger. */
  async stop(): Promise<void> {
    await this.engine.stop();
    await this.stranger.stop();
  }
}
