import type { Currency } from "../../../base/brand.ts";
import type { FxRate } from "../../../domain/account.ts";
import type { BrokerSink } from "../../../ports/broker.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Timer, Timers } from "../../../ports/timers.ts";
import type { IbContracts } from "../contracts/ib_contracts.ts";
import { fxRatesOf } from "./balances.ts";
import { Closings } from "./closings.ts";
import { OneAccount, type SharedBook } from "./one_account.ts";

/** Messages of one moment are told together, ms. */
const TELL_AFTER_MS = 20;
const VALUES_AFTER_MS = 250;
/** What is held is told without its details when those take longer, ms. */
const DETAILS_MS = 3_000;

/** What telling works with. */
export interface TellerParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly contracts: IbContracts;
  /** Where differences go; null while nobody listens. */
  sink(): BrokerSink | null;
  /** Currency that exchange rates are told into. */
  readonly baseCurrency: Currency;
  readonly book: SharedBook;
  /** True when the lists of positions and executions of the connection are complete. */
  isWhole(): boolean;
  /** A position moved without a fill that explains it. */
  unexplained(): void;
}

/**
 * The accounts of a login, and the telling of what changed in them: soon after a message, together
 * with what came with it, and after the contracts are known.
 */
export class AccountTeller {
  readonly #parts: TellerParts;
  readonly #byNumber = new Map<string, OneAccount>();
  readonly #rates = new Map<Currency, FxRate>();
  readonly #closings = new Closings();
  readonly #closing = new AbortController();
  #shown: readonly OneAccount[] = [];
  #isConnected = false;
  #isUpstream = true;
  #areRatesAsked = false;
  #telling: Timer | null = null;
  #valuing: Timer | null = null;
  #isTelling = false;
  #isWanted = false;

  constructor(parts: TellerParts) {
    this.#parts = parts;
  }

  /** A connection began with these account numbers. */
  begin(numbers: readonly string[]): void {
    this.#isConnected = true;
    this.#isUpstream = true;
    this.#shown = numbers.map((number) => {
      const account = this.#byNumber.get(number) ?? new OneAccount(number, this.#parts.book);
      this.#byNumber.set(number, account);
      return account;
    });
  }

  /** The connection ended: balances are current for a little while only. */
  end(): void {
    this.#telling?.cancel();
    this.#valuing?.cancel();
    this.#telling = this.#valuing = null;
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#tellValues();
  }

  /** TWS lost IB's servers, or has them back: without them balances grow old. */
  upstream(isUp: boolean): void {
    this.#isUpstream = isUp;
    if (this.#isConnected) this.valuesSoon();
  }

  /** Ends what is under way; idempotent. */
  close(): void {
    this.#closing.abort();
  }

  /** The accounts that are shown. */
  all(): readonly OneAccount[] {
    return this.#shown;
  }

  /**
   * True when a list of positions is not settled, or fills are without their position: TWS may have
   * kept the change back.
   */
  hasGap(): boolean {
    return this.#parts.book.lines.isUnsettled || this.#shown.some((one) => one.isUnexplained());
  }

  /** The account of a number; null for one that is not shown. */
  of(number: string): OneAccount | null {
    return this.#byNumber.get(number) ?? null;
  }

  /** Learns the contracts of accounts; what IB does not tell is told without. */
  async resolve(accounts: readonly OneAccount[], signal: AbortSignal): Promise<void> {
    const conIds = new Set<number>();
    for (const account of accounts) {
      for (const { conId, secType } of account.contracts()) {
        // A combination has no contract of its own: all share one number.
        if (secType !== "BAG") conIds.add(conId);
      }
    }
    await this.#parts.contracts.resolve([...conIds], signal);
  }

  /** Tells what changed, soon. */
  soon(): void {
    this.#telling ??= this.#parts.timers.setTimer(TELL_AFTER_MS, () => {
      this.#telling = null;
      void this.#tell();
    });
  }

  /** Tells balances and rates, soon. */
  valuesSoon(): void {
    this.#valuing ??= this.#parts.timers.setTimer(VALUES_AFTER_MS, () => {
      this.#valuing = null;
      this.#tellValues();
    });
  }

  /** Notes rates and cash as they are, for the close that may come before they change. */
  note(): void {
    this.#ratesNow();
    for (const account of this.#shown) account.noteCash();
  }

  /** Exchange rates of now; what is answered counts as told. */
  rates(): readonly FxRate[] {
    this.#areRatesAsked = true;
    const rates = this.#ratesNow();
    for (const rate of rates) this.#rates.set(rate.currency, rate);
    return rates;
  }

  async #tell(): Promise<void> {
    if (this.#isTelling) {
      this.#isWanted = true;
      return;
    }
    this.#isTelling = true;
    const { signal } = this.#closing;
    do {
      this.#isWanted = false;
      await this.#resolveSoon();
      const sink = this.#parts.sink();
      if (signal.aborted || sink === null) break;
      const isWhole = this.#isConnected && this.#parts.isWhole();
      for (const account of this.#shown) {
        if (isWhole) account.learnOvernight();
        account.tell(sink, isWhole);
        if (isWhole && account.isUnexplained()) this.#parts.unexplained();
      }
    } while (this.#isWanted);
    this.#isTelling = false;
  }

  /** Waits for contracts a little; those that take longer make one more telling. */
  #resolveSoon(): Promise<void> {
    return new Promise((resolve) => {
      let isLate = false;
      const timer = this.#parts.timers.setTimer(DETAILS_MS, () => {
        isLate = true;
        resolve();
      });
      void this.resolve(this.#shown, this.#closing.signal).then(() => {
        timer.cancel();
        if (isLate && this.#isConnected) this.soon();
        resolve();
      });
    });
  }

  #tellValues(): void {
    const sink = this.#parts.sink();
    if (sink === null) return;
    for (const rate of this.#areRatesAsked ? this.#ratesNow() : []) {
      const known = this.#rates.get(rate.currency);
      if (known?.rate === rate.rate && known.previousClose === rate.previousClose) continue;
      this.#rates.set(rate.currency, rate);
      sink.fxRate(rate);
    }
    const isFed = this.#isConnected && this.#isUpstream;
    for (const account of this.#shown) account.tellBalances(sink, isFed);
  }

  /** The rate of each currency, of the account that knows it newest. */
  #ratesNow(): FxRate[] {
    const rates = new Map<Currency, FxRate>();
    for (const { values } of this.#shown) {
      for (const rate of fxRatesOf(values, this.#parts.baseCurrency)) {
        const known = rates.get(rate.currency);
        if (known === undefined || known.asOf < rate.asOf) rates.set(rate.currency, rate);
      }
    }
    const now = this.#parts.clock.now();
    return [...rates.values()].map((rate) => {
      this.#closings.see(rate.currency, rate.rate, now);
      return { ...rate, previousClose: this.#closings.of(rate.currency, now) };
    });
  }
}
