import type { BrokerAdapter } from "../ports/broker.ts";
import type { EventInput } from "../stream/hub/hub.ts";
import type { EngineListener } from "./engine.ts";

/** Turns what the engine tells into events of the stream. */
export interface EventLog {
  listener(adapter: BrokerAdapter): EngineListener;
}

/** What happened to a feed, in words. */
const FEED_WORDS = {
  connecting: "is connecting",
  live: "is live",
  stale: "is stale",
  down: "is down",
  closed: "is closed with the session",
} as const;

function quantityText(signedQuantity: number): string {
  return `${signedQuantity > 0 ? "bought" : "sold"} ${Math.abs(signedQuantity)}`;
}

/** Events go out through `publish`; `statusChanged` says that feeds or market look different. */
export function eventLog(
  publish: (event: EventInput) => void,
  statusChanged: () => void,
): EventLog {
  return {
    listener: (adapter) => ({
      fill: (fill) =>
        publish({
          kind: "fill",
          severity: "info",
          at: fill.filledAt,
          account: fill.accountId,
          text: `${quantityText(fill.signedQuantity)} ${fill.instrumentKey} at ${fill.price}`,
          facts: {
            execId: fill.execId,
            instrument: fill.instrumentKey,
            signedQuantity: fill.signedQuantity,
            price: fill.price,
            fees: fill.fees,
          },
        }),
      earlierFill: () => {},
      order: (order) =>
        publish({
          kind: "order",
          severity: "info",
          at: order.asOf,
          account: order.accountId,
          text: `${order.instrumentKey} order ${order.state}`,
          facts: {
            brokerOrderId: order.brokerOrderId,
            instrument: order.instrumentKey,
            state: order.state,
            signedQuantity: order.signedQuantity,
            filledQuantity: order.filledQuantity,
            limitPrice: order.limitPrice,
          },
        }),
      lifecycle: (event) => {
        publish({
          kind: "lifecycle",
          severity: event.kind === "assigned" ? "caution" : "info",
          at: event.at,
          account: event.accountId,
          text: event.text,
          facts: {
            event: event.kind,
            instrument: event.instrumentKey,
            signedQuantity: event.signedQuantity,
          },
        });
        statusChanged();
      },
      feed: (health) => {
        const isBad = health.state === "down" || health.state === "stale";
        publish({
          kind: "feed",
          severity: isBad ? "caution" : "info",
          at: adapter.clock.now(),
          account: null,
          text: `${health.label} ${FEED_WORDS[health.state]}`,
          facts: { feed: health.feed, state: health.state, detail: health.detail },
        });
        statusChanged();
      },
      trouble: (message) =>
        publish({
          kind: "alert",
          severity: "caution",
          at: adapter.clock.now(),
          account: null,
          text: message,
          facts: {},
        }),
    }),
  };
}
