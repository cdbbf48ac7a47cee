import type { UnixMs } from "../../../base/brand.ts";
import type { MarketBatch } from "../../../domain/market_data.ts";
import type { FeedHealth } from "../../../ports/broker.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Random } from "../../../ports/random.ts";
import type { Timers } from "../../../ports/timers.ts";
import type { Sockets } from "../../../ports/web_socket.ts";
import type { WireCounters } from "../wire/dxlink/counters.ts";
import type { CandleStore } from "./candle_store.ts";
import type { QuoteTokens } from "./quote_tokens.ts";
import type { SymbolTable } from "./symbol_table.ts";

/** Where a feed delivers. Calls are synchronous and must not throw. */
export interface FeedListener {
  market(batch: MarketBatch): void;
  /** State or words changed. "connecting" comes before the feed was first live or lost. */
  health(health: FeedHealth): void;
  /** Nothing arrives for this handle although it was asked for twice on this connection. */
  noData(handle: number): void;
}

/** What a supervisor needs. */
export interface SupervisorOptions {
  readonly id: string;
  readonly label: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly sockets: Sockets;
  readonly tokens: QuoteTokens;
  readonly table: SymbolTable;
  readonly candles: CandleStore;
  readonly counters: WireCounters;
  /** May this address be connected to? See `isFeedUrl`. */
  readonly isUrlAllowed: (url: string) => boolean;
  /** Is this instant in the regular session of the reference symbol? */
  readonly isRegularSession: (now: UnixMs) => boolean;
  /** How often the server is asked to flush at most, s. */
  readonly aggregationPeriodS: number;
  readonly listener: FeedListener;
}
