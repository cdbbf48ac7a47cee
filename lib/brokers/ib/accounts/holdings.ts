import type { UnixMs } from "../../../base/brand.ts";
import type { Position } from "../../../domain/position.ts";
import type { Executed } from "../map/executions.ts";
import type { HeldLine } from "./held_lines.ts";

/** Eight decimals: what coins are held in; takes out what binary fractions add. */
const QUANTITY_STEPS = 1e8;
/** Lists and executions of one moment arrive within it, in any order, ms. */
const SETTLING_MS = 10_000;

function rounded(quantity: number): number {
  const value = Math.round(quantity * QUANTITY_STEPS) / QUANTITY_STEPS;
  return value === 0 ? 0 : value;
}

/**
 * What an account held overnight, by contract: what it holds less what was filled today. While the
 * first lists of a session come in it is computed anew; then it stands, so that what moves without
 * a fill, as by exercise or delivery, does not pass for held overnight. Times are monotonic ms.
 */
export class Overnight {
  #quantities = new Map<number, number>();
  #settledAt: number | null = null;

  /** A new session: it is computed anew with the next lists. */
  startSession(): void {
    this.#quantities.clear();
    this.#settledAt = null;
  }

  /** Takes over complete lists of positions and fills. */
  learn(
    lines: ReadonlyMap<number, HeldLine>,
    fills: readonly Executed[],
    now: number,
  ): void {
    this.#settledAt ??= now + SETTLING_MS;
    if (now > this.#settledAt) return;
    const quantities = new Map<number, number>();
    for (const [conId, { quantity }] of lines) quantities.set(conId, quantity);
    for (const { contract, signedQuantity } of fills) {
      const { conId } = contract;
      quantities.set(conId, (quantities.get(conId) ?? 0) - signedQuantity);
    }
    this.#quantities = new Map();
    for (const [conId, quantity] of quantities) this.#quantities.set(conId, rounded(quantity));
  }

  /** Quantity of a contract at the close before; 0 for what came today. */
  of(conId: number): number {
    return this.#quantities.get(conId) ?? 0;
  }

  /** Contracts that were held overnight. */
  held(): readonly number[] {
    return [...this.#quantities].filter(([, quantity]) => quantity !== 0).map(([conId]) => conId);
  }
}

/** How contracts become instruments: null while one cannot be named. */
export interface HoldingNames {
  readonly accountId: string;
  /** Key, and money per point and contract. */
  of(conId: number): { readonly key: string; readonly multiplier: number } | null;
  readonly now: UnixMs;
}

/**
 * Positions of an account. IB's average cost is money per contract and has the commissions inside:
 * by the multiplier it is a price per unit that includes them. What was closed today stays with
 * quantity 0, because its day is not over.
 */
export function positionsOf(
  lines: ReadonlyMap<number, HeldLine>,
  overnight: Overnight,
  names: HoldingNames,
): Position[] {
  const { accountId, now } = names;
  const positions: Position[] = [];
  for (const [conId, { quantity, averageCost, at }] of lines) {
    const named = names.of(conId);
    if (named === null) continue;
    positions.push({
      accountId,
      instrumentKey: named.key,
      signedQuantity: quantity,
      overnightQuantity: overnight.of(conId),
      averagePrice: averageCost === null ? null : averageCost / named.multiplier,
      strategy: null,
      asOf: at,
    });
  }
  for (const conId of overnight.held()) {
    const named = lines.has(conId) ? null : names.of(conId);
    if (named === null) continue;
    positions.push({
      accountId,
      instrumentKey: named.key,
      signedQuantity: 0,
      overnightQuantity: overnight.of(conId),
      averagePrice: null,
      strategy: null,
      asOf: now,
    });
  }
  return positions;
}

function isSame(a: Position, b: Position): boolean {
  return a.signedQuantity === b.signedQuantity && a.overnightQuantity === b.overnightQuantity &&
    a.averagePrice === b.averagePrice;
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
  const isAll = kept.length === before.length &&
    kept.every((one) => known.get(one.instrumentKey) === one);
  return isAll ? before : kept;
}
