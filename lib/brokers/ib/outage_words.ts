import type { UnixMs } from "../../base/brand.ts";
import type { BrokerError } from "../../ports/broker.ts";
import type { ConnectionEnd } from "./connection.ts";
import { expectedDowntime } from "./expected_downtime.ts";

/** A gateway that is gone for longer does not come back by itself. */
const LOGIN_AFTER_MS = 600_000;
const NEEDS_LOGIN = "the gateway needs a login";
const AWAY = "TWS or IB Gateway is closed or restarts";
const UPSTREAM = "TWS has no connection to IB's servers (1100)";

/** An outage as it is known. */
export interface Outage {
  /** How the last attempt ended. */
  readonly end: ConnectionEnd;
  readonly address: string;
  /** There was a connection before it. */
  readonly wasReady: boolean;
  readonly since: UnixMs;
}

/** Why there is no connection to TWS; changes once or twice in an outage, not with each attempt. */
export function outageWords({ end, address, wasReady, since }: Outage, now: UnixMs): string {
  const isGone = end.code === "refused" || end.code === "silent" || end.code === "closed" ||
    end.code === "dead";
  if (!isGone) return withFix(end.detail, end.fix);
  if (!wasReady) {
    const words = end.code === "refused" ? `nothing answers at ${address} (502)` : end.detail;
    return withFix(words, end.fix);
  }
  if (now - since >= LOGIN_AFTER_MS) return NEEDS_LOGIN;
  const planned = expectedDowntime(now);
  return planned === null ? AWAY : `${AWAY}: ${planned}`;
}

/** What is said while TWS runs and has lost IB's servers. */
export function upstreamWords(now: UnixMs): string {
  const planned = expectedDowntime(now);
  return planned === null ? UPSTREAM : `${UPSTREAM}: ${planned}`;
}

/** The end of an attempt, for whoever asked to connect. */
export function endError({ code, detail, fix }: ConnectionEnd, address: string): BrokerError {
  switch (code) {
    case "refused":
      return { code: "unreachable", message: `nothing answers at ${address}: ${detail}`, fix };
    case "clientIdInUse":
    case "version":
      return { code: "refused", message: detail, fix };
    default:
      return { code: "unreachable", message: detail, fix };
  }
}

function withFix(words: string, fix: string | null): string {
  return fix === null ? words : `${words}; ${fix}`;
}
