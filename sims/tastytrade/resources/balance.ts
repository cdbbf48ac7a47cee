import type { FaceAccount, FaceBalances } from "../accounts_face.ts";
import { isoTime, money } from "../decimals.ts";

const MARGIN_SHARE = 0.25;

const ZEROS = `bond-margin-requirement closed-loop-available-balance
  cryptocurrency-margin-requirement day-equity-call-value day-trade-excess day-trading-call-value
  equity-offering-margin-requirement fixed-income-security-margin-requirement
  futures-margin-requirement long-bond-value long-cryptocurrency-value
  long-fixed-income-security-value long-futures-value maintenance-call-value reg-t-call-value
  short-cryptocurrency-value short-futures-value sma-equity-option-buying-power
  special-memorandum-account-apex-adjustment special-memorandum-account-value
  unsettled-cryptocurrency-fiat-amount used-derivative-buying-power
  futures-overnight-margin-requirement futures-intraday-margin-requirement
  pending-margin-interest buying-power-adjustment effective-cryptocurrency-buying-power
  total-pending-liquidity-pool-rebate pending-cash`.split(/\s+/);

/** Balances of an account as a resource; "short" values are positive. */
export function balanceResource(
  account: FaceAccount,
  balances: FaceBalances,
  at: number,
): Record<string, unknown> {
  const longMargin = balances.longEquity;
  const shortMargin = Math.abs(balances.shortEquity);
  const requirement = (longMargin + shortMargin + Math.abs(balances.shortDerivative)) *
    MARGIN_SHARE;
  const free = Math.max(0, balances.netLiq - requirement);
  return {
    "account-number": account.number,
    currency: "USD",
    ...Object.fromEntries(ZEROS.map((name) => [name, "0.0"])),
    "available-trading-funds": money(free),
    "cash-available-to-withdraw": money(Math.max(0, balances.cash)),
    "cash-balance": money(balances.cash),
    "cash-settle-balance": money(balances.cash),
    "day-trading-buying-power": money(4 * free),
    "derivative-buying-power": money(free),
    "equity-buying-power": money(2 * free),
    "long-derivative-value": money(balances.longDerivative),
    "long-equity-value": money(balances.longEquity),
    "long-futures-derivative-value": money(balances.longFuturesDerivative),
    "long-margineable-value": money(longMargin),
    "maintenance-requirement": money(requirement),
    "maintenance-excess": money(balances.netLiq - requirement),
    "margin-equity": money(balances.netLiq),
    "margin-settle-balance": money(balances.cash),
    "net-liquidating-value": money(balances.netLiq),
    "reg-t-margin-requirement": money(requirement),
    "short-derivative-value": money(Math.abs(balances.shortDerivative)),
    "short-equity-value": money(shortMargin),
    "short-futures-derivative-value": money(Math.abs(balances.shortFuturesDerivative)),
    "short-margineable-value": money(shortMargin),
    "total-settle-balance": money(balances.cash),
    "pending-cash-effect": "None",
    "unsettled-cryptocurrency-fiat-effect": "None",
    "buying-power-adjustment-effect": "None",
    "snapshot-date": isoTime(at).slice(0, 10),
    "updated-at": isoTime(at),
  };
}
