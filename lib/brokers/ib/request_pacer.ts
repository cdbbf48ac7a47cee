import type { Clock } from "../../ports/clock.ts";
import type { Timer, Timers } from "../../ports/timers.ts";
import type { RequestKind } from "./link.ts";

/** The most urgent first. */
const KINDS: readonly RequestKind[] = ["probe", "account", "contract", "market", "history"];
/** Of IB's 50 a second the library allows 40; ten of them stay free for orders. */
const REQUESTS_PER_S = 30;
const MARKET_PER_S = 20;
const WAITING_MAX = 10_000;
const STOP_MS = 1_000;
const RECOVERY_MS = 60_000;
const PACE_MIN = 1 / 8;
/** Tokens are fractions of time; this much short of one is one. */
const NEARLY_ONE = 1 - 1e-6;

interface Waiting {
  readonly run: () => void;
  isGone: boolean;
}

/** Tokens that come back with time, one at most. */
class Bucket {
  readonly #perS: number;
  #tokens = 1;
  #at: number;

  constructor(perS: number, now: number) {
    this.#perS = perS;
    this.#at = now;
  }

  /** Ms until one may be taken at `pace`; 0: now. */
  waitMs(now: number, pace: number): number {
    const perMs = (this.#perS * pace) / 1000;
    this.#tokens = Math.min(1, this.#tokens + (now - this.#at) * perMs);
    this.#at = now;
    return this.#tokens >= NEARLY_ONE ? 0 : (1 - this.#tokens) / perMs;
  }

  take(): void {
    this.#tokens = Math.max(0, this.#tokens - 1);
  }
}

/**
 * When requests of one connection go out: urgent kinds first, each kind in its order, evenly and
 * never in bursts, so that the library's own limiter holds nothing back and an order always finds
 * room. After error 100 it stops for a second and goes on at half the pace, which comes back when
 * a minute was quiet. Source: ib.md §9 "Rate limiter", §10 code 100.
 */
export class RequestPacer {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #waiting: readonly Waiting[][] = KINDS.map(() => []);
  readonly #all: Bucket;
  readonly #market: Bucket;
  #timer: Timer | null = null;
  #isDraining = false;
  #isOver = false;
  #pace = 1;
  #slowedAt = -Infinity;
  #count = 0;
  #refusedCount = 0;

  constructor(clock: Clock, timers: Timers) {
    this.#clock = clock;
    this.#timers = timers;
    this.#all = new Bucket(REQUESTS_PER_S, clock.monotonic());
    this.#market = new Bucket(MARKET_PER_S, clock.monotonic());
  }

  /** Part of the full pace, 0 to 1. */
  get pace(): number {
    return this.#pace;
  }

  /** Requests that wait. */
  get waitingCount(): number {
    return this.#count;
  }

  /** Requests that found the queue full and were not taken. */
  get refusedCount(): number {
    return this.#refusedCount;
  }

  /** Runs `request` in its turn; the answer takes it back, false when it is too late for that. */
  send(kind: RequestKind, request: () => void): () => boolean {
    if (this.#isOver) return () => false;
    if (this.#count >= WAITING_MAX) {
      this.#refusedCount++;
      return () => false;
    }
    const entry: Waiting = { run: request, isGone: false };
    this.#waiting[KINDS.indexOf(kind)].push(entry);
    this.#count++;
    this.#drain();
    return () => {
      if (entry.isGone) return false;
      entry.isGone = true;
      this.#count--;
      return true;
    };
  }

  /** TWS said that requests came too fast. */
  slow(): void {
    this.#slowedAt = this.#clock.monotonic();
    this.#pace = Math.max(PACE_MIN, this.#pace / 2);
    this.#timer?.cancel();
    this.#timer = null;
    this.#drain();
  }

  /** What waits is forgotten, nothing is sent any more. */
  end(): void {
    this.#isOver = true;
    this.#timer?.cancel();
    this.#timer = null;
    for (const queue of this.#waiting) {
      for (const entry of queue.splice(0)) entry.isGone = true;
    }
    this.#count = 0;
  }

  #drain(): void {
    // A request may send others.
    if (this.#isDraining || this.#isOver || this.#timer !== null) return;
    this.#isDraining = true;
    try {
      this.#recover();
      let waitMs = this.#next();
      while (waitMs === 0) waitMs = this.#next();
      if (waitMs === null) return;
      this.#timer = this.#timers.setTimer(waitMs, () => {
        this.#timer = null;
        this.#drain();
      });
    } finally {
      this.#isDraining = false;
    }
  }

  /** Sends one (0), or says how long the next one has to wait; null: none waits. */
  #next(): number | null {
    if (this.#isOver) return null;
    const now = this.#clock.monotonic();
    const stopMs = this.#slowedAt + STOP_MS - now;
    let leastMs: number | null = null;
    for (let i = 0; i < KINDS.length; i++) {
      const queue = this.#waiting[i];
      while (queue.length > 0 && queue[0].isGone) queue.shift();
      if (queue.length === 0) continue;
      const isMarket = KINDS[i] === "market";
      const waitMs = Math.max(
        stopMs,
        this.#all.waitMs(now, this.#pace),
        isMarket ? this.#market.waitMs(now, this.#pace) : 0,
      );
      if (waitMs > 0) {
        leastMs = Math.min(leastMs ?? Infinity, waitMs);
        continue;
      }
      const entry = queue.shift();
      this.#all.take();
      if (isMarket) this.#market.take();
      this.#count--;
      if (entry === undefined) continue;
      entry.isGone = true;
      entry.run();
      return 0;
    }
    return leastMs;
  }

  #recover(): void {
    const now = this.#clock.monotonic();
    if (this.#pace === 1 || now - this.#slowedAt < RECOVERY_MS) return;
    this.#pace = Math.min(1, this.#pace * 2);
    this.#slowedAt = now - STOP_MS;
  }
}
