import { assert } from "../../base/assert.ts";
import { FEEDS } from "../../brokers/tastytrade/broker_session.ts";
import type { TastytradeBroker } from "../../brokers/tastytrade/adapter.ts";
import { TastytradeCheck } from "../../brokers/tastytrade/connection_check/check.ts";
import { GRANT_LINES } from "../../brokers/tastytrade/connection_check/rest_faults.ts";
import { isFeedUrl } from "../../brokers/tastytrade/feed/quote_tokens.ts";
import type { SettingInUse } from "../../domain/connection.ts";
import type { FeedHealth } from "../../ports/broker.ts";
import type { Settings } from "../../settings/settings.ts";
import { FEED_DOMAIN } from "../../settings/tastytrade_addresses.ts";
import {
  endpointsOf,
  isPermittedPort,
  type TastytradeSettings,
} from "../../settings/tastytrade_settings.ts";
import { type BrokerSurroundings, openTastytradeAdapter } from "../open_broker.ts";
import type { LiveBroker } from "./live_start.ts";

type World = "production" | "sandbox" | "simulator";

function worldOf({ environment, simulator }: TastytradeSettings): World {
  return simulator === null ? environment : "simulator";
}

/** What the settings say is in use, and the addresses that follow from it. */
function settingsInUse(tastytrade: TastytradeSettings): SettingInUse[] {
  const { rest, accountStreamer } = endpointsOf(tastytrade);
  // The addresses of a simulator are settings themselves.
  if (tastytrade.simulator !== null) return [...tastytrade.inUse];
  const origin = "by the environment";
  return [
    ...tastytrade.inUse,
    { name: "Requests go to", value: rest, origin },
    { name: "Account stream", value: accountStreamer, origin },
  ];
}

const HOW_TO_CHANGE = [
  GRANT_LINES,
  "Sandbox instead of production: one line more, **DELTADESK_TASTYTRADE_ENVIRONMENT=sandbox**.",
  "Fewer accounts: **DELTADESK_ACCOUNTS=** and nicknames or last four digits, with commas.",
  "Start the desk again: it reads its settings at the start.",
];

function feedOf(adapter: TastytradeBroker, id: string): FeedHealth | null {
  return adapter.health().find(({ feed }) => feed === id) ?? null;
}

/** tastytrade as a live desk starts it: a new adapter per attempt, one check over all of them. */
export function tastytradeLive(
  settings: Settings,
  tastytrade: TastytradeSettings,
  surroundings: BrokerSurroundings,
): LiveBroker {
  const { clock, timers, sockets } = surroundings;
  const world = worldOf(tastytrade);
  const isLoopbackAllowed = world === "simulator";
  const check = new TastytradeCheck({
    clock,
    timers,
    sockets,
    context: { origin: endpointsOf(tastytrade).rest, environment: world },
    accounts: settings.accounts,
    // An account that is named may be another broker's.
    requiresAccounts: settings.brokers.length === 1,
    isFeedUrlAllowed: (url) =>
      isFeedUrl(url, [FEED_DOMAIN], isLoopbackAllowed) && isPermittedPort(url, tastytrade),
  });
  return {
    id: "tastytrade",
    label: "tastytrade",
    note: `OAuth, ${world}`,
    mode: world === "production" ? "live" : world,
    check,
    loadsAfter: "positions",
    settings: settingsInUse(tastytrade),
    howToChange: HOW_TO_CHANGE,
    open: () => {
      const adapter = openTastytradeAdapter(tastytrade, surroundings);
      assert(adapter.ok, "the addresses were looked at before");
      const { transport } = adapter.value;
      check.use({
        transport,
        marketFeed: () => feedOf(adapter.value, FEEDS.market),
        accountStream: () => feedOf(adapter.value, FEEDS.account),
        retryNow: () => adapter.value.retryNow(),
      });
      return adapter.value;
    },
  };
}
