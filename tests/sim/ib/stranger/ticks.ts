import { escaped, type Field, UNSET } from "./codec.ts";
import type { Greeks, Listed } from "./listing.ts";

/** Says one message. */
export type Say = (...fields: Field[]) => void;

const NONE = ["-1", "-2", "-1", "-1", "-2", "-2", "-2", "-1"];
const NOTHING = Array.from({ length: 8 }, () => UNSET);

function computation(say: Say, id: string, type: number, greeks: Greeks, price: number): void {
  const { iv, delta, gamma, vega, theta } = greeks;
  say("21", id, type, "0", iv, delta, price, "-1", gamma, vega, theta, UNSET);
}

/** Types of bid, ask, last, close and of the computations by bid, ask, last and model. */
const LIVE = { bid: 1, ask: 2, last: 4, close: 9, byBid: 10, byAsk: 11, byLast: 12, byModel: 13 };
const DELAYED: typeof LIVE = {
  bid: 66,
  ask: 67,
  last: 68,
  close: 75,
  byBid: 80,
  byAsk: 81,
  byLast: 82,
  byModel: 83,
};

function speakGreeks(say: Say, id: string, one: Listed, types: typeof LIVE): void {
  const { greeks, voice, bid, ask } = one;
  if (greeks === null) return;
  if (voice === "sides") {
    say("21", id, types.byLast, "1", ...NONE);
    say("21", id, types.byModel, "0", ...NOTHING);
    computation(say, id, types.byAsk, { ...greeks, delta: greeks.delta - 0.01 }, ask);
    return computation(say, id, types.byBid, greeks, bid);
  }
  say("21", id, types.byModel, "1", ...NONE);
  if (voice === "late") say("21", id, types.byModel, "", ...NOTHING);
  computation(say, id, types.byModel, greeks, (bid + ask) / 2);
}

/** What a new line says first: prices in the order that nobody expects, and Greeks. */
export function speak(say: Say, id: string, one: Listed, isDelayed: boolean): void {
  const types = isDelayed ? DELAYED : LIVE;
  const { bid, ask, voice } = one;
  speakGreeks(say, id, one, types);
  if (voice === "askOnly") {
    say("1", "6", id, types.last, ask, "100", "0");
    say("1", "6", id, types.bid, "-1", "0", "1");
    return say("1", "6", id, types.ask, ask, "", "0");
  }
  say("1", "6", id, types.last, "-1", "0", "0");
  say("1", "6", id, types.ask, ask, "3", "0");
  say("45", "6", id, isDelayed ? "90" : "49", "0");
  // A type that nobody knows, and a text without one.
  say("45", "6", id, "250", UNSET);
  say("46", "6", id, "45", "");
  say("1", "6", id, types.bid, bid, "3", "2");
  if (voice === "noGreeks") {
    say("4", "2", id, "10090", escaped("Part of requested market data is not subscribed ☂"), "");
  }
}
