import { dayOfIso, isoOf, nthWeekday, weekday } from "../../lib/world/civil.ts";
import type { ContractQuery, Instrument } from "../../lib/world/mod.ts";
import { minimal } from "./decimals.ts";

const MONTHS = "FGHJKMNQUVXZ";
const WEEKDAY_LETTERS = "ABCD";
/** The world has one class of options on its future; the exchange gives each day its own root. */
const WORLD_FUTURE_OPTION_ROOT = "EW";

/** The symbol by which the REST service knows an instrument. */
export function apiSymbol(instrument: Instrument, underlying: Instrument): string {
  const { option } = instrument;
  if (instrument.kind !== "futureOption" || option === undefined) return instrument.symbol;
  const root = contractCode(option.expiry, 1).padEnd(6);
  const day = option.expiry.slice(2).replaceAll("-", "");
  const right = option.right === "call" ? "C" : "P";
  return `.${underlying.symbol.padEnd(6)}${root}${day}${right}${minimal(option.strike)}`;
}

/** The symbol by which the feed knows an instrument. */
export function streamerSymbol(instrument: Instrument): string {
  const { option, expiry, symbol } = instrument;
  if (option === undefined) {
    if (instrument.kind !== "future" || expiry === undefined) return symbol;
    // "/ESM5" there is "/ESM25:XCME" here: two digits of the year, and the exchange.
    return `${symbol.slice(0, -1)}${expiry.slice(2, 4)}:XCME`;
  }
  const right = option.right === "call" ? "C" : "P";
  const strike = minimal(option.strike);
  if (instrument.kind === "futureOption") {
    return `./${contractCode(option.expiry, 2)}${right}${strike}:XCME`;
  }
  return `.${instrument.root}${option.expiry.slice(2).replaceAll("-", "")}${right}${strike}`;
}

/** Root of future options by expiry: "EW3" a third Friday, "E2A" a second Monday. */
export function futureOptionRoot(expiry: string): string {
  const dayNo = dayOfIso(expiry);
  const nth = Math.ceil(Number(expiry.slice(8)) / 7);
  const day = weekday(dayNo);
  return day === 5 ? `EW${nth}` : `E${nth}${WEEKDAY_LETTERS[day - 1]}`;
}

/** Root, month and year: "EW3H5" with one digit of the year, "EW3H25" with two. */
export function contractCode(expiry: string, yearDigits: 1 | 2): string {
  const month = MONTHS[Number(expiry.slice(5, 7)) - 1];
  return `${futureOptionRoot(expiry)}${month}${expiry.slice(4 - yearDigits, 4)}`;
}

/** Contract that a REST option symbol names, whether or not it exists; null for what is none. */
export function contractOfApi(symbol: string): ContractQuery | null {
  const occ = /^([A-Z0-9]{1,6}) *(\d{6})([CP])(\d{8})$/.exec(symbol);
  if (occ !== null && symbol.length === 21) {
    return query(occ[1], occ[2], occ[3], Number(occ[4]) / 1000);
  }
  const future = /^\.\/[A-Z0-9]+ *E(?:W\d|\d[A-D])[A-Z]\d *(\d{6})([CP])([\d.]+)$/.exec(symbol);
  if (future === null) return null;
  return query(WORLD_FUTURE_OPTION_ROOT, future[1], future[2], Number(future[3]));
}

/** Contract that a feed option symbol names, whether or not it exists; null for what is none. */
export function contractOfStreamer(symbol: string): ContractQuery | null {
  const option = /^\.([A-Z0-9]+)(\d{6})([CP])(\d+(?:\.\d{1,3})?)$/.exec(symbol);
  if (option !== null) return query(option[1], option[2], option[3], Number(option[4]));
  const future = /^\.\/E(?:W(\d)|(\d)([A-D]))([A-Z])(\d\d)([CP])(\d+(?:\.\d+)?):XCME$/.exec(symbol);
  if (future === null) return null;
  const month = MONTHS.indexOf(future[4]) + 1;
  if (month === 0) return null;
  const nth = Number(future[1] ?? future[2]);
  const day = future[3] === undefined ? 5 : WEEKDAY_LETTERS.indexOf(future[3]) + 1;
  const dayNo = nthWeekday(2000 + Number(future[5]), month, day, nth);
  const yymmdd = isoOf(dayNo).slice(2).replaceAll("-", "");
  return query(WORLD_FUTURE_OPTION_ROOT, yymmdd, future[6], Number(future[7]));
}

function query(root: string, yymmdd: string, right: string, strike: number): ContractQuery {
  const expiry = `20${yymmdd.slice(0, 2)}-${yymmdd.slice(2, 4)}-${yymmdd.slice(4)}`;
  return { root, expiry, strike, right: right === "C" ? "call" : "put" };
}
