import type { UnixMs } from "../../../base/brand.ts";
import type { Result } from "../../../base/result.ts";
import type { Answer, BrokerError } from "../../../ports/broker.ts";

/** A token that opens the feed, from `GET /api-quote-tokens`. The token is a secret. */
export interface QuoteToken {
  readonly token: string;
  /** Address of the feed, as the broker names it. */
  readonly url: string;
  /** Level of data that it opens, as the broker words it; an open set. */
  readonly level?: string | null;
  readonly issuedAt: UnixMs | null;
  readonly expiresAt: UnixMs | null;
}

/** True when what it opens is 15 minutes late, by the path of the address or by the level. */
export function isDelayed({ url, level }: Pick<QuoteToken, "url" | "level">): boolean {
  return /\/delayed\b/.test(url) || /delay/i.test(level ?? "");
}

/** Answer to a request for a token. */
export type TokenReply = Result<QuoteToken, BrokerError>;

/** Gives a new token per request: one is fetched before each connection. */
export interface QuoteTokens {
  /** Calls `reply` once, later; never after the answered `cancel` was called. */
  request(reply: (token: TokenReply) => void): { cancel(): void };
}

/** Tokens from an asynchronous call; a rejected promise is a bug of `fetchToken` and surfaces. */
export function quoteTokensFrom(
  fetchToken: (signal: AbortSignal) => Answer<QuoteToken>,
): QuoteTokens {
  return {
    request(reply) {
      const abort = new AbortController();
      const answer = async (): Promise<void> => {
        const token = await fetchToken(abort.signal);
        if (!abort.signal.aborted) reply(token);
      };
      void answer();
      return { cancel: () => abort.abort() };
    },
  };
}

const DAY_MS = 86_400_000;
const MARGIN_MAX_MS = 3_600_000;
const MARGIN_SHARE = 0.1;

/**
 * After how long a token is renewed, ms from its receipt: an hour, at most a tenth of its life,
 * ahead of its end, and up to half of that earlier by `jitter` (0 to 1). Reckoned from the broker's
 * own two stamps, so that a wrong clock here does no harm; 24 h when it sends none.
 */
export function renewAfterMs(token: QuoteToken, jitter: number): number {
  const { issuedAt, expiresAt } = token;
  const stamped = issuedAt !== null && expiresAt !== null ? expiresAt - issuedAt : DAY_MS;
  const life = stamped > 0 ? Math.min(stamped, DAY_MS) : DAY_MS;
  const margin = Math.min(MARGIN_MAX_MS, life * MARGIN_SHARE);
  return life - margin * (1 + jitter / 2);
}

/**
 * True when an address may be connected to: wss to a host of `hosts` or below one, or, when
 * `isLoopbackAllowed`, plain ws to this machine (a simulator). Source: reliability.md MAL-5.
 */
export function isFeedUrl(
  url: string,
  hosts: readonly string[],
  isLoopbackAllowed: boolean,
): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== "" || password !== "") return false;
  if (isLoopbackAllowed && /^wss?:$/.test(protocol)) {
    if (["127.0.0.1", "localhost", "[::1]"].includes(hostname)) return true;
  }
  return protocol === "wss:" &&
    hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
}
