import { present } from "@/lib/base/assert.ts";
import { replayBroker } from "@/lib/brokers/replay/adapter.ts";
import { openReplay, type ReplayData } from "@/lib/brokers/replay/open.ts";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import { brokerContract } from "./broker_suite.ts";
import { readText } from "./read_text.ts";

const EXAMPLE = new URL("../../docs/examples/replay", import.meta.url).pathname;

async function example(): Promise<ReplayData> {
  const data = await openReplay(EXAMPLE, readText);
  return present(data.ok ? data.value : null, data.ok ? "" : data.error.message);
}

brokerContract("replay", async () => {
  const time = new VirtualTime();
  return {
    adapter: replayBroker(await example(), { speed: 60, clock: time, timers: time }),
    advance: (ms) => time.advanceSettling(ms, Math.max(1, ms / 20)),
    // Two recorded minutes at 60 times real time.
    deliveryMs: 2_000,
    pendingCount: () => time.pendingCount,
  };
});
