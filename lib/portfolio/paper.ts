import type { BookView } from "../domain/book_view.ts";
import { plural } from "../format/words.ts";
import type { PageMode, StandIn } from "../stream/protocol/messages.ts";

function paperCount(view: BookView, accounts: readonly number[]): number {
  return accounts.filter((index) => view.account(index).account.isPaper === true).length;
}

function allOf(view: BookView): readonly number[] {
  return Array.from({ length: view.accountCount }, (_, index) => index);
}

/**
 * What stands in for real money in these accounts of a book, all of them when none are named;
 * null: all of it is real, or there are none.
 */
export function paperStandIn(
  view: BookView,
  accounts: readonly number[] = allOf(view),
): Extract<StandIn, "paper" | "mixed"> | null {
  const count = paperCount(view, accounts);
  if (count === 0) return null;
  return count === accounts.length ? "paper" : "mixed";
}

/**
 * What a page or an export of these accounts is marked with. Only a live desk's mark depends on its
 * accounts, which may come while the page is open.
 */
export function paperMode(mode: PageMode, view: BookView, accounts?: readonly number[]): PageMode {
  if (mode !== "live" && mode !== "paper" && mode !== "mixed") return mode;
  return paperStandIn(view, accounts) ?? "live";
}

/**
 * "2 of 5 accounts are paper money" where a book mixes them, of the accounts named; "" where the
 * book is of one kind, or none of these is paper money.
 */
export function mixedWords(view: BookView, accounts: readonly number[]): string {
  if (paperStandIn(view) !== "mixed") return "";
  const [count, all] = [paperCount(view, accounts), accounts.length];
  if (count === 0) return "";
  if (count === all) return all === 1 ? "this account is paper money" : "all of it is paper money";
  return `${count} of ${plural(all, "account")} ${count === 1 ? "is" : "are"} paper money`;
}
