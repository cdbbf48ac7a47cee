import type { IsoDate, UnixMs } from "../../../base/brand.ts";
import { type Drift, Fields } from "./fields.ts";

/** A row of `GET /accounts/{n}/transactions`, for the ledger. Null: not sent. */
export interface TransactionRecord {
  readonly id: string;
  readonly accountNumber: string | null;
  /** Trade, Receive Deliver, Money Movement …; an open set. */
  readonly type: string;
  /** Sell to Open, Assignment, Dividend …; an open set. */
  readonly subType: string | null;
  readonly description: string | null;
  readonly symbol: string | null;
  readonly instrumentType: string | null;
  readonly underlyingSymbol: string | null;
  readonly action: string | null;
  /** As sent, without a sign. */
  readonly quantity: number | null;
  readonly price: number | null;
  /** Money in above 0, out below; price × quantity × multiplier. */
  readonly value: number | null;
  /** `value` with the costs. */
  readonly netValue: number | null;
  /** Costs, money out above 0; null when one of them could not be read. */
  readonly fees: number | null;
  readonly isFeeEstimated: boolean | null;
  readonly executedAt: UnixMs | null;
  readonly date: IsoDate | null;
  readonly orderId: string | null;
  readonly execId: string | null;
}

const FEES = [
  "commission",
  "clearing-fees",
  "regulatory-fees",
  "proprietary-index-option-fees",
  "other-charge",
] as const;

const CENT_PARTS = 1e6;

/** Money out of all kinds of costs; a kind that is not sent costs nothing. */
function feesOf(fields: Fields): number | null {
  let paid = 0;
  for (const name of FEES) {
    if (fields.value(name) === undefined) continue;
    const fee = fields.signed(name);
    if (fee === null) return null;
    paid -= fee;
  }
  const rounded = Math.round(paid * CENT_PARTS) / CENT_PARTS;
  return rounded === 0 ? 0 : rounded;
}

/** Reads one transaction; null without an id. */
export function readTransaction(fields: Fields): TransactionRecord | null {
  const id = fields.text("id", "expected");
  if (id === null) return null;
  return {
    id,
    accountNumber: fields.text("account-number", "expected"),
    type: fields.text("transaction-type", "expected") ?? "Unknown",
    subType: fields.text("transaction-sub-type"),
    description: fields.text("description"),
    symbol: fields.text("symbol"),
    instrumentType: fields.text("instrument-type"),
    underlyingSymbol: fields.text("underlying-symbol"),
    action: fields.text("action"),
    quantity: fields.amount("quantity"),
    price: fields.decimal("price"),
    value: fields.signed("value", "expected"),
    netValue: fields.signed("net-value", "expected"),
    fees: feesOf(fields),
    isFeeEstimated: fields.flag("is-estimated-fee"),
    executedAt: fields.instant("executed-at", "expected"),
    date: fields.date("transaction-date"),
    orderId: fields.text("order-id"),
    execId: fields.text("exec-id") ?? fields.text("ext-exec-id"),
  };
}

/**
 * Reads all items of a transactions answer. One id comes twice when the list grew between two of
 * its pages; the same id with another symbol is another row.
 */
export function readTransactions(items: unknown, drift: Drift): TransactionRecord[] {
  const byId = new Map<string, TransactionRecord>();
  for (const fields of Fields.listOf(items, "transaction", drift)) {
    const record = readTransaction(fields);
    if (record !== null) byId.set(`${record.id} ${record.symbol ?? ""}`, record);
  }
  return [...byId.values()];
}

/** Bought above 0: the sign that an action gives a quantity; null for what is no trade. */
export function signOfAction(action: string | null): 1 | -1 | null {
  if (action === null) return null;
  if (action === "Buy" || action.startsWith("Buy to ")) return 1;
  return action === "Sell" || action.startsWith("Sell to ") ? -1 : null;
}

const INCOME: ReadonlySet<string> = new Set([
  "Dividend",
  "Special Dividend",
  "Credit Interest",
  "Debit Interest",
  "Fee",
  "Balance Adjustment",
]);
const FLOWS: ReadonlySet<string> = new Set(["Deposit", "Withdrawal", "Transfer", "ACAT"]);

/**
 * Money that came in or went out without a trade, of the rows given: income is dividends, interest
 * and what the broker takes (below 0), external what the user moved. Null when the value of one
 * such row is not known.
 */
export function cashMovements(
  rows: readonly TransactionRecord[],
): { readonly external: number; readonly income: number } | null {
  let external = 0;
  let income = 0;
  for (const { type, subType, netValue } of rows) {
    if (type !== "Money Movement" || subType === null) continue;
    const isIncome = INCOME.has(subType);
    if (!isIncome && !FLOWS.has(subType)) continue;
    if (netValue === null) return null;
    if (isIncome) income += netValue;
    else external += netValue;
  }
  return { external, income };
}
