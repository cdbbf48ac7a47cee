import { type AbsenceReason } from "../base/absence.ts";

/** Why a value is not there, in the words of the page; short enough for the last column. */
export const ABSENCE_WORDS: Readonly<Record<AbsenceReason, string>> = {
  present: "",
  noQuote: "no quote",
  noGreeks: "no Greeks",
  notSubscribed: "not subscribed",
  stale: "too old",
  halted: "halted",
  crossed: "crossed quote",
  wideSpread: "wide spread",
  noTimeValue: "no time value",
  outOfBounds: "out of bounds",
  noUnderlying: "no underlying",
  noClose: "no close",
  noRate: "no rate",
  expired: "expired",
  unsupported: "unsupported",
  notReported: "not reported",
  feedDown: "feed down",
};

const SMALL = [
  "no",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
] as const;

/** A count in a sentence: words under ten, digits above. */
export function countWord(count: number): string {
  return SMALL[count] ?? String(count);
}

/** "1 leg", "3 legs". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Joins with commas and "and": "a", "a and b", "a, b and c". */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}
