import type { UnixMs } from "../../base/brand.ts";
import type { Result } from "../../base/result.ts";
import { marketStateAt } from "../../calendar/market_state.ts";
import type { FeedHealth } from "../../ports/broker.ts";
import { CandleStore } from "./feed/candle_store.ts";
import type { PlanCounts } from "./feed/subscription_plan.ts";
import type { SupervisorOptions } from "./feed/supervisor_options.ts";
import { type RefusedSymbol, SymbolTable, type WantedSymbol } from "./feed/symbol_table.ts";
import { FeedSupervisor } from "./supervisor.ts";
import type { CandleListener } from "./wire/dxlink/candle_series.ts";
import { WireCounters } from "./wire/dxlink/counters.ts";

/** What a feed needs from its adapter; see `SupervisorOptions`. */
export interface DxlinkFeedOptions
  extends Omit<SupervisorOptions, "table" | "candles" | "counters" | "isRegularSession"> {
  /** Liquid symbol whose silence in the regular session means a mute feed. */
  readonly reference: string;
  /** Symbols at most, the reference included. */
  readonly capacity: number;
  /** Regular session of the reference; the share market's by default. */
  readonly isRegularSession?: (now: UnixMs) => boolean;
}

/** What the debug page shows of a feed. */
export interface DxlinkFeedDebug {
  readonly counts: PlanCounts | null;
  readonly dropped: Readonly<Record<string, number>>;
  readonly names: Readonly<Record<string, number>>;
  /** Beginnings of the last frames that could not be read. */
  readonly refused: readonly string[];
}

/** True in the regular session of shares; false also beyond the calendar's years. */
export function isShareSession(now: UnixMs): boolean {
  const state = marketStateAt(now, "equity");
  return state.ok && state.value.phase === "open";
}

/**
 * A supervised DXLink feed: what an adapter holds. Wanted symbols are set at any time, before the
 * start too, and take effect at once; connections come and go underneath.
 */
export class DxlinkFeed {
  readonly #table: SymbolTable;
  readonly #candles: CandleStore;
  readonly #counters = new WireCounters();
  readonly #supervisor: FeedSupervisor;

  constructor(options: DxlinkFeedOptions) {
    const { capacity, reference } = options;
    this.#table = new SymbolTable({ capacity, reference });
    this.#candles = new CandleStore(this.#counters);
    this.#supervisor = new FeedSupervisor({
      ...options,
      isRegularSession: options.isRegularSession ?? isShareSession,
      table: this.#table,
      candles: this.#candles,
      counters: this.#counters,
    });
  }

  /** Begins to connect; call once. */
  start(): void {
    this.#supervisor.start();
  }

  /** Ends everything; idempotent. */
  close(): void {
    this.#supervisor.close();
  }

  /** Makes `wanted` the set of symbols; answers those that cannot be subscribed. */
  replace(wanted: readonly WantedSymbol[]): readonly RefusedSymbol[] {
    return this.#table.replace(wanted);
  }

  /** Changes the set: first out, then in. */
  change(
    added: readonly WantedSymbol[],
    removed: readonly number[],
  ): readonly RefusedSymbol[] {
    return this.#table.change(added, removed);
  }

  /** Wants candles of a symbol such as `SPY{=1m}` from an instant on. */
  addCandles(symbol: string, fromTime: UnixMs, listener: CandleListener): Result<null, "full"> {
    return this.#candles.add(symbol, fromTime, listener);
  }

  /** Wants them no more. */
  removeCandles(symbol: string): void {
    this.#candles.remove(symbol);
  }

  /** What the present connection knows of a handle; "pending" while there is none. */
  stateOf(handle: number): "confirmed" | "noData" | "pending" | "notWanted" {
    const id = this.#table.idOfHandle(handle);
    if (id === null) return "notWanted";
    return this.#supervisor.current?.session.plan.stateOf(id) ?? "pending";
  }

  /** Tries at once when it waits. */
  retryNow(): void {
    this.#supervisor.retryNow();
  }

  /** Health of the feed. */
  health(): FeedHealth {
    return this.#supervisor.health();
  }

  /** For the debug page. */
  debug(): DxlinkFeedDebug {
    return {
      counts: this.#supervisor.current?.session.plan.counts() ?? null,
      dropped: this.#counters.read(),
      names: this.#counters.names(),
      refused: this.#counters.refused(),
    };
  }
}
