import { fail, ok, type Result } from "../../../../base/result.ts";
import { printable } from "./counters.ts";
import { isRecord } from "./record.ts";

/** Longer than any token, so that one that is repeated here is whole and can be blanked. */
const TEXT_MAX = 4000;

/** A message of the server. Keys that we do not use are not looked at. Source: dxlink.md §2, §3. */
export type ServerMessage =
  | { readonly type: "setup"; readonly version: string; readonly keepaliveTimeoutS: number | null }
  | { readonly type: "authState"; readonly isAuthorized: boolean }
  | { readonly type: "keepalive" }
  | { readonly type: "error"; readonly channel: number; readonly error: WireError }
  | { readonly type: "channelOpened"; readonly channel: number }
  | { readonly type: "channelClosed"; readonly channel: number }
  | {
    readonly type: "feedConfig";
    readonly channel: number;
    readonly aggregationPeriodS: number | null;
    readonly dataFormat: string | null;
    readonly eventFields: Readonly<Record<string, unknown>> | null;
  }
  | { readonly type: "feedData"; readonly channel: number; readonly data: unknown }
  | { readonly type: "unknown"; readonly name: string; readonly channel: number };

/** An ERROR message; `code` is an open set, `text` has no control characters. */
export interface WireError {
  readonly code: string;
  readonly text: string;
}

/**
 * Reads one frame. Fails with "malformed" for what is no JSON object with a text `type` and a
 * number `channel`. A type that we do not know is no failure.
 */
export function parseMessage(text: string): Result<ServerMessage, "malformed"> {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return fail("malformed");
    throw error;
  }
  if (!isRecord(message)) return fail("malformed");
  const { type, channel } = message;
  if (typeof type !== "string" || typeof channel !== "number") return fail("malformed");
  // By far the most frequent one first.
  if (type === "FEED_DATA") return ok({ type: "feedData", channel, data: message.data });
  return ok(otherMessage(type, channel, message));
}

function otherMessage(
  type: string,
  channel: number,
  message: Readonly<Record<string, unknown>>,
): ServerMessage {
  switch (type) {
    case "SETUP":
      return {
        type: "setup",
        version: textOf(message.version),
        keepaliveTimeoutS: positiveOf(message.keepaliveTimeout),
      };
    case "AUTH_STATE":
      return { type: "authState", isAuthorized: message.state === "AUTHORIZED" };
    case "KEEPALIVE":
      return { type: "keepalive" };
    case "ERROR":
      return {
        type: "error",
        channel,
        error: { code: textOf(message.error), text: textOf(message.message) },
      };
    case "CHANNEL_OPENED":
      return { type: "channelOpened", channel };
    case "CHANNEL_CLOSED":
      return { type: "channelClosed", channel };
    case "FEED_CONFIG":
      return {
        type: "feedConfig",
        channel,
        aggregationPeriodS: positiveOf(message.aggregationPeriod),
        dataFormat: typeof message.dataFormat === "string" ? message.dataFormat : null,
        eventFields: isRecord(message.eventFields) ? message.eventFields : null,
      };
    default:
      return { type: "unknown", name: printable(type, TEXT_MAX), channel };
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? printable(value, TEXT_MAX) : "";
}

function positiveOf(value: unknown): number | null {
  return typeof value === "number" && value > 0 && value < 1e6 ? value : null;
}
