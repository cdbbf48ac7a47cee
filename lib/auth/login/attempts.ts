import type { Clock } from "../../ports/clock.ts";

/** Bounds of guessing. */
export const ATTEMPT_LIMITS = {
  /** Different wrong codes of one address before it pauses. */
  perAddress: 5,
  /** The same of all addresses together: a machine has many loopback addresses. */
  overall: 20,
  pauseMs: 15 * 60_000,
  /** Addresses that are kept apart; the one that failed longest ago gives way. */
  addresses: 64,
  /** Wrong codes that are recognised when they come again. */
  remembered: 32,
} as const;

/** What a wrong code leaves: tries before the pause, or the pause itself. */
export type AfterFailure =
  | { readonly kind: "left"; readonly tries: number }
  | { readonly kind: "paused"; readonly pauseMs: number; readonly isNew: boolean };

/** Counts to a bound, then pauses; forgets after as long without a failure. */
class Counter {
  #count = 0;
  #lastMs = -Infinity;
  #pausedUntilMs = -Infinity;

  constructor(readonly max: number) {}

  get lastMs(): number {
    return this.#lastMs;
  }

  pauseMs(nowMs: number): number {
    return Math.max(0, this.#pausedUntilMs - nowMs);
  }

  left(nowMs: number): number {
    if (nowMs - this.#lastMs >= ATTEMPT_LIMITS.pauseMs) this.#count = 0;
    return this.max - this.#count;
  }

  add(nowMs: number): void {
    const left = this.left(nowMs) - 1;
    this.#lastMs = nowMs;
    this.#count = this.max - left;
    if (left > 0) return;
    this.#count = 0;
    this.#pausedUntilMs = nowMs + ATTEMPT_LIMITS.pauseMs;
  }
}

/**
 * Bounds the guessing of the login code, per address and over all. A wrong code that comes again
 * counts once: it tells nobody anything, and a tool that still holds the code of an earlier run
 * must not keep the owner out. Pauses run by the monotonic clock. Source: reliability.md MAL-4.
 */
export class Attempts {
  readonly #clock: Clock;
  readonly #overall = new Counter(ATTEMPT_LIMITS.overall);
  readonly #addresses = new Map<string, Counter>();
  readonly #wrong = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How long an address may not try, ms; 0 when it may. While it may not, no code is looked at. */
  pauseMs(address: string): number {
    const nowMs = this.#clock.monotonic();
    const own = this.#addresses.get(address)?.pauseMs(nowMs) ?? 0;
    return Math.max(own, this.#overall.pauseMs(nowMs));
  }

  /** Notes a wrong code of an address. */
  fail(address: string, code: string): AfterFailure {
    const nowMs = this.#clock.monotonic();
    const counter = this.#counterOf(address);
    const isNew = !this.#wrong.has(code);
    if (isNew) {
      this.#remember(code);
      counter.add(nowMs);
      this.#overall.add(nowMs);
    }
    const pauseMs = this.pauseMs(address);
    if (pauseMs > 0) return { kind: "paused", pauseMs, isNew };
    return { kind: "left", tries: Math.min(counter.left(nowMs), this.#overall.left(nowMs)) };
  }

  /** Somebody signed in from an address: its count begins anew. That of all does not. */
  succeed(address: string): void {
    this.#addresses.delete(address);
  }

  #counterOf(address: string): Counter {
    const known = this.#addresses.get(address);
    if (known !== undefined) return known;
    if (this.#addresses.size >= ATTEMPT_LIMITS.addresses) this.#forgetOldest();
    const counter = new Counter(ATTEMPT_LIMITS.perAddress);
    this.#addresses.set(address, counter);
    return counter;
  }

  #forgetOldest(): void {
    const [oldest] = [...this.#addresses].sort(([, a], [, b]) => a.lastMs - b.lastMs);
    this.#addresses.delete(oldest[0]);
  }

  #remember(code: string): void {
    if (this.#wrong.size >= ATTEMPT_LIMITS.remembered) {
      const [first] = this.#wrong;
      this.#wrong.delete(first);
    }
    this.#wrong.add(code);
  }
}
