import { absenceCode, type AbsenceReason } from "../base/absence.ts";
import { assert } from "../base/assert.ts";
import type { UnixMs } from "../base/brand.ts";
import { indexOf } from "../base/record.ts";
import { fail, ok, type Result } from "../base/result.ts";
import type { InstrumentKind, SessionClass } from "../domain/instrument.ts";
import {
  BROKER_GREEKS,
  BROKER_GREEKS_STRIDE,
  CODE,
  CODE_STRIDE,
  DATA_LEVELS,
  MARKET_EVENT,
  MARKET_STRIDE,
  type MarketBatch,
  PRICE,
  PRICE_STRIDE,
} from "../domain/market_data.ts";
import { STALENESS } from "../domain/measures.ts";
import { type BoardColumns, boardColumns, clearBoardColumns } from "./board_columns.ts";
import { DROP, DROP_CAUSES, type DropCause } from "./drops.ts";
import { type BoardFeedState, type Feed, FeedTable } from "./feeds.ts";
import { ingest, type IngestSlot, isClose } from "./ingest.ts";
import { deriveMark } from "./mark.ts";

/** What the board has to know of an instrument. */
export interface BoardInstrument {
  readonly kind: InstrumentKind;
  readonly sessionClass: SessionClass;
  /** Id of the feed that delivers it. */
  readonly feed: string;
  /** How often the source promises a value, ms; null when it sends changes only. */
  readonly cadenceMs: number | null;
  /** True when its trades are prices that the source computed from others. */
  readonly isDerived: boolean;
}

/** Freshness budgets in the session, ms. Source: formulas §1. */
export interface Budgets {
  readonly underlyingQuoteMs: number;
  readonly optionQuoteMs: number;
  readonly greeksMs: number;
}

/** The budgets of formulas §1. */
export const DEFAULT_BUDGETS: Budgets = {
  underlyingQuoteMs: 5_000,
  optionQuoteMs: 15_000,
  greeksMs: 60_000,
};

/**
 * Instruments that changed since the last `takeTouched`: `handles[0 … count)`, each once, in the
 * order of their first change; `kinds[handle]` has bit `1 << (kind − 1)` for each MARKET_EVENT
 * kind. The object and its columns are reused.
 */
export interface Touched {
  count: number;
  readonly handles: Int32Array;
  readonly kinds: Uint8Array;
}

const STATE = indexOf(STALENESS);
const SESSION_CLASSES = ["equity", "lateOption", "futures"] as const;
const SESSION = indexOf(SESSION_CLASSES);
const SUMMARY_BIT = 1 << 3;
/** By kind: whether it can move the mark. Greeks, halts and levels say nothing about the price. */
const IS_PRICE = Uint8Array.of(0, 1, 1, 0, 1, 0, 0, 1);
const LEVEL = indexOf(DATA_LEVELS);
const PRESENT = absenceCode("present");

/** Makes a board for handles 0 … capacity − 1. */
export function createBoard(
  options: { readonly capacity: number; readonly budgets?: Budgets },
): Board {
  return new Board(options.capacity, options.budgets ?? DEFAULT_BUDGETS);
}

/**
 * The quote board: latest value, times, liveness and staleness of every instrument, by dense
 * handle. Holds no clock: every time is the source's and comes in by argument.
 */
export class Board {
  readonly capacity: number;
  readonly columns: BoardColumns;
  readonly #budgets: Budgets;
  readonly #feeds = new FeedTable();
  readonly #feedOf: Int16Array;
  readonly #sessionOf: Uint8Array;
  readonly #isOption: Uint8Array;
  readonly #isDerived: Uint8Array;
  readonly #confirmedIn: Uint32Array;
  /** As `#confirmedIn`, for the broker's Greeks. */
  readonly #greeksIn: Uint32Array;
  /** 1: prices of a handle are those of another source than its present one. */
  readonly #isOfOther: Uint8Array;
  readonly #isSessionOpen = new Uint8Array(SESSION_CLASSES.length).fill(1);
  readonly #drops = new Float64Array(DROP_CAUSES.length);
  readonly #touched: Touched;
  readonly #slot: IngestSlot;
  #isTaken = false;
  #eventCount = 0;
  #leadMs = 0;

  constructor(capacity: number, budgets: Budgets) {
    this.capacity = capacity;
    this.columns = boardColumns(capacity);
    this.#budgets = budgets;
    this.#feedOf = new Int16Array(capacity).fill(-1);
    this.#sessionOf = new Uint8Array(capacity);
    this.#isOption = new Uint8Array(capacity);
    this.#isDerived = new Uint8Array(capacity);
    this.#confirmedIn = new Uint32Array(capacity);
    this.#greeksIn = new Uint32Array(capacity);
    this.#isOfOther = new Uint8Array(capacity);
    this.#touched = {
      count: 0,
      handles: new Int32Array(capacity),
      kinds: new Uint8Array(capacity),
    };
    this.#slot = {
      handle: 0,
      kind: 0,
      eventAt: NaN,
      receivedAt: NaN,
      values: new Float64Array(0),
      offset: 0,
      isOption: false,
    };
  }

  /**
   * Makes a handle known, or changes what is known of it; its values stay, and wait for a word of
   * the feed when that is another one. Events for handles that were not registered are dropped.
   * Fails with `capacity` outside 0 … capacity − 1.
   */
  register(handle: number, instrument: BoardInstrument): Result<null, "capacity"> {
    if (!(handle >= 0 && handle < this.capacity)) return fail("capacity");
    const feed = this.#feeds.intern(instrument.feed).index;
    if (this.#feedOf[handle] !== feed) {
      this.#confirmedIn[handle] = 0;
      // What another source said of itself says nothing of this one.
      this.columns.dataLevel[handle] = LEVEL.live;
      this.columns.brokerMark[handle] = NaN;
      this.#greeksIn[handle] = 0;
      // Its Greeks may bear earlier times than those of the one before.
      this.columns.brokerGreeks[handle * BROKER_GREEKS_STRIDE + BROKER_GREEKS.at] = NaN;
      this.#isOfOther[handle] = this.isRegistered(handle) ? 1 : 0;
    }
    this.#feedOf[handle] = feed;
    this.#sessionOf[handle] = SESSION[instrument.sessionClass];
    const isOption = instrument.kind === "option" || instrument.kind === "futureOption";
    this.#isOption[handle] = isOption ? 1 : 0;
    this.#isDerived[handle] = instrument.isDerived ? 1 : 0;
    this.columns.cadenceMs[handle] = instrument.cadenceMs ?? NaN;
    return ok(null);
  }

  /** True for a handle that was registered. */
  isRegistered(handle: number): boolean {
    return handle >= 0 && handle < this.capacity && this.#feedOf[handle] >= 0;
  }

  /**
   * Stores one decoded message. `receivedAt`: its arrival by the source's clock, ms. Everything it
   * changed is in `takeTouched` afterwards; what it could not use is in `dropped`. Allocates
   * nothing.
   */
  apply(batch: MarketBatch, receivedAt: UnixMs): void {
    const slot = this.#slot;
    slot.receivedAt = receivedAt;
    slot.values = batch.values;
    this.#eventCount += batch.count;
    for (let i = 0; i < batch.count; i++) {
      const handle = batch.handle[i];
      if (!this.isRegistered(handle)) {
        this.#drops[DROP.unknownHandle]++;
        continue;
      }
      slot.handle = handle;
      slot.kind = batch.kind[i];
      slot.eventAt = batch.eventAt[i];
      slot.offset = i * MARKET_STRIDE;
      slot.isOption = this.#isOption[handle] === 1;
      this.#noteLead(slot.eventAt - receivedAt);
      // How data is delivered is no data yet.
      if (this.#isOfOther[handle] === 1) this.#takeOver(handle, slot.kind);
      const { generation } = this.#feeds.at(this.#feedOf[handle]);
      const isData = slot.kind !== MARKET_EVENT.delivery && this.#isOfOther[handle] === 0;
      if (isData) this.#confirmedIn[handle] = generation;
      if (slot.kind === MARKET_EVENT.greeks) this.#greeksIn[handle] = generation;
      if (!ingest(this.columns, slot, this.#drops)) continue;
      if (IS_PRICE[slot.kind] === 1) {
        deriveMark(this.columns, handle, this.#isDerived[handle] === 1);
      }
      this.#touch(handle, 1 << (slot.kind - 1));
    }
  }

  /**
   * Takes over an official previous close from a query; `at` is when it was learned. A close that
   * cannot be one (NaN, 0 for anything but an option) is counted and ignored. Asserts the handle.
   */
  setPreviousClose(handle: number, close: number, at: UnixMs): void {
    assert(this.isRegistered(handle), `handle ${handle} is not registered`);
    if (!isClose(close, this.#isOption[handle] === 1) || close === Infinity) {
      this.#drops[DROP.notANumber]++;
      return;
    }
    const { prices } = this.columns;
    prices[handle * PRICE_STRIDE + PRICE.previousClose] = close;
    prices[handle * PRICE_STRIDE + PRICE.closeAt] = at;
    this.columns.closeReceivedAt[handle] = at;
    deriveMark(this.columns, handle, this.#isDerived[handle] === 1);
    this.#touch(handle, SUMMARY_BIT);
  }

  /** What changed since the last call; valid until the next change. */
  takeTouched(): Touched {
    if (this.#isTaken) this.#clearTouched();
    this.#isTaken = true;
    return this.#touched;
  }

  /**
   * Takes over a feed's state. "connecting" and "down" make all its symbols unconfirmed. True when
   * the state changed; the book is then to be told through `advanceTime`.
   */
  setFeedState(feedId: string, state: BoardFeedState, since: UnixMs): boolean {
    return this.#feeds.setState(feedId, state, since);
  }

  /** The feeds with their states. */
  feeds(): readonly Readonly<Feed>[] {
    return this.#feeds.list();
  }

  /** Says whether a class of products trades now; see `refreshSessions`. */
  setSessionOpen(sessionClass: SessionClass, isOpen: boolean): void {
    this.#isSessionOpen[SESSION[sessionClass]] = isOpen ? 1 : 0;
  }

  /** True once anything, or an explicit "no data", arrived since the feed last connected. */
  isConfirmed(handle: number): boolean {
    return this.#confirmedIn[handle] === this.#feeds.at(this.#feedOf[handle]).generation;
  }

  /**
   * Whether the price of an instrument is current: STALENESS code. Closed while its market is
   * closed; else stale when its feed is not proven live, when nothing confirmed the symbol, when
   * trading is halted, the source sends frozen values or none, or a declared cadence c was missed
   * for longer than max(budget, 2c); else current: on a live feed silence alone is not age.
   * Unregistered handles are stale.
   * `sourceNow`: ms. Source: design.md, "Current, stale, absent, closed".
   */
  staleness(handle: number, sourceNow: UnixMs): number {
    const budget = this.#isOption[handle] === 1
      ? this.#budgets.optionQuoteMs
      : this.#budgets.underlyingQuoteMs;
    const { prices } = this.columns;
    const quoteAt = prices[handle * PRICE_STRIDE + PRICE.quoteAt];
    const tradeAt = prices[handle * PRICE_STRIDE + PRICE.tradeAt];
    // The newer of two that may be absent.
    const at = quoteAt >= tradeAt || Number.isNaN(tradeAt) ? quoteAt : tradeAt;
    return this.#stateOf(handle, sourceNow - at, budget);
  }

  /** As `staleness`, for the broker's Greeks: a quote after a reconnect does not confirm them. */
  greeksStaleness(handle: number, sourceNow: UnixMs): number {
    const age = sourceNow -
      this.columns.brokerGreeks[handle * BROKER_GREEKS_STRIDE + BROKER_GREEKS.at];
    const state = this.#stateOf(handle, age, this.#budgets.greeksMs);
    const isOf = state !== STATE.current ||
      this.#greeksIn[handle] === this.#feeds.at(this.#feedOf[handle]).generation;
    return isOf ? state : STATE.stale;
  }

  /** Why `staleness` is not current, for tooltips and the feed bar; "present" when it is. */
  stalenessReason(handle: number, sourceNow: UnixMs): AbsenceReason {
    if (this.staleness(handle, sourceNow) !== STATE.stale) return "present";
    if (!this.isRegistered(handle)) return "notSubscribed";
    if (this.#feeds.at(this.#feedOf[handle]).state !== "live") return "feedDown";
    if (!this.isConfirmed(handle)) return "notSubscribed";
    return this.columns.codes[handle * CODE_STRIDE + CODE.halted] === 1 ? "halted" : "stale";
  }

  /** One PRICE of an instrument, for those who read few; NaN when absent. */
  price(handle: number, name: keyof typeof PRICE): number {
    return this.columns.prices[handle * PRICE_STRIDE + PRICE[name]];
  }

  /** Events offered to `apply` so far. */
  get eventCount(): number {
    return this.#eventCount;
  }

  /** Largest lead of an event time over its receive time so far, ms; a lead is a skewed clock. */
  get leadMs(): number {
    return this.#leadMs;
  }

  /** How often each cause made something unusable; for health and counters. */
  dropped(): Readonly<Record<DropCause, number>> {
    return countsOf(this.#drops);
  }

  /** A new official session began: previous closes, volumes and openings start anew. */
  startSession(): void {
    const { prices, codes, closeReceivedAt, dayOpen } = this.columns;
    closeReceivedAt.fill(NaN);
    dayOpen.fill(NaN);
    for (let handle = 0; handle < this.capacity; handle++) {
      for (const name of ["previousClose", "closeAt", "dayVolume"] as const) {
        prices[handle * PRICE_STRIDE + PRICE[name]] = NaN;
      }
      const isMarked = codes[handle * CODE_STRIDE + CODE.markAbsence] === PRESENT;
      if (this.#feedOf[handle] < 0 || !isMarked) continue;
      deriveMark(this.columns, handle, this.#isDerived[handle] === 1);
      this.#touch(handle, SUMMARY_BIT);
    }
  }

  /** Forgets all market data, as after a jump in a recording; registrations and counters stay. */
  reset(): void {
    clearBoardColumns(this.columns);
    this.#confirmedIn.fill(0);
    this.#greeksIn.fill(0);
    this.#isOfOther.fill(0);
    this.#clearTouched();
    for (let handle = 0; handle < this.capacity; handle++) {
      if (this.#feedOf[handle] >= 0) this.#touch(handle, 0xff);
    }
  }

  /**
   * With its first price a source takes a handle over: prices of another one go, so that no quote
   * stands beside trades of somebody else.
   */
  #takeOver(handle: number, kind: number): void {
    if (kind !== MARKET_EVENT.quote && kind !== MARKET_EVENT.trade) return;
    this.#isOfOther[handle] = 0;
    for (const name of ["bid", "ask", "last", "quoteAt", "tradeAt"] as const) {
      this.columns.prices[handle * PRICE_STRIDE + PRICE[name]] = NaN;
    }
  }

  #stateOf(handle: number, ageMs: number, budgetMs: number): number {
    const feedIndex = this.#feedOf[handle];
    if (!(feedIndex >= 0)) return STATE.stale;
    if (this.#isSessionOpen[this.#sessionOf[handle]] === 0) return STATE.closed;
    const feed = this.#feeds.at(feedIndex);
    if (feed.state === "closed") return STATE.closed;
    if (feed.state !== "live") return STATE.stale;
    if (this.#confirmedIn[handle] !== feed.generation) return STATE.stale;
    if (this.columns.codes[handle * CODE_STRIDE + CODE.halted] === 1) return STATE.stale;
    // Delayed is a level of its own; frozen values in session lack newer ones.
    if (this.columns.dataLevel[handle] >= LEVEL.frozen) return STATE.stale;
    // Without a declared cadence the bound is NaN and no age exceeds it.
    const boundMs = Math.max(budgetMs, 2 * this.columns.cadenceMs[handle]);
    return ageMs > boundMs ? STATE.stale : STATE.current;
  }

  #touch(handle: number, bit: number): void {
    if (this.#isTaken) this.#clearTouched();
    const touched = this.#touched;
    if (touched.kinds[handle] === 0) touched.handles[touched.count++] = handle;
    touched.kinds[handle] |= bit;
  }

  #clearTouched(): void {
    const touched = this.#touched;
    for (let i = 0; i < touched.count; i++) touched.kinds[touched.handles[i]] = 0;
    touched.count = 0;
    this.#isTaken = false;
  }

  #noteLead(leadMs: number): void {
    if (leadMs > this.#leadMs) this.#leadMs = leadMs;
  }
}

function countsOf(drops: Float64Array): Readonly<Record<DropCause, number>> {
  const counts = { ...DROP };
  for (const cause of DROP_CAUSES) counts[cause] = drops[DROP[cause]];
  return counts;
}
