import { fail, ok, type Result } from "../base/result.ts";
import { LOOPBACK_HOSTS } from "../ports/loopback.ts";

/** The broker's two worlds; users, clients and tokens are apart. */
export const TASTYTRADE_ENVIRONMENTS = ["production", "sandbox"] as const;

/** Which of the broker's two worlds is meant. */
export type TastytradeEnvironment = typeof TASTYTRADE_ENVIRONMENTS[number];

/** Addresses of an environment. Source: tastytrade.md §1. */
export interface Endpoints {
  /** Origin of the REST service, without a slash at the end. */
  readonly rest: string;
  /** Address of the account streamer. */
  readonly accountStreamer: string;
}

/** The broker's own addresses. */
export const ENDPOINTS: Readonly<Record<TastytradeEnvironment, Endpoints>> = {
  production: {
    rest: "https://api.tastyworks.com",
    accountStreamer: "wss://streamer.tastyworks.com",
  },
  sandbox: {
    rest: "https://api.cert.tastyworks.com",
    accountStreamer: "wss://streamer.cert.tastyworks.com",
  },
};

/** Hosts of the account streamers, which get an access token. */
export const STREAMER_HOSTS: readonly string[] = Object.values(ENDPOINTS)
  .map(({ accountStreamer }) => new URL(accountStreamer).hostname);

/**
 * Domain below which the feed lives; the quote token names the host. Source: tastytrade.md §3.3.
 */
export const FEED_DOMAIN = "dxfeed.com";

/** Path of the account streamer at a simulator whose streamer is not named. */
const SIMULATOR_STREAMER_PATH = "/streamer";

/** Longest address that is looked at. */
const ADDRESS_LENGTH_MAX = 2048;

const LOOPBACK_NAMES: ReadonlySet<string> = new Set([...LOOPBACK_HOSTS, "[::1]"]);

/**
 * The origin to talk to, from a base address: one of the broker's own, or, when
 * `isLoopbackAllowed`, plain http on this machine (a simulator). Anything else fails with a
 * sentence, because credentials are sent there. Source: reliability.md MAL-5.
 */
export function allowedOrigin(base: string, isLoopbackAllowed: boolean): Result<string, string> {
  if (!URL.canParse(base)) return fail("the address of tastytrade is no URL");
  const { protocol, hostname, username, password, origin, pathname, search, hash } = new URL(base);
  const isBare = username === "" && password === "" && search === "" && hash === "" &&
    pathname === "/";
  const isOwn = Object.values(ENDPOINTS).some(({ rest }) => rest === origin);
  const isLoopback = isLoopbackAllowed && protocol === "http:" && LOOPBACK_NAMES.has(hostname);
  if (isBare && (isOwn || isLoopback)) return ok(origin);
  const list = Object.values(ENDPOINTS).map(({ rest }) => rest).join(" or ");
  return fail(`credentials go to ${list} alone`);
}

/**
 * The address of a simulator as the user wrote it, in the form in which it is used: plain `scheme`
 * on this machine, without user name, query or hash. An http address is bare and ends without a
 * slash. Null for any other. Source: reliability.md MAL-5.
 */
export function simulatorAddress(text: string, scheme: "http" | "ws"): string | null {
  if (text.length > ADDRESS_LENGTH_MAX || !URL.canParse(text)) return null;
  const { protocol, hostname, username, password, pathname, search, hash, host } = new URL(text);
  const isPlain = protocol === `${scheme}:` && LOOPBACK_NAMES.has(hostname) && username === "" &&
    password === "" && search === "" && hash === "";
  if (!isPlain || (scheme === "http" && pathname !== "/")) return null;
  return `${protocol}//${host}${scheme === "http" ? "" : pathname}`;
}

/** The account streamer of a simulator that serves everything on one port. */
export function simulatorStreamer(rest: string): string {
  return `${rest.replace(/^http/, "ws")}${SIMULATOR_STREAMER_PATH}`;
}
