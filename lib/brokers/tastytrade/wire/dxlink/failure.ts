import type { WireError } from "./message.ts";

/**
 * Why a connection ended:
 * - `unreachable`: it never opened (refused, no such host, TLS, a page instead of an upgrade);
 * - `closed`: it ended or broke; `tooBig`: because a message of ours was too long (1009);
 * - `timeout`: an answer of the handshake did not come; `mute`, `dead`: judged by the supervisor;
 * - `unauthorized`: the token was refused or has run out;
 * - `connectionLimit`: the server has another session of ours;
 * - `protocol`: it speaks another protocol, or sends nothing but garbage;
 * - `misfit`: its data went on not fitting the fields it had announced;
 * - `channelClosed`: it took the channel away; `sendFailed`: the peer vanished;
 * - `badUrl`: no address that may be connected to.
 */
export type FailureCode =
  | "unreachable"
  | "closed"
  | "tooBig"
  | "timeout"
  | "mute"
  | "dead"
  | "unauthorized"
  | "connectionLimit"
  | "protocol"
  | "misfit"
  | "channelClosed"
  | "sendFailed"
  | "badUrl";

/** A failed connection; `detail` is fit for a page: short, printable, without a secret. */
export interface SessionFailure {
  readonly code: FailureCode;
  readonly detail: string;
}

const LIMIT =
  /(connection|session)s?\W*(limit|exceeded)|(limit|maximum|too many)\W.*(connection|session)/i;
const TOKEN = /unauthori[sz]ed|token|expired|auth/i;
const CERTIFICATE = /certificate|UnknownIssuer|CertExpired|NotValidForName/i;
const BROKEN = 1006;
const POLICY_VIOLATION = 1008;
const TOO_BIG = 1009;

/** What a close code with its reason means. Codes and words of servers are an open set. */
export function failureOfClose(code: number, reason: string, wasOpen: boolean): FailureCode {
  if (code === TOO_BIG) return "tooBig";
  if (LIMIT.test(reason)) return "connectionLimit";
  if (code === POLICY_VIOLATION && TOKEN.test(reason)) return "unauthorized";
  return wasOpen ? "closed" : "unreachable";
}

/**
 * The end of a connection in words for a page. What the runtime says of one that never opened or
 * broke is not for people; what the server says when it closes is.
 */
export function wordsOfClose(code: number, reason: string, wasOpen: boolean): string {
  if (wasOpen) {
    if (code === BROKEN) return "the connection to the feed broke";
    return reason === "" ? `the feed closed the connection (${code})` : reason;
  }
  if (CERTIFICATE.test(reason)) {
    return "the feed cannot prove who it is: its certificate is not trusted";
  }
  const status = /status code: (\d{3})\b/i.exec(reason)?.[1];
  return status === undefined
    ? "no connection to the feed; check the network"
    : `the feed answered HTTP ${status} instead of a connection`;
}

/**
 * What an ERROR message means for the connection, or null when it is only information, as one of a
 * code that we do not know is. During the handshake a complaint ends it: no answer would come.
 */
export function failureOfError(error: WireError, isHandshake: boolean): FailureCode | null {
  if (LIMIT.test(error.text)) return "connectionLimit";
  switch (error.code) {
    case "UNAUTHORIZED":
      return "unauthorized";
    case "UNSUPPORTED_PROTOCOL":
      return "protocol";
    case "TIMEOUT":
      return "timeout";
    case "INVALID_MESSAGE":
    case "BAD_ACTION":
    case "UNKNOWN":
      return isHandshake ? "protocol" : null;
    default:
      return null;
  }
}
