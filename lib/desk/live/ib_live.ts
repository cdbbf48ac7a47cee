import { present } from "../../base/assert.ts";
import type { IbBroker } from "../../brokers/ib/adapter.ts";
import { IbCheck } from "../../brokers/ib/connection_check/check.ts";
import { IB_LOADS_AFTER } from "../../brokers/ib/connection_check/steps.ts";
import { IB_FEEDS } from "../../brokers/ib/feeds.ts";
import type { FeedHealth } from "../../ports/broker.ts";
import type { IbSettings } from "../../settings/ib_settings.ts";
import { type BrokerSurroundings, openIbAdapter } from "../open_broker.ts";
import type { LiveBroker } from "./live_start.ts";

const HOW_TO_CHANGE = [
  "Where TWS or IB Gateway listens: **DELTADESK_IB_HOST=** and **DELTADESK_IB_PORT=**, " +
  "7496 or 4001 for the real account, 7497 or 4002 for the paper one.",
  "Another client id, where another program has this one: **DELTADESK_IB_CLIENT_ID=**.",
  "Fewer accounts: **IB_ACCOUNTS=** and their numbers, with commas.",
  "Start the desk again: it reads its settings at the start.",
];

function feedOf(adapter: IbBroker, id: string): FeedHealth | null {
  return adapter.health().find(({ feed }) => feed === id) ?? null;
}

/** Interactive Brokers as a live desk starts it: a new adapter per attempt, one check over all. */
export function ibLive(settings: IbSettings, surroundings: BrokerSurroundings): LiveBroker {
  const { clock, timers } = surroundings;
  const { openClient, tcp } = present(surroundings.ib, "what opens connections to TWS");
  const { host, port, clientId, accounts, marketDataType, inUse } = settings;
  const check = new IbCheck({
    address: { host, port, clientId },
    accounts,
    marketDataType,
    open: openClient,
    tcp,
    clock,
    timers,
  });
  return {
    id: "ib",
    label: "Interactive Brokers",
    note: `TWS API at ${host}:${port}, client id ${clientId}`,
    mode: "live",
    check,
    loadsAfter: IB_LOADS_AFTER,
    settings: inUse,
    howToChange: HOW_TO_CHANGE,
    open: () => {
      const adapter = openIbAdapter(settings, surroundings);
      check.use({
        session: () => feedOf(adapter, IB_FEEDS.connection),
        market: () => feedOf(adapter, IB_FEEDS.market),
        greeks: () => null,
        retryNow: () => adapter.retryNow(),
      });
      return adapter;
    },
  };
}
