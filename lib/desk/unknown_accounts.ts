import type { Account } from "../domain/account.ts";
import { accountSlugs } from "../domain/account_choice.ts";

const ECHO_MAX = 60;

/** What the interface answers, with 400, to an account filter that names no account. */
export function unknownAccounts(accounts: readonly Account[], unknown: readonly string[]) {
  const names = unknown.join(", ");
  const echo = names.length > ECHO_MAX ? `${names.slice(0, ECHO_MAX)}…` : names;
  return {
    error: `no such account: ${echo}`,
    fix: `use one of ${accountSlugs(accounts).join(", ")}, or leave accounts out for all`,
  };
}
