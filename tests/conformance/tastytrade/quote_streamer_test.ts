import assert from "node:assert/strict";
import { withOfficial } from "./official.ts";
import { until } from "./rig.ts";

type Event = Record<string, unknown>;

// In a file of its own: the package offers no way to close its socket, and goes on trying.
Deno.test({
  name: "the official quote streamer gets its token, connects and receives",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    withOfficial({}, async (client, sim) => {
      const events: Event[] = [];
      client.quoteStreamer.addEventListener((some) => events.push(...(some as unknown as Event[])));
      await client.quoteStreamer.connect();
      client.quoteStreamer.subscribe(["SPY"]);
      await until("a quote of SPY", () => events.some((one) => one.eventSymbol === "SPY"));
      assert.equal(sim.openCount("dxlink"), 1);
      client.quoteStreamer.disconnect();
    }),
});
