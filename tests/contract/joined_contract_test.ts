import { JoinedBroker } from "@/lib/brokers/joined/adapter.ts";
import { demoBroker } from "@/lib/brokers/demo/adapter.ts";
import { localLink } from "@/lib/brokers/demo/wire/link.ts";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import { brokerContract } from "./broker_suite.ts";
import { IbRun } from "./ib_run.ts";
import { TastytradeRun } from "./tastytrade_run.ts";

const START = { date: "2025-03-19", positions: 48, eventRate: 400, speed: 1 };

/** A demo market on a time of its own place. */
function demoOn(time: VirtualTime, seed: number) {
  return demoBroker({
    start: { ...START, seed },
    link: localLink(time, time),
    clock: time,
    timers: time,
  });
}

brokerContract("joined, two demo markets", () => {
  const time = new VirtualTime();
  const [north, south] = [demoOn(time, 7), demoOn(time, 8)];
  const adapter = new JoinedBroker({
    members: [
      { id: "north", label: "North", adapter: north },
      { id: "south", label: "South", adapter: south },
    ],
    mode: "demo",
    baseCurrency: "USD",
    referenceKey: "SPY",
    source: north.clock,
    clock: time,
    timers: time,
  });
  return Promise.resolve({
    adapter,
    advance: (ms) => time.advanceSettling(ms, Math.max(1, ms / 20)),
    deliveryMs: 2_000,
    brokers: ["north", "south"],
    pendingCount: () => time.pendingCount,
  });
});

brokerContract("joined, tastytrade, the other away", () => {
  const run = new TastytradeRun({ positions: 24 });
  const { adapter: one, advance, deliveryMs, pendingCount } = run.subject();
  const adapter = new JoinedBroker({
    members: [
      { id: "ib", label: "Interactive Brokers", adapter: null },
      { id: "tastytrade", label: "tastytrade", adapter: one },
    ],
    mode: "live",
    baseCurrency: "USD",
    referenceKey: "SPY",
    source: run.time,
    clock: run.time,
    timers: run.timers,
  });
  return Promise.resolve({ adapter, advance, deliveryMs, brokers: ["tastytrade"], pendingCount });
});

brokerContract("joined, tastytrade and IB", () => {
  const run = new TastytradeRun({ positions: 24 });
  const ibRun = new IbRun({ time: run.time, positions: 24 });
  const [one, other] = [run.subject(), ibRun.subject()];
  const adapter = new JoinedBroker({
    members: [
      { id: "tastytrade", label: "tastytrade", adapter: one.adapter },
      { id: "ib", label: "Interactive Brokers", adapter: other.adapter },
    ],
    mode: "live",
    baseCurrency: "USD",
    referenceKey: "SPY",
    source: run.time,
    clock: run.time,
    timers: run.timers,
  });
  return Promise.resolve({
    adapter,
    advance: one.advance,
    deliveryMs: Math.max(one.deliveryMs, other.deliveryMs),
    brokers: ["tastytrade", "ib"],
    pendingCount: () => (one.pendingCount() ?? 0) + (other.pendingCount() ?? 0),
  });
});
