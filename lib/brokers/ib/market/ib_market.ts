import type { UnixMs } from "../../../base/brand.ts";
import { indexOf } from "../../../base/record.ts";
import { tradeDateAt } from "../../../calendar/market_state.ts";
import { previousSession } from "../../../calendar/sessions.ts";
import type { Instrument } from "../../../domain/instrument.ts";
import { DATA_LEVELS, type MarketBatch } from "../../../domain/market_data.ts";
import type {
  Delivery,
  PreviousClose,
  Subscription,
  SubscriptionChanges,
} from "../../../ports/broker.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Timer, Timers } from "../../../ports/timers.ts";
import type { FeedNotes, IbLink, IbPart, ReferenceSigns, Upstream } from "../link.ts";
import { portfolioPrice } from "../map/portfolio_price.ts";
import type { IbNotice, IbPortfolioLine } from "../wire/client.ts";
import type { IbContractQuery } from "../wire/contract.ts";
import { LineIds } from "./line_ids.ts";
import { BEAT_MS, LineKeeper } from "./line_keeper.ts";
import { LineRefusals } from "./line_refusals.ts";
import { LINE_STATUS, LineTable } from "./line_table.ts";
import { type MarketStatus, marketStatus } from "./market_status.ts";
import { LINE_FIELD } from "./tick_types.ts";
import { SEEN, TickColumns } from "./ticks.ts";

/** Live, frozen, delayed, delayed and frozen: what market data is asked for. */
export type MarketDataType = 1 | 2 | 3 | 4;

/** What market data of IB is made from. */
export interface IbMarketOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Id of the feed that the lines belong to, as in its health. */
  readonly feed: string;
  /** Takes what a chunk brought; the batch is reused. */
  readonly market: (batch: MarketBatch) => void;
  /** By what contract IB is asked for an instrument; null while that is not known. */
  readonly contractOf: (instrument: Instrument) => IbContractQuery | null;
  /** Contracts or shares held over all accounts, without sign; 0 when none. */
  readonly heldQuantity: (instrumentKey: string) => number;
  readonly dataType: MarketDataType;
  /** Market-data lines of the user, less what TWS itself is to keep. */
  readonly linesMax: number;
  readonly referenceKey: string;
  /** Instruments with market data at most. */
  readonly capacity: number;
  /** What `status` says changed. */
  readonly changed: () => void;
}

const LEVEL = indexOf(DATA_LEVELS);
/** Levels by market data type. Delayed and frozen values are late first of all. */
const LEVEL_OF_TYPE = [LEVEL.live, LEVEL.live, LEVEL.frozen, LEVEL.delayed, LEVEL.delayed];
/** A line that is kept over an outage of IB's servers has to tick within this time, ms. */
const TICK_AFTER_OUTAGE_MS = 30_000;
const BEATS_PER_STATUS = 4;
/** Time in which a line brings its previous close if it has one, ms. */
const CLOSE_AFTER_MS = 10_000;

/**
 * Market data of IB: subscriptions under a budget of lines, ticks as columns, and what happens when
 * IB refuses, delays or forgets them.
 */
export class IbMarket implements IbPart, FeedNotes {
  readonly #options: IbMarketOptions;
  readonly #lines: LineTable;
  readonly #ids = new LineIds();
  readonly #ticks: TickColumns;
  readonly #keeper: LineKeeper;
  readonly #refusals: LineRefusals;
  #beat: Timer | null = null;
  #beats = 0;
  #silence: Timer | null = null;
  #isOut = false;
  #lastTickAt: UnixMs | null = null;
  #unplaced = 0;
  #told = "";

  constructor(options: IbMarketOptions) {
    const { clock, capacity } = options;
    this.#options = options;
    this.#lines = new LineTable(capacity);
    const now = () => clock.now();
    // A microtask runs once the library is through with the chunk that it received.
    const flush = () => this.flush();
    this.#ticks = new TickColumns(
      { capacity, market: options.market, now },
      () => void Promise.resolve().then(flush),
    );
    this.#keeper = new LineKeeper({
      ...options,
      lines: this.#lines,
      ids: this.#ids,
      ticks: this.#ticks,
    });
    this.#refusals = new LineRefusals({
      clock,
      lines: this.#lines,
      ids: this.#ids,
      ticks: this.#ticks,
      keeper: this.#keeper,
    });
  }

  /** Makes `wanted` the set of instruments with market data. */
  subscribe(wanted: readonly Subscription[]): void {
    const handles = new Set(wanted.map(({ handle }) => handle));
    const gone = [...this.#lines.lines()].map((line) => this.#ticks.handle[line])
      .filter((handle) => !handles.has(handle));
    this.change({ added: wanted, removed: gone });
  }

  /** Changes the set; what is added again under its handle stays unless its key is another. */
  change({ added, removed }: SubscriptionChanges): void {
    for (const handle of removed) this.#remove(handle);
    for (const one of added) this.#add(one);
    this.#keeper.needsReview();
    this.#keeper.send();
  }

  /** How market data of an instrument arrives now; the cadence may change with the book. */
  delivery(instrument: Instrument): Delivery {
    const line = this.#lines.lineOfKey(instrument.key);
    const cadenceMs = line < 0 ? NaN : this.#ticks.cadenceMs(line);
    const isBound = cadenceMs > 0;
    return { feed: this.#options.feed, cadenceMs: isBound ? cadenceMs : null, isDerived: false };
  }

  /** The previous close that IB sent in this session; null when it sent none yet. */
  previousClose(instrumentKey: string): PreviousClose | null {
    const line = this.#lines.lineOfKey(instrumentKey);
    const close = line < 0 ? NaN : this.#ticks.value(line, LINE_FIELD.previousClose);
    const today = tradeDateAt(this.#options.clock.now());
    const session = today.ok ? previousSession(today.value) : today;
    if (!(close > 0) || !session.ok) return null;
    return { instrumentKey, close, session: session.value };
  }

  /** Contracts became known: what waits for its own is asked for. */
  contractsChanged(): void {
    this.#keeper.needsReview();
    this.#keeper.send();
  }

  /** Instruments whose line is open for a while and brought no previous close, as ranked. */
  withoutClose(): Instrument[] {
    const before = this.#options.clock.monotonic() - CLOSE_AFTER_MS;
    return this.#keeper.order.flatMap((line) => {
      const isAwaited = this.#lines.status[line] === LINE_STATUS.open &&
        this.#lines.openedAt[line] <= before &&
        !(this.#ticks.value(line, LINE_FIELD.previousClose) > 0);
      const subject = isAwaited ? this.#lines.subject(line) : undefined;
      return subject === undefined ? [] : [subject.instrument];
    });
  }

  /** A session began: closes are forgotten, and every line is asked for anew, at the pace. */
  startSession(): void {
    for (const line of this.#lines.lines()) {
      this.#ticks.startSession(line);
      if (this.#lines.status[line] === LINE_STATUS.open) this.#lines.isDue[line] = 1;
    }
  }

  /** Where the lines stand, in numbers and in words for the feed bar. */
  status(): MarketStatus {
    return marketStatus({
      lines: this.#lines,
      level: this.#ticks.level,
      keeper: this.#keeper,
      linesMax: this.#options.linesMax,
      lastTickAt: this.#lastTickAt,
      dropped: {
        "ticks without a number": this.#ticks.unusable,
        "instruments over the capacity": this.#unplaced,
      },
    });
  }

  /** Words for the feed bar; null when there is nothing to say. */
  detail(): string | null {
    const { detail } = this.status();
    return detail === "" ? null : detail;
  }

  /** What could not be used or is missing, by cause. */
  counts(): Readonly<Record<string, number>> {
    return this.status().dropped;
  }

  /** Signs of the reference symbol. What IB withholds proves nothing by its silence. */
  reference(): ReferenceSigns {
    const line = this.#lines.lineOfKey(this.#options.referenceKey);
    const isOpen = line >= 0 && this.#lines.status[line] === LINE_STATUS.open;
    return {
      isAsked: isOpen && this.#lines.isCompeting[line] === 0,
      tickCount: this.#ticks.watchedTicks,
      isHalted: line >= 0 && this.#ticks.value(line, LINE_FIELD.halted) === 1,
    };
  }

  /** Writes what came since the last call; runs by itself after each chunk. */
  flush(): void {
    this.#ticks.flush();
  }

  /** Ends everything; nothing is sent. */
  close(): void {
    this.ended("closed");
  }

  began(link: IbLink): void {
    const { dataType } = this.#options;
    this.#isOut = false;
    this.#refusals.begin(link, dataType);
    this.#ticks.watch(this.#lines.lineOfKey(this.#options.referenceKey));
    this.#keeper.begin(link, dataType);
    this.#beat ??= this.#options.timers.setPeriodic(BEAT_MS, () => this.#pulse());
    this.#keeper.send();
  }

  ended(_reason: string): void {
    this.#refusals.end();
    this.#beat?.cancel();
    this.#beat = null;
    this.#silence?.cancel();
    this.#silence = null;
    this.#keeper.end();
  }

  dataLost(): void {
    this.#isOut = false;
    this.#keeper.forget();
    this.#refusals.askType();
    this.#keeper.send();
  }

  upstream(state: Upstream): void {
    if (state === "down") {
      this.#isOut = true;
      return;
    }
    if (!this.#isOut) return;
    this.#isOut = false;
    for (const line of this.#lines.lines()) this.#ticks.expectTick(line);
    this.#silence?.cancel();
    this.#silence = this.#options.timers.setTimer(
      TICK_AFTER_OUTAGE_MS,
      () => this.#askSilent(),
    );
  }

  marketDataType(id: number, type: number): void {
    const line = this.#ids.lineOf(id);
    if (line < 0 || this.#lines.isCompeting[line] === 1) return;
    const level = LEVEL_OF_TYPE[type];
    if (level !== undefined) this.#ticks.setLevel(line, level);
  }

  tickPrice(id: number, tickType: number, price: number): void {
    const line = this.#ids.lineOf(id);
    if (line >= 0) this.#ticks.price(line, tickType, price);
  }

  tickSize(id: number, tickType: number, size: number): void {
    const line = this.#ids.lineOf(id);
    if (line >= 0) this.#ticks.size(line, tickType, size);
  }

  tickGeneric(id: number, tickType: number, value: number): void {
    const line = this.#ids.lineOf(id);
    if (line >= 0) this.#ticks.generic(line, tickType, value);
  }

  tickString(id: number, tickType: number, text: string): void {
    const line = this.#ids.lineOf(id);
    if (line >= 0) this.#ticks.text(line, tickType, text);
  }

  // deno-fmt-ignore
  tickOptionComputation(
    id: number, tickType: number, iv: number, delta: number, price: number, _pvDividend: number,
    gamma: number, vega: number, theta: number, _underlyingPrice: number,
  ): void {
    const line = this.#ids.lineOf(id);
    if (line < 0) return;
    this.#ticks.computation(line, tickType, iv, delta, price, gamma, vega, theta);
  }

  portfolio(told: IbPortfolioLine): void {
    const line = this.#lines.lineOfConId(told.contract.conId);
    const subject = line < 0 ? undefined : this.#lines.subject(line);
    const price = subject === undefined ? null : portfolioPrice(told, subject.instrument);
    if (price === null) return;
    this.#lines.portfolioPrice[line] = price;
    if (this.#lines.status[line] === LINE_STATUS.refused) this.#ticks.brokerMark(line, price);
  }

  notice(notice: IbNotice): void {
    const line = this.#ids.lineOf(notice.id);
    if (line >= 0) this.#refusals.take(line, notice);
  }

  #add({ handle, instrument }: Subscription): void {
    const known = this.#lines.lineOfHandle(handle);
    const subject = known < 0 ? undefined : this.#lines.subject(known);
    if (subject !== undefined && subject.instrument.key === instrument.key) {
      subject.instrument = instrument;
      return;
    }
    this.#remove(handle);
    if (instrument.kind === "unsupported") return;
    const line = this.#lines.add({ handle, instrument });
    if (line < 0) this.#unplaced++;
    else {
      this.#ticks.assign(line, handle);
      if (instrument.key === this.#options.referenceKey) this.#ticks.watch(line);
    }
  }

  #remove(handle: number): void {
    const line = this.#lines.lineOfHandle(handle);
    if (line < 0) return;
    this.#keeper.close(line, LINE_STATUS.waiting, true);
    if (this.#lines.subject(line)?.instrument.key === this.#options.referenceKey) {
      this.#ticks.watch(-1);
    }
    this.#ticks.assign(line, -1);
    this.#lines.remove(handle);
  }

  #askSilent(): void {
    const { status, isDue } = this.#lines;
    for (const line of this.#lines.lines()) {
      const isSilent = (this.#ticks.seen[line] & SEEN.recently) === 0;
      if (isSilent && status[line] === LINE_STATUS.open) isDue[line] = 1;
    }
  }

  #pulse(): void {
    const { clock, changed, referenceKey } = this.#options;
    this.#refusals.beat();
    this.#keeper.beat();
    if (this.#ticks.takeHasTicked()) this.#lastTickAt = clock.now();
    if (++this.#beats % BEATS_PER_STATUS !== 0) return;
    // Beside another broker the reference is listened to by turns: it may not have been heard.
    const reference = this.#lines.lineOfKey(referenceKey);
    if (reference >= 0) this.#ticks.retell(reference);
    const { detail } = this.status();
    if (detail === this.#told) return;
    this.#told = detail;
    changed();
  }
}
