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
function visibleUnderlyings(view: BookView, isRowIn: (index: number) => boolean): Int32Array {
  const isHeld = new Uint8Array(view.underlyingCount);
  const isIn = new Uint8Array(view.underlyingCount);
  for (let index = 0; index < view.rowCount; index++) {
    const u = view.underlyingOfRow(index);
    isHeld[u] = 1;
    if (isIn[u] === 0 && isRowIn(index)) isIn[u] = 1;
  }
  return Int32Array.from({ length: view.underlyingCount }, (_, u) => u)
    .filter((u) => isIn[u] === 1 || isHeld[u] === 0);
}

/** Whether a scope shows a row, by its account; reading a row's names costs, so "all" asks none. */
function rowFilter(view: BookView, scope: Scope, accounts: Int32Array): (index: number) => boolean {
  if (scope.accounts === "all") return () => true;
  const ids = new Set(Array.from(accounts, (a) => view.accountIds[a]));
  return (index) => ids.has(view.row(index).accountId);
}

/** Works out what travels of a book; holds until its layout moves. */
export function visiblePart(view: BookView, scope: Scope, rows: RowSubscription): VisiblePart {
  const accounts = visibleAccounts(view, scope);
  const isRowIn = rowFilter(view, scope, accounts);
  const underlyings = visibleUnderlyings(view, isRowIn);
  const isWanted = wantedUnderlyings(view, rows);
  const candidates = new Int32Array(view.rowCount);
  const counts = new Int32Array(view.underlyingCount);
  let count = 0;
  for (let index = 0; index < view.rowCount; index++) {
    const u = view.underlyingOfRow(index);
    if (isWanted[u] === 0 || !isRowIn(index)) continue;
    candidates[count++] = index;
    counts[u]++;
  }
  const found = candidates.subarray(0, count);
  if (count <= STREAM_LIMITS.subscribedRows) {
    return { underlyings, accounts, rows: found.slice(), rowsOf: rows };
  }
  const isKept = wholeUnderlyings(counts);
  return {
    underlyings,
    accounts,
    rows: found.filter((index) => isKept[view.underlyingOfRow(index)] === 1),
    rowsOf: Array.from(view.underlyingIds.subarray(0, view.underlyingCount))
      .filter((_, u) => isKept[u] === 1),
  };
}

/** 1 for underlyings whose rows are subscribed to. */
function wantedUnderlyings(view: BookView, rows: RowSubscription): Uint8Array {
  const isWanted = new Uint8Array(view.underlyingCount);
  if (rows === "all") return isWanted.fill(1);
  const wanted = new Set(rows);
  return isWanted.map((_, u) => wanted.has(view.underlyingIds[u]) ? 1 : 0);
}

/** 1 for underlyings, in order, as long as all their rows fit; none travels in part. */
function wholeUnderlyings(counts: Int32Array): Uint8Array {
  const isKept = new Uint8Array(counts.length);
  let total = 0;
  for (let u = 0; u < counts.length; u++) {
    if (counts[u] === 0 || total + counts[u] > STREAM_LIMITS.subscribedRows) continue;
    isKept[u] = 1;
    total += counts[u];
  }
  return isKept;
}
