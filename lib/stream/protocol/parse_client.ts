import type { Result } from "../../base/result.ts";
import { STREAM_LIMITS } from "./limits.ts";
import type { ClientHello, ClientMessage, ResumePoint, RowSubscription } from "./messages.ts";
import { malformed, type MalformedError, ObjectReader, parseJson } from "./object_reader.ts";

function readRows(reader: ObjectReader): RowSubscription {
  if (reader.has("rows")) {
    const value = reader.take("rows");
    if (value === "all") return "all";
    if (Array.isArray(value) && value.length <= STREAM_LIMITS.subscribedUnderlyings) {
      return readIds(reader, value);
    }
  }
  reader.refuse(`rows is neither "all" nor at most ${STREAM_LIMITS.subscribedUnderlyings} ids`);
  return "all";
}

function readIds(reader: ObjectReader, values: readonly unknown[]): readonly number[] {
  const ids = new Set<number>();
  for (const value of values) {
    const isId = typeof value === "number" && Number.isInteger(value) && value >= 0 &&
      value <= 0xffff_ffff;
    if (!isId) {
      reader.refuse("rows holds something that is no id");
      return [];
    }
    ids.add(value);
  }
  return [...ids].sort((a, b) => a - b);
}

function readResume(reader: ObjectReader): ResumePoint {
  return {
    epoch: reader.string("epoch", 64),
    scope: reader.string("scope", 200),
    seq: reader.count("seq"),
    eventSeq: reader.count("eventSeq"),
  };
}

function readResumeOrNull(reader: ObjectReader): ResumePoint | null {
  const value = reader.take("resume");
  if (value === undefined || value === null) return null;
  return reader.item(value, "message.resume", readResume);
}

function readInterval(reader: ObjectReader): number {
  return reader.count("intervalMs", STREAM_LIMITS.intervalMaxMs);
}

function readHello(reader: ObjectReader): ClientHello {
  return {
    type: "hello",
    version: reader.count("version"),
    rows: readRows(reader),
    resume: readResumeOrNull(reader),
    intervalMs: reader.has("intervalMs") ? readInterval(reader) : 0,
  };
}

function readMessage(reader: ObjectReader): ClientMessage | null {
  switch (reader.string("type", 20)) {
    case "hello":
      return readHello(reader);
    case "subscribe":
      return { type: "subscribe", rows: readRows(reader) };
    case "rate":
      return { type: "rate", intervalMs: readInterval(reader) };
    case "snapshot":
      return { type: "snapshot" };
    case "ping":
      return { type: "ping", id: reader.count("id") };
    default:
      reader.refuse("type is not known");
      return null;
  }
}

/**
 * Reads what a client sent: JSON text within the inbound bounds, a known type, known members of
 * the right kinds and nothing else. Ids of a row subscription come back sorted and once each.
 */
export function parseClientMessage(text: string): Result<ClientMessage, MalformedError> {
  const json = parseJson(text, {
    length: STREAM_LIMITS.inboundBytes,
    depth: STREAM_LIMITS.inboundDepth,
  });
  if (!json.ok) return json;
  const reader = new ObjectReader(json.value);
  const message = readMessage(reader);
  const end = reader.finish(message);
  if (!end.ok) return end;
  return end.value === null ? malformed("type is not known") : { ok: true, value: end.value };
}
