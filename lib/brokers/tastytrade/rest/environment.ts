import { fail, ok, type Result } from "../../../base/result.ts";
import { LOOPBACK_HOSTS } from "../../../ports/loopback.ts";

/** Which of the broker's two worlds is meant; users, clients and tokens are apart. */
export type TastytradeEnvironment = "production" | "sandbox";

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
