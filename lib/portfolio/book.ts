import type { Currency, UnixMs } from "../base/brand.ts";
import type { Account, Balances, FxRate } from "../domain/account.ts";
import type { RowChange } from "../domain/book_view.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { Fill, Position } from "../domain/position.ts";
import { setRates } from "../pricing/columns.ts";
import { AccountValues } from "./account_values.ts";
import { UNIT, UNIT_STRIDE } from "./contract_columns.ts";
import { type BookCarry, type CurrencyRate, Directory } from "./directory.ts";
import { type Divergence, DivergenceSweep } from "./divergence.ts";
import { Holdings, type HoldingsUpdate } from "./holdings.ts";
import { placeOfUnderlying } from "./insertion.ts";
import type { MarketView, TouchedHandles } from "./market_view.ts";
import { Revaluation } from "./revaluation.ts";
import { Relayout } from "./relayout.ts";
import { DRIVER_MOVE, writeUnderlying } from "./revalue.ts";
import { writeHolding, writeMarks } from "./row_marks.ts";
import { TableView } from "./table_view.ts";
import { emptyTables } from "./tables.ts";
import { isNewSecond, refreshTimes } from "./valuation_time.ts";
import { type Verification, Verifier } from "./verify.ts";
import { wantedHandles } from "./wanted.ts";

/** What a book is made from. */
export interface BookOptions {
  readonly baseCurrency: Currency;
  /** The quote board; the book reads it and never writes. */
  readonly market: MarketView;
  /** The source's clock at the start, ms. */
  readonly startAt: UnixMs;
}

const NOTHING = { rows: 0, contracts: 0, drivers: 0, underlyings: 0 };

/** Makes an empty book over a board; its handles are the board's. */
export function createBook(options: BookOptions): Book {
  return new Book(options);
}

/**
 * The book: positions with their exposure, kept up to date message by message.
 *
 * Everything that one message brings is on the board before the book looks. The rule of valuation,
 * by which anybody can recompute the book at an instant:
 * - An option is valued at `valuationTime(expiresAt, now)`, the last full minute (in its last 24
 *   hours the last full second) of the source's clock, with T = (expiresAt − that) / 365 days.
 * - Its volatility is solved from the mid of its latest quote, at the spot and T that hold once the
 *   whole message with that quote is stored. A message with spot but without a quote of the option
 *   keeps the volatility (sticky strike) and takes Greeks at the new spot and T. A quote that came
 *   before any spot or carry is solved at the first that is known; new carry solves it again at its
 *   own spot. Refused mids (spread over half the mid, time value under half a tick, out of bounds)
 *   keep the last good volatility, tagged "modelLastIv".
 * - The spot is the mark of the option's driving instrument (formulas §1), the broker's Greeks come
 *   before the model's while they are current (formulas §3).
 * - Money is in the base currency at the latest rate.
 *
 * What a broker no longer lists leaves the book with its result of the day, unless a fill of today
 * says how it left: expiry and assignment come as fills. All calls are synchronous; nothing on the
 * path of `applyMarket` allocates but the rare new second.
 */
export class Book extends TableView {
  readonly #holdings: Holdings;
  readonly #relayout: Relayout;
  readonly #revaluation: Revaluation;
  readonly #verifier: Verifier;
  readonly #divergence = new DivergenceSweep();
  readonly #accounts: AccountValues;
  #hasAged = false;

  constructor(options: BookOptions) {
    const { baseCurrency, market, startAt } = options;
    const holdings = new Holdings();
    super(new Directory(baseCurrency, market.capacity), {
      tables: emptyTables({ room: NOTHING, accounts: 0, handles: market.capacity }),
      holdings,
      market,
      now: startAt,
      tick: 0,
      layout: 0,
    });
    this.#holdings = holdings;
    this.#accounts = new AccountValues(this.state, this.directory);
    this.#relayout = new Relayout(this.directory);
    this.#revaluation = new Revaluation(this.state);
    this.#verifier = new Verifier(this.state, this.#revaluation, {
      show: () => this.showRows(),
      keep: () => this.keepShown(),
    });
  }

  /**
   * The handle of an instrument, given on first sight and never given again; -1 when the book is
   * full. A new description of a known key, or one that a held option waited for, takes effect with
   * the next message.
   */
  addInstrument(instrument: Instrument): number {
    if (this.directory.describes(instrument)) return this.directory.handleOf(instrument.key);
    const handle = this.directory.addInstrument(instrument);
    if (handle >= 0) this.#relayout.describe(this.state, handle);
    return handle;
  }

  /** The handle of a key, or -1. */
  handleOf(instrumentKey: string): number {
    return this.directory.handleOf(instrumentKey);
  }

  /** The instrument of a handle below `instrumentCount`. */
  instrument(handle: number): Instrument {
    return this.directory.instrument(handle);
  }

  /** Instruments known; their handles are below it. */
  get instrumentCount(): number {
    return this.directory.instrumentCount;
  }

  /** Adds an account, or changes its description. Returns its id; visible with the next message. */
  addAccount(account: Account): number {
    this.#relayout.request();
    return this.directory.addAccount(account);
  }

  /** Keeps an underlying in the book without positions, as the reference index needs it. */
  pinUnderlying(instrument: Instrument): number {
    const handle = this.addInstrument(instrument);
    if (handle < 0) return handle;
    this.directory.underlyingOf(instrument.underlying, instrument.currency).pinnedHandle = handle;
    this.#relayout.request();
    return handle;
  }

  /** Handles that need market data: what is held and what drives it, in layout order. */
  wantedHandles(): number[] {
    this.#settle();
    return wantedHandles(this.state.tables, this.directory);
  }

  /** A number that grows whenever `wantedHandles` may answer something else. */
  get wantedVersion(): number {
    this.#settle();
    return this.#relayout.wantedVersion;
  }

  /** Keys that the book needs described: of what is held, and of what drives held options. */
  undescribedKeys(): string[] {
    this.#settle();
    return [
      ...new Set([...this.directory.placeholders, ...this.#relayout.waitingKeys(this.state)]),
    ];
  }

  /** Takes over rate and yield of an underlying; its options are solved and valued anew. */
  setCarry(carry: BookCarry): void {
    const id = this.directory.setCarry(carry);
    this.#change(() => {
      const { tables } = this.state;
      const underlying = id < 0 ? tables.underlyings : placeOfUnderlying(tables, id);
      // Behind the last entry stands what once was there.
      const isHeld = underlying < tables.underlyings && tables.underlyingIds[underlying] === id;
      if (!isHeld) return false;
      for (let d = tables.driverFrom[underlying]; d < tables.driverFrom[underlying + 1]; d++) {
        this.#takeCarry(d, carry);
      }
      this.#writeUnderlying(underlying);
      return true;
    });
  }

  /**
   * Takes over an exchange rate into the base currency, and values everything in that currency
   * anew. A rate that is not above 0 counts as unknown. False when it is for another base currency.
   */
  setFxRate(rate: FxRate): boolean {
    if (rate.base !== this.baseCurrency) return false;
    if (rate.currency === this.baseCurrency) return true;
    const known = this.directory.rateOf(rate.currency);
    const now = usableRate(rate.rate);
    const close = usableRate(rate.previousClose);
    if (Object.is(known.rate, now) && Object.is(known.previousClose, close)) return true;
    known.rate = now;
    known.previousClose = close;
    this.#change(() => {
      this.#takeRate(known);
      return true;
    });
    return true;
  }

  /** Takes over what the broker says about an account. False for an account that was not added. */
  setBalances(balances: Balances): boolean {
    const account = this.directory.accountOf(balances.accountId);
    if (account < 0) return false;
    this.#accounts.set(account, balances);
    this.#change(() => this.#accounts.write(account));
    return true;
  }

  /**
   * Makes `positions` all that an account holds. An instrument that nobody described yet is listed
   * as unsupported until it is (T-009). False for an account that was not added.
   */
  setPositions(accountId: string, positions: readonly Position[]): boolean {
    const account = this.directory.accountOf(accountId);
    if (account < 0) return false;
    this.#takeHoldings(this.#holdings.replace(account, positions, this.#handleOf));
    return true;
  }

  /** Takes over an execution of today, or its correction. False for an unknown account. */
  applyFill(fill: Fill): boolean {
    const account = this.directory.accountOf(fill.accountId);
    const handle = account < 0 ? -1 : this.#handleOrPlaceholder(fill.instrumentKey);
    if (handle < 0) return false;
    this.#takeHoldings(this.#holdings.fill(account, handle, fill));
    return true;
  }

  /**
   * Values what one decoded message changed. `touched`: what the board noted; `sourceNow`: the
   * source's clock, ms. A spot reprices its contiguous range and sums its leaf cells anew; a quote
   * or Greeks of one option move its cells by the difference.
   */
  applyMarket(touched: TouchedHandles, sourceNow: UnixMs): void {
    this.#begin(sourceNow);
    const isConcerned = this.#revaluation.touchMarket(touched);
    this.#finish(isConcerned);
  }

  /**
   * Moves the clock without a message: time decay, cadences that were missed, feeds and sessions
   * whose state changed. A call looks at about `contractsMax` contracts, going round; meant so
   * often that all have their turn once a second.
   */
  advanceTime(sourceNow: UnixMs, contractsMax = Infinity): void {
    this.#begin(sourceNow);
    this.#finish(this.#revaluation.refreshStates(contractsMax));
  }

  /** A new official session: today's fills are over, what is held now was held overnight. */
  startSession(): void {
    const update = this.#holdings.startSession();
    this.#relayout.take(update);
    this.#relayout.request();
    this.#change(() => {
      for (const { id } of update.changed) writeHolding(this.state, this.rowIndex(id));
      this.#revaluation.touchAll();
      return true;
    });
  }

  /** Forgets positions and fills, as after a jump in a recording; the directory stays. */
  reset(): void {
    this.#holdings.clear();
    this.#relayout.clear(this.state);
    this.#change(() => true);
  }

  /**
   * Recomputes everything from the inputs and says how far the kept sums were off; the recomputed
   * values stand afterwards.
   */
  verify(): Verification {
    this.#settle();
    return this.#verifier.whole();
  }

  /**
   * As `verify`, a bounded part per call: about `rowsMax` rows, whole underlyings. Answers the
   * finding of all parts when the last was looked at, else null. Meant for a round a minute.
   */
  verifyPart(rowsMax: number): Verification | null {
    this.#settle();
    return this.#verifier.part(rowsMax);
  }

  /** Broker and model deltas that disagree, in calls as `verifyPart` has them. */
  sweepDivergence(contractsMax = Infinity): readonly Divergence[] | null {
    return this.#divergence.run(this.state, contractsMax);
  }

  /** Rows that came, changed their quantity or name, or went since the last call. */
  takeRowChanges(): RowChange[] {
    return this.#holdings.takeChanges();
  }

  /** Positions and fills that could not be taken over, for health and counters. */
  dropped(): { readonly positions: number; readonly fills: number } {
    const { droppedPositions, droppedFills } = this.#holdings;
    return { positions: droppedPositions, fills: droppedFills };
  }

  #begin(sourceNow: UnixMs): void {
    const { now } = this.state;
    this.state.now = sourceNow;
    this.#settle();
    this.state.tick++;
    this.#hasAged = false;
    if (isNewSecond(now, sourceNow)) {
      this.#hasAged = this.#accounts.age();
      refreshTimes(this.state, now, (driver, hasExpired) => {
        const move = hasExpired ? DRIVER_MOVE.state : DRIVER_MOVE.spot;
        this.#revaluation.touchDriver(driver, move);
      });
    }
  }

  #finish(isChanged: boolean): void {
    const hasRun = this.#revaluation.run();
    if (!isChanged && !hasRun && !this.#hasAged) this.state.tick--;
  }

  #change(apply: () => boolean): void {
    this.#begin(this.state.now);
    this.#finish(apply());
  }

  #settle(): void {
    if (!this.#relayout.isDue) return;
    const { state } = this;
    state.tick++;
    state.layout++;
    const relaid = this.#relayout.apply(state);
    this.showTables();
    this.#revaluation.takeRelaid(relaid);
    for (const id of relaid.underlyingIds) {
      const u = placeOfUnderlying(state.tables, id);
      if (state.tables.underlyingIds[u] === id) this.#writeUnderlying(u);
    }
    if (relaid.accountsBefore === state.tables.accounts) return;
    this.#accounts.writeAll();
  }

  /** The handle of a position, -1 for one that cannot be taken over. */
  readonly #handleOf = (position: Position): number => {
    const isNumber = Number.isFinite(position.signedQuantity) &&
      Number.isFinite(position.overnightQuantity);
    return isNumber ? this.#handleOrPlaceholder(position.instrumentKey) : -1;
  };

  /** As the directory's; a held option may have waited for the key. */
  #handleOrPlaceholder(key: string): number {
    const known = this.directory.handleOf(key);
    if (known >= 0) return known;
    const handle = this.directory.handleOrPlaceholder(key);
    if (handle >= 0) this.#relayout.describe(this.state, handle);
    return handle;
  }

  #takeHoldings(update: HoldingsUpdate): void {
    this.#relayout.take(update);
    const isRelaid = this.#relayout.isDue;
    this.#change(() => {
      for (const { id } of update.changed) this.#revaluation.touchHolding(this.rowIndex(id));
      return isRelaid || update.changed.length > 0;
    });
  }

  #takeCarry(driver: number, carry: BookCarry): void {
    const { tables } = this.state;
    const { contractFrom } = tables.driver;
    for (let c = contractFrom[driver]; c < contractFrom[driver + 1]; c++) {
      setRates(tables.contract.pricing, c, carry.riskFreeRate, carry.dividendYield);
      tables.contract.isPending[c] = 1;
    }
    this.#revaluation.touchDriver(driver, DRIVER_MOVE.state);
  }

  /** Values what is in one currency anew; all else stays. */
  #takeRate({ index, rate, previousClose }: CurrencyRate): void {
    const { tables } = this.state;
    const { currency, unit, driver } = tables.contract;
    for (let c = 0; c < tables.contracts; c++) {
      if (currency[c] !== index) continue;
      unit[c * UNIT_STRIDE + UNIT.rate] = rate;
      unit[c * UNIT_STRIDE + UNIT.ratePrevious] = previousClose;
      writeMarks(this.state, c);
      this.#revaluation.touchDriver(driver[c], DRIVER_MOVE.state);
    }
    for (let u = 0; u < tables.underlyings; u++) this.#writeUnderlying(u);
    this.#accounts.writeAll();
  }

  #writeUnderlying(underlying: number): void {
    const entry = this.directory.underlyings[this.state.tables.underlyingIds[underlying]];
    const { rate } = this.directory.rateOf(entry.currency);
    const { riskFreeRate, dividendYield } = entry;
    writeUnderlying(this.state, underlying, { rate, riskFreeRate, dividendYield });
  }
}

function usableRate(rate: number | null): number {
  return rate !== null && rate > 0 && rate < Infinity ? rate : NaN;
}
