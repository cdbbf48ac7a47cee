/** Cookies of one name that are looked at; more come from nobody who means well. */
const READ_MAX = 8;
/** 256 bits in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/**
 * Name of the session's cookie on a desk that is reached at `url`. Cookies know no ports, so two
 * desks on one host would sign each other out if the name did not hold the port.
 */
export function cookieName(url: URL): string {
  return `deltadesk_session_${url.port === "" ? "80" : url.port}`;
}

/**
 * Tokens of a Cookie header under a name, in the order in which they came. There may be several:
 * another program on the same host can set one for a path of ours, which travels in front.
 */
export function readTokens(header: string | null, name: string): readonly string[] {
  if (header === null) return [];
  return header.split(";").map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
    .filter((token) => TOKEN.test(token))
    .slice(0, READ_MAX);
}

// Without `Secure`, and so without `__Host-`: docs/decisions/login_code.md says why.
const ATTRIBUTES = "Path=/; HttpOnly; SameSite=Strict";

/** Set-Cookie that keeps a session until the browser ends. */
export function sessionCookie(name: string, token: string): string {
  return `${name}=${token}; ${ATTRIBUTES}`;
}

/** Set-Cookie that removes it. */
export function clearedCookie(name: string): string {
  return `${name}=; Max-Age=0; ${ATTRIBUTES}`;
}
