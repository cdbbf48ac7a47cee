import { fail, type Result } from "../../../base/result.ts";
import type { BrokerError } from "../../../ports/broker.ts";

/** What a call answers whose signal was aborted. */
export function canceled(): Result<never, BrokerError> {
  return fail({ code: "canceled", message: "canceled", fix: null });
}

/** What a call answers before `connect` and after `close`. */
export function notConnected(): Result<never, BrokerError> {
  return fail({ code: "notConnected", message: "tastytrade is not connected", fix: null });
}
