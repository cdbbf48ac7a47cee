import type { Account } from "./account.ts";

/** Which accounts a page or query is about. */
export interface AccountChoice {
  /** Indices into the list of accounts, ascending; all of them when nothing was asked for. */
  readonly indices: readonly number[];
  /** Names that were asked for and are no account. */
  readonly unknown: readonly string[];
}

const NAMES_MAX = 100;

function slug(text: string): string {
  return text.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
}

/**
 * Short unique names of accounts for URLs, in the order given: the nickname, with the last four
 * characters of the number appended where two accounts share it, and the broker where two brokers
 * number them alike. Example: Individual, IRA, IRA → `individual`, `ira-1234`, `ira-5678`.
 */
export function accountSlugs(accounts: readonly Account[]): readonly string[] {
  const names = accounts.map((account) => slug(account.nickname) || slug(account.type));
  const slugs = accounts.map((account, index) => {
    const isUnique = names.filter((name) => name === names[index]).length === 1;
    const tail = slug(account.number.slice(-4));
    if (isUnique && names[index] !== "") return names[index];
    return [names[index], tail].filter((part) => part !== "").join("-");
  });
  return slugs.map((name, index) => {
    const isUnique = slugs.indexOf(name) === slugs.lastIndexOf(name);
    return isUnique ? name : `${name}-${slug(accounts[index].broker)}`;
  });
}

/**
 * Reads the account filter of a query, both forms of T-007: `accounts=A,B` and repeated
 * `accounts=A&accounts=B`. An account is named by its slug, its nickname, its number or the
 * last four characters of that. No filter, or an empty one, chooses all accounts.
 */
export function chooseAccounts(
  accounts: readonly Account[],
  asked: readonly string[],
): AccountChoice {
  const names = asked.flatMap((text) => text.split(",")).map((name) => name.trim())
    .filter((name) => name !== "").slice(0, NAMES_MAX);
  if (names.length === 0) return { indices: accounts.map((_, index) => index), unknown: [] };
  const slugs = accountSlugs(accounts);
  const matches = (name: string) =>
    accounts.flatMap((account, index) =>
      slugs[index] === slug(name) || slug(account.nickname) === slug(name) ||
        account.number.slice(-4) === name || account.number === name.toUpperCase()
        ? [index]
        : []
    );
  const unknown = names.filter((name) => matches(name).length === 0);
  const chosen = new Set(names.flatMap(matches));
  return { indices: accounts.flatMap((_, index) => chosen.has(index) ? [index] : []), unknown };
}
