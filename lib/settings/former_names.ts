const SYSTEM = /^(deltadesk_)?(tasty(trade|works)?|tt|tw)_(api_)?/;
const OF_A_LOGIN = /^(user|user_?name|login|email|pass|password|passwd|otp)$/;
const OF_A_SESSION = /^(remember|session)_token$/;

/**
 * True for a name under which other programs kept the user, password or session of a tastytrade
 * login: a variable such as TASTYTRADE_PASSWORD, or a flag without its dashes.
 */
export function isPasswordName(name: string): boolean {
  const written = name.toLowerCase().replaceAll("-", "_");
  const rest = written.replace(SYSTEM, "");
  return rest !== written && (OF_A_LOGIN.test(rest) || OF_A_SESSION.test(rest));
}

/** What to do instead, as the end of a sentence that begins with such a name. */
export const PASSWORDS_ENDED = "cannot be used, tastytrade ended password sessions: create an " +
  "OAuth application and a personal grant, and put DELTADESK_TASTYTRADE_CLIENT_SECRET and " +
  "DELTADESK_TASTYTRADE_REFRESH_TOKEN in .env (docs/brokers/tastytrade.md)";

/** Flags of the Greeks dashboard that have another name here, and what to write instead. */
const FORMER_FLAGS: ReadonlyMap<string, string> = new Map([
  ["client-id", "write --ib-client-id"],
  ["http-port", "write --port"],
  ["serve", "leave it out, the page is always served"],
]);

/** What to write in the place of a flag of the Greeks dashboard; null for any other name. */
export function formerFlagFix(name: string): string | null {
  return FORMER_FLAGS.get(name) ?? null;
}
