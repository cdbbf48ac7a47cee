import type { StepFault } from "../../../domain/connection.ts";
import type { FeedHealth } from "../../../ports/broker.ts";
import { isSignInNeeded } from "../rest/failure.ts";
import type { FailureCode, SessionFailure } from "../wire/dxlink/failure.ts";

const AGREEMENTS =
  "Sign in at my.tastytrade.com and look for market data agreements that wait for you; " +
  "professional or not has to be answered there.";

/** No quote token is given although the login works (403, 404). */
export const NO_QUOTE_TOKEN: StepFault = {
  headline: "this login gets no quotes",
  cause: "tastytrade gives quote tokens to customers with an open account who have accepted the " +
    "market data agreements. A user who has only registered is refused.",
  remedy: [
    AGREEMENTS,
    "See that at least one account is open and not only applied for.",
    "Test again here; the book loads without quotes meanwhile.",
  ],
};

/** The two clocks differ by more than a minute; `aheadMs`: how far tastytrade's is ahead. */
export function clockFault(aheadMs: number): StepFault {
  const minutes = Math.max(1, Math.round(Math.abs(aheadMs) / 60_000));
  const side = aheadMs > 0 ? "behind" : "ahead of";
  return {
    headline: `this machine's clock is ${minutes} min ${side} tastytrade's`,
    cause: "Ages of quotes are told by clocks. With a wrong one fresh values look old, or old " +
      "values fresh.",
    remedy: [
      "Switch on setting the time from the network, on Linux **timedatectl set-ntp true**.",
      "Test again here.",
    ],
  };
}

function refusedToken(detail: string): StepFault {
  return {
    headline: "the feed refuses the quote token",
    cause: `DXLink answered: ${detail}. The token was just given, so the login may not use this ` +
      "feed, or the token is used elsewhere.",
    remedy: [
      AGREEMENTS,
      "Close other programs that stream with the same login.",
      "Test again here.",
    ],
  };
}

function notOpen(detail: string): StepFault {
  return {
    headline: "the feed cannot be opened",
    cause: `The REST service answers but the WebSocket of the feed does not: ${detail}.`,
    remedy: [
      "Look for a proxy or firewall that lets https through but no WebSocket (wss).",
      "Test again here; the desk also tries by itself.",
    ],
  };
}

const TOO_MANY: StepFault = {
  headline: "another program holds this login's feed",
  cause: "tastytrade bears only so many streams of one login at a time.",
  remedy: [
    "Close other programs that stream with the same login.",
    "Wait a minute: a stream that broke is held for a while.",
  ],
};

const OTHER_ADDRESS: StepFault = {
  headline: "the feed is at an address that this desk does not know",
  cause: "The quote token names a host that is not tastytrade's. No token is sent there.",
  remedy: [
    "Look for a newer version of the desk.",
    "With a simulator: name it with **--tastytrade-feed-url**.",
  ],
};

function speaksOtherwise(detail: string): StepFault {
  return {
    headline: "the feed does not speak as announced",
    cause: `The connection opened and then ended: ${detail}.`,
    remedy: ["Test again here.", "If it stays so, look for a newer version of the desk."],
  };
}

/** The reference symbol is silent in the session. */
export const MUTE: StepFault = {
  headline: "the feed is open but sends nothing",
  cause:
    "In the session SPY changes every second. Nothing came in 15 seconds, so this connection " +
    "is mute, or the login may see no quotes of shares.",
  remedy: [
    AGREEMENTS,
    "Wait half a minute: the desk replaces a mute connection by itself.",
    "Test again here.",
  ],
};

const KINDS: Readonly<Record<FailureCode, (detail: string) => StepFault>> = {
  unauthorized: refusedToken,
  connectionLimit: () => TOO_MANY,
  badUrl: () => OTHER_ADDRESS,
  mute: () => MUTE,
  unreachable: notOpen,
  closed: notOpen,
  timeout: notOpen,
  dead: notOpen,
  sendFailed: notOpen,
  tooBig: speaksOtherwise,
  protocol: speaksOtherwise,
  misfit: speaksOtherwise,
  channelClosed: speaksOtherwise,
};

/** Why a connection to the feed ended, and what a person can do. */
export function feedFault({ code, detail }: SessionFailure): StepFault {
  return KINDS[code](detail);
}

const WAITS_FOR_SIGN_IN: StepFault = {
  headline: "it waits for the sign-in",
  cause: "Every connection begins with a token that only a valid sign-in gives. The desk holds " +
    "the last values and marks them stale.",
  remedy: ["Do what the step **Sign-in valid** says, above."],
};

/** A feed that runs and is not live, in the words of its health. */
export function runningFault(health: FeedHealth): StepFault {
  const words = health.detail ?? health.state;
  if (isSignInNeeded(words)) return WAITS_FOR_SIGN_IN;
  if (/refused the quote token|UNAUTHORIZED|token has run out/i.test(words)) {
    return refusedToken(words);
  }
  return {
    headline: `${health.label} is ${health.state}: ${words}`,
    cause: "The desk holds the last values and marks them stale. It opens a new connection by " +
      "itself, first at once, then more slowly.",
    remedy: [
      "Wait half a minute.",
      "Look at the network, then at tastytrade's own app: does it show quotes?",
    ],
  };
}
