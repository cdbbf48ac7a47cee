import { present } from "@/lib/base/assert.ts";
import { demoBroker } from "@/lib/brokers/demo/adapter.ts";
import { localLink } from "@/lib/brokers/demo/wire/link.ts";
import { ACCOUNT_AT, ACCOUNT_F64, LEAF, LEAF_STRIDE } from "@/lib/domain/measures.ts";
import { Engine, type EngineListener } from "@/lib/desk/engine.ts";
import type { BrokerAdapter } from "@/lib/ports/broker.ts";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";

/** A desk on the demo market that moves only when told to. */
export interface DemoDesk {
  readonly engine: Engine;
  readonly adapter: BrokerAdapter;
  readonly time: VirtualTime;
  /** What the engine told, as `kind text`. */
  readonly told: readonly string[];
  /** Lets real time pass in steps of the market's thread. */
  advance(realMs: number): Promise<void>;
}

/** How the market runs. */
export interface DemoDeskOptions {
  readonly seed?: number;
  readonly speed?: number;
  readonly positions?: number;
  readonly eventRate?: number;
  readonly accounts?: readonly string[];
}

function listener(told: string[]): EngineListener {
  return {
    fill: (fill) => told.push(`fill ${fill.instrumentKey}`),
    earlierFill: () => {},
    order: (order) => told.push(`order ${order.state}`),
    lifecycle: (event) => told.push(`lifecycle ${event.kind}`),
    feed: (health) => told.push(`feed ${health.state}`),
    trouble: (message) => told.push(`trouble ${message}`),
  };
}

/** Starts a desk on a seeded market under virtual time. */
export async function startDemoDesk(options: DemoDeskOptions = {}): Promise<DemoDesk> {
  const { seed = 1, speed = 1, positions = 96, eventRate = 400, accounts = [] } = options;
  const time = new VirtualTime();
  const told: string[] = [];
  const adapter = demoBroker({
    start: { seed, date: "2025-03-19", positions, eventRate, speed },
    link: localLink(time, time),
    clock: time,
    timers: time,
  });
  const engine = new Engine({
    adapter,
    accounts,
    requiresAccounts: true,
    capacity: 20_000,
    clock: time,
    timers: time,
    listener: listener(told),
  });
  const started = await engine.start();
  present(started.ok ? true : null, started.ok ? "" : started.error.message);
  return {
    engine,
    adapter,
    time,
    told,
    advance: (realMs) => time.advanceSettling(realMs, 25),
  };
}

/** Sum of a leaf measure over the whole book. */
export function sumOf(desk: DemoDesk, measure: number): number {
  const { book } = desk.engine;
  let sum = 0;
  for (let cell = 0; cell < book.underlyingCount * book.accountCount; cell++) {
    sum += book.cellF64[cell * LEAF_STRIDE + measure];
  }
  return sum;
}

/** Sum of an account field over all accounts. */
export function accountSum(desk: DemoDesk, field: keyof typeof ACCOUNT_AT): number {
  const { book } = desk.engine;
  let sum = 0;
  for (let a = 0; a < book.accountCount; a++) {
    sum += book.accountF64[a * ACCOUNT_F64.length + ACCOUNT_AT[field]];
  }
  return sum;
}

/** Day P&L as the page shows it: positions and cash. */
export function dayPnl(desk: DemoDesk): number {
  return sumOf(desk, LEAF.dayPnl) + accountSum(desk, "cashPnl");
}
