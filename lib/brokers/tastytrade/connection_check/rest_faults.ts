import type { StepFault } from "../../../domain/connection.ts";
import type { RestFailure } from "../rest/failure.ts";

/** What the words of a fault depend on. */
export interface FaultContext {
  /** Address of the REST service. */
  readonly origin: string;
  readonly environment: "production" | "sandbox" | "simulator";
}

const OPEN_APPLICATIONS =
  "At my.tastytrade.com open **Manage**, **My Profile**, **API**, **OAuth Applications**.";
const RESTART = "Start the desk again: it reads its settings at the start.";

/** The lines of `.env` that hold the grant. */
export const GRANT_LINES =
  "Write **DELTADESK_TASTYTRADE_CLIENT_SECRET=…** and **DELTADESK_TASTYTRADE_REFRESH_TOKEN=…** " +
  "as two lines into the file **.env** of the desk.";

function grantRemedy(context: FaultContext): readonly string[] {
  if (context.environment === "simulator") {
    return [
      "Take client secret and refresh token as the simulator prints them.",
      GRANT_LINES,
      RESTART,
    ];
  }
  const world = context.environment === "sandbox" ? "sandbox" : "production";
  return [
    OPEN_APPLICATIONS,
    `Take the client of **${world}**, choose **Manage**, then **Create Grant**, and copy the ` +
    "refresh token whole. A lost client secret can be made anew there.",
    GRANT_LINES,
    RESTART,
  ];
}

function signInRefused(context: FaultContext): StepFault {
  return {
    headline: "the sign-in is refused",
    cause: "tastytrade does not take the client secret or the refresh token. One of them may be " +
      "cut off, revoked, or of the other environment: this desk asks " +
      `${context.environment === "simulator" ? "a simulator" : context.environment}.`,
    remedy: grantRemedy(context),
  };
}

function givenUp(context: FaultContext): StepFault {
  return {
    headline: "the sign-in was refused three times and is not tried any more",
    cause: "More refused sign-ins would block this address at tastytrade for hours, so the desk " +
      "waits for you.",
    remedy: [
      ...grantRemedy(context),
      "Nothing was wrong with them? Choose **Test again**: it signs in once.",
    ],
  };
}

function forbidden(): StepFault {
  return {
    headline: "the grant may not do this",
    cause: "tastytrade knows the login but forbids the call. The grant lacks the scope read, or " +
      "the user still has to confirm something at tastytrade.",
    remedy: [
      OPEN_APPLICATIONS,
      "Choose **Manage** beside the client and see that its scopes contain **read**.",
      "Look at the start page of my.tastytrade.com for something to confirm.",
      `After a new grant: ${GRANT_LINES} ${RESTART}`,
    ],
  };
}

function limited({ retryAfterMs }: RestFailure): StepFault {
  const seconds = retryAfterMs === null ? null : Math.ceil(retryAfterMs / 1000);
  return {
    headline: seconds === null
      ? "the service counts too many calls"
      : `the service asks to wait ${seconds} s`,
    cause: "Too many calls came from this login or this address. The desk waits as long as it is " +
      "asked to and then calls more slowly.",
    remedy: [
      "Wait: the desk asks again by itself.",
      "Close other programs that use the same login.",
    ],
  };
}

function serverFails({ status }: RestFailure): StepFault {
  return {
    headline: `the service answers with an error of its own, HTTP ${status}`,
    cause: "The service is there but fails. Nothing on this machine is wrong.",
    remedy: [
      "See whether tastytrade's own app works; if it fails too, wait.",
      "The desk asks again by itself.",
    ],
  };
}

function unreachable({ origin }: FaultContext): StepFault {
  return {
    headline: `there is no connection to ${origin}`,
    cause: "No answer came at all: the network is down, the name cannot be found, or something " +
      "on the way lets nothing through.",
    remedy: [
      "Open any page in a browser on this machine.",
      `Open **${origin}** there: a short text or an error of tastytrade is fine, no page is not.`,
      "Look at VPN, firewall and proxy of this machine.",
    ],
  };
}

function untrusted({ origin }: FaultContext): StepFault {
  return {
    headline: "the other side cannot prove that it is tastytrade",
    cause: `The certificate of ${origin} is not valid here. The desk sends no secret there.`,
    remedy: [
      "See that date and time of this machine are right.",
      "Look for a proxy, a virus scanner or a network login that replaces certificates.",
      "Do not switch the check off: whoever is in between would read your grant.",
    ],
  };
}

function foreign(failure: RestFailure): StepFault {
  const isPage = /web page|sent elsewhere/.test(failure.message);
  return {
    headline: isPage
      ? "this network answers with a page of its own"
      : "what comes back is not tastytrade's answer",
    cause: isPage
      ? "A web page came instead of data, as a hotel, a guest network or a proxy sends before " +
        "one has signed in to it."
      : "The answer cannot be read. Something in between changed it, or tastytrade changed its " +
        "answers.",
    remedy: isPage
      ? [
        "Open any page in a browser on this machine and sign in to the network.",
        "Come back: the desk asks again by itself.",
      ]
      : ["Test again in a minute.", "If it stays so, look for a newer version of the desk."],
  };
}

function timeout({ origin }: FaultContext): StepFault {
  return {
    headline: "the service does not answer in time",
    cause: `The connection to ${origin} stands but nothing comes back.`,
    remedy: ["Open any page in a browser: is the network slow?", "The desk asks again by itself."],
  };
}

function refused({ brokerCode, status }: RestFailure): StepFault {
  const said = brokerCode ?? (status === null ? "without a reason" : `HTTP ${status}`);
  return {
    headline: `the call is refused: ${said}`,
    cause: "The call was understood and refused.",
    remedy: [
      "See whether the account is open at my.tastytrade.com.",
      "If it is, look for a newer version of the desk: tastytrade may have changed its service.",
    ],
  };
}

/** Why a call gave nothing, and what a person can do. */
export function restFault(failure: RestFailure, context: FaultContext): StepFault {
  switch (failure.kind) {
    case "unauthorized":
      return signInRefused(context);
    case "loginNeeded":
      return givenUp(context);
    case "forbidden":
      return forbidden();
    case "rateLimited":
      return limited(failure);
    case "unreachable":
      return failure.status === null ? unreachable(context) : serverFails(failure);
    case "untrusted":
      return untrusted(context);
    case "malformed":
      return foreign(failure);
    case "timeout":
    case "canceled":
      return timeout(context);
    case "refused":
      return refused(failure);
  }
}

/** What became of a call in a few words, with how long it took. */
export function restDetail(failure: RestFailure, tookMs: number): string {
  const took = `after ${Math.max(1, Math.round(tookMs))} ms`;
  switch (failure.kind) {
    case "unauthorized":
    case "forbidden":
    case "refused":
      return `refused ${took}`;
    case "loginNeeded":
      return "not tried any more";
    case "rateLimited":
      return `too many calls, ${took}`;
    case "unreachable":
      return failure.status === null ? `no connection ${took}` : `HTTP ${failure.status} ${took}`;
    case "untrusted":
      return `certificate refused ${took}`;
    case "malformed":
      return `not tastytrade's answer, ${took}`;
    case "timeout":
    case "canceled":
      return `no answer within ${Math.round(tookMs / 1000)} s`;
  }
}
