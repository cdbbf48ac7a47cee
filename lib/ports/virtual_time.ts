import { assert } from "../base/assert.ts";
import type { UnixMs } from "../base/brand.ts";
import type { Clock } from "./clock.ts";
import type { Timer, Timers } from "./timers.ts";

interface Entry {
  readonly order: number;
  readonly periodMs: number | null;
  readonly work: () => void;
  dueMs: number;
}

/**
 * A clock and its timers that move only when told to: the same run, every run. Timers that are due
 * at the same instant run in the order in which they were set.
 */
export class VirtualTime implements Clock, Timers {
  readonly #startedAt: UnixMs;
  readonly #entries = new Map<number, Entry>();
  #elapsedMs = 0;
  #orderNext = 0;

  /** `startedAt`: the wall time at which it begins. */
  constructor(startedAt: UnixMs = 0) {
    this.#startedAt = startedAt;
  }

  now(): UnixMs {
    return this.#startedAt + this.#elapsedMs;
  }

  monotonic(): number {
    return this.#elapsedMs;
  }

  setTimer(delayMs: number, work: () => void): Timer {
    return this.#add(Math.max(0, delayMs), null, work);
  }

  setPeriodic(periodMs: number, work: () => void): Timer {
    assert(periodMs > 0, "a period is above 0");
    return this.#add(periodMs, periodMs, work);
  }

  /** Number of timers that still wait. */
  get pendingCount(): number {
    return this.#entries.size;
  }

  /** Moves on by `byMs`, running on the way what falls due, each at its own instant. */
  advance(byMs: number): void {
    assert(byMs >= 0, "time does not go back");
    const untilMs = this.#elapsedMs + byMs;
    for (let due = this.#nextDue(untilMs); due !== null; due = this.#nextDue(untilMs)) {
      this.#elapsedMs = due.dueMs;
      if (due.periodMs === null) this.#entries.delete(due.order);
      else due.dueMs += due.periodMs;
      due.work();
    }
    this.#elapsedMs = untilMs;
  }

  /** As `advance`, and lets promises settle after each `stepMs`: for code that awaits. */
  async advanceSettling(byMs: number, stepMs: number): Promise<void> {
    assert(stepMs > 0, "a step is above 0");
    for (let leftMs = byMs; leftMs > 0; leftMs -= stepMs) {
      this.advance(Math.min(stepMs, leftMs));
      await settle();
    }
  }

  #add(delayMs: number, periodMs: number | null, work: () => void): Timer {
    const order = this.#orderNext++;
    this.#entries.set(order, { order, periodMs, work, dueMs: this.#elapsedMs + delayMs });
    return { cancel: () => void this.#entries.delete(order) };
  }

  #nextDue(untilMs: number): Entry | null {
    let best: Entry | null = null;
    for (const entry of this.#entries.values()) {
      const isEarlier = best === null || entry.dueMs < best.dueMs ||
        (entry.dueMs === best.dueMs && entry.order < best.order);
      if (entry.dueMs <= untilMs && isEarlier) best = entry;
    }
    return best;
  }
}

const SETTLING_ROUNDS = 20;

async function settle(): Promise<void> {
  for (let round = 0; round < SETTLING_ROUNDS; round++) await Promise.resolve();
}
