import type { IsoDate, UnixMs } from "../../../base/brand.ts";
import type { Balances } from "../../../domain/account.ts";
import { type Drift, Fields } from "./fields.ts";
import { CURRENCY } from "./listed_instrument.ts";

/** What the broker says about one currency of an account; null: not sent. */
export interface BalanceRecord {
  readonly accountNumber: string | null;
  readonly currency: string;
  readonly cashBalance: number | null;
  /** Cash on its way, money in above 0. */
  readonly pendingCash: number | null;
  readonly netLiquidatingValue: number | null;
  readonly equityBuyingPower: number | null;
  readonly derivativeBuyingPower: number | null;
  readonly maintenanceRequirement: number | null;
  /** Values by kind, positive magnitudes for the short ones, as sent. */
  readonly longEquityValue: number | null;
  readonly shortEquityValue: number | null;
  readonly longDerivativeValue: number | null;
  readonly shortDerivativeValue: number | null;
  readonly longFuturesDerivativeValue: number | null;
  readonly shortFuturesDerivativeValue: number | null;
  readonly longCryptocurrencyValue: number | null;
  readonly longBondValue: number | null;
  /** Day that a snapshot is of; null for one of no day. */
  readonly snapshotOn: IsoDate | null;
  readonly updatedAt: UnixMs | null;
}

function dateOf(text: string | null): IsoDate | null {
  return text === null || !/^\d{4}-\d{2}-\d{2}/.test(text) ? null : text.slice(0, 10);
}

/** Reads one balance, of REST, a snapshot or an `AccountBalance`, which may be a part of it. */
export function readBalance(fields: Fields): BalanceRecord {
  return {
    accountNumber: fields.text("account-number", "expected"),
    currency: fields.text("currency") ?? CURRENCY,
    cashBalance: fields.decimal("cash-balance", "expected"),
    pendingCash: fields.signed("pending-cash"),
    netLiquidatingValue: fields.decimal("net-liquidating-value", "expected"),
    equityBuyingPower: fields.decimal("equity-buying-power"),
    derivativeBuyingPower: fields.decimal("derivative-buying-power"),
    maintenanceRequirement: fields.decimal("maintenance-requirement"),
    longEquityValue: fields.decimal("long-equity-value"),
    shortEquityValue: fields.decimal("short-equity-value"),
    longDerivativeValue: fields.decimal("long-derivative-value"),
    shortDerivativeValue: fields.decimal("short-derivative-value"),
    longFuturesDerivativeValue: fields.decimal("long-futures-derivative-value"),
    shortFuturesDerivativeValue: fields.decimal("short-futures-derivative-value"),
    longCryptocurrencyValue: fields.decimal("long-cryptocurrency-value"),
    longBondValue: fields.decimal("long-bond-value"),
    snapshotOn: dateOf(fields.text("snapshot-date")),
    updatedAt: fields.instant("updated-at", "expected"),
  };
}

/** Reads `data` of a balances answer in both of its shapes: one object, or a list by currency. */
export function readBalances(data: unknown, drift: Drift): BalanceRecord[] {
  const list = Array.isArray(data) ? data : [data];
  return Fields.listOf(list, "balance", drift).map(readBalance);
}

/** What the balances of today do not say themselves. */
export interface BalanceContext {
  readonly accountId: string;
  /** Balances at the end of the day before, from the snapshots; empty when not asked for. */
  readonly previous: readonly BalanceRecord[];
  /** Deposits minus withdrawals since then. */
  readonly externalFlows: number;
  /** Dividends and interest booked since then. */
  readonly income: number;
  readonly asOf: UnixMs;
  /** Until when they are current without another word of the broker. */
  readonly freshUntil: UnixMs;
}

/**
 * Balances of the desk, from the rows by currency. Net liq is the account's, in dollars: the row in
 * dollars has it. Null when no row has cash, so that no cash is never read as 0.
 */
export function mapBalances(
  rows: readonly BalanceRecord[],
  context: BalanceContext,
): Balances | null {
  const { accountId, previous, externalFlows, income, asOf, freshUntil } = context;
  const cash = rows.flatMap(({ currency, cashBalance }) => {
    if (cashBalance === null) return [];
    const before = previous.find((row) => row.currency === currency);
    return [{ currency, amount: cashBalance, previousClose: before?.cashBalance ?? null }];
  });
  if (cash.length === 0) return null;
  const own = rows.find(({ currency }) => currency === CURRENCY);
  const before = previous.find(({ currency }) => currency === CURRENCY);
  return {
    accountId,
    cash,
    netLiquidation: own?.netLiquidatingValue ?? null,
    previousNetLiquidation: before?.netLiquidatingValue ?? null,
    externalFlows,
    income,
    // The broker counts pending cash beside net liq, not in it, and accrues nothing.
    accrued: 0,
    asOf: own?.updatedAt ?? asOf,
    freshUntil,
  };
}
