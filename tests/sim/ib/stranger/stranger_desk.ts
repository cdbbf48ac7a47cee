import assert from "node:assert/strict";
import { IbBroker } from "@/lib/brokers/ib/adapter.ts";
import { loadIbClient } from "@/lib/brokers/ib/wire/stoqey.ts";
import { Engine } from "@/lib/desk/engine.ts";
import { DATA_LEVELS } from "@/lib/domain/market_data.ts";
import { ROW_F64, ROW_F64_AT, ROW_U8, ROW_U8_AT } from "@/lib/domain/measures.ts";
import type { Fill, Order } from "@/lib/domain/position.ts";
import { realTimers } from "@/lib/host/timers.ts";
import type { FeedHealth } from "@/lib/ports/broker.ts";
import type { Clock } from "@/lib/ports/clock.ts";
import type { Timers } from "@/lib/ports/timers.ts";
import { FIRST, SECOND } from "./listing.ts";
import { Stranger, type StrangerChoices } from "./stranger.ts";

const openClient = await loadIbClient();
/** Time of the desk goes so much faster, unless a test says otherwise. */
const PACE = 6;
/** A Wednesday, five past ten in New York. */
const BEGINS = Date.parse("2026-11-18T15:05:00Z");
/** The library's limiter holds a timer for each message it wrote, this long. */
const LIMITER_MS = 150;

function fastClock(pace: number): Clock {
  const monotonic = () => performance.now() * pace;
  const first = monotonic();
  return { now: () => BEGINS + monotonic() - first, monotonic };
}

function fastTimers(pace: number): Timers {
  return {
    setTimer: (delayMs, work) => realTimers.setTimer(delayMs / pace, work),
    setPeriodic: (periodMs, work) => realTimers.setPeriodic(periodMs / pace, work),
  };
}

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
  readonly markAbsence: number;
}

/** A desk and the real library on a stranger's TWS, over a real socket. */
export class StrangerDesk {
  readonly stranger: Stranger;
  readonly broker: IbBroker;
  readonly engine: Engine;
  readonly troubles: string[] = [];
  readonly fills: Fill[] = [];
  readonly orders: Order[] = [];
  readonly healths: FeedHealth[] = [];

  constructor(
    choices: Omit<StrangerChoices, "now">,
    options: { readonly marketDataType?: 1 | 3; readonly pace?: number } = {},
  ) {
    const clock = fastClock(options.pace ?? PACE);
    const timers = fastTimers(options.pace ?? PACE);
    this.stranger = new Stranger({ ...choices, now: clock.now });
    this.broker = IbBroker.open({
      host: "127.0.0.1",
      port: this.stranger.port,
      clientId: 77,
      marketDataType: options.marketDataType ?? 1,
      cashCurrencies: [],
      accounts: [FIRST.toLowerCase(), SECOND],
      openClient,
      clock,
      timers,
      random: { next: () => 0.1, bytes: (count) => new Uint8Array(count) },
    });
    this.engine = new Engine({
      adapter: this.broker,
      accounts: [],
      requiresAccounts: false,
      capacity: 200,
      clock,
      timers,
      listener: {
        fill: (fill) => void this.fills.push(fill),
        earlierFill: () => {},
        order: (order) => void this.orders.push(order),
        lifecycle: () => {},
        feed: (health) => void this.healths.push(health),
        trouble: (message) => void this.troubles.push(message),
      },
    });
  }

  async start(): Promise<void> {
    const started = await this.engine.start();
    assert.ok(started.ok, started.ok ? "" : started.error.message);
  }

  states(): string[] {
    return this.broker.health().map(({ state }) => state);
  }

  isLive(): boolean {
    return this.states().every((state) => state === "live");
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    for (let tries = 0; !holds(); tries++) {
      assert.ok(tries < 800, `not in time: ${what}: ${JSON.stringify(this.shown())}`);
      await pause(10);
    }
  }

  /** What a failed test says. */
  shown() {
    const { problems } = this.stranger;
    const health = this.broker.health().map(({ state, detail }) => `${state} ${detail}`);
    return { health, problems, troubles: this.troubles, rows: this.rows() };
  }

  /** Bid, ask, last and level of market data of an instrument; NaN is absent. */
  quoteOf(key: string) {
    const { book, board } = this.engine;
    const handle = book.handleOf(key);
    return {
      bid: board.price(handle, "bid"),
      ask: board.price(handle, "ask"),
      last: board.price(handle, "last"),
      level: DATA_LEVELS[board.columns.dataLevel[handle]],
    };
  }

  rows(): SeenRow[] {
    const { book } = this.engine;
    return Array.from({ length: book.rowCount }, (_, row) => {
      const { key, kind, multiplier } = book.instrumentOfRow(row);
      const value = (name: keyof typeof ROW_F64_AT) =>
        book.rowF64[row * ROW_F64.length + ROW_F64_AT[name]];
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
        markAbsence: book.rowU8[row * ROW_U8.length + ROW_U8_AT.markAbsence],
      };
    }).filter(({ signedQuantity }) => signedQuantity !== 0);
  }

  /** Ends desk and stranger; the desk lets go of its connection by itself. */
  async stop(): Promise<void> {
    await this.#quiet();
    await this.engine.stop();
    await this.until("the connection's end", () => this.stranger.sessions.size === 0);
    await this.stranger.stop();
    await pause(LIMITER_MS);
  }

  /**
   * Time that goes faster asks faster than the library writes, and what it holds back outlives its
   * connection by a moment.
   */
  async #quiet(): Promise<void> {
    const { asked } = this.stranger;
    for (let before = -1; before < asked.length;) {
      before = asked.length;
      await pause(LIMITER_MS);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
