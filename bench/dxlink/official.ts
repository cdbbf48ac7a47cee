import { MARKET_EVENT, MARKET_STRIDE, marketBatch } from "../../lib/domain/market_data.ts";
import type { DxlinkFeedModule, OfficialEvent } from "../peers.ts";
import type { BatchTaker, FrameReader } from "./readers.ts";

type EventTaker = (events: readonly OfficialEvent[]) => void;

/**
 * The official feed with a listener. Its channel gets parsed messages after the three checks that
 * the official connector makes; what its client does per message beside that (clocks, keepalive)
 * is left out, in its favour.
 */
export function officialReader(module: DxlinkFeedModule, take: EventTaker): FrameReader {
  let listener: (message: unknown) => void = () => {};
  const channel = {
    id: 1,
    service: "FEED",
    parameters: {},
    send: () => {},
    getState: () => "OPENED",
    addMessageListener: (work: (message: unknown) => void) => {
      listener = work;
    },
    addStateChangeListener: () => {},
    addErrorListener: () => {},
    close: () => {},
  };
  const feed = new module.DXLinkFeed({ openChannel: () => channel }, "AUTO");
  feed.addEventListener(take);
  return (text) => {
    const message = JSON.parse(text);
    if (
      typeof message !== "object" || typeof message.type !== "string" ||
      typeof message.channel !== "number"
    ) throw new Error("no message");
    listener(message);
  };
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : NaN;
}

function timeOf(value: unknown): number {
  return typeof value === "number" && value > 0 ? value : NaN;
}

/**
 * What an application does with the objects to have what ours has: finds who is meant and stores
 * the numbers in columns, a batch per message.
 */
export function columnStore(symbols: readonly string[], take: BatchTaker): EventTaker {
  const handles = new Map(symbols.map((symbol, handle) => [symbol, handle]));
  const batch = marketBatch(2048);
  const { values } = batch;
  const open = (event: OfficialEvent, kind: number, at: number): number => {
    const handle = handles.get(event.eventSymbol);
    if (handle === undefined) return -1;
    const i = batch.count++;
    batch.kind[i] = kind;
    batch.handle[i] = handle;
    batch.eventAt[i] = at;
    return i * MARKET_STRIDE;
  };
  const close = (from: number) => {
    for (let at = from; at % MARKET_STRIDE !== 0; at++) values[at] = NaN;
  };
  const store = (event: OfficialEvent): void => {
    switch (event.eventType) {
      case "Quote": {
        const bidAt = timeOf(event.bidTime);
        const askAt = timeOf(event.askTime);
        const at = askAt > bidAt || Number.isNaN(bidAt) ? askAt : bidAt;
        const to = open(event, MARKET_EVENT.quote, at);
        if (to < 0) return;
        values[to] = numberOf(event.bidPrice);
        values[to + 1] = numberOf(event.askPrice);
        values[to + 2] = numberOf(event.bidSize);
        values[to + 3] = numberOf(event.askSize);
        return close(to + 4);
      }
      case "Trade": {
        const to = open(event, MARKET_EVENT.trade, timeOf(event.time));
        if (to < 0) return;
        values[to] = numberOf(event.price);
        values[to + 1] = numberOf(event.size);
        values[to + 2] = numberOf(event.dayVolume);
        return close(to + 3);
      }
      case "Greeks": {
        const to = open(event, MARKET_EVENT.greeks, timeOf(event.time));
        if (to < 0) return;
        values[to] = numberOf(event.price);
        values[to + 1] = numberOf(event.volatility);
        values[to + 2] = numberOf(event.delta);
        values[to + 3] = numberOf(event.gamma);
        values[to + 4] = numberOf(event.theta);
        values[to + 5] = numberOf(event.vega);
        values[to + 6] = numberOf(event.rho);
        return close(to + 7);
      }
      case "Summary": {
        const to = open(event, MARKET_EVENT.summary, NaN);
        if (to < 0) return;
        values[to] = numberOf(event.prevDayClosePrice);
        values[to + 1] = numberOf(event.dayOpenPrice);
        values[to + 2] = numberOf(event.dayId);
        values[to + 3] = numberOf(event.dayClosePrice);
        return close(to + 4);
      }
    }
  };
  return (events) => {
    for (const event of events) store(event);
    take(batch);
    batch.count = 0;
  };
}

/** Keeps the objects themselves, the latest of each type and symbol. */
export function objectStore(): { readonly take: EventTaker; readonly size: () => number } {
  const latest = new Map<string, Map<string, OfficialEvent>>();
  return {
    take: (events) => {
      for (const event of events) {
        let ofType = latest.get(event.eventType);
        if (ofType === undefined) latest.set(event.eventType, ofType = new Map());
        ofType.set(event.eventSymbol, event);
      }
    },
    size: () => [...latest.values()].reduce((sum, { size }) => sum + size, 0),
  };
}
