import { IB_FEEDS, type IbFeed } from "@/lib/brokers/ib/feeds.ts";
import type { IbPart } from "@/lib/brokers/ib/link.ts";
import { IbSupervisor } from "@/lib/brokers/ib/supervisor.ts";
import type { FeedHealth } from "@/lib/ports/broker.ts";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import { type FaultScript, type TwsOptions, TwsSim } from "@/sims/tws/mod.ts";
import { memoryClient } from "./memory_client.ts";
import { seeded } from "@/lib/brokers/ib/supervised_fixture_test.ts";

/** A quarter past ten in New York. */
export const IN_SESSION = Date.parse("2025-03-19T14:15:00Z");

/** A supervisor over the emulator of TWS in memory, and a part that asks for positions. */
export function supervisedTws(options: {
  readonly faults?: FaultScript;
  readonly seed?: number;
  readonly startAt?: number;
  readonly tws?: Partial<TwsOptions>;
}) {
  const { faults, seed = 1, startAt = IN_SESSION } = options;
  const time = new VirtualTime(startAt);
  const sim = new TwsSim({
    clock: time,
    timers: time,
    positions: 20,
    eventRate: 20,
    stepMs: 250,
    faults,
    ...options.tws,
  });
  const calls: string[] = [];
  const healths: FeedHealth[] = [];
  const part: IbPart = {
    began: (link) => {
      calls.push("began");
      link.send("account", (client) => client.reqPositions());
    },
    ended: () => calls.push("ended"),
    upstream: (state) => calls.push(state),
    dataLost: () => calls.push("dataLost"),
  };
  const supervisor = new IbSupervisor({
    address: { host: "127.0.0.1", port: 4001, clientId: 11 },
    open: memoryClient(sim),
    clock: time,
    timers: time,
    random: seeded(seed),
    parts: [part],
    reference: () => ({ isAsked: false, tickCount: 0, isHalted: false }),
    isRegularSession: () => false,
    health: (health) => healths.push(health),
  });
  const state = (feed: IbFeed) =>
    supervisor.health().find((health) => health.feed === IB_FEEDS[feed])?.state;
  const close = () => {
    supervisor.close();
    sim.close();
    time.advance(1_000);
  };
  return { time, sim, calls, healths, supervisor, state, close };
}
