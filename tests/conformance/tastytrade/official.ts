import TastytradeClient from "@tastytrade/api";
import type { LoopbackServer, SimOptions, TastytradeSim } from "../../../sims/tastytrade/mod.ts";
import { REST_DEFAULTS } from "../../../sims/tastytrade/options.ts";
import { withSimulator } from "./rig.ts";

/** The broker's own client, pointed at a simulator. */
export function official(server: LoopbackServer): TastytradeClient {
  return new TastytradeClient({
    baseUrl: server.baseUrl,
    accountStreamerUrl: server.streamerUrl,
    clientSecret: REST_DEFAULTS.clientSecret,
    refreshToken: REST_DEFAULTS.refreshToken,
    oauthScopes: ["read", "trade"],
  });
}

/** The broker's own client at a simulator that does not check its User-Agent. */
export async function withOfficial(
  options: Partial<SimOptions>,
  work: (client: TastytradeClient, sim: TastytradeSim) => Promise<void>,
): Promise<void> {
  // The package sends "tastytrade-sdk-js", which the service refuses.
  const rest = { isUserAgentChecked: false, ...options.rest };
  await withSimulator({ ...options, rest }, (server, sim) => work(official(server), sim));
}
