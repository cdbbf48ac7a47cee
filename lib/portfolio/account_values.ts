import type { Balances } from "../domain/account.ts";
import { ACCOUNT_AT } from "../domain/measures.ts";
import type { Directory } from "./directory.ts";
import { put } from "./put.ts";
import { ACCOUNT_STRIDE, type Tables } from "./tables.ts";

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
export function writeAccount(
  tables: Tables,
  directory: Directory,
  account: number,
  balances: Balances | null,
): boolean {
  if (balances === null) return false;
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
