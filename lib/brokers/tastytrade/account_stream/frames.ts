import { fail, ok, type Result } from "../../../base/result.ts";
import type { Secret } from "../rest/secret.ts";

/** Longest frame that is read, characters: a thousand whole orders and more. */
const FRAME_MAX = 1_048_576;

/** What every message carries. */
export interface MessageHead {
  readonly token: Secret;
  readonly requestId: number;
  readonly source: string;
}

/** Subscribes to accounts. Source: tastytrade.md §8. */
export function connectMessage(accountNumbers: readonly string[], head: MessageHead): string {
  return JSON.stringify({ action: "connect", value: accountNumbers, ...headOf(head) });
}

/** Asks for an answer, and keeps the server from closing. */
export function heartbeatMessage(head: MessageHead): string {
  return JSON.stringify({ action: "heartbeat", ...headOf(head) });
}

function headOf({ token, requestId, source }: MessageHead): Readonly<Record<string, unknown>> {
  return { "auth-token": `Bearer ${token.reveal()}`, "request-id": requestId, source };
}

/** The JSON of a frame; fails with "tooBig" before it is read and with "malformed" for no JSON. */
export function parseFrame(text: string): Result<unknown, "tooBig" | "malformed"> {
  if (text.length > FRAME_MAX) return fail("tooBig");
  try {
    return ok(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return fail("malformed");
    throw error;
  }
}
