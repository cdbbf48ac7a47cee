import type { Lookup } from "./lookup.ts";
import type { OriginKind } from "./problem.ts";

/** The accounts that the settings name. */
export interface AccountChoice {
  /** The setting that names them. */
  readonly key: AccountKey;
  /** Empty: all. */
  readonly accounts: readonly string[];
  readonly origin: OriginKind;
  /** True when they stand under a name of the reference system, which speaks of IB alone. */
  readonly isIbOnly: boolean;
}

type AccountKey = "account" | "accounts";

function isAlias(lookup: Lookup, key: AccountKey): boolean {
  const { row, origin } = lookup.one(key);
  return row.aliases.includes(origin.name);
}

/** The stronger source first, within it an own name before an alias. */
function weight(lookup: Lookup, key: AccountKey): number {
  return 2 * lookup.strength(key) + (isAlias(lookup, key) ? 0 : 1);
}

/**
 * The accounts of the strongest setting that names some; of two that are equally strong the single
 * account wins over the list. Source: requirements.md G-003.
 */
export function chooseAccounts(lookup: Lookup): AccountChoice {
  const hasSingle = lookup.list("account").length > 0;
  const isSingle = hasSingle && weight(lookup, "account") >= weight(lookup, "accounts");
  const key = isSingle ? "account" : "accounts";
  return {
    key,
    accounts: lookup.list(key),
    origin: lookup.origin(key).kind,
    isIbOnly: isAlias(lookup, key),
  };
}
