import type { BarSize, BrokerAdapter, BrokerCapabilities } from "../../ports/broker.ts";

const SIZES: readonly BarSize[] = ["1m", "1d"];

/** What at least one of several brokers can answer. */
export function capabilitiesOf(adapters: readonly BrokerAdapter[]): BrokerCapabilities {
  const all = adapters.map(({ capabilities }) => capabilities);
  const some = (read: (one: BrokerCapabilities) => boolean) => all.some(read);
  return {
    streamsGreeks: some(({ streamsGreeks }) => streamsGreeks),
    streamsTrades: some(({ streamsTrades }) => streamsTrades),
    reportsNetLiquidation: some(({ reportsNetLiquidation }) => reportsNetLiquidation),
    reportsFills: some(({ reportsFills }) => reportsFills),
    reportsOrders: some(({ reportsOrders }) => reportsOrders),
    hasChains: some(({ hasChains }) => hasChains),
    barSizes: SIZES.filter((size) => some(({ barSizes }) => barSizes.includes(size))),
    isReplayable: false,
  };
}
