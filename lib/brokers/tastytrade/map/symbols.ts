import type { IsoDate } from "../../../base/brand.ts";
import { parseDay } from "../../../calendar/date.ts";
import type { OptionRight } from "../../../domain/instrument.ts";

/** What an OCC symbol says. */
export interface ListedContract {
  readonly root: string;
  readonly expiry: IsoDate;
  readonly right: OptionRight;
  readonly strike: number;
}

/** What a future's symbol says. */
export interface FutureContract {
  /** Code of the product, without the slash: ES, 6E. */
  readonly product: string;
  /** 1 to 12. */
  readonly month: number;
  /** Last digit of the year. */
  readonly yearDigit: number;
}

/** What a future option's symbol says. */
export interface FutureOptionContract extends ListedContract {
  /** Symbol of the future beneath: `/ESZ6`. */
  readonly future: string;
  /** Root with month and year digit: `EW4X6`. */
  readonly code: string;
}

const OCC = /^([A-Z0-9]{1,6}) *(\d{6})([CP])(\d{8})$/;
const OCC_LENGTH = 21;
/** The root is greedy: those of adjusted contracts end in digits. */
const STREAMER_OPTION = /^\.([A-Z0-9]{1,6})(\d{6})([CP])(\d{1,5}(?:\.\d{1,3})?)$/;
const FUTURE = /^\/([A-Z0-9]{1,4})([FGHJKMNQUVXZ])(\d)$/;
const FUTURE_OPTION = /^\.(\/[A-Z0-9]{3,6}) *([A-Z0-9]{3,6}) *(\d{6})([CP])(\d+(?:\.\d+)?)$/;
const FUTURE_OPTION_CODE = /^([A-Z0-9]+)[FGHJKMNQUVXZ]\d$/;
const FUTURE_OPTION_HEAD = 19;
const MONTHS = "FGHJKMNQUVXZ";

function expiryOf(yymmdd: string): IsoDate | null {
  const date = `20${yymmdd.slice(0, 2)}-${yymmdd.slice(2, 4)}-${yymmdd.slice(4)}`;
  return parseDay(date).ok ? date : null;
}

function dayDigits(expiry: IsoDate): string {
  return expiry.slice(2).replaceAll("-", "");
}

function rightOf(letter: string): OptionRight {
  return letter === "C" ? "call" : "put";
}

function letterOf(right: OptionRight): string {
  return right === "call" ? "C" : "P";
}

/** Reads an OCC symbol of 21 characters: `SPY   261218P00500000`. Null for anything else. */
export function parseOcc(symbol: string): ListedContract | null {
  const match = OCC.exec(symbol);
  if (match === null || symbol.length !== OCC_LENGTH) return null;
  const expiry = expiryOf(match[2]);
  const strike = Number(match[4]) / 1000;
  if (expiry === null || strike === 0) return null;
  return { root: match[1], expiry, right: rightOf(match[3]), strike };
}

/** True for the root of an adjusted contract, which ends in a digit. Source: tastytrade.md §9. */
export function isAdjustedRoot(root: string): boolean {
  return /[A-Z]\d$/.test(root);
}

/** Writes an OCC symbol; the strike is below 100,000 with at most three decimals. */
export function occSymbol({ root, expiry, right, strike }: ListedContract): string {
  const digits = String(Math.round(strike * 1000)).padStart(8, "0");
  return `${root.padEnd(6)}${dayDigits(expiry)}${letterOf(right)}${digits}`;
}

/** Reads the feed's symbol of an equity or index option: `.SPY261218P500`. Null for others. */
export function parseStreamerOption(symbol: string): ListedContract | null {
  const match = STREAMER_OPTION.exec(symbol);
  if (match === null) return null;
  const expiry = expiryOf(match[2]);
  const strike = Number(match[4]);
  if (expiry === null || strike === 0) return null;
  return { root: match[1], expiry, right: rightOf(match[3]), strike };
}

/** The feed's symbol of an equity or index option. Source: tastytrade.md §9. */
export function streamerOption({ root, expiry, right, strike }: ListedContract): string {
  const text = String(Math.round(strike * 1000) / 1000);
  return `.${root}${dayDigits(expiry)}${letterOf(right)}${text}`;
}

/** Reads a future's symbol: `/ESZ6`. Null for anything else. */
export function parseFuture(symbol: string): FutureContract | null {
  const match = FUTURE.exec(symbol);
  if (match === null) return null;
  const [, product, letter, digit] = match;
  return { product, month: MONTHS.indexOf(letter) + 1, yearDigit: Number(digit) };
}

/** The year that a digit means: of the next contract of that month that is not over on `today`. */
export function futureYear(contract: FutureContract, today: IsoDate): number {
  const year = Number(today.slice(0, 4));
  const month = Number(today.slice(5, 7));
  for (let candidate = year; candidate < year + 10; candidate++) {
    const isOver = candidate === year && contract.month < month;
    if (candidate % 10 === contract.yearDigit && !isOver) return candidate;
  }
  return year + 10;
}

/** The feed's symbol of a future: `/ESZ26:XCME`; `exchange` as the feed suffixes it. */
export function streamerFuture(symbol: string, exchange: string, today: IsoDate): string | null {
  const contract = parseFuture(symbol);
  if (contract === null) return null;
  const year = String(futureYear(contract, today)).slice(2);
  return `${symbol.slice(0, -1)}${year}:${exchange}`;
}

/**
 * Reads a future option's symbol, whose parts stand in fixed columns: `./ESZ6 EW4X6 261127C5750`,
 * `./MESM6EX3H6 260320P6450`. Null for anything else.
 */
export function parseFutureOption(symbol: string): FutureOptionContract | null {
  const head = `${symbol.slice(0, 7).trimEnd()} ${symbol.slice(7, 13).trimEnd()} `;
  const match = FUTURE_OPTION.exec(`${head}${symbol.slice(13)}`);
  if (match === null || symbol.length < FUTURE_OPTION_HEAD) return null;
  const [, future, code, day, letter, price] = match;
  const expiry = expiryOf(day);
  const root = FUTURE_OPTION_CODE.exec(code)?.[1];
  const strike = Number(price);
  if (expiry === null || root === undefined || parseFuture(future) === null || strike === 0) {
    return null;
  }
  return { future, code, root, expiry, right: rightOf(letter), strike };
}

/** Writes a future option's symbol. */
export function futureOptionSymbol(contract: FutureOptionContract): string {
  const { future, code, expiry, right, strike } = contract;
  const columns = `${future.padEnd(6)}${code.padEnd(6)}${dayDigits(expiry)}`;
  return `.${columns}${letterOf(right)}${strike}`;
}
