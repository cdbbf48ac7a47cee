import type { Instrument } from "../../../domain/instrument.ts";
import type { Fill } from "../../../domain/position.ts";
import { pairedReorganisations, SPLITS } from "./reorganisations.ts";
import { signOfAction, type TransactionRecord } from "./transactions.ts";

/** What rows of deliveries do not say themselves. */
export interface DeliveryNames {
  readonly accountId: string;
  /** The instrument of a symbol of the REST service; null when it is not known. */
  instrumentOf(apiSymbol: string): Instrument | null;
  /** What was held before, long > 0; null when that is not known. */
  heldBefore(instrumentKey: string): number | null;
}

/** A holding that was rescaled, as by a split. */
export interface Rescaled {
  readonly instrumentKey: string;
  /** Units now for one before. */
  readonly ratio: number;
}

/** What came and went without a trade. */
export interface Deliveries {
  /** As executions at the price that they were settled at: formulas §6 holds over them. */
  readonly movements: readonly Fill[];
  /** Net quantity by the desk's key of rows that cannot be understood, long > 0, never 0. */
  readonly unclear: ReadonlyMap<string, number>;
  /** Splits, whose close before may still be that of the old unit. */
  readonly rescaled: readonly Rescaled[];
}

/** Sub-types that end an option without anything paid for it by the row itself. */
const ENDS: ReadonlySet<string> = new Set([
  "Expiration",
  "Exercise",
  "Assignment",
  "Cash Settled Exercise",
  "Cash Settled Assignment",
]);
/** Money of a row is told in cents, prices with four decimals. */
const CENTS = 0.02;
const PRICE_STEP = 5e-5;

/**
 * Deliveries as movements of the book: an option that ends leaves at what was paid for it (0 when
 * it is worthless, exercised or assigned), shares come and go at the strike, and whatever else has
 * a value at that. What only changes its name or is split is held overnight as it is named now.
 * `rows`: transactions of today. Source: tastytrade.md §4; formulas §6; R36.
 */
export function deliveriesOf(
  rows: readonly TransactionRecord[],
  names: DeliveryNames,
): Deliveries {
  const movements: Fill[] = [];
  const unclear = new Map<string, number>();
  const { paired, rescaled } = pairedReorganisations(rows);
  for (const row of rows) {
    const instrument = row.symbol === null ? null : names.instrumentOf(row.symbol);
    if (row.type !== "Receive Deliver" || instrument === null || paired.has(row)) continue;
    const movement = movementOf(row, instrument, names);
    if (movement !== null) movements.push(movement);
    else {
      // A row without a side or amount says that something changed, not how.
      const changed = (signOfAction(row.action) ?? 1) * Math.abs(row.quantity || 1);
      unclear.set(instrument.key, (unclear.get(instrument.key) ?? 0) + changed || changed);
    }
  }
  const known = rescaled.flatMap(({ symbol, ratio }) => {
    const instrumentKey = names.instrumentOf(symbol)?.key;
    return instrumentKey === undefined ? [] : [{ instrumentKey, ratio }];
  });
  return { movements, unclear, rescaled: known };
}

/** A row as an execution; null where side, amount or price cannot be told for sure. */
function movementOf(
  row: TransactionRecord,
  instrument: Instrument,
  { accountId, heldBefore }: DeliveryNames,
): Fill | null {
  const { id, symbol, executedAt, quantity, fees } = row;
  // Its close may be of the old unit or the new: what one unit costs would not tell.
  if (SPLITS.has(row.subType ?? "") && !isOptionKind(instrument)) return null;
  const sign = sideOf(row, instrument, heldBefore(instrument.key));
  if (sign === null || quantity === null || quantity === 0 || executedAt === null) return null;
  const signedQuantity = sign * Math.abs(quantity);
  const price = priceOf(row, instrument, signedQuantity);
  if (price === null) return null;
  return {
    execId: `delivery ${id} ${symbol}`,
    accountId,
    instrumentKey: instrument.key,
    signedQuantity,
    price,
    fees: Math.max(0, fees ?? 0),
    filledAt: executedAt,
  };
}

function isOptionKind({ kind }: Instrument): boolean {
  return kind === "option" || kind === "futureOption";
}

/** Bought above 0: by the action, by how an option ends, or by which way the money went. */
function sideOf(
  { action, subType, value }: TransactionRecord,
  instrument: Instrument,
  held: number | null,
): number | null {
  const told = signOfAction(action);
  if (told !== null) return told;
  if (isOptionKind(instrument) && ENDS.has(subType ?? "")) {
    if (subType === "Assignment") return 1;
    if (subType === "Exercise") return -1;
    return held === null || held === 0 ? null : -Math.sign(held);
  }
  return value === null || value === 0 ? null : -Math.sign(value);
}

/** Price per unit at which money and quantity of a row agree; null when they do not. */
function priceOf(
  { subType, price, value }: TransactionRecord,
  instrument: Instrument,
  signedQuantity: number,
): number | null {
  // A future changes hands at no value; its variation is paid from its price.
  if (instrument.kind === "future") return price;
  const units = signedQuantity * instrument.multiplier;
  const isEnd = isOptionKind(instrument) && ENDS.has(subType ?? "");
  // Shares that come at 0 are no gift: their price is not told.
  if (price === null || price === 0) {
    if (isEnd && (value === null || value === 0)) return 0;
    if (value === null || value === 0) return null;
    const paid = -value / units;
    return paid > 0 ? paid : null;
  }
  const isAgreed = value === null ||
    Math.abs(value + units * price) <= CENTS + PRICE_STEP * Math.abs(units);
  return isAgreed ? price : null;
}
