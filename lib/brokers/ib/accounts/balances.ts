import type { Currency, UnixMs } from "../../../base/brand.ts";
import type { Balances, CashBalance, FxRate } from "../../../domain/account.ts";
import type { AccountValues } from "./account_values.ts";

/** Cash below it is a rounding rest. Source: requirements.md G-058. */
const CASH_MIN = 0.01;

/**
 * Cash by currency as TWS tells it; `only`: currencies to show, empty for all. What futures made
 * since they were settled stands beside it and belongs to it, as they themselves are worth nothing.
 */
export function cashOf(values: AccountValues, only: readonly Currency[]): CashBalance[] {
  const ledger = values.byCurrency("CashBalance").map(([currency, { value }]) =>
    [currency, value + (values.of("FuturesPNL", currency)?.value ?? 0)] as const
  );
  const whole = values.byCurrency("TotalCashBalance")
    .map(([currency, { value }]) => [currency, value] as const);
  return (ledger.length > 0 ? ledger : whole).filter(([currency, amount]) =>
    Math.abs(amount) >= CASH_MIN && (only.length === 0 || only.includes(currency))
  ).map(([currency, amount]) => ({ currency, amount, previousClose: null }));
}

/**
 * Balances of an account; null while TWS has told no cash, so that none is never read as 0. TWS
 * tells neither what the account was worth at the close before nor deposits.
 */
export function balancesOf(
  values: AccountValues,
  names: {
    readonly accountId: string;
    readonly cashCurrencies: readonly Currency[];
    readonly now: UnixMs;
  },
): Balances | null {
  const netLiquidation = values.total("NetLiquidation");
  const isTold = values.byCurrency("CashBalance").length > 0 ||
    values.byCurrency("TotalCashBalance").length > 0;
  if (!isTold) return null;
  // The summary has the second name of what account updates have under the first.
  const dividends = values.total("AccruedDividend") ?? values.total("NetDividend");
  const accrued = (values.total("AccruedCash")?.value ?? 0) + (dividends?.value ?? 0);
  return {
    accountId: names.accountId,
    cash: cashOf(values, names.cashCurrencies),
    netLiquidation: netLiquidation?.value ?? null,
    previousNetLiquidation: null,
    externalFlows: 0,
    income: 0,
    accrued,
    asOf: netLiquidation?.at ?? names.now,
  };
}

/**
 * Rates of the currencies that an account has, into `base`: TWS tells them into the account's own
 * currency, so those into another one are crossed. Without a close, which it does not tell (G-058).
 */
export function fxRatesOf(values: AccountValues, base: Currency): FxRate[] {
  const own = values.base;
  if (own === null) return [];
  const anchor = base === own ? { value: 1, at: Infinity } : values.of("ExchangeRate", base);
  if (anchor === null || !(anchor.value > 0)) return [];
  const rates: FxRate[] = [];
  if (own !== base) rates.push(rateOf(own, base, 1 / anchor.value, anchor.at));
  for (const [currency, { value, at }] of values.byCurrency("ExchangeRate")) {
    if (currency === base || currency === own || !(value > 0)) continue;
    rates.push(rateOf(currency, base, value / anchor.value, Math.min(at, anchor.at)));
  }
  return rates;
}

function rateOf(currency: Currency, base: Currency, rate: number, asOf: UnixMs): FxRate {
  return { currency, base, rate, previousClose: null, asOf };
}
