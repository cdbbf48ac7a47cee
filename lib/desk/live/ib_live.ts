import { present } from "../../base/assert.ts";
import type { IbBroker } from "../../brokers/ib/adapter.ts";
import { IbCheck } from "../../brokers/ib/connection_check/check.ts";
import type { GreeksSeen } from "../../brokers/ib/connection_check/live_steps.ts";
import { IB_LOADS_AFTER } from "../../brokers/ib/connection_check/steps.ts";
import { IB_FEEDS } from "../../brokers/ib/feeds.ts";
import type { BookView } from "../../domain/book_view.ts";
import { isOption } from "../../domain/instrument.ts";
import { GREEKS_SOURCES, ROW_U8, ROW_U8_AT } from "../../domain/measures.ts";
import type { FeedHealth } from "../../ports/broker.ts";
import { hostAndPort } from "../../ports/loopback.ts";
import type { IbSettings } from "../../settings/ib_settings.ts";
import { type BrokerSurroundings, openIbAdapter } from "../open_broker.ts";
import type { LiveBroker } from "./live_start.ts";

const ID = "ib";

const HOW_TO_CHANGE = [
  "Where TWS or IB Gateway listens: **DELTADESK_IB_HOST=** and **DELTADESK_IB_PORT=**, " +
  "7496 or 4001 for the real account, 7497 or 4002 for the paper one.",
  "Another client id, where another program has this one: **DELTADESK_IB_CLIENT_ID=**.",
  "Delayed quotes: **DELTADESK_MD_TYPE=3**. Fewer accounts: **IB_ACCOUNTS=** and their numbers, " +
  "with commas.",
  "Start the desk again: it reads its settings at the start.",
];

function feedOf(adapter: IbBroker, id: string): FeedHealth | null {
  return adapter.health().find(({ feed }) => feed === id) ?? null;
}

const FROM_BROKER = GREEKS_SOURCES.indexOf("broker");

/** Options that are held at IB, and how many of them have its Greeks. */
export function greeksSeen(view: BookView): GreeksSeen {
  let [wanted, filled] = [0, 0];
  for (let row = 0; row < view.rowCount; row++) {
    const isOurs = view.account(view.accountOfRow(row)).account.broker === ID;
    if (!isOurs || !isOption(view.instrumentOfRow(row))) continue;
    wanted++;
    if (view.rowU8[row * ROW_U8.length + ROW_U8_AT.greeksSource] === FROM_BROKER) filled++;
  }
  return { wanted, filled };
}

/**
 * Interactive Brokers as a live desk starts it: a new adapter per attempt, one check over all.
 * `view`: the desk's book, null until one is loaded.
 */
export function ibLive(
  settings: IbSettings,
  surroundings: BrokerSurroundings,
  view: () => BookView | null,
): LiveBroker {
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
    id: ID,
    label: "Interactive Brokers",
    note: `TWS API at ${hostAndPort(host, port)}, client id ${clientId}`,
    mode: "live",
    check,
    loadsAfter: IB_LOADS_AFTER,
    settings: inUse,
    howToChange: HOW_TO_CHANGE,
    open: () => {
      const adapter = openIbAdapter(settings, surroundings);
      check.use({
        session: () => feedOf(adapter, IB_FEEDS.connection),
        market: () => view() === null ? null : feedOf(adapter, IB_FEEDS.market),
        greeks: () => {
          const book = view();
          return book === null ? null : greeksSeen(book);
        },
        retryNow: () => adapter.retryNow(),
      });
      return adapter;
    },
  };
}
