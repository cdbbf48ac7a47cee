import { EVENT_KIND, type Instrument } from "../../../lib/world/mod.ts";
import type { FaultPlan } from "../faults/plan.ts";
import type { Fault } from "../faults/script.ts";
import type { Coin } from "./coin.ts";
import { writeJson } from "../json.ts";
import type { MarketFace } from "../market_face.ts";
import type { DxlinkOptions } from "../options.ts";
import type { Outlet } from "../wire.ts";
import { parseCandleSymbol } from "./candle_symbol.ts";
import type { CandleFace } from "./candles.ts";
import type { ClientMessage, SubscriptionEntry } from "./codec.ts";
import { FeedConfig } from "./config.ts";
import { eventOf, type FeedEvent, typesTouchedBy } from "./events.ts";
import { compactData, type DataBlock, fullData, overridden } from "./feed_data.ts";
import { EVENT_FIELDS } from "./fields.ts";
import { candleEvent, candleSnapshot, type CandleSubscription } from "./snapshots.ts";

/** Rows of one FEED_DATA message. */
const ROWS_MAX = 200;
/** Pieces of candle history that leave in one flush. */
const PIECES_PER_FLUSH = 8;

/** What the FEED channels of a simulator share. */
export interface FeedParts {
  readonly market: MarketFace;
  readonly candles: CandleFace;
  readonly options: DxlinkOptions;
  readonly plan: FaultPlan;
  /** What the feed shows beside the world; null for nothing. */
  readonly coin: Coin | null;
}

interface Ticker {
  readonly type: string;
  readonly symbol: string;
  readonly instrument: Instrument;
}

type SetupMessage = Extract<ClientMessage, { type: "FEED_SETUP" }>;
type SubscriptionMessage = Extract<ClientMessage, { type: "FEED_SUBSCRIPTION" }>;

/** One FEED channel: what it grants, what is subscribed, and the data that flows. */
export class FeedChannel {
  readonly id: number;
  readonly #contract: string;
  readonly #parts: FeedParts;
  readonly #outlet: Outlet;
  readonly #config: FeedConfig;
  readonly #tickers = new Map<string, Ticker>();
  readonly #tickersOf = new Map<number, Set<string>>();
  readonly #candles = new Map<string, CandleSubscription>();
  readonly #pieces: FeedEvent[][] = [];
  /** Keys of tickers, and of candles with the instrument, to be sent at the next flush. */
  readonly #due = new Set<string>();
  #flushAt = 0;

  constructor(id: number, contract: string, parts: FeedParts, outlet: Outlet) {
    this.id = id;
    this.#contract = contract;
    this.#parts = parts;
    this.#outlet = outlet;
    this.#config = new FeedConfig(parts.plan, () => ({ connection: outlet.ordinal }));
  }

  /** Entries subscribed, known to the market or not. */
  get subscriptionCount(): number {
    return this.#tickers.size + this.#candles.size;
  }

  /** Answers a FEED_SETUP; it may come again at any time. */
  setup(message: SetupMessage): void {
    const { aggregationPeriodS, dataFormat, eventFields } = message;
    if (aggregationPeriodS !== null) {
      this.#config.aggregationPeriodS = Math.min(3600, Math.max(0, aggregationPeriodS));
    }
    this.#config.accept({ dataFormat, eventFields });
    const asked = Object.keys(eventFields ?? {}).filter((type) => EVENT_FIELDS[type] !== undefined);
    const types = this.#parts.options.isConfigLazy ? [] : asked;
    this.#send("FEED_CONFIG", this.#config.announcement(types, true) ?? {}, "control");
  }

  /** Applies a FEED_SUBSCRIPTION; there is no answer but data. */
  subscribe(message: SubscriptionMessage): void {
    if (message.isReset) this.#reset();
    for (const entry of message.remove) this.#remove(entry);
    for (const entry of message.add) this.#add(entry);
  }

  /** Marks what a market event changes. */
  touched(instrument: number, kind: number): void {
    const own = this.#tickersOf.get(instrument);
    const types = typesTouchedBy(kind);
    for (const key of own ?? []) {
      const type = this.#tickers.get(key)?.type;
      if (type !== undefined && types.includes(type)) this.#due.add(key);
    }
    if (kind !== EVENT_KIND.trade && kind !== EVENT_KIND.quote) return;
    for (const [key, { instrument: { id } }] of this.#candles) {
      if (id === instrument) this.#due.add(key);
    }
  }

  /** Sends what is due once the aggregation period is over; `now` is the clock's, ms. */
  flush(now: number): void {
    if (now < this.#flushAt || (this.#due.size === 0 && this.#pieces.length === 0)) return;
    this.#flushAt = now + 1000 * this.#config.aggregationPeriodS;
    const byType = new Map<string, FeedEvent[]>();
    for (const key of this.#due) {
      const event = this.#eventOf(key);
      if (event === null) continue;
      const events = byType.get(event.type) ?? [];
      byType.set(event.type, events);
      events.push(event.event);
    }
    const waiting = new Set(this.#pieces.map((piece) => piece[0].eventSymbol));
    this.#due.clear();
    const forming = byType.get("Candle")?.filter((one) => !waiting.has(one.eventSymbol));
    if (forming !== undefined) byType.set("Candle", forming);
    this.#sendEvents(byType);
    for (const piece of this.#pieces.splice(0, PIECES_PER_FLUSH)) {
      this.#sendEvents(new Map([["Candle", piece]]));
    }
  }

  #eventOf(key: string): { type: string; event: FeedEvent } | null {
    const { market, candles } = this.#parts;
    const ticker = this.#tickers.get(key);
    if (ticker !== undefined) {
      const { type, symbol, instrument } = ticker;
      const isCoin = this.#parts.coin?.symbol === symbol;
      const event = isCoin
        ? this.#parts.coin?.eventOf(type) ?? null
        : eventOf(type, symbol, instrument, market);
      return event === null ? null : { type, event };
    }
    const subscription = this.#candles.get(key);
    if (subscription === undefined) return null;
    const candle = candles.forming(subscription.instrument, subscription.symbol);
    if (candle === null) return null;
    return { type: "Candle", event: candleEvent(subscription.eventSymbol, candle, 0) };
  }

  #sendEvents(byType: ReadonlyMap<string, readonly FeedEvent[]>): void {
    const { plan, options } = this.#parts;
    const faults = plan.holding("dxlink", "override", { connection: this.#outlet.ordinal });
    const blocks: DataBlock[] = [];
    for (const [type, all] of byType) {
      const fields = this.#config.fieldsOf(type);
      for (let n = 0; n < all.length; n += ROWS_MAX) {
        const events = all.slice(n, n + ROWS_MAX).map((event) => this.#overridden(event, faults));
        blocks.push({ type, fields, events });
      }
    }
    if (blocks.length === 0) return;
    const config = this.#config.announcement([...byType.keys()]);
    if (config !== null) this.#send("FEED_CONFIG", config, "control");
    const isCompact = this.#config.format === "COMPACT";
    const messages = options.hasManyPairs ? [blocks] : blocks.map((block) => [block]);
    for (const message of messages) {
      this.#send("FEED_DATA", { data: isCompact ? compactData(message) : fullData(message) });
    }
  }

  #overridden(event: FeedEvent, faults: readonly Fault[]): FeedEvent {
    const struck = faults.filter(({ when }) =>
      when?.share === undefined || this.#parts.plan.uniform() < when.share
    );
    return overridden(event, struck);
  }

  #add(entry: SubscriptionEntry): void {
    const { market, coin } = this.#parts;
    const key = `${entry.type}|${entry.symbol}`;
    if (!this.#isOfContract(entry)) return;
    if (entry.type === "Candle") return this.#addCandle(key, entry);
    if (EVENT_FIELDS[entry.type] === undefined) return;
    const instrument = coin?.symbol === entry.symbol
      ? coin.follows()
      : market.ofStreamer(entry.symbol);
    // Silence is the whole answer to a symbol that does not exist.
    if (instrument === undefined || !market.world.isLive(instrument.id)) return;
    this.#tickers.set(key, { type: entry.type, symbol: entry.symbol, instrument });
    const own = this.#tickersOf.get(instrument.id) ?? new Set<string>();
    this.#tickersOf.set(instrument.id, own.add(key));
    this.#due.add(key);
  }

  /** A ticker has no history, history no tickers; a strict server says so. */
  #isOfContract({ type, symbol, fromTime }: SubscriptionEntry): boolean {
    const isHistory = type === "Candle" || fromTime !== null;
    const isRight = this.#contract === "TICKER"
      ? !isHistory
      : this.#contract !== "HISTORY" || isHistory;
    if (!isRight && this.#parts.options.strictness === "strict") {
      const message = `${type} ${symbol} does not fit contract ${this.#contract}.`;
      this.#send("ERROR", { error: "BAD_ACTION", message }, "control");
    }
    return isRight;
  }

  #addCandle(key: string, entry: SubscriptionEntry): void {
    const { market, candles, options } = this.#parts;
    const symbol = parseCandleSymbol(entry.symbol);
    const instrument = symbol === null ? undefined : market.ofStreamer(symbol.base);
    if (symbol === null || instrument === undefined) return;
    const eventSymbol = options.hasShortCandleSymbols ? symbol.shortest : entry.symbol;
    const fromTime = entry.fromTime ?? 0;
    const subscription = { eventSymbol, symbol, instrument, fromTime };
    this.#candles.set(key, subscription);
    this.#dropPieces(eventSymbol);
    this.#pieces.push(...candleSnapshot(subscription, candles, options));
  }

  #remove(entry: SubscriptionEntry): void {
    const key = `${entry.type}|${entry.symbol}`;
    const candle = this.#candles.get(key);
    if (candle !== undefined) this.#dropPieces(candle.eventSymbol);
    this.#candles.delete(key);
    const ticker = this.#tickers.get(key);
    if (ticker !== undefined) this.#tickersOf.get(ticker.instrument.id)?.delete(key);
    this.#tickers.delete(key);
    this.#due.delete(key);
  }

  #reset(): void {
    this.#tickers.clear();
    this.#tickersOf.clear();
    this.#candles.clear();
    this.#due.clear();
    this.#pieces.length = 0;
  }

  #dropPieces(eventSymbol: string): void {
    const kept = this.#pieces.filter((piece) => piece[0].eventSymbol !== eventSymbol);
    this.#pieces.splice(0, this.#pieces.length, ...kept);
  }

  #send(type: string, body: Record<string, unknown>, kind: "data" | "control" = "data"): void {
    this.#outlet.send(writeJson({ type, channel: this.id, ...body }), kind);
  }
}
