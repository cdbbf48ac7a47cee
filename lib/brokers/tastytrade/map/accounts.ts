import type { UnixMs } from "../../../base/brand.ts";
import { type Account, maskAccountNumber } from "../../../domain/account.ts";
import { type Drift, Fields } from "./fields.ts";
import { CURRENCY } from "./listed_instrument.ts";

/** Name of the broker in accounts and ids. */
export const BROKER = "tastytrade";

/** An account with what the broker says about it. */
export interface AccountRecord {
  readonly account: Account;
  readonly isClosed: boolean;
  /** owner, trade-only or read-only; an open set. Null: not said. */
  readonly authority: string | null;
  /** Margin or Cash; an open set. */
  readonly marginOrCash: string | null;
  readonly isFuturesApproved: boolean | null;
  readonly openedAt: UnixMs | null;
}

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

/** Reads an account, as itself or inside an item with the authority. Null without a number. */
export function readAccount(fields: Fields): AccountRecord | null {
  const own = fields.child("account") ?? fields;
  const number = own.text("account-number", "expected");
  if (number === null) return null;
  const type = own.text("account-type-name", "expected") ?? "";
  const nickname = own.text("nickname") ?? (type === "" ? maskAccountNumber(number) : type);
  return {
    account: {
      id: accountIdOf(number),
      broker: BROKER,
      number,
      nickname,
      type,
      currency: CURRENCY,
    },
    isClosed: own.flag("is-closed") ?? false,
    authority: fields.text("authority-level"),
    marginOrCash: own.text("margin-or-cash"),
    isFuturesApproved: own.flag("is-futures-approved"),
    openedAt: own.instant("opened-at"),
  };
}

/**
 * Reads `GET /customers/me/accounts`: every account once, with ids that differ even where two
 * numbers share their hash, in the order of the numbers.
 */
export function readAccounts(items: unknown, drift: Drift): AccountRecord[] {
  const byNumber = new Map<string, AccountRecord>();
  for (const fields of Fields.listOf(items, "account", drift)) {
    const record = readAccount(fields);
    if (record !== null) byNumber.set(record.account.number, record);
  }
  const taken = new Set<string>();
  return [...byNumber.keys()].sort().flatMap((number) => {
    const record = byNumber.get(number);
    if (record === undefined) return [];
    let id = record.account.id;
    while (taken.has(id)) id = `${id}x`;
    taken.add(id);
    return [{ ...record, account: { ...record.account, id } }];
  });
}
