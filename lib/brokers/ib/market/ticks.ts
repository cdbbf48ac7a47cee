import type { UnixMs } from "../../../base/brand.ts";
import { indexOf } from "../../../base/record.ts";
import {
  DATA_LEVELS,
  MARKET_EVENT,
  MARKET_STRIDE,
  type MarketBatch,
  marketBatch,
} from "../../../domain/market_data.ts";
import { GreeksSets } from "./greeks_sets.ts";
import {
  DIRTY,
  DIRTY_OF_FIELD,
  FIELD_OF_TYPE,
  IS_DELAYED_TYPE,
  LINE_FIELD,
  LINE_STRIDE,
  SET_FIELD,
  SET_OF_TYPE,
  SET_STRIDE,
  TICK_TYPES_MAX,
} from "./tick_types.ts";

const LEVEL = indexOf(DATA_LEVELS);
const BATCH_EVENTS = 2_048;
const NO_TICK = DIRTY.delivery | DIRTY.brokerMark;

/** What was seen of a line since it was asked for. */
export const SEEN = { quote: 1, greeks: 2, any: 4, delayedGreeks: 8, recently: 16 } as const;
const TOLD = 32; // Anything since it was given out.

/** What tick columns are made from. */
export interface TickOptions {
  /** Lines are below it. */
  readonly capacity: number;
  /** Takes what a chunk brought; the batch is reused. */
  readonly market: (batch: MarketBatch) => void;
  readonly now: () => UnixMs;
}

/**
 * The latest ticks of every line, as columns. A tick of IB carries one value, an event of the board
 * all of its kind: what changed is noted, and `flush` writes each changed line once per kind.
 * Allocates nothing per tick. Absent is NaN; what is no price (−1, and 0 where none can be) is
 * absent. Source: ib.md section 7.
 */
export class TickColumns {
  /** LINE_FIELD values of each line. */
  readonly values: Float64Array;
  /** DATA_LEVELS code of each line. */
  readonly level: Uint8Array;
  /** Bits of SEEN. */
  readonly seen: Uint8Array;
  /** Handle of the desk for each line. */
  readonly handle: Int32Array;
  readonly #sets: GreeksSets;
  readonly #cadenceMs: Float64Array;
  readonly #brokerMark: Float64Array;
  readonly #tradeToldAt: Float64Array;
  readonly #dirty: Uint8Array;
  /** Lines in `#dirtyLines`, and whether a line is among them. */
  readonly #isListed: Uint8Array;
  readonly #dirtyLines: Int32Array;
  readonly #market: (batch: MarketBatch) => void;
  readonly #now: () => UnixMs;
  readonly #batch = marketBatch(BATCH_EVENTS);
  readonly #wake: () => void;
  #dirtyCount = 0;
  #tickCount = 0;
  #tickCountTaken = 0;
  #unusable = 0;
  #watchedLine = -1;
  #watchedTicks = 0;

  /** `wake`: called when the first tick after a `flush` came. */
  constructor(options: TickOptions, wake: () => void) {
    const { capacity } = options;
    this.values = new Float64Array(capacity * LINE_STRIDE).fill(NaN);
    this.level = new Uint8Array(capacity);
    this.seen = new Uint8Array(capacity);
    this.handle = new Int32Array(capacity).fill(-1);
    this.#sets = new GreeksSets(capacity);
    this.#cadenceMs = new Float64Array(capacity).fill(NaN);
    this.#brokerMark = new Float64Array(capacity).fill(NaN);
    this.#tradeToldAt = new Float64Array(capacity).fill(NaN);
    this.#dirty = new Uint8Array(capacity);
    this.#isListed = new Uint8Array(capacity);
    this.#dirtyLines = new Int32Array(capacity);
    this.#market = options.market;
    this.#now = options.now;
    this.#wake = wake;
  }

  /** Ticks taken so far. */
  get tickCount(): number {
    return this.#tickCount;
  }

  /** Ticks of the watched line since it was named. */
  get watchedTicks(): number {
    return this.#watchedTicks;
  }

  /** Counts the ticks of one line from now on; -1: of none. */
  watch(line: number): void {
    this.#watchedLine = line;
    this.#watchedTicks = 0;
  }

  /** Whether any tick came since the last call. */
  takeHasTicked(): boolean {
    const hasTicked = this.#tickCount > this.#tickCountTaken;
    this.#tickCountTaken = this.#tickCount;
    return hasTicked;
  }

  /** Values that could not be what they were sent as. */
  get unusable(): number {
    return this.#unusable;
  }

  /** Takes a price. A price that is none leaves trades and closes as they were. */
  price(line: number, type: number, price: number): void {
    this.#tickCount++;
    if (!(type >= 0 && type < TICK_TYPES_MAX)) return;
    const field = FIELD_OF_TYPE[type];
    if (field < 0) return;
    this.#noteLevel(line, type);
    const at = line * LINE_STRIDE + field;
    if (field <= LINE_FIELD.ask) {
      // −1 says that there is no quote on this side.
      this.values[at] = price === -1 ? NaN : price;
      this.seen[line] |= SEEN.quote;
    } else {
      if (!(price > 0)) return;
      this.values[at] = price;
    }
    this.#mark(line, DIRTY_OF_FIELD[field]);
  }

  /** Takes a size or a volume. */
  size(line: number, type: number, size: number): void {
    this.#tickCount++;
    if (!(type >= 0 && type < TICK_TYPES_MAX)) return;
    const field = FIELD_OF_TYPE[type];
    if (field < 0) return;
    const at = line * LINE_STRIDE + field;
    const value = size >= 0 ? size : NaN;
    if (Object.is(this.values[at], value)) return;
    this.values[at] = value;
    this.#mark(line, DIRTY_OF_FIELD[field]);
  }

  /** Takes a halt; −1 says nothing. Other generic ticks are not used. */
  generic(line: number, type: number, value: number): void {
    this.#tickCount++;
    if (!(type >= 0 && type < TICK_TYPES_MAX)) return;
    if (FIELD_OF_TYPE[type] !== LINE_FIELD.halted || !(value >= 0)) return;
    this.values[line * LINE_STRIDE + LINE_FIELD.halted] = value > 0 ? 1 : 0;
    this.#mark(line, DIRTY.status);
  }

  /** Takes the time of the last trade, epoch seconds as text; empty says nothing (R35). */
  text(line: number, type: number, text: string): void {
    this.#tickCount++;
    if (!(type >= 0 && type < TICK_TYPES_MAX)) return;
    if (FIELD_OF_TYPE[type] !== LINE_FIELD.tradedAt) return;
    const seconds = text === "" ? NaN : Number(text);
    if (seconds > 0) this.values[line * LINE_STRIDE + LINE_FIELD.tradedAt] = seconds * 1000;
    else this.#unusable++;
  }

  // Values side by side, as they come: an object for each would be garbage by the thousand.
  /** Takes a computation: theta per calendar day and vega per point, as IB sends them. */
  // deno-fmt-ignore
  computation(
    line: number, type: number, iv: number, delta: number, price: number, gamma: number,
    vega: number, theta: number,
  ): void {
    this.#tickCount++;
    const set = type >= 0 && type < TICK_TYPES_MAX ? SET_OF_TYPE[type] : -1;
    if (set < 0 || !this.#isOfLevel(line, type)) return;
    const at = this.#sets.from(line, set);
    const sets = this.#sets.values;
    sets[at + SET_FIELD.price] = price;
    sets[at + SET_FIELD.iv] = iv;
    sets[at + SET_FIELD.delta] = delta;
    sets[at + SET_FIELD.gamma] = gamma;
    sets[at + SET_FIELD.thetaPerDay] = theta;
    sets[at + SET_FIELD.vegaPerPoint] = vega;
    if (this.#sets.isComplete(at)) this.seen[line] |= SEEN.greeks;
    this.#mark(line, DIRTY.greeks);
  }

  /** Says what flows on a line. Live and delayed values never stand side by side. */
  setLevel(line: number, level: number): void {
    const before = this.level[line];
    if (before === level) return;
    this.level[line] = level;
    this.#mark(line, DIRTY.delivery);
    if (level === LEVEL.withheld || (this.seen[line] & TOLD) === 0) return;
    if (before === LEVEL.delayed || level === LEVEL.delayed) {
      this.#clear(line);
      this.#dirty[line] |= DIRTY.quote | DIRTY.greeks;
    }
  }

  /** Says how often a line brings a value: ms; NaN when whenever it changes. */
  setCadence(line: number, cadenceMs: number): void {
    if (Object.is(this.#cadenceMs[line], cadenceMs)) return;
    this.#cadenceMs[line] = cadenceMs;
    this.#mark(line, DIRTY.delivery);
  }

  /** Says again how a line is delivered. */
  retell(line: number): void {
    this.#mark(line, DIRTY.delivery);
  }

  /** How often a line brings a value: ms; NaN when whenever it changes. */
  cadenceMs(line: number): number {
    return this.#cadenceMs[line];
  }

  /** Takes IB's own valuation of a position that has no market data. */
  brokerMark(line: number, price: number): void {
    if (!(price >= 0)) return;
    this.#brokerMark[line] = price;
    this.#mark(line, DIRTY.brokerMark);
  }

  /** A line is asked for anew: what it said before is not known any more. */
  begin(line: number): void {
    this.#clear(line);
    this.seen[line] &= TOLD;
    this.#dirty[line] &= DIRTY.delivery | DIRTY.brokerMark;
  }

  /** A line is given to an instrument of the desk, or to none (-1). */
  assign(line: number, handle: number): void {
    this.begin(line);
    this.seen[line] = 0;
    this.handle[line] = handle;
    this.level[line] = LEVEL.live;
    this.#cadenceMs[line] = this.#brokerMark[line] = this.#tradeToldAt[line] = NaN;
    this.#dirty[line] = 0;
  }

  /** From now on a line has to tick again. */
  expectTick(line: number): void {
    this.seen[line] &= ~SEEN.recently;
  }

  /** A session began: closes, openings and volumes of the one before hold no more. */
  startSession(line: number): void {
    const from = line * LINE_STRIDE;
    this.values.fill(NaN, from + LINE_FIELD.dayVolume, from + LINE_FIELD.mark);
  }

  /** A value of a line, NaN when absent. */
  value(line: number, field: number): number {
    return this.values[line * LINE_STRIDE + field];
  }

  /** True when a line has a bid, an ask or a last trade. */
  hasPrice(line: number): boolean {
    const at = line * LINE_STRIDE;
    const { bid, ask, last } = LINE_FIELD;
    const own = this.values;
    return own[at + bid] > 0 || own[at + ask] > 0 || own[at + last] > 0;
  }

  /** A Greek of the set in use, NaN when absent. */
  greek(line: number, field: number): number {
    return this.#sets.values[this.#sets.best(line) + field];
  }

  /** Writes what changed since the last call, each line once per kind. */
  flush(): void {
    const now = this.#now();
    for (let i = 0; i < this.#dirtyCount; i++) {
      const line = this.#dirtyLines[i];
      const dirty = this.#dirty[line];
      this.#dirty[line] = 0;
      this.#isListed[line] = 0;
      if (this.handle[line] >= 0 && dirty !== 0) this.#write(line, dirty, now);
    }
    this.#dirtyCount = 0;
    this.#send();
  }

  #write(line: number, dirty: number, now: UnixMs): void {
    const { values } = this.#batch;
    const from = line * LINE_STRIDE;
    const own = this.values;
    if ((dirty & DIRTY.delivery) !== 0) {
      const to = this.#event(line, MARKET_EVENT.delivery, NaN);
      values[to] = this.level[line];
      values[to + 1] = this.#cadenceMs[line];
    }
    if ((dirty & DIRTY.status) !== 0) {
      values[this.#event(line, MARKET_EVENT.status, NaN)] = own[from + LINE_FIELD.halted];
    }
    if ((dirty & DIRTY.summary) !== 0) {
      const to = this.#event(line, MARKET_EVENT.summary, NaN);
      values[to] = own[from + LINE_FIELD.previousClose];
      values[to + 1] = own[from + LINE_FIELD.dayOpen];
    }
    if ((dirty & DIRTY.quote) !== 0) {
      const to = this.#event(line, MARKET_EVENT.quote, NaN);
      for (let field = 0; field <= LINE_FIELD.askSize; field++) {
        values[to + field] = own[from + field];
      }
    }
    if ((dirty & DIRTY.trade) !== 0 && own[from + LINE_FIELD.last] > 0) {
      const to = this.#event(line, MARKET_EVENT.trade, this.#tradedAt(line, now));
      for (let field = 0; field < 3; field++) values[to + field] = own[from + 4 + field];
    }
    if ((dirty & DIRTY.greeks) !== 0) this.#writeGreeks(line);
    if ((dirty & DIRTY.brokerMark) !== 0) {
      values[this.#event(line, MARKET_EVENT.brokerMark, NaN)] = this.#brokerMark[line];
    }
  }

  #writeGreeks(line: number): void {
    const { values } = this.#batch;
    const from = this.#sets.best(line);
    const to = this.#event(line, MARKET_EVENT.greeks, NaN);
    for (let field = 0; field < SET_STRIDE; field++) {
      values[to + field] = this.#sets.values[from + field];
    }
  }

  /**
   * Time of a trade: IB's stamp where it sends one. It counts whole seconds, so that a trade in the
   * second of the one before would look older than it; time does not go back on a line.
   */
  #tradedAt(line: number, now: UnixMs): number {
    const stamp = this.values[line * LINE_STRIDE + LINE_FIELD.tradedAt];
    const told = this.#tradeToldAt[line];
    const at = Number.isNaN(stamp) ? now : told > stamp ? told : stamp;
    this.#tradeToldAt[line] = at;
    return at;
  }

  /** Room for an event; its values are absent. Answers where they begin. */
  #event(line: number, kind: number, eventAt: number): number {
    if (this.#batch.count === BATCH_EVENTS) this.#send();
    const batch = this.#batch;
    const i = batch.count++;
    batch.kind[i] = kind;
    batch.handle[i] = this.handle[line];
    batch.eventAt[i] = eventAt;
    const at = i * MARKET_STRIDE;
    for (let slot = at; slot < at + MARKET_STRIDE; slot++) batch.values[slot] = NaN;
    return at;
  }

  #send(): void {
    if (this.#batch.count > 0) this.#market(this.#batch);
    this.#batch.count = 0;
  }

  #mark(line: number, bits: number): void {
    // How data comes, and what the account says of it, is no tick.
    if ((bits & NO_TICK) === 0) {
      this.seen[line] |= SEEN.any | SEEN.recently | TOLD;
      if (line === this.#watchedLine) this.#watchedTicks++;
    }
    if (bits === 0) return;
    this.#dirty[line] |= bits;
    if (this.#isListed[line] === 1) return;
    this.#isListed[line] = 1;
    if (this.#dirtyCount === 0) this.#wake();
    this.#dirtyLines[this.#dirtyCount++] = line;
  }

  /** Ticks tell what flows when nothing else does; a message about the level is the last word. */
  #noteLevel(line: number, type: number): void {
    const isDelayed = IS_DELAYED_TYPE[type] === 1;
    const level = this.level[line];
    if (level === LEVEL.withheld) this.setLevel(line, isDelayed ? LEVEL.delayed : LEVEL.live);
    else if (isDelayed && level !== LEVEL.delayed) this.setLevel(line, LEVEL.delayed);
  }

  /** Greeks of one level only: delayed ones, once they came, are followed by no live ones. */
  #isOfLevel(line: number, type: number): boolean {
    if (IS_DELAYED_TYPE[type] === 0) return (this.seen[line] & SEEN.delayedGreeks) === 0;
    this.#noteLevel(line, type);
    if ((this.seen[line] & SEEN.delayedGreeks) === 0) this.#sets.clear(line);
    this.seen[line] |= SEEN.delayedGreeks;
    return true;
  }

  #clear(line: number): void {
    this.values.fill(NaN, line * LINE_STRIDE, (line + 1) * LINE_STRIDE);
    this.#sets.clear(line);
    this.seen[line] &= ~SEEN.delayedGreeks;
  }
}
