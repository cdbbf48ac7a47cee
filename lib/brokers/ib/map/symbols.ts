import type { Currency, IsoDate } from "../../../base/brand.ts";
import { parseDay } from "../../../calendar/date.ts";
import type { OptionRight } from "../../../domain/instrument.ts";

/** What an OCC symbol of 21 characters says. */
export interface OccName {
  readonly root: string;
  readonly expiry: IsoDate;
  readonly right: OptionRight;
  readonly strike: number;
}

/** What a future's local symbol says: `ESZ6`. */
export interface FutureName {
  readonly product: string;
  /** F to Z. */
  readonly monthLetter: string;
  /** Last digit of the year. */
  readonly yearDigit: number;
}

const BASE = "USD";
const OCC = /^([A-Z0-9]{1,6}) *(\d{2})(\d{2})(\d{2})([CP])(\d{8})$/;
const OCC_LENGTH = 21;
const FUTURE = /^([A-Z0-9]{1,4}?)([FGHJKMNQUVXZ])\d?(\d)$/;
const ON_FUTURE = /^([A-Z0-9]{1,5}?)[FGHJKMNQUVXZ]\d{1,2} +[CP]/;
const CLASS_SHARE = /^([A-Z]{1,5})[ .]([A-Z]{1,4})$/;
const MONTH_LETTERS = "FGHJKMNQUVXZ";
const CONTRACT_MONTH = /^\d{3}(\d)(\d{2})/;

/** Exchanges abroad that list in dollars: a share there is not the US one of that symbol. */
const ABROAD = new Set(
  "LSE LSEETF LSEIOB1 EBS IBIS IBIS2 SBF AEB BVME BVME.ETF BM SEHK SGX TSE TSEJ VENTURE MEXI ASX"
    .split(" "),
);

/** Reads an OCC symbol; null for anything else. */
export function parseOcc(symbol: string): OccName | null {
  const match = OCC.exec(symbol);
  if (match === null || symbol.length !== OCC_LENGTH) return null;
  const [, root, year, month, day, letter, digits] = match;
  const expiry = `20${year}-${month}-${day}`;
  const strike = Number(digits) / 1000;
  if (!parseDay(expiry).ok || strike === 0) return null;
  return { root, expiry, right: letter === "C" ? "call" : "put", strike };
}

/** Writes an OCC symbol; null when its parts do not fit in. */
export function occSymbol({ root, expiry, right, strike }: OccName): string | null {
  const digits = String(Math.round(strike * 1000)).padStart(8, "0");
  const day = expiry.slice(2).replaceAll("-", "");
  const text = `${root.padEnd(6)}${day}${right === "call" ? "C" : "P"}${digits}`;
  return OCC.test(text) && text.length === OCC_LENGTH ? text : null;
}

/** Reads a future's local symbol; null for anything else. */
export function parseFuture(localSymbol: string): FutureName | null {
  const match = FUTURE.exec(localSymbol);
  if (match === null) return null;
  return { product: match[1], monthLetter: match[2], yearDigit: Number(match[3]) };
}

/** Month letter and year digit of a contract month `202612`; null for other texts. */
export function contractMonth(text: string): Omit<FutureName, "product"> | null {
  const match = CONTRACT_MONTH.exec(text);
  const month = match === null ? 0 : Number(match[2]);
  if (match === null || month < 1 || month > 12) return null;
  return { monthLetter: MONTH_LETTERS[month - 1], yearDigit: Number(match[1]) };
}

/** The contract month `202612` of a month letter and year digit, the next one from `today` on. */
export function monthText(monthLetter: string, yearDigit: number, today: IsoDate): string {
  const month = MONTH_LETTERS.indexOf(monthLetter) + 1;
  const first = Number(today.slice(0, 4));
  for (let year = first; year < first + 10; year++) {
    const isOver = year === first && month < Number(today.slice(5, 7));
    if (year % 10 === yearDigit && !isOver) return `${year}${String(month).padStart(2, "0")}`;
  }
  return `${first + 10}${String(month).padStart(2, "0")}`;
}

/** Root of an option on a future, by its local symbol `EW4X6 C5750`; null for other forms. */
export function rootOnFuture(localSymbol: string): string | null {
  return ON_FUTURE.exec(localSymbol)?.[1] ?? null;
}

/** True for the root of an adjusted OCC contract, which ends in a digit. */
export function isAdjustedRoot(root: string): boolean {
  return /[A-Z]\d$/.test(root);
}

/** True for the root of a FLEX option, which begins with a digit. */
export function isFlexRoot(root: string): boolean {
  return /^\d[A-Z]/.test(root);
}

/**
 * The desk's key of a share, fund or index: its symbol, class shares as `BRK/B`; outside the US
 * with currency or exchange behind it, `SAP:EUR`, so that it is not taken for the US listing.
 */
export function shareKey(symbol: string, currency: Currency, exchange: string): string {
  if (currency !== BASE) return `${symbol.replaceAll(" ", "/")}:${currency}`;
  const name = symbol.replace(CLASS_SHARE, "$1/$2");
  return ABROAD.has(exchange) ? `${name}:${exchange}` : name;
}

/** IB's symbol, currency and exchange of a share's or index' key; the inverse of `shareKey`. */
export function shareOfKey(
  key: string,
): { readonly symbol: string; readonly currency: Currency; readonly exchange: string } {
  const [name, suffix] = key.split(":");
  const symbol = name.replaceAll("/", " ");
  if (suffix === undefined) return { symbol, currency: BASE, exchange: "SMART" };
  return ABROAD.has(suffix)
    ? { symbol, currency: BASE, exchange: suffix }
    : { symbol, currency: suffix, exchange: "SMART" };
}

/** Root as it stands in a key: contracts in other currencies may share the root of a US one. */
export function keyRoot(root: string, currency: Currency): string {
  const name = root.replaceAll(" ", "");
  return currency === BASE ? name : `${name}:${currency}`;
}
