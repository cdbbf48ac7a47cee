import type { UnixMs } from "../../../base/brand.ts";
import { marketStateAt } from "../../../calendar/market_state.ts";
import type { StepFault } from "../../../domain/connection.ts";
import { formatAge } from "../../../format/time.ts";
import { plural } from "../../../format/words.ts";
import type { FeedHealth } from "../../../ports/broker.ts";
import { failed, type Finding, notTested, passed } from "../../connection/finding.ts";
import { IB_CODES } from "../codes.ts";
import type { IbAddress } from "../wire/client.ts";
import {
  clientIdFault,
  DROPPED,
  NO_SERVERS,
  NOT_READY,
  OTHER_VERSION,
  portFault,
  SILENT,
} from "./faults.ts";
import type { IbStepId } from "./steps.ts";

/** What a running connection says of the Greeks that it brought. */
export interface GreeksSeen {
  /** Options that are subscribed. */
  readonly wanted: number;
  /** Those of them with Greeks of IB. */
  readonly filled: number;
}

/** Where a running connection hangs, and why. */
export interface LiveFault {
  readonly step: IbStepId;
  readonly fault: StepFault;
}

const CODE = /\b(326|502|503|504|505|506|507|1100|1300|2110)\b/;

function runningFault({ label, state, detail }: FeedHealth): StepFault {
  return {
    headline: `${label} is ${state}${detail === null ? "" : `: ${detail}`}`,
    cause: "The desk holds the last values and marks them stale. It opens a new connection by " +
      "itself, first at once, then more slowly.",
    remedy: [
      "Wait: TWS restarts once a night and is back within minutes.",
      "Look at TWS: is it logged in, does it ask for something?",
    ],
  };
}

/**
 * The step that a connection hangs at, from the words of its health, in which IB's code stands
 * where there is one.
 */
export function liveFault(health: FeedHealth, address: IbAddress): LiveFault {
  const words = health.detail ?? "";
  switch (Number(CODE.exec(words)?.[1] ?? NaN)) {
    case IB_CODES.connectFailed:
      return { step: "port", fault: portFault("refused", address) };
    case IB_CODES.outdated:
    case IB_CODES.undecoded:
    case IB_CODES.unsupportedVersion:
      return { step: "handshake", fault: OTHER_VERSION };
    case IB_CODES.clientIdInUse:
    case IB_CODES.badLength:
      return { step: "clientId", fault: clientIdFault(address) };
    case IB_CODES.upstreamLost:
    case IB_CODES.upstreamBroken:
      return { step: "accounts", fault: NO_SERVERS };
  }
  if (/closed or restarts/.test(words)) return { step: "port", fault: runningFault(health) };
  if (/needs a login|finish the handshake/.test(words)) {
    return { step: "clientId", fault: NOT_READY };
  }
  if (/says nothing/.test(words)) return { step: "handshake", fault: SILENT };
  if (/before the handshake/.test(words)) return { step: "handshake", fault: DROPPED };
  return { step: "handshake", fault: runningFault(health) };
}

function running(detail: string): Finding {
  return { ...passed(detail), state: "running" };
}

/** What a running connection proves of the API itself; null when none runs. */
export function sessionFinding(health: FeedHealth, now: UnixMs): Finding {
  const { state, lastByteAt } = health;
  if (state === "connecting") return running("connecting");
  if (lastByteAt === null) return passed("connected");
  return passed(`last message ${formatAge(now - lastByteAt)} ago`);
}

function isOpen(now: UnixMs): boolean {
  const state = marketStateAt(now, "equity");
  return state.ok && state.value.phase === "open";
}

/** What running market data proves of the first quote. */
export function quoteFinding(health: FeedHealth, now: UnixMs): Finding {
  const { state, since, lastEventAt, detail } = health;
  switch (state) {
    case "stale":
    case "down":
      return failed(`${state} for ${formatAge(now - since)}`, runningFault(health));
    case "connecting":
    case "closed":
      return running("connecting");
    case "live":
      break;
  }
  if (lastEventAt !== null) {
    const words = `last quote ${formatAge(now - lastEventAt)} ago`;
    return passed(detail === null ? words : `${words}; ${detail}`);
  }
  return isOpen(now)
    ? running("waiting for the first quote")
    : notTested("not tested: no quote is due, market closed");
}

/** What running market data proves of the Greeks; `seen` null: it does not say. */
export function greeksFinding(seen: GreeksSeen | null, now: UnixMs): Finding {
  if (seen === null) return notTested("not tested: the positions show where Greeks come from");
  const { wanted, filled } = seen;
  if (wanted === 0) return notTested("not tested: no option is held");
  const words = `${filled} of ${plural(wanted, "option")}`;
  if (filled > 0) return passed(words);
  return isOpen(now) ? running(`waiting: ${words}`) : notTested("not tested: market closed");
}
