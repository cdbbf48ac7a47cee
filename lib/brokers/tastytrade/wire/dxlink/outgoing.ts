import { EVENT_MAPPINGS } from "../../feed/map.ts";
import { CANDLE_FIELDS } from "./candle_events.ts";

/** Protocol and client, as SETUP wants them: `<protocol>-<implementation>/<its version>`. */
const VERSION = "0.1-deltadesk/1";

/** Time after which the server may close us when it hears nothing, s. We speak every 10 s. */
const KEEPALIVE_TIMEOUT_S = 60;

/** How often we want to hear from the server at the least, s: within the 30 s of a probe. */
const ACCEPT_KEEPALIVE_TIMEOUT_S = 20;

/** First message of a connection. */
export function setupMessage(): string {
  return JSON.stringify({
    type: "SETUP",
    channel: 0,
    version: VERSION,
    keepaliveTimeout: KEEPALIVE_TIMEOUT_S,
    acceptKeepaliveTimeout: ACCEPT_KEEPALIVE_TIMEOUT_S,
  });
}

/** Sends the quote token. Never to be logged. */
export function authMessage(token: string): string {
  return JSON.stringify({ type: "AUTH", channel: 0, token });
}

/** The message that both keeps a connection and asks whether it is alive. */
export const KEEPALIVE_MESSAGE = '{"type":"KEEPALIVE","channel":0}';

/** Opens a feed channel; `channel` is odd. */
export function channelRequest(channel: number): string {
  const parameters = { contract: "AUTO" };
  return JSON.stringify({ type: "CHANNEL_REQUEST", channel, service: "FEED", parameters });
}

/** Asks for fields of the board's types; the server flushes once per `aggregationPeriodS`. */
export function boardSetup(channel: number, aggregationPeriodS: number): string {
  const fields = Object.fromEntries(EVENT_MAPPINGS.map(({ type, fields }) => [type, fields]));
  return feedSetup(channel, aggregationPeriodS, fields);
}

/** Asks for fields of candles. */
export function candleSetup(channel: number): string {
  return feedSetup(channel, 1, { Candle: CANDLE_FIELDS });
}

function feedSetup(
  channel: number,
  acceptAggregationPeriod: number,
  acceptEventFields: Readonly<Record<string, readonly string[]>>,
): string {
  return JSON.stringify({
    type: "FEED_SETUP",
    channel,
    acceptAggregationPeriod,
    acceptDataFormat: "COMPACT",
    acceptEventFields,
  });
}

/** Subscribes to a candle symbol from an instant on, ms. */
export function candleAdd(channel: number, symbol: string, fromTime: number): string {
  const add = [{ type: "Candle", symbol, fromTime }];
  return JSON.stringify({ type: "FEED_SUBSCRIPTION", channel, add });
}

/** Ends a subscription to a candle symbol; the schema wants a fromTime and ignores it. */
export function candleRemove(channel: number, symbol: string): string {
  const remove = [{ type: "Candle", symbol, fromTime: 0 }];
  return JSON.stringify({ type: "FEED_SUBSCRIPTION", channel, remove });
}
