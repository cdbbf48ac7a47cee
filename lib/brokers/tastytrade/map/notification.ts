import type { UnixMs } from "../../../base/brand.ts";
import { type Drift, Fields } from "./fields.ts";

/** A message of the account streamer: the answer to one of ours. */
export interface StreamerAck {
  readonly kind: "ack";
  readonly isOk: boolean;
  /** connect, heartbeat …; null when it does not say. */
  readonly action: string | null;
  readonly requestId: number | null;
  /** Words of a refusal; untrusted. */
  readonly text: string | null;
}

/** A message of the account streamer: a whole object that changed. */
export interface StreamerNotice {
  readonly kind: "notice";
  /** Order, CurrentPosition, AccountBalance …; an open set: what is not known is counted. */
  readonly type: string;
  readonly data: unknown;
  readonly at: UnixMs | null;
}

/** One message of the account streamer. */
export type StreamerMessage = StreamerAck | StreamerNotice;

function readOne(fields: Fields): StreamerMessage | null {
  const status = fields.text("status");
  if (status !== null) {
    return {
      kind: "ack",
      isOk: status === "ok",
      action: fields.text("action"),
      requestId: fields.decimal("request-id"),
      text: fields.text("message"),
    };
  }
  const type = fields.text("type", "expected");
  if (type === null) return null;
  return { kind: "notice", type, data: fields.value("data"), at: fields.instant("timestamp") };
}

/**
 * Reads a frame of the account streamer: an answer, a notice, or a list of notices in `results`.
 * What is none of them is counted and left out. Source: tastytrade.md §8.
 */
export function readStreamerFrame(json: unknown, drift: Drift): StreamerMessage[] {
  const fields = Fields.of(json, "streamer", drift);
  if (fields === null) return [];
  const all = fields.value("results") === undefined ? [fields] : fields.children("results");
  return all.map(readOne).filter((message) => message !== null);
}
