import { fail, ok, type Result } from "../../../lib/base/result.ts";
import { isObject, type JsonObject, numberOf, parseJson, textOf, textsOf } from "../json.ts";

/** One entry of a FEED_SUBSCRIPTION. */
export interface SubscriptionEntry {
  readonly type: string;
  readonly symbol: string;
  /** Time series: Unix ms from which history is wanted. */
  readonly fromTime: number | null;
  readonly source: string | null;
}

/** Event fields by event type. */
export type EventFields = Readonly<Record<string, readonly string[]>>;

/** A message of a client. */
export type ClientMessage =
  | {
    readonly type: "SETUP";
    readonly channel: number;
    readonly version: string;
    readonly keepaliveTimeout: number | null;
    readonly acceptKeepaliveTimeout: number | null;
  }
  | { readonly type: "AUTH"; readonly channel: number; readonly token: string }
  | { readonly type: "KEEPALIVE" | "CHANNEL_CANCEL"; readonly channel: number }
  | { readonly type: "ERROR"; readonly channel: number; readonly error: string }
  | {
    readonly type: "CHANNEL_REQUEST";
    readonly channel: number;
    readonly service: string;
    readonly parameters: JsonObject;
  }
  | {
    readonly type: "FEED_SETUP";
    readonly channel: number;
    readonly aggregationPeriodS: number | null;
    readonly dataFormat: "FULL" | "COMPACT" | null;
    readonly eventFields: EventFields | null;
  }
  | {
    readonly type: "FEED_SUBSCRIPTION";
    readonly channel: number;
    readonly isReset: boolean;
    readonly remove: readonly SubscriptionEntry[];
    readonly add: readonly SubscriptionEntry[];
  }
  | { readonly type: "unknown"; readonly channel: number; readonly name: string };

/** Reads a frame of a client; fails with the words that an INVALID_MESSAGE error carries. */
export function decodeClientMessage(text: string): Result<ClientMessage, string> {
  const json = parseJson(text);
  if (!json.ok) return fail("Not a JSON object.");
  if (!isObject(json.value)) return fail("Not a JSON object.");
  const name = textOf(json.value, "type");
  const channel = numberOf(json.value, "channel");
  if (name === null || channel === null) return fail("Missing type or channel.");
  return body(json.value, name, channel);
}

function body(json: JsonObject, name: string, channel: number): Result<ClientMessage, string> {
  switch (name) {
    case "SETUP": {
      const version = textOf(json, "version");
      if (version === null) return fail("SETUP without version.");
      const keepaliveTimeout = numberOf(json, "keepaliveTimeout");
      const acceptKeepaliveTimeout = numberOf(json, "acceptKeepaliveTimeout");
      return ok({ type: name, channel, version, keepaliveTimeout, acceptKeepaliveTimeout });
    }
    case "AUTH": {
      const token = textOf(json, "token");
      return token === null ? fail("AUTH without token.") : ok({ type: name, channel, token });
    }
    case "KEEPALIVE":
    case "CHANNEL_CANCEL":
      return ok({ type: name, channel });
    case "ERROR":
      return ok({ type: name, channel, error: textOf(json, "error") ?? "UNKNOWN" });
    case "CHANNEL_REQUEST": {
      const service = textOf(json, "service");
      if (service === null) return fail("CHANNEL_REQUEST without service.");
      const parameters = isObject(json.parameters) ? json.parameters : {};
      return ok({ type: name, channel, service, parameters });
    }
    case "FEED_SETUP":
      return feedSetup(json, channel);
    case "FEED_SUBSCRIPTION":
      return feedSubscription(json, channel);
    default:
      return ok({ type: "unknown", channel, name });
  }
}

function feedSetup(json: JsonObject, channel: number): Result<ClientMessage, string> {
  const format = json.acceptDataFormat;
  if (format !== undefined && format !== "FULL" && format !== "COMPACT") {
    return fail("acceptDataFormat is FULL or COMPACT.");
  }
  let eventFields: Record<string, string[]> | null = null;
  if (json.acceptEventFields !== undefined) {
    if (!isObject(json.acceptEventFields)) return fail("acceptEventFields is an object.");
    eventFields = {};
    for (const [type, names] of Object.entries(json.acceptEventFields)) {
      const texts = textsOf(names);
      if (texts === null) return fail(`acceptEventFields of ${type} is a list of names.`);
      eventFields[type] = texts;
    }
  }
  return ok({
    type: "FEED_SETUP",
    channel,
    aggregationPeriodS: numberOf(json, "acceptAggregationPeriod"),
    dataFormat: format ?? null,
    eventFields,
  });
}

function feedSubscription(json: JsonObject, channel: number): Result<ClientMessage, string> {
  const add = entries(json.add);
  const remove = entries(json.remove);
  if (add === null || remove === null) return fail("A subscription needs type and symbol.");
  return ok({ type: "FEED_SUBSCRIPTION", channel, isReset: json.reset === true, remove, add });
}

function entries(value: unknown): SubscriptionEntry[] | null {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return null;
  const found: SubscriptionEntry[] = [];
  for (const one of value) {
    if (!isObject(one)) return null;
    const type = textOf(one, "type");
    const symbol = textOf(one, "symbol");
    if (type === null || symbol === null) return null;
    found.push({
      type,
      symbol,
      fromTime: numberOf(one, "fromTime"),
      source: textOf(one, "source"),
    });
  }
  return found;
}
