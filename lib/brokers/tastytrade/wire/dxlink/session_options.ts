import type { MarketBatch } from "../../../../domain/market_data.ts";
import type { Timers } from "../../../../ports/timers.ts";
import type { Sockets } from "../../../../ports/web_socket.ts";
import type { CandleStore } from "../../feed/candle_store.ts";
import type { SymbolTable } from "../../feed/symbol_table.ts";
import type { WireCounters } from "./counters.ts";
import type { SessionFailure } from "./failure.ts";

/** What a session tells. `ended` comes at most once and never after our own `end`. */
export interface SessionEvents {
  market(batch: MarketBatch): void;
  /** The feed's channel is open and subscriptions are on their way. */
  opened(): void;
  ended(failure: SessionFailure): void;
}

/** What a session needs. The token is a secret and stays inside. */
export interface SessionOptions {
  readonly url: string;
  readonly token: string;
  readonly sockets: Sockets;
  readonly timers: Timers;
  /** Awake ms, see `AwakeClock`. */
  readonly awake: () => number;
  readonly table: SymbolTable;
  readonly candles: CandleStore;
  readonly counters: WireCounters;
  /** Largest subscription message, bytes. */
  readonly chunkBytes: number;
  /** How often the server is asked to flush at most, s. */
  readonly aggregationPeriodS: number;
  /** False: data that goes on not fitting its announcement ends the connection. */
  readonly toleratesMisfits: boolean;
  readonly events: SessionEvents;
}
