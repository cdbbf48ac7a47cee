import { assert, present } from "../../base/assert.ts";
import type { IsoDate, UnixMs } from "../../base/brand.ts";
import { newYorkTime } from "../../calendar/new_york.ts";
import type { Account, Balances, CashBalance, FxRate } from "../../domain/account.ts";
import type { Instrument } from "../../domain/instrument.ts";
import type { Fill, Position } from "../../domain/position.ts";
import type { PreviousClose } from "../../ports/broker.ts";
import type { ReplayData } from "./open.ts";
import { parseInstant } from "./wire/time.ts";

/** Broker name of a recording. */
export const REPLAY_BROKER = "replay";

/** An instant of the recording and the session that it lies in. */
export interface LedgerInstant {
  readonly now: UnixMs;
  readonly session: IsoDate;
}

interface Holding {
  quantity: number;
  overnight: number;
  averagePrice: number | null;
  strategy: string | null;
}

function sessionOf(fill: Fill): IsoDate {
  return newYorkTime(fill.filledAt).date;
}

/** Desk's id of an account by its number. */
function accountId(number: string): string {
  return `${REPLAY_BROKER}:${number}`;
}

/** The holding after a fill: added at its price, closed at the old one, turned at the new one. */
function applyFill(holding: Holding, fill: Fill): void {
  const before = holding.quantity;
  const after = before + fill.signedQuantity;
  if (after === 0) holding.averagePrice = null;
  else if (before === 0 || Math.sign(before) !== Math.sign(after)) {
    holding.averagePrice = fill.price;
  } else if (Math.abs(after) > Math.abs(before) && holding.averagePrice !== null) {
    const cost = holding.averagePrice * before + fill.price * fill.signedQuantity;
    holding.averagePrice = cost / after;
  }
  holding.quantity = after;
}

/**
 * The recorded accounts at any instant: what was held overnight, moved by the fills until then.
 * Fills move position and cash alike; premiums and fees are in the instrument's currency.
 */
export class Ledger {
  readonly accounts: readonly Account[];
  /** All recorded fills, in order of time. */
  readonly fills: readonly Fill[];
  readonly #data: ReplayData;

  constructor(data: ReplayData) {
    this.#data = data;
    this.accounts = data.book.accounts.map((account) => ({
      id: accountId(account.number),
      broker: REPLAY_BROKER,
      number: account.number,
      nickname: account.nickname,
      type: account.type,
      currency: account.currency,
    }));
    this.fills = data.book.fills.map((fill) => ({
      execId: fill.execId,
      accountId: accountId(fill.account),
      instrumentKey: fill.instrument,
      signedQuantity: fill.signedQuantity,
      price: fill.price,
      fees: fill.fees,
      filledAt: this.#instant(fill.at),
    })).sort((a, b) => a.filledAt - b.filledAt);
  }

  /** True when the book names this account. */
  has(id: string): boolean {
    return this.accounts.some((account) => account.id === id);
  }

  /** Fills of an account in the session of an instant, until then. */
  fillsToday(id: string, at: LedgerInstant): readonly Fill[] {
    return this.fillsUntil(id, at.now).filter((fill) => sessionOf(fill) === at.session);
  }

  /** Fills of an account until `now`, inclusive. */
  fillsUntil(id: string, now: UnixMs): readonly Fill[] {
    return this.fills.filter((fill) => fill.accountId === id && fill.filledAt <= now);
  }

  /**
   * Positions of an account at an instant; closed ones are left out unless they were held
   * overnight.
   */
  positionsAt(id: string, at: LedgerInstant): readonly Position[] {
    const holdings = new Map<string, Holding>();
    for (const position of this.#data.book.positions) {
      if (accountId(position.account) !== id) continue;
      const { overnightQuantity: quantity, averagePrice, strategy } = position;
      holdings.set(position.instrument, { quantity, overnight: quantity, averagePrice, strategy });
    }
    for (const fill of this.fillsUntil(id, at.now)) {
      const holding = holdings.get(fill.instrumentKey) ??
        { quantity: 0, overnight: 0, averagePrice: null, strategy: null };
      applyFill(holding, fill);
      if (sessionOf(fill) < at.session) holding.overnight = holding.quantity;
      holdings.set(fill.instrumentKey, holding);
    }
    return [...holdings].filter(([, { quantity, overnight }]) => quantity !== 0 || overnight !== 0)
      .map(([instrumentKey, { quantity, overnight, averagePrice, strategy }]) => ({
        accountId: id,
        instrumentKey,
        signedQuantity: quantity,
        overnightQuantity: overnight,
        averagePrice,
        strategy,
        asOf: at.now,
      }));
  }

  /** Balances of an account at an instant; the broker's net liq only when the book has it. */
  balancesAt(id: string, at: LedgerInstant): Balances {
    const account = present(
      this.#data.book.accounts.find((one) => accountId(one.number) === id),
      `account ${id}`,
    );
    return {
      accountId: id,
      cash: this.#cashAt(id, at),
      netLiquidation: account.netLiquidation,
      previousNetLiquidation: account.previousNetLiquidation,
      externalFlows: 0,
      income: 0,
      accrued: account.accrued,
      asOf: at.now,
    };
  }

  /** Recorded exchange rates into the base currency. */
  fxRates(): readonly FxRate[] {
    return this.#data.book.fxRates.map(({ currency, rate, previousClose, asOf }) => ({
      currency,
      base: this.#data.manifest.baseCurrency,
      rate,
      previousClose,
      asOf: this.#instant(asOf),
    }));
  }

  /** Latest recorded close of an instrument before a session; null when there is none. */
  previousClose(instrumentKey: string, session: IsoDate): PreviousClose | null {
    let latest: PreviousClose | null = null;
    for (const { instrument, close, session: date } of this.#data.book.previousCloses) {
      if (instrument !== instrumentKey || date >= session) continue;
      if (latest === null || date > latest.session) {
        latest = { instrumentKey, close, session: date };
      }
    }
    return latest;
  }

  #cashAt(id: string, at: LedgerInstant): readonly CashBalance[] {
    const cash = new Map<string, { amount: number; previousClose: number }>();
    for (const { account, currency, amount } of this.#data.book.cash) {
      if (accountId(account) !== id) continue;
      const before = cash.get(currency)?.amount ?? 0;
      cash.set(currency, { amount: before + amount, previousClose: before + amount });
    }
    for (const fill of this.fillsUntil(id, at.now)) {
      const { currency, multiplier } = this.#instrument(fill.instrumentKey);
      const balance = cash.get(currency) ?? { amount: 0, previousClose: 0 };
      balance.amount -= fill.signedQuantity * multiplier * fill.price + fill.fees;
      if (sessionOf(fill) < at.session) balance.previousClose = balance.amount;
      cash.set(currency, balance);
    }
    return [...cash].map(([currency, balance]) => ({ currency, ...balance }));
  }

  #instrument(key: string): Instrument {
    const { instruments } = this.#data;
    const index = instruments.indexOf(key);
    assert(index !== null, `${key} was resolved when the book was read`);
    return instruments.instruments[index];
  }

  #instant(text: string): UnixMs {
    const at = parseInstant(text, this.#data.manifest.timeZone);
    return present(at, `instant ${text}, checked when the book was read`);
  }
}
