import type { RowRef } from "../../domain/book_view.ts";
import { type Instrument, isOption } from "../../domain/instrument.ts";
import { formatLevel, formatSigned } from "../../format/number.ts";
import { formatExpiry } from "../../format/time.ts";

/** Delivered units of a standard equity option; another number is worth saying. */
const STANDARD_DELIVERABLE = 100;

function strikeText(strike: number): string {
  return formatLevel(strike, Number.isInteger(strike) ? 0 : strike * 10 % 1 === 0 ? 1 : 2);
}

function kindRank(instrument: Instrument): number {
  switch (instrument.kind) {
    case "equity":
    case "index":
      return 0;
    case "future":
      return 1;
    case "option":
    case "futureOption":
      return 2;
    case "unsupported":
      return 3;
  }
}

function expiryOf(instrument: Instrument): string {
  return isOption(instrument) || instrument.kind === "future" ? instrument.expiry : "";
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Contract order: shares, futures, then options by expiry, strike, right; then account. */
export function compareLegs(a: RowRef, b: RowRef): number {
  const byKind = kindRank(a.instrument) - kindRank(b.instrument);
  if (byKind !== 0) return byKind;
  const byExpiry = compareText(expiryOf(a.instrument), expiryOf(b.instrument));
  if (byExpiry !== 0) return byExpiry;
  if (isOption(a.instrument) && isOption(b.instrument)) {
    const byStrike = a.instrument.strike - b.instrument.strike;
    if (byStrike !== 0) return byStrike;
    const byRight = compareText(a.instrument.right, b.instrument.right);
    if (byRight !== 0) return byRight;
  }
  return a.mergeGroup - b.mergeGroup || a.accountId - b.accountId || a.id - b.id;
}

/**
 * A contract as a trader says it, without its quantity. The root is named where it is not the
 * underlying's symbol (SPXW, an adjusted class), so is a delivery other than 100.
 * Example: "13 Nov 195 call", "SPXW 21 Mar 5,600 put", "shares", "Jun 25 future".
 */
export function contractLabel(instrument: Instrument, symbol: string, year: number): string {
  switch (instrument.kind) {
    case "equity":
      return "shares";
    case "index":
      return "index";
    case "future":
      return `${formatExpiry(instrument.expiry, year)} future`;
    case "unsupported":
      return instrument.description;
    case "option":
    case "futureOption": {
      const root = instrument.root === symbol ? "" : `${instrument.root} `;
      const expiry = formatExpiry(instrument.expiry, year);
      const isOdd = instrument.kind === "option" && instrument.deliverable !== STANDARD_DELIVERABLE;
      const delivers = isOdd ? ` of ${instrument.deliverable}` : "";
      return `${root}${expiry} ${strikeText(instrument.strike)} ${instrument.right}${delivers}`;
    }
  }
}

/** A leg as the table names it: signed quantity and contract. Example: "−1 13 Nov 195 call". */
export function legLabel(row: RowRef, quantity: number, symbol: string, year: number): string {
  const decimals = Number.isInteger(quantity) ? 0 : 3;
  return `${formatSigned(quantity, decimals)} ${contractLabel(row.instrument, symbol, year)}`;
}
