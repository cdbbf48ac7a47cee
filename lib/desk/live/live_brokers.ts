import type { Settings } from "../../settings/settings.ts";
import { currentDesk } from "../current.ts";
import type { BrokerSurroundings } from "../open_broker.ts";
import { ibLive } from "./ib_live.ts";
import type { LiveBroker } from "./live_start.ts";
import { tastytradeLive } from "./tastytrade_live.ts";

/** The brokers that the settings name, the one whose prices are preferred first. */
export function liveBrokers(
  settings: Settings,
  surroundings: BrokerSurroundings,
): readonly LiveBroker[] {
  const { brokers, tastytrade, ib } = settings;
  const view = () => currentDesk()?.view() ?? null;
  return brokers.flatMap((name) => {
    switch (name) {
      case "tastytrade":
        return tastytrade === null ? [] : [tastytradeLive(settings, tastytrade, surroundings)];
      case "ib":
        return ib === null ? [] : [ibLive(ib, surroundings, view)];
    }
  });
}
