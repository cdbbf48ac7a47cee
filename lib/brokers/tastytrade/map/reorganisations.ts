import { INSTRUMENT_TYPE } from "./definitions.ts";
import { signOfAction, type TransactionRecord } from "./transactions.ts";

/** Sub-types by which a holding goes on in other units. */
export const SPLITS: ReadonlySet<string> = new Set(["Forward Split", "Reverse Split"]);
const SYMBOL_CHANGE = "Symbol Change";
const CENTS = 0.02;

/** Rows that take a holding away and give it back under another name or in other units. */
export interface Reorganisations {
  readonly paired: ReadonlySet<TransactionRecord>;
  /** By the symbol of now. */
  readonly rescaled: readonly { readonly symbol: string; readonly ratio: number }[];
}

/**
 * Splits and changes of name among today's rows, where one row that takes shares away has exactly
 * one that gives them back, and no money moved. What was traded before it on the same day is in
 * other units: then the rows stay as they are. Source: tastytrade.md §4.
 */
export function pairedReorganisations(rows: readonly TransactionRecord[]): Reorganisations {
  const groups = new Map<string, TransactionRecord[]>();
  for (const row of rows) {
    const { type, subType, symbol, instrumentType, executedAt, quantity } = row;
    const isSplit = SPLITS.has(subType ?? "");
    if (type !== "Receive Deliver" || !(isSplit || subType === SYMBOL_CHANGE)) continue;
    if (instrumentType !== INSTRUMENT_TYPE.equity || symbol === null) continue;
    // A split keeps its symbol, a change of name its quantity.
    const name = `${subType} ${executedAt} ${isSplit ? symbol : quantity}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  const paired = new Set<TransactionRecord>();
  const rescaled: { symbol: string; ratio: number }[] = [];
  for (const group of groups.values()) {
    const pair = pairOf(group);
    if (pair === null || wasTraded(rows, pair.out)) continue;
    paired.add(pair.out).add(pair.into);
    if (pair.ratio !== 1) rescaled.push({ symbol: pair.into.symbol ?? "", ratio: pair.ratio });
  }
  return { paired, rescaled };
}

function pairOf(
  group: readonly TransactionRecord[],
): {
  readonly out: TransactionRecord;
  readonly into: TransactionRecord;
  readonly ratio: number;
} | null {
  const [first, second] = group;
  if (group.length !== 2) return null;
  const sides = [signOfAction(first.action), signOfAction(second.action)];
  if (sides[0] === null || sides[1] === null || sides[0] === sides[1]) return null;
  const isMoneyMoved = Math.abs((first.value ?? 0) + (second.value ?? 0)) > CENTS;
  const isFirstOut = first.action?.endsWith("to Close") ?? false;
  const isSecondOut = second.action?.endsWith("to Close") ?? false;
  if (isMoneyMoved || isFirstOut === isSecondOut) return null;
  const [out, into] = isFirstOut ? [first, second] : [second, first];
  const ratio = Math.abs(into.quantity ?? NaN) / Math.abs(out.quantity ?? NaN);
  return ratio > 0 && Number.isFinite(ratio) ? { out, into, ratio } : null;
}

function wasTraded(rows: readonly TransactionRecord[], out: TransactionRecord): boolean {
  return rows.some(({ type, symbol, executedAt }) =>
    type === "Trade" && symbol === out.symbol && (executedAt ?? 0) <= (out.executedAt ?? 0)
  );
}
