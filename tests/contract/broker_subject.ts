import assert from "node:assert/strict";
import { isOption } from "@/lib/domain/instrument.ts";
import type { Instrument } from "@/lib/domain/instrument.ts";
import { MARKET_STRIDE, type MarketBatch } from "@/lib/domain/market_data.ts";
import type { Position } from "@/lib/domain/position.ts";
import type {
  BrokerAdapter,
  BrokerError,
  BrokerSink,
  FeedHealth,
  Subscription,
} from "@/lib/ports/broker.ts";
import type { Result } from "@/lib/base/result.ts";

/** An adapter under test with what moves its time. */
export interface ContractSubject {
  readonly adapter: BrokerAdapter;
  /** Lets `ms` of real (or virtual) time pass and promises settle. */
  readonly advance: (ms: number) => Promise<void>;
  /** Time in which every quoted instrument delivers at least once, ms. */
  readonly deliveryMs: number;
  /** False where the source publishes no carry of shares and indices. @default true */
  readonly publishesCarry?: boolean;
  /** True where a chain names contracts that need not exist, as a cross product does. */
  readonly hasCrossedChains?: boolean;
  /** Ids of brokers that accounts may name; the adapter's own where it is left out. */
  readonly brokers?: readonly string[];
  /** Timers and tasks that still wait; null where that cannot be counted. */
  readonly pendingCount: () => number | null;
}

/** One market event as the sink saw it. */
export interface SeenEvent {
  readonly kind: number;
  readonly handle: number;
  readonly eventAt: number;
  readonly seenAt: number;
  readonly values: readonly number[];
}

/** A sink that keeps what it gets, with the order and the broken rules. */
export class SeeingSink implements BrokerSink {
  readonly events: SeenEvent[] = [];
  readonly calls: string[] = [];
  readonly broken: string[] = [];
  readonly healths: FeedHealth[] = [];
  isInQuery = false;
  isClosed = false;
  #isInside = false;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  market(batch: MarketBatch): void {
    this.#see("market", () => {
      if (batch.count > batch.handle.length) this.broken.push("a batch is over its capacity");
      for (let i = 0; i < batch.count; i++) {
        this.events.push({
          kind: batch.kind[i],
          handle: batch.handle[i],
          eventAt: batch.eventAt[i],
          seenAt: this.#now(),
          values: Array.from(batch.values.subarray(i * MARKET_STRIDE, (i + 1) * MARKET_STRIDE)),
        });
      }
    });
  }
  positions(): void {
    this.#see("positions");
  }
  balances(): void {
    this.#see("balances");
  }
  fxRate(): void {
    this.#see("fxRate");
  }
  previousClose(): void {
    this.#see("previousClose");
  }
  fill(): void {
    this.#see("fill");
  }
  order(): void {
    this.#see("order");
  }
  carry(): void {
    this.#see("carry");
  }
  health(health: FeedHealth): void {
    this.#see("health", () => this.healths.push(health));
  }
  lifecycle(): void {
    this.#see("lifecycle");
  }
  session(): void {
    this.#see("session");
  }

  #see(name: string, work: () => void = () => {}): void {
    if (this.isClosed) this.broken.push(`${name} after close`);
    if (this.isInQuery) this.broken.push(`${name} from inside a query`);
    if (this.#isInside) this.broken.push(`${name} from inside another delivery`);
    this.#isInside = true;
    this.calls.push(name);
    work();
    this.#isInside = false;
  }
}

/** A signal that is never aborted. */
export const LIVE = new AbortController().signal;

/** The value of an answer; fails the test with the broker's words otherwise. */
export function value<T>(result: Result<T, BrokerError>): T {
  assert.ok(result.ok, result.ok ? "" : `${result.error.code}: ${result.error.message}`);
  return result.value;
}

/** The failure's code, or "ok". */
export function codeOf(result: Result<unknown, BrokerError>): string {
  return result.ok ? "ok" : result.error.code;
}

/** A connected subject with what a desk would ask for first. */
export interface Connected {
  readonly subject: ContractSubject;
  readonly adapter: BrokerAdapter;
  readonly sink: SeeingSink;
  readonly accountIds: readonly string[];
  readonly positions: readonly Position[];
  /** Instruments held and their underlyings. */
  readonly instruments: readonly Instrument[];
}

/** Connects a subject and reads its book. */
export async function connect(subject: ContractSubject): Promise<Connected> {
  const { adapter } = subject;
  const sink = new SeeingSink(() => adapter.clock.now());
  value(await adapter.connect(sink, LIVE));
  const accountIds = value(await adapter.accounts(LIVE)).map((account) => account.id);
  const positions: Position[] = [];
  for (const id of accountIds) positions.push(...value(await adapter.positions(id, LIVE)));
  const held = new Set(positions.map((position) => position.instrumentKey));
  const first = value(await adapter.instruments([...held], LIVE));
  const underlyingKeys = first.flatMap((one) => isOption(one) ? [one.underlyingKey] : []);
  const all = [...new Set([...held, ...underlyingKeys])];
  const instruments = value(await adapter.instruments(all, LIVE));
  return { subject, adapter, sink, accountIds, positions, instruments };
}

/** Subscriptions of instruments with handles from `first` on. */
export function subscriptions(instruments: readonly Instrument[], first = 0): Subscription[] {
  return instruments.filter((instrument) => instrument.kind !== "unsupported")
    .map((instrument, index) => ({ handle: first + index, instrument }));
}

/** Calls a query so that a delivery from inside it is noticed. */
export function ask<T>(sink: SeeingSink, query: () => Promise<T>): Promise<T> {
  sink.isInQuery = true;
  const answer = query();
  sink.isInQuery = false;
  return answer;
}
