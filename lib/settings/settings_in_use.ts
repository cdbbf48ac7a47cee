import { Secret } from "../base/secret.ts";
import { maskAccountNumber } from "../domain/account.ts";
import type { SettingInUse } from "../domain/connection.ts";
import { chooseAccounts } from "./account_choice.ts";
import type { Lookup } from "./lookup.ts";
import { originText } from "./problem.ts";
import type { SettingKey } from "./table.ts";

const WHOLE_NUMBER_DIGITS = 5;

function shownValue(lookup: Lookup, key: SettingKey): string | null {
  const { value, row } = lookup.one(key);
  if (value === null) return null;
  if (value instanceof Secret) return "set";
  if (typeof value !== "object") return String(value);
  return value.length === 0 ? row.defaultText : value.map(masked).join(",");
}

/** An account may be named by its whole number, which no page shows; other names stay. */
function masked(name: string): string {
  return (name.match(/\d/g) ?? []).length >= WHOLE_NUMBER_DIGITS ? maskAccountNumber(name) : name;
}

/**
 * The settings of a connection as its page shows them, in the order of `keys`; what is not set and
 * has no default is left out, and of a secret stands that it is set. Accounts stand under the name
 * that counts. `readsAliases`: accounts under another system's variable count for this broker.
 */
export function settingsInUse(
  lookup: Lookup,
  keys: readonly SettingKey[],
  readsAliases: boolean,
): readonly SettingInUse[] {
  const choice = chooseAccounts(lookup);
  return keys.flatMap((wanted) => {
    const key = wanted === "accounts" ? choice.key : wanted;
    const value = shownValue(lookup, key);
    const { row, origin } = lookup.one(key);
    const isForeign = key === choice.key && choice.isIbOnly && !readsAliases;
    return value === null || isForeign
      ? []
      : [{ name: row.env, value, origin: originText(origin) }];
  });
}
