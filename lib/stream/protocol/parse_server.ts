import type { Result } from "../../base/result.ts";
import {
  type CodeLists,
  EVENT_KINDS,
  EVENT_SEVERITIES,
  type FieldLists,
  type ServerHello,
  type ServerMessage,
  STAND_INS,
  type StreamEvent,
} from "./messages.ts";
import { malformed, type MalformedError, ObjectReader } from "./object_reader.ts";

const FIELDS_MAX = 32;
const CODES_MAX = 256;
const EVENTS_MAX = 10_000;

function readFields(reader: ObjectReader): FieldLists {
  return {
    underlying: reader.strings("underlying", FIELDS_MAX),
    account: reader.strings("account", FIELDS_MAX),
    leaf: reader.strings("leaf", FIELDS_MAX),
    rowF64: reader.strings("rowF64", FIELDS_MAX),
    rowF32: reader.strings("rowF32", FIELDS_MAX),
    rowU8: reader.strings("rowU8", FIELDS_MAX),
  };
}

function readCodes(reader: ObjectReader): CodeLists {
  return {
    absence: reader.strings("absence", CODES_MAX),
    markSource: reader.strings("markSource", CODES_MAX),
    greeksSource: reader.strings("greeksSource", CODES_MAX),
    staleness: reader.strings("staleness", CODES_MAX),
    dataLevel: reader.strings("dataLevel", CODES_MAX),
  };
}

function readHello(reader: ObjectReader): ServerHello {
  return {
    type: "hello",
    version: reader.count("version"),
    product: reader.string("product"),
    modelVersion: reader.string("modelVersion"),
    mode: reader.oneOf("mode", ["demo", "replay", "live"] as const, "live"),
    standIn: reader.oneOfOrNull("standIn", STAND_INS),
    epoch: reader.string("epoch"),
    scope: reader.string("scope"),
    baseCurrency: reader.string("baseCurrency"),
    principal: reader.object("principal", (r) => ({
      id: r.string("id"),
      roles: r.strings("roles", 100),
    })),
    commands: reader.strings("commands", 1_000),
    flushMs: reader.number("flushMs"),
    heartbeatMs: reader.number("heartbeatMs"),
    serverTime: reader.number("serverTime"),
    sourceTime: reader.number("sourceTime"),
    seq: reader.count("seq"),
    eventSeq: reader.count("eventSeq"),
    fields: reader.object("fields", readFields),
    codes: reader.object("codes", readCodes),
  };
}

function readEvent(reader: ObjectReader): StreamEvent {
  return {
    seq: reader.count("seq"),
    previous: reader.count("previous"),
    flush: reader.count("flush"),
    at: reader.number("at"),
    kind: reader.oneOf("kind", EVENT_KINDS, "alert"),
    severity: reader.oneOf("severity", EVENT_SEVERITIES, "info"),
    accountId: reader.numberOrNull("accountId"),
    text: reader.string("text", 2_000),
    facts: reader.facts("facts", 64),
  };
}

function readMessage(reader: ObjectReader): ServerMessage | null {
  switch (reader.string("type", 20)) {
    case "hello":
      return readHello(reader);
    case "events":
      return {
        type: "events",
        missed: reader.count("missed"),
        through: reader.count("through"),
        events: reader.objects("events", EVENTS_MAX, readEvent),
      };
    case "pong":
      return {
        type: "pong",
        id: reader.count("id"),
        serverTime: reader.number("serverTime"),
        sourceTime: reader.number("sourceTime"),
      };
    case "error":
      return { type: "error", code: reader.string("code"), message: reader.string("message") };
    case "bye":
      return { type: "bye", reason: reader.string("reason") };
    default:
      return null;
  }
}

/**
 * Reads a text message of the server, already parsed as JSON. Members that this version does not
 * know are passed over, so that a server may add some; null for a type that is not known.
 */
export function readServerMessage(json: unknown): Result<ServerMessage | null, MalformedError> {
  const reader = new ObjectReader(json, "message", false);
  const message = readMessage(reader);
  return reader.finish(message);
}

/** Like `readServerMessage`, for a hello alone. */
export function readServerHello(json: unknown): Result<ServerHello, MalformedError> {
  const message = readServerMessage(json);
  if (!message.ok) return message;
  if (message.value?.type !== "hello") return malformed("not a hello");
  return { ok: true, value: message.value };
}
