import { dayOfIso, isoOf, weekday } from "../../../lib/world/civil.ts";
import { previousSession } from "../../../lib/world/session.ts";

const MONTHS = "FGHJKMNQUVXZ";
const WEEKDAY_LETTERS = "ABCD";

const EXCHANGES: Readonly<Record<string, string>> = {
  XNAS: "NASDAQ",
  XNYS: "NYSE",
  ARCX: "ARCA",
  XETR: "IBIS",
};

/** TWS's name of an exchange of the world. */
export function exchangeName(code: string): string {
  return EXCHANGES[code] ?? code;
}

/** "20250321" of "2025-03-21". */
export function compactDate(iso: string): string {
  return iso.replaceAll("-", "");
}

/** Last day on which an option trades: the session before its expiry if it settles at the open. */
export function lastTradeDay(expiry: string, settlement: "AM" | "PM"): number {
  const dayNo = dayOfIso(expiry);
  return settlement === "AM" ? previousSession(dayNo) : dayNo;
}

/** The same as "20250320". */
export function lastTradeDayText(expiry: string, settlement: "AM" | "PM"): string {
  return compactDate(isoOf(lastTradeDay(expiry, settlement)));
}

/** "ESM5" of "/ESM5"; other symbols as they are. */
export function futureSymbol(symbol: string): string {
  return symbol.replace(/^\//, "");
}

/** Trading class of options on the future: "EW3" a third Friday, "E2A" a second Monday. */
export function futureOptionClass(expiry: string): string {
  const nth = Math.ceil(Number(expiry.slice(8)) / 7);
  const day = weekday(dayOfIso(expiry));
  return day === 5 ? `EW${nth}` : `E${nth}${WEEKDAY_LETTERS[day - 1]}`;
}

/** "EW3H5 C5600". */
export function futureOptionSymbol(expiry: string, right: "C" | "P", strike: number): string {
  const month = MONTHS[Number(expiry.slice(5, 7)) - 1];
  return `${futureOptionClass(expiry)}${month}${expiry.slice(3, 4)} ${right}${strike}`;
}

/** "AAPL  261218C00250000": root on six, date, right, strike in thousandths on eight. */
export function occSymbol(
  root: string,
  expiry: string,
  right: "C" | "P",
  strike: number,
): string {
  const thousandths = String(Math.round(strike * 1000)).padStart(8, "0");
  return `${root.padEnd(6)}${compactDate(expiry).slice(2)}${right}${thousandths}`;
}

/** Strike and right in an option's local symbol, OCC or "EW3H5 C5600"; null for another text. */
export function termsOfLocal(localSymbol: string): { strike: number; right: "C" | "P" } | null {
  const occ = /^[A-Z0-9 ]{6}\d{6}([CP])(\d{8})$/.exec(localSymbol);
  const future = /^E\w{4} ([CP])([\d.]+)$/.exec(localSymbol);
  const [, letter, digits] = occ ?? future ?? [];
  if (letter === undefined) return null;
  const strike = occ === null ? Number(digits) : Number(digits) / 1000;
  return { strike, right: letter === "C" ? "C" : "P" };
}
