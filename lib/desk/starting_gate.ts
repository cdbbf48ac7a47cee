import type { ConnectionsState } from "../domain/connection.ts";
import { connectionsSentence } from "../portfolio/connect/sentence.ts";

/** Answered without a book: the connection page, the sign-in, and what machines ask for. */
const OPEN_PATHS: ReadonlySet<string> = new Set([
  "/connect",
  "/login",
  "/healthz",
  "/readyz",
  "/metrics",
  "/api/connections",
  "/api/connections/test",
  "/api/session",
]);

const RETRY_AFTER_S = 5;

/**
 * What a live desk answers while its book is not loaded: pages lead to the connection page, the API
 * says which step is not passed. Null where the address works without a book.
 * `path`: as the router reads it; `target`: path with query, to which the page goes on later.
 */
export function startingAnswer(
  path: string,
  target: string,
  state: () => ConnectionsState,
): Response | null {
  if (OPEN_PATHS.has(path)) return null;
  if (path === "/api" || path.startsWith("/api/")) {
    const headers = { "retry-after": String(RETRY_AFTER_S) };
    const error = connectionsSentence(state());
    return Response.json({ error, connect: "/connect" }, { status: 503, headers });
  }
  const location = target === "/" ? "/connect" : `/connect?next=${encodeURIComponent(target)}`;
  return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
}
