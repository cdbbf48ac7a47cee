import type { BrokerError } from "../../../ports/broker.ts";

/**
 * How a call ended that gave nothing.
 *
 * `refused`: the broker understood and said no, with its code. `unauthorized`: the token or the
 * User-Agent was not taken (401). `forbidden`: the grant or the user may not do this (403).
 * `loginNeeded`: the credentials were refused several times; nothing is tried any more.
 * `rateLimited`: too many calls. `unreachable`: no answer, or a failure of the server (5xx).
 * `untrusted`: the certificate of the other side is not the broker's; nothing was sent.
 * `malformed`: an answer that is not the broker's, such as the page of a captive portal.
 * `timeout`, `canceled`: it was given up, by the deadline or by the caller.
 */
export type FailureKind =
  | "refused"
  | "unauthorized"
  | "forbidden"
  | "loginNeeded"
  | "rateLimited"
  | "unreachable"
  | "untrusted"
  | "malformed"
  | "timeout"
  | "canceled";

/** A call that gave nothing. No part of it holds a secret or a whole account number. */
export interface RestFailure {
  readonly kind: FailureKind;
  /** HTTP status, or null when there was no answer. */
  readonly status: number | null;
  /** Code of the broker's error envelope, or null. An open set. */
  readonly brokerCode: string | null;
  /** One line: what was asked and what became of it. */
  readonly message: string;
  /** How long the broker asks to wait, ms; null when it does not say. */
  readonly retryAfterMs: number | null;
}

/** Makes a failure; what is not given is null. */
export function restFailure(
  kind: FailureKind,
  message: string,
  facts: Partial<Omit<RestFailure, "kind" | "message">> = {},
): RestFailure {
  return { status: null, brokerCode: null, retryAfterMs: null, ...facts, kind, message };
}

/** True when asking again may help although nothing was changed: for reads alone. */
export function isPassing(failure: RestFailure): boolean {
  return failure.kind === "rateLimited" || failure.kind === "unreachable" ||
    failure.kind === "timeout" || failure.kind === "malformed";
}

const CODES: Readonly<Record<FailureKind, BrokerError["code"]>> = {
  refused: "refused",
  unauthorized: "unauthorized",
  forbidden: "unauthorized",
  loginNeeded: "unauthorized",
  rateLimited: "rateLimited",
  unreachable: "unreachable",
  untrusted: "unreachable",
  malformed: "malformed",
  timeout: "timeout",
  canceled: "canceled",
};

const FIXES: Readonly<Record<FailureKind, string | null>> = {
  refused: null,
  unauthorized: "check that client secret and refresh token are whole and of this environment " +
    "(production or sandbox); if they are, make a new grant at my.tastytrade.com",
  forbidden: "give the grant the scope read, and use a login that may see the account",
  loginNeeded: "check client secret, refresh token and whether they belong to production or " +
    "sandbox, then test the connection again",
  rateLimited: "wait; the desk asks more slowly by itself",
  unreachable: "check the network; the desk tries again by itself",
  untrusted: "check the date of this machine, and whether a proxy replaces certificates",
  malformed: "open a page in a browser: this network may want a login, or a proxy is in between",
  timeout: "check the network; the desk tries again by itself",
  canceled: null,
};

const SIGN_IN_NEEDED = "sign-in at tastytrade needed";

/** Why a feed waits that has no valid login, with what to do. */
export function signInNeeded(fix: string): string {
  return `${SIGN_IN_NEEDED}: ${fix}`;
}

/** True for the words that `signInNeeded` made. */
export function isSignInNeeded(detail: string): boolean {
  return detail.startsWith(SIGN_IN_NEEDED);
}

/** A failure as the desk's contract names it, with one line on what to do. */
export function brokerErrorOf(failure: RestFailure): BrokerError {
  const isMissing = failure.kind === "refused" && failure.status === 404;
  return {
    code: CODES[failure.kind],
    message: failure.message,
    fix: isMissing ? "check that the symbol or account exists at tastytrade" : FIXES[failure.kind],
  };
}
