import type { UnixMs } from "../../../base/brand.ts";
import type { Fill, Position } from "../../../domain/position.ts";
import { type HeldRow, mapPosition } from "../map/positions.ts";

/** How rows become positions. */
export interface HoldingNames {
  readonly accountId: string;
  keyOfRow(row: HeldRow): string;
  readonly asOf: UnixMs;
}

/** Net quantity of fills by instrument, bought above 0. */
function filledByKey(fills: Iterable<Fill>): Map<string, number> {
  const filled = new Map<string, number>();
  for (const { instrumentKey, signedQuantity } of fills) {
    filled.set(instrumentKey, (filled.get(instrumentKey) ?? 0) + signedQuantity);
  }
  return filled;
}

/** What changed an account today, long > 0. */
export interface DayChanges {
  /** Trades, and what was delivered. */
  readonly fills: Iterable<Fill>;
  /** By instrument: what came or went in a way that cannot be understood. */
  readonly unclear: ReadonlyMap<string, number>;
}

/**
 * Positions of an account from what the broker holds and what changed today: what was held
 * overnight is the difference. What was closed today stays with quantity 0, because its day is not
 * over. What came in a way that cannot be understood was not held overnight and has no fill: the
 * book then says that a trade is missing instead of making a day's P&L of it. Rows whose quantity
 * cannot be read are counted in `unreadCount`, for they cannot be shown.
 */
export function holdingsOf(
  rows: readonly HeldRow[],
  { fills, unclear }: DayChanges,
  names: HoldingNames,
): { readonly positions: Position[]; readonly unreadCount: number } {
  const { accountId, asOf } = names;
  const changed = filledByKey(fills);
  for (const [key, quantity] of unclear) changed.set(key, (changed.get(key) ?? 0) + quantity);
  const positions: Position[] = [];
  let unreadCount = 0;
  for (const row of rows) {
    const instrumentKey = names.keyOfRow(row);
    const changedToday = changed.get(instrumentKey) ?? 0;
    changed.delete(instrumentKey);
    const position = mapPosition(row, { accountId, instrumentKey, changedToday, asOf });
    if (position === null) unreadCount++;
    else if (position.signedQuantity !== 0 || position.overnightQuantity !== 0) {
      positions.push(position);
    }
  }
  for (const [instrumentKey, quantity] of changed) {
    if (quantity !== 0) positions.push(closedToday(accountId, instrumentKey, quantity, asOf));
  }
  return { positions, unreadCount };
}

function closedToday(
  accountId: string,
  instrumentKey: string,
  changedToday: number,
  asOf: UnixMs,
): Position {
  return {
    accountId,
    instrumentKey,
    signedQuantity: 0,
    overnightQuantity: -changedToday,
    averagePrice: null,
    strategy: null,
    asOf,
  };
}

function isSame(a: Position, b: Position): boolean {
  return a.signedQuantity === b.signedQuantity && a.overnightQuantity === b.overnightQuantity &&
    a.averagePrice === b.averagePrice && a.instrumentKey === b.instrumentKey;
}

/**
 * `now` with the objects of `before` where nothing changed, and `before` itself when nothing did:
 * what is the same costs the book next to nothing.
 */
export function keepingSame(
  before: readonly Position[],
  now: readonly Position[],
): readonly Position[] {
  const known = new Map(before.map((position) => [position.instrumentKey, position]));
  const kept = now.map((position) => {
    const old = known.get(position.instrumentKey);
    return old !== undefined && isSame(old, position) ? old : position;
  });
  // The broker lists them in any order.
  const isAll = kept.length === before.length &&
    kept.every((one) => known.get(one.instrumentKey) === one);
  return isAll ? before : kept;
}

/**
 * Positions after the broker said that one changed. What was held overnight stays as it was: its
 * fill may not have been told yet.
 */
export function withMoved(
  before: readonly Position[],
  row: HeldRow,
  names: HoldingNames,
): readonly Position[] | null {
  const { accountId, asOf } = names;
  const instrumentKey = names.keyOfRow(row);
  const moved = mapPosition(row, { accountId, instrumentKey, changedToday: 0, asOf });
  if (moved === null) return null;
  const old = before.find((position) => position.instrumentKey === instrumentKey);
  const position = { ...moved, overnightQuantity: old?.overnightQuantity ?? 0 };
  const rest = before.filter((one) => one !== old);
  return keepingSame(before, old === undefined ? [...rest, position] : replaced(before, position));
}

function replaced(list: readonly Position[], position: Position): Position[] {
  return list.map((one) => one.instrumentKey === position.instrumentKey ? position : one);
}
