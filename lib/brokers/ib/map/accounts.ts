import type { Currency } from "../../../base/brand.ts";
import { type Account, maskAccountNumber } from "../../../domain/account.ts";

/** Name of the broker in accounts and ids. */
export const BROKER = "ib";

const HASH_DIGITS = 3;

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return hash;
}

/**
 * The desk's id of an account: the last four characters and three digits of a hash, so that pages,
 * which get the id, do not get the number. The same number always has the same id.
 */
export function accountIdOf(number: string): string {
  const hash = hashOf(number).toString(16).padStart(8, "0").slice(-HASH_DIGITS);
  return `${BROKER}-${number.slice(-4)}-${hash}`;
}

/** True for a paper account: told by its number alone, never by the port. Source: ib.md §1. */
export function isPaper(number: string): boolean {
  return /^D[UF]/.test(number);
}

/**
 * Accounts of a login that the desk shows: those that are allowed (none named: all), each once, in
 * the order of their numbers, without the empty one that TWS may list.
 */
export function shownNumbers(numbers: readonly string[], allowed: readonly string[]): string[] {
  const wanted = new Set(allowed.map((number) => number.toUpperCase()));
  const shown = numbers.map((number) => number.trim()).filter((number) =>
    number !== "" && (wanted.size === 0 || wanted.has(number.toUpperCase()))
  );
  return [...new Set(shown)].sort();
}

/**
 * Accounts that are named and are none of the login's, in words with the last four of each; null
 * when all are there. They leave their part of the book empty. Source: requirements.md G-003.
 */
export function missingWords(
  numbers: readonly string[],
  allowed: readonly string[],
): string | null {
  const there = new Set(shownNumbers(numbers, []).map((number) => number.toUpperCase()));
  const missing = allowed.filter((number) => !there.has(number.toUpperCase()));
  if (missing.length === 0) return null;
  const named = missing.map(maskAccountNumber).join(", ");
  return `no account is named ${named}, nothing of it is loaded`;
}

function typeName(type: string, isOnPaper: boolean): string {
  const words = type.toLowerCase().replace(/[_\s]+/g, " ").trim();
  const named = words === "" ? "" : `${words[0].toUpperCase()}${words.slice(1)}`;
  return [isOnPaper ? "Paper" : "", named].filter((part) => part !== "").join(" ");
}

/** An account with what IB says of its kind: INDIVIDUAL, JOINT, IRA …; empty: nothing. */
export function mapAccount(number: string, type: string, currency: Currency): Account {
  const name = typeName(type, isPaper(number));
  return {
    id: accountIdOf(number),
    broker: BROKER,
    number,
    nickname: name === "" ? maskAccountNumber(number) : name,
    type: name,
    currency,
    ...(isPaper(number) ? { isPaper: true } : {}),
  };
}
