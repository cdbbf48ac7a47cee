import type { UnixMs } from "../base/brand.ts";
import type { Balances } from "../domain/account.ts";
import { ACCOUNT_AT, STALENESS } from "../domain/measures.ts";
import type { BookState } from "./book_state.ts";
import type { Directory } from "./directory.ts";
import { put } from "./put.ts";
import { ACCOUNT_STRIDE, type Tables } from "./tables.ts";

const CURRENT = STALENESS.indexOf("current");
const STALE = STALENESS.indexOf("stale");

/**
 * What cash earned without a trade, in the base currency: Σ cash at the close · (rate now − rate at
 * the close), plus dividends and interest. NaN when a foreign balance has no amount at the close or
 * no rate; cash in the base currency needs neither.
 * Source: formulas §6, extended by currency translation; with `dayPnl` of the rows it adds up to
 * the change of net liq less external flows.
 */
export function cashPnl(directory: Directory, balances: Balances, accountRate: number): number {
  let sum = balances.income * accountRate;
  for (const cash of balances.cash) {
    const { rate, previousClose } = directory.rateOf(cash.currency);
    const move = rate - previousClose;
    if (move !== 0 && cash.previousClose !== 0) sum += (cash.previousClose ?? NaN) * move;
  }
  return sum;
}

/**
 * Writes the fields of an account in the base currency; NaN for what the broker does not report.
 * The broker's net liq stands as it is, beside what the book computes. True when anything differs.
 */
function writeAccount(
  tables: Tables,
  directory: Directory,
  account: number,
  balances: Balances,
): boolean {
  const { rate, previousClose } = directory.rateOf(directory.accounts[account].currency);
  const cash = balances.cash.reduce(
    (sum, { currency, amount }) =>
      amount === 0 ? sum : sum + amount * directory.rateOf(currency).rate,
    0,
  );
  const { accountF64 } = tables;
  const at = account * ACCOUNT_STRIDE;
  const netLiquidation = (balances.netLiquidation ?? NaN) * rate;
  const previous = (balances.previousNetLiquidation ?? NaN) * previousClose;
  const earned = cashPnl(directory, balances, rate);
  let isChanged = put(accountF64, at + ACCOUNT_AT.netLiquidation, netLiquidation);
  isChanged = put(accountF64, at + ACCOUNT_AT.cash, cash) || isChanged;
  isChanged = put(accountF64, at + ACCOUNT_AT.accrued, balances.accrued * rate) || isChanged;
  isChanged = put(accountF64, at + ACCOUNT_AT.previousNetLiquidation, previous) || isChanged;
  isChanged = put(accountF64, at + ACCOUNT_AT.externalFlows, balances.externalFlows * rate) ||
    isChanged;
  isChanged = put(accountF64, at + ACCOUNT_AT.cashPnl, earned) || isChanged;
  isChanged = put(accountF64, at + ACCOUNT_AT.asOf, balances.asOf) || isChanged;
  return isChanged;
}

/** True when the broker should have said something newer by now. */
function areOld({ freshUntil }: Balances, now: UnixMs): boolean {
  return freshUntil !== undefined && now > freshUntil;
}

/** The balances of the accounts of a book and what it shows of them. */
export class AccountValues {
  readonly #state: BookState;
  readonly #directory: Directory;
  readonly #balances = new Map<number, Balances>();

  constructor(state: BookState, directory: Directory) {
    this.#state = state;
    this.#directory = directory;
  }

  /** Keeps what the broker says of an account; `write` shows it. */
  set(account: number, balances: Balances): void {
    this.#balances.set(account, balances);
  }

  /** Writes the fields of an account; true when anything differs. */
  write(account: number): boolean {
    const { tables, tick, now } = this.#state;
    const balances = this.#balances.get(account);
    if (balances === undefined || account >= tables.accounts) return false;
    const isWritten = writeAccount(tables, this.#directory, account, balances);
    const isChanged = this.#writeAge(account, areOld(balances, now)) || isWritten;
    if (isChanged) tables.accountChanged[account] = tick;
    return isChanged;
  }

  /** As `write`, for all: a rate changed, or the accounts did. */
  writeAll(): void {
    for (const account of this.#balances.keys()) this.write(account);
  }

  /** Marks what grew old meanwhile; true when anything did. */
  age(): boolean {
    const { tables, tick, now } = this.#state;
    let isAny = false;
    for (const [account, balances] of this.#balances) {
      if (account >= tables.accounts || !this.#writeAge(account, areOld(balances, now))) continue;
      tables.accountChanged[account] = tick;
      isAny = true;
    }
    return isAny;
  }

  #writeAge(account: number, isOld: boolean): boolean {
    const at = account * ACCOUNT_STRIDE + ACCOUNT_AT.staleness;
    return put(this.#state.tables.accountF64, at, isOld ? STALE : CURRENT);
  }
}
