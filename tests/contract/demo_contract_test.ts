import { demoBroker } from "@/lib/brokers/demo/adapter.ts";
import { localLink } from "@/lib/brokers/demo/wire/link.ts";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import { brokerContract } from "./broker_suite.ts";

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
