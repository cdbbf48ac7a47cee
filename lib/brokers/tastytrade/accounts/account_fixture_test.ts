import type { Fill } from "../../../domain/position.ts";
import type { HeldRow } from "../map/positions.ts";
import type { TransactionRecord } from "../map/transactions.ts";

/** 2026-10-30T14:00:00Z, in session. */
export const AT = Date.UTC(2026, 9, 30, 14);

/** A row of 100 shares of SPY. */
export function aRow(changes: Partial<HeldRow> = {}): HeldRow {
  return {
    accountNumber: "5WZ00042",
    symbol: "SPY",
    instrumentType: "Equity",
    underlyingSymbol: "SPY",
    streamerSymbol: "SPY",
    signedQuantity: 100,
    multiplier: 1,
    averagePrice: 500,
    closePrice: 590,
    markPrice: null,
    expiresAt: null,
    updatedAt: AT,
    ...changes,
  };
}

/** A fill of 10 shares of SPY. */
export function aFill(changes: Partial<Fill> = {}): Fill {
  return {
    execId: "e1",
    accountId: "tastytrade-0042-abc",
    instrumentKey: "SPY",
    signedQuantity: 10,
    price: 600,
    fees: 0,
    filledAt: AT,
    ...changes,
  };
}

/** The row of a short put that was assigned. */
export function aTransaction(changes: Partial<TransactionRecord> = {}): TransactionRecord {
  return {
    id: "252640001",
    accountNumber: "5WZ00042",
    type: "Receive Deliver",
    subType: "Assignment",
    description: null,
    symbol: "SPY   261030P00500000",
    instrumentType: "Equity Option",
    underlyingSymbol: "SPY",
    action: null,
    quantity: 2,
    price: null,
    value: 0,
    netValue: 0,
    fees: 0,
    isFeeEstimated: true,
    executedAt: AT,
    date: "2026-10-30",
    orderId: null,
    execId: null,
    ...changes,
  };
}
