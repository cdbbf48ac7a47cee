const LENGTH_MAX = 2048;
/** Any address will do that no desk has: what leaves it is none of ours. */
const BASE = "http://desk.invalid";

/**
 * Where the sign-in leads on: a path of this desk with its query, never another site. Anything that
 * is none, the sign-in itself and what is no page become the first page.
 */
export function nextPath(text: string | null): string {
  if (text === null || text.length > LENGTH_MAX || !text.startsWith("/")) return "/";
  const url = URL.parse(text, BASE);
  if (url === null || url.origin !== BASE) return "/";
  // What a browser reads anew must not begin as the address of a host: `//host`, `/\host`.
  const isHostLike = /^\/[/\\]/.test(text) || /^\/[/\\]/.test(url.pathname);
  if (isHostLike || /^\/+(login|api)(\/|$)/.test(url.pathname)) return "/";
  return url.pathname + url.search;
}

/** Address of the sign-in that leads back to a page. */
export function loginAddress(next: string): string {
  const path = nextPath(next);
  return path === "/" ? "/login" : `/login?next=${encodeURIComponent(path)}`;
}
