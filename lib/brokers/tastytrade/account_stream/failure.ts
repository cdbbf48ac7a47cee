/**
 * Why a connection ended:
 * - `unreachable`: it never opened; `closed`: it ended or broke, or the server forgot about us;
 * - `timeout`: the subscription was not answered; `dead`: a heartbeat was not, or nothing arrived;
 * - `unauthorized`: the access token was refused; `loginNeeded`: there is none to be had;
 * - `connectionLimit`: the server has another connection of ours;
 * - `refused`: it said no in other words or with an HTTP status; `sendFailed`: the peer vanished;
 * - `badUrl`: no address that may be connected to.
 */
export type StreamFailureCode =
  | "unreachable"
  | "closed"
  | "timeout"
  | "dead"
  | "unauthorized"
  | "loginNeeded"
  | "connectionLimit"
  | "refused"
  | "sendFailed"
  | "badUrl";

/** A failed connection; `detail` is fit for a page: short, printable, without a secret. */
export interface StreamFailure {
  readonly code: StreamFailureCode;
  readonly detail: string;
}

const LIMIT =
  /(connection|session)s?\W*(limit|exceeded)|(limit|maximum|too many)\W.*(connection|session)/i;
const AUTH = /unauthori[sz]ed|token|expired|auth|credential|permi|forbidden/i;
const NOT_CONNECTED = /connect-not-completed/i;
const CERTIFICATE = /certificate|UnknownIssuer|CertExpired|NotValidForName/i;
const BROKEN = 1006;
const POLICY_VIOLATION = 1008;

/**
 * What an answer with `status: "error"` means. "failed", without more, is the answer to a token
 * that is not taken. Source: tastytrade.md §8.
 */
export function failureOfAnswer(
  text: string,
): "connectionLimit" | "unauthorized" | "closed" | "refused" {
  if (LIMIT.test(text)) return "connectionLimit";
  if (NOT_CONNECTED.test(text)) return "closed";
  return AUTH.test(text) || /^\s*failed\s*$/i.test(text) ? "unauthorized" : "refused";
}

/** What a close code with its reason means. Codes and words of servers are an open set. */
export function failureOfClose(code: number, reason: string, wasOpen: boolean): StreamFailure {
  if (LIMIT.test(reason)) return { code: "connectionLimit", detail: reason };
  if (!wasOpen) return failureOfOpening(reason);
  const detail = wordsOfClose(code, reason);
  const isRefused = code === POLICY_VIOLATION && AUTH.test(reason);
  return { code: isRefused ? "unauthorized" : "closed", detail };
}

/** What the server says when it closes is for people; what the runtime says of a break is not. */
function wordsOfClose(code: number, reason: string): string {
  if (code === BROKEN) return "the connection to the account streamer broke";
  return reason === "" ? `the account streamer closed the connection (${code})` : reason;
}

/** A refused opening: the runtime's words hold the HTTP status, where there was one. */
function failureOfOpening(reason: string): StreamFailure {
  if (CERTIFICATE.test(reason)) {
    const detail = "the account streamer cannot prove who it is: its certificate is not trusted; " +
      "check this machine's clock, and whether a proxy is in between";
    return { code: "refused", detail };
  }
  const status = Number(/status code: (\d{3})\b/i.exec(reason)?.[1] ?? 0);
  const answer = `the account streamer answered HTTP ${status} instead of a connection`;
  if (status >= 400) return { code: status < 500 ? "refused" : "unreachable", detail: answer };
  if (status === 0) {
    return {
      code: "unreachable",
      detail: "no connection to the account streamer; check the network",
    };
  }
  const detail = `${answer}: this network may want a login, open a page in a browser`;
  return { code: "unreachable", detail };
}
