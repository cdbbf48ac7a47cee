import { plainPath } from "../allowed_methods.ts";

/**
 * What is open before the sign-in: the sign-in itself, what its page is drawn with, and whether the
 * event loop answers (for a supervisor that holds no code). Nothing of the book, its readiness or
 * its counts. Named one by one: what is added later is guarded until somebody opens it.
 */
const OPEN: readonly RegExp[] = [
  /^\/login$/,
  /^\/healthz$/,
  /^\/first_paint\.js$/,
  /^\/css\/[a-z_]+\.css$/,
  /^\/fonts\/[a-z0-9-]+\.woff2$/,
  /^\/icon(-[a-z]+)?\.svg$/,
];

/** True for a path that needs no session. */
export function isOpenPath(pathname: string): boolean {
  const path = plainPath(pathname);
  return OPEN.some((one) => one.test(path));
}

/** True for a path that programs ask for rather than people. */
export function isServicePath(pathname: string): boolean {
  return /^\/(api|metrics|readyz)(\/|$)/.test(plainPath(pathname));
}

/** Names under which a secret has been put into addresses. */
const SECRET_NAMES = new Set([
  "access_token",
  "apikey",
  "api_key",
  "auth",
  "authorization",
  "bearer",
  "code",
  "login_code",
  "password",
  "secret",
  "session",
  "sid",
  "token",
]);

/**
 * True when an address carries a secret by the name of a parameter: addresses are written down by
 * browsers, proxies and shells. The value is not looked at. Source: reliability.md R84.
 */
export function hasSecretInAddress(query: URLSearchParams): boolean {
  return [...query.keys()].some((name) => SECRET_NAMES.has(name.toLowerCase()));
}
