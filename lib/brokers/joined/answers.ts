import { fail, ok, type Result } from "../../base/result.ts";
import type { Answer, BrokerError } from "../../ports/broker.ts";
import { CANCELED } from "./member.ts";

/** What a call answers whose signal was aborted. */
export function canceled(): Result<never, BrokerError> {
  return fail(CANCELED);
}

/** What a call answers while its broker is away. */
export function notConnected(who: string): Result<never, BrokerError> {
  return fail({ code: "notConnected", message: `${who} is not connected`, fix: null });
}

/** What a call for an account answers that no broker has. */
export function unknownAccount(id: string): Result<never, BrokerError> {
  return fail({ code: "unknownAccount", message: `no account has the id ${id}`, fix: null });
}

/** What a call answers that no broker can. */
export function unsupported(what: string): Result<never, BrokerError> {
  return fail({ code: "unsupported", message: `no broker of this desk has ${what}`, fix: null });
}

/** A list of what a broker reports; empty where it reports none, for another one may. */
export function withinCapability<T>(
  isAble: boolean,
  ask: () => Answer<readonly T[]>,
): Answer<readonly T[]> {
  return isAble ? ask() : Promise.resolve(ok([]));
}
