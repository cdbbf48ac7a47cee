import type { BookView } from "../../domain/book_view.ts";
import { STREAM_LIMITS } from "./limits.ts";
import type { RowSubscription } from "./messages.ts";

/** What a principal may see: all accounts, or those with the named `Account.id`. */
export interface Scope {
  /** Opaque name; equal names mean equal content. Part of a resume. */
  readonly id: string;
  readonly accounts: "all" | readonly string[];
}

/** The scope that shows everything. */
export const WHOLE_SCOPE: Scope = { id: "all", accounts: "all" };

/** What of a book travels to one audience, as dense indices of one layout, ascending. */
export interface VisiblePart {
  readonly underlyings: Int32Array;
  readonly accounts: Int32Array;
  readonly rows: Int32Array;
  /** Underlying ids whose rows are in `rows`, or "all" when none had to stay behind. */
  readonly rowsOf: RowSubscription;
}

function visibleAccounts(view: BookView, scope: Scope): Int32Array {
  const all = Int32Array.from({ length: view.accountCount }, (_, a) => a);
  const { accounts } = scope;
  if (accounts === "all") return all;
  return all.filter((a) => accounts.includes(view.account(a).account.id));
}

/**
 * An underlying is visible when the scope holds a row of it, or when nobody does: then it is there
 * for its price, as the reference index is.
 */
function visibleUnderlyings(view: BookView, isAccountIn: readonly boolean[]): Int32Array {
  const isHeld = new Uint8Array(view.underlyingCount);
  const isIn = new Uint8Array(view.underlyingCount);
  for (let index = 0; index < view.rowCount; index++) {
    const u = view.underlyingOfRow(index);
    isHeld[u] = 1;
    if (isAccountIn[accountIndexOfRow(view, index)]) isIn[u] = 1;
  }
  return Int32Array.from({ length: view.underlyingCount }, (_, u) => u)
    .filter((u) => isIn[u] === 1 || isHeld[u] === 0);
}

function accountIndexOfRow(view: BookView, index: number): number {
  return view.accountIds.indexOf(view.row(index).accountId);
}

/** Works out what travels of a book; holds until its layout moves. */
export function visiblePart(view: BookView, scope: Scope, rows: RowSubscription): VisiblePart {
  const accounts = visibleAccounts(view, scope);
  const isAccountIn = Array.from({ length: view.accountCount }, (_, a) => accounts.includes(a));
  const underlyings = visibleUnderlyings(view, isAccountIn);
  const counts = new Map<number, number>();
  const wanted = rows === "all" ? null : new Set(rows);
  const candidates: number[] = [];
  for (let index = 0; index < view.rowCount; index++) {
    if (!isAccountIn[accountIndexOfRow(view, index)]) continue;
    const u = view.underlyingOfRow(index);
    if (wanted !== null && !wanted.has(view.underlyingIds[u])) continue;
    candidates.push(index);
    counts.set(u, (counts.get(u) ?? 0) + 1);
  }
  if (candidates.length <= STREAM_LIMITS.subscribedRows) {
    return { underlyings, accounts, rows: Int32Array.from(candidates), rowsOf: rows };
  }
  const kept = wholeUnderlyings(counts);
  return {
    underlyings,
    accounts,
    rows: Int32Array.from(candidates.filter((i) => kept.has(view.underlyingOfRow(i)))),
    rowsOf: [...kept].map((u) => view.underlyingIds[u]),
  };
}

/** Underlyings, in order, as long as all their rows fit; no underlying travels in part. */
function wholeUnderlyings(counts: ReadonlyMap<number, number>): ReadonlySet<number> {
  const kept = new Set<number>();
  let total = 0;
  for (const [u, count] of counts) {
    if (total + count > STREAM_LIMITS.subscribedRows) continue;
    kept.add(u);
    total += count;
  }
  return kept;
}
