import type { Currency, IsoDate, UnixMs } from "../base/brand.ts";
import type { Result } from "../base/result.ts";
import type { Account, Balances, FxRate } from "../domain/account.ts";
import type { AccountFigures } from "../domain/broker_figures.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { MarketBatch } from "../domain/market_data.ts";
import type { Fill, Order, Position } from "../domain/position.ts";

/** Where the numbers come from; stamped on every page, export and database. */
export type DeskMode = "demo" | "replay" | "live";

/** What an adapter can answer; a `false` query fails with code "unsupported". */
export interface BrokerCapabilities {
  readonly streamsGreeks: boolean;
  readonly streamsTrades: boolean;
  readonly reportsNetLiquidation: boolean;
  readonly reportsFills: boolean;
  readonly reportsOrders: boolean;
  readonly hasChains: boolean;
  /** Sizes of bars that `bars` answers; empty: none. */
  readonly barSizes: readonly BarSize[];
  /** True when playback can be paused and sought. */
  readonly isReplayable: boolean;
}

/** Why a broker call failed. `fix` is one line for the user, or null. */
export interface BrokerError {
  readonly code:
    | "unsupported"
    | "notConnected"
    | "unauthorized"
    | "refused"
    | "rateLimited"
    | "timeout"
    | "canceled"
    | "malformed"
    | "unreachable"
    | "unknownInstrument"
    | "unknownAccount";
  readonly message: string;
  readonly fix: string | null;
}

/** A broker's answer. */
export type Answer<T> = Promise<Result<T, BrokerError>>;

/** State of one feed; what the feed bar shows. */
export type FeedState = "connecting" | "live" | "stale" | "down" | "closed";

/** What a feed brings: prices, what accounts hold, or both. */
export type FeedCargo = "prices" | "accounts" | "all";

/** Health of one feed of a broker. Times are by the source's clock. */
export interface FeedHealth {
  readonly feed: string;
  readonly label: string;
  readonly state: FeedState;
  /** Since when the state holds. */
  readonly since: UnixMs;
  readonly lastByteAt: UnixMs | null;
  readonly lastHeartbeatAt: UnixMs | null;
  readonly lastEventAt: UnixMs | null;
  /** Events dropped or quarantined, with words for each cause. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly detail: string | null;
  /** Id of its broker, as in `Account.broker`; absent where the desk has one broker. */
  readonly broker?: string;
  /** What stops with it; absent where the desk has one broker. */
  readonly carries?: FeedCargo;
  /** What the reader should know although it works, as a sentence; absent: nothing. */
  readonly notice?: string;
}

/** An instrument that the desk wants market data for, under the handle it must be reported with. */
export interface Subscription {
  readonly handle: number;
  readonly instrument: Instrument;
}

/** What changes in the set of instruments with market data. */
export interface SubscriptionChanges {
  /** New ones, and those whose description changed under their handle. */
  readonly added: readonly Subscription[];
  /** Handles that nobody wants any more. */
  readonly removed: readonly number[];
}

/** How the market data of an instrument arrives. */
export interface Delivery {
  /** Id of the feed, as in `FeedHealth.feed`. */
  readonly feed: string;
  /** How often the source promises a value, ms; null when it sends changes only. */
  readonly cadenceMs: number | null;
  /** True when its price is computed by the source from others, and not traded or quoted. */
  readonly isDerived: boolean;
}

/** A strike of a chain. */
export interface ChainStrike {
  readonly strike: number;
  readonly callKey: string | null;
  readonly putKey: string | null;
}

/** One expiry of a chain. */
export interface ChainExpiry {
  readonly expiry: IsoDate;
  readonly root: string;
  readonly strikes: readonly ChainStrike[];
}

/** A daily or intraday bar, prices in the instrument's currency; `startsAt` inclusive. */
export interface Bar {
  readonly startsAt: UnixMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Length of a bar. */
export type BarSize = "1m" | "1d";

/** What bars are asked for. */
export interface BarQuery {
  readonly instrumentKey: string;
  readonly size: BarSize;
  readonly from: UnixMs;
  readonly to: UnixMs;
}

/** Source of a carry that nobody published; any other is better. */
export const ASSUMED_CARRY = "assumed";

/** Carry of one underlying, continuous decimals per year, as the broker or source publishes it. */
export interface Carry {
  readonly underlying: string;
  readonly riskFreeRate: number;
  readonly dividendYield: number;
  readonly source: string;
  readonly asOf: IsoDate;
}

/** Official previous close of one instrument, in its currency. */
export interface PreviousClose {
  readonly instrumentKey: string;
  readonly close: number;
  readonly session: IsoDate;
}

/** Life-cycle events that change a book without a trade. */
export interface LifecycleEvent {
  readonly kind:
    | "expired"
    | "exercised"
    | "assigned"
    | "cashSettled"
    | "sessionOpened"
    | "sessionClosed";
  readonly accountId: string | null;
  readonly instrumentKey: string | null;
  readonly signedQuantity: number;
  readonly at: UnixMs;
  readonly text: string;
}

/**
 * Where an adapter delivers. Market data comes as columns, once per decoded message; account
 * events as complete records, each replacing what was there. All calls are synchronous and must
 * not throw.
 */
export interface BrokerSink {
  market(batch: MarketBatch): void;
  /**
   * All positions of one account, replacing those known. The list is kept and must not change
   * afterwards; entries that are the same objects as in the list before cost next to nothing.
   */
  positions(accountId: string, positions: readonly Position[]): void;
  balances(balances: Balances): void;
  fxRate(rate: FxRate): void;
  previousClose(close: PreviousClose): void;
  fill(fill: Fill): void;
  order(order: Order): void;
  carry(carry: Carry): void;
  health(health: FeedHealth): void;
  lifecycle(event: LifecycleEvent): void;
  /** A new official session began: today's fills, flows and previous closes start anew. */
  session(date: IsoDate): void;
  /** Market data of these handles comes another way now: `delivery` is to be asked again. */
  redelivered?(handles: readonly number[]): void;
  /** Something of the source that the reader must know, in a sentence without its full stop. */
  trouble?(message: string): void;
}

/** The source's clock: real time for live brokers, virtual for demo and replay. */
export interface SourceClock {
  now(): UnixMs;
}

/**
 * A broker as the desk sees it. Positions, fills and market data that arrive after `connect`
 * resolve come through the sink; queries answer the state as of now. Every call takes a signal;
 * an aborted one answers "canceled" and leaves nothing running.
 */
export interface BrokerAdapter {
  readonly id: string;
  readonly label: string;
  readonly mode: DeskMode;
  readonly capabilities: BrokerCapabilities;
  readonly baseCurrency: Currency;
  /** Liquid symbol whose silence in session means a mute feed. */
  readonly referenceKey: string;
  readonly clock: SourceClock;
  /** Opens the feeds; resolves when accounts and instruments can be asked for. */
  connect(sink: BrokerSink, signal: AbortSignal): Answer<null>;
  accounts(signal: AbortSignal): Answer<readonly Account[]>;
  /** Instruments by key, in the order asked; unknown keys fail with "unknownInstrument". */
  instruments(keys: readonly string[], signal: AbortSignal): Answer<readonly Instrument[]>;
  positions(accountId: string, signal: AbortSignal): Answer<readonly Position[]>;
  balances(accountId: string, signal: AbortSignal): Answer<Balances>;
  /**
   * What the broker itself says of an account, asked for now. Absent where the source has no
   * figures of its own. Costs calls to the broker: the desk paces it.
   */
  figures?(accountId: string, signal: AbortSignal): Answer<AccountFigures>;
  fxRates(signal: AbortSignal): Answer<readonly FxRate[]>;
  previousCloses(keys: readonly string[], signal: AbortSignal): Answer<readonly PreviousClose[]>;
  fillsToday(accountId: string, signal: AbortSignal): Answer<readonly Fill[]>;
  orders(accountId: string, signal: AbortSignal): Answer<readonly Order[]>;
  carry(underlyings: readonly string[], signal: AbortSignal): Answer<readonly Carry[]>;
  chain(underlying: string, signal: AbortSignal): Answer<readonly ChainExpiry[]>;
  bars(query: BarQuery, signal: AbortSignal): Answer<readonly Bar[]>;
  /**
   * Makes `wanted` the set of instruments with market data; differences only go to the wire.
   * May be called while running; takes effect at once, not after the next event (R09). The list
   * may change after the answer.
   */
  subscribe(wanted: readonly Subscription[], signal: AbortSignal): Answer<null>;
  /**
   * Changes the set that the last answered call of this or `subscribe` made, as `subscribe` does.
   * Absent where only whole sets can be sent. After a failure the set is unknown and the
   * next call is `subscribe`.
   */
  changeSubscriptions?(changes: SubscriptionChanges, signal: AbortSignal): Answer<null>;
  /** How market data of this instrument arrives. */
  delivery(instrument: Instrument): Delivery;
  health(): readonly FeedHealth[];
  /** What is known of the connection beyond that, for diagnostics; account numbers masked. */
  debug?(): unknown;
  /** Playback control; null where the source cannot be paused. */
  readonly playback: Playback | null;
  /** Closes everything; idempotent. */
  close(): Promise<void>;
}

/** Playback of a recorded or virtual session. */
export interface Playback {
  state(): PlaybackState;
  pause(): void;
  resume(): void;
  /** Jumps to an instant of the recording; the book and board start anew from there. */
  seek(at: UnixMs): void;
}

/** Where a playback stands. */
export interface PlaybackState {
  readonly isPaused: boolean;
  readonly at: UnixMs;
  readonly from: UnixMs;
  readonly to: UnixMs;
  readonly speed: number;
}
