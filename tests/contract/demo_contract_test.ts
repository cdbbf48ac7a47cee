import { demoBroker } from "@/lib/brokers/demo/adapter.ts";
import { localLink } from "@/lib/brokers/demo/wire/link.ts";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import { brokerContract } from "./broker_suite.ts";
import { DemoRun } from "./demo_run.ts";

brokerContract("demo", () => {
  const time = new VirtualTime();
  const start = { seed: 7, date: "2025-03-19", positions: 96, eventRate: 400, speed: 1 };
  return Promise.resolve({
    adapter: demoBroker({ start, link: localLink(time, time), clock: time, timers: time }),
    advance: (ms) => time.advanceSettling(ms, Math.max(1, ms / 20)),
    // Every instrument's latest values come with the subscription.
    deliveryMs: 2_000,
    pendingCount: () => time.pendingCount,
  });
});

let checkpoint: Uint8Array<ArrayBuffer> | null = null;

/** The last checkpoint of a market that ran for half an hour; made once for all tests. */
async function ranBefore(): Promise<Uint8Array<ArrayBuffer>> {
  const before = new DemoRun();
  await before.connect();
  await before.minutes(30);
  return (await before.end()).bytes;
}

brokerContract("demo that goes on", async () => {
  checkpoint ??= await ranBefore();
  const resume = { checkpoint, awayMs: 90_000 };
  const { adapter, time } = new DemoRun({ start: { eventRate: 400 }, resume });
  return {
    adapter,
    advance: (ms) => time.advanceSettling(ms, Math.max(1, ms / 20)),
    deliveryMs: 2_000,
    pendingCount: () => time.pendingCount,
  };
});
