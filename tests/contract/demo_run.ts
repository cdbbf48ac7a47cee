import assert from "node:assert/strict";
import { type DemoBegun, demoBroker } from "@/lib/brokers/demo/adapter.ts";
import { localLink } from "@/lib/brokers/demo/wire/link.ts";
import type { WorldResume, WorldStart } from "@/lib/brokers/demo/wire/messages.ts";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import { connect, type Connected, LIVE, subscriptions, value } from "./broker_subject.ts";

/** The market that these runs are of. */
export const START: WorldStart = {
  seed: 7,
  date: "2025-03-19",
  positions: 96,
  eventRate: 60,
  speed: 1,
};

/** How a run of the demo market begins. */
export interface RunOptions {
  readonly start?: Partial<WorldStart>;
  readonly resume?: WorldResume | null;
}

/** A checkpoint as the adapter gave it. */
export interface SeenCheckpoint {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sourceNow: number;
  /** Real time in the run, ms. */
  readonly at: number;
}

/** A demo market that runs on virtual time, from its start to its close. */
export class DemoRun {
  readonly time = new VirtualTime();
  readonly checkpoints: SeenCheckpoint[] = [];
  readonly begun: DemoBegun[] = [];
  readonly adapter;

  constructor({ start = {}, resume = null }: RunOptions = {}) {
    const { time } = this;
    this.adapter = demoBroker({
      start: { ...START, ...start },
      link: localLink(time, time),
      clock: time,
      timers: time,
      resume,
      onBegun: (begun) => void this.begun.push(begun),
      onCheckpoint: (bytes, sourceNow) =>
        void this.checkpoints.push({ bytes, sourceNow, at: time.monotonic() }),
    });
  }

  /** Connects and reads the book, as a desk does. */
  connect(): Promise<Connected> {
    return connect({
      adapter: this.adapter,
      advance: (ms) => this.time.advanceSettling(ms, 1000),
      deliveryMs: 2000,
      pendingCount: () => this.time.pendingCount,
    });
  }

  /** Lets real minutes pass. */
  minutes(count: number): Promise<void> {
    return this.time.advanceSettling(count * 60_000, 10_000);
  }

  /** Ends the market and returns its last checkpoint. */
  async end(): Promise<SeenCheckpoint> {
    await this.adapter.close();
    const last = this.checkpoints.at(-1);
    assert.ok(last !== undefined, "a checkpoint came");
    return last;
  }
}

/** Everything that an adapter answers now, and the latest values of every instrument by key. */
export async function told({ adapter, sink, instruments }: Connected) {
  const accounts = [];
  for (const { id } of value(await adapter.accounts(LIVE))) {
    accounts.push({
      positions: value(await adapter.positions(id, LIVE)),
      balances: value(await adapter.balances(id, LIVE)),
      fills: value(await adapter.fillsToday(id, LIVE)),
      orders: value(await adapter.orders(id, LIVE)),
    });
  }
  const keys = instruments.map(({ key }) => key).sort();
  const bars = { size: "1d", from: 0, to: Number.MAX_SAFE_INTEGER } as const;
  const subscribed = subscriptions(instruments, 5000);
  const keyOf = new Map(subscribed.map(({ handle, instrument }) => [handle, instrument.key]));
  value(await adapter.subscribe([], LIVE));
  sink.events.length = 0;
  value(await adapter.subscribe(subscribed, LIVE));
  return {
    now: adapter.clock.now(),
    accounts,
    fx: value(await adapter.fxRates(LIVE)),
    closes: value(await adapter.previousCloses(keys, LIVE)),
    bars: value(await adapter.bars({ instrumentKey: adapter.referenceKey, ...bars }, LIVE)),
    chain: value(await adapter.chain("SPY", LIVE)),
    /** Complete once the market's thread had its turn. */
    latest: () =>
      sink.events.map((e) => `${keyOf.get(e.handle)} ${e.kind} ${e.eventAt} ${e.values}`).sort(),
  };
}
