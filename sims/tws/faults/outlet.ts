import type { Clock } from "../../../lib/ports/clock.ts";
import type { Timer, Timers } from "../../../lib/ports/timers.ts";
import type { FaultPlan, FaultScope } from "../../fault_plan.ts";
import type { Peer } from "../peer.ts";
import { frameOf } from "../wire/field_writer.ts";
import { malformed } from "./malformed.ts";
import type { Fault } from "./script.ts";

/** What an outlet works on. */
export interface OutletParts {
  readonly ordinal: number;
  readonly peer: Peer;
  readonly plan: FaultPlan<Fault>;
  readonly clock: Clock;
  readonly timers: Timers;
}

interface Waiting {
  readonly dueAt: number;
  readonly bytes: Uint8Array;
}

/**
 * The wire between TWS and a client, on which the script's faults happen. Frames of one instant go
 * out together, one moment later: never within the call that sends them.
 */
export class FaultyOutlet {
  readonly ordinal: number;
  readonly #parts: OutletParts;
  readonly #waiting: Waiting[] = [];
  #timer: Timer | null = null;
  #frames = 0;
  #isClosing = false;
  #isEnded = false;

  constructor(parts: OutletParts) {
    this.#parts = parts;
    this.ordinal = parts.ordinal;
    const { plan, peer } = parts;
    const drop = plan.take("wire", "drop", this.#scope(), (fault) => fault.byte !== undefined);
    if (drop?.byte !== undefined) peer.cutAfter(drop.byte);
  }

  /** Frames that were sent. */
  get frames(): number {
    return this.#frames;
  }

  /** Sends a message. */
  send(fields: readonly string[]): void {
    if (this.#isEnded || this.#isClosing) return;
    this.#frames++;
    this.check();
    const { plan } = this.#parts;
    const scope = this.#scope();
    if (this.#isEnded || plan.take("wire", "mute", scope) !== null) return;
    const damage = plan.take(
      "wire",
      "malformed",
      scope,
      ({ message }) => message === undefined || String(message) === fields[0],
    );
    const bytes = damage === null ? frameOf(fields) : malformed(fields, damage, plan.uniform());
    this.#enqueue(bytes);
    if (plan.take("wire", "duplicate", scope) !== null) this.#enqueue(bytes);
  }

  /** Whether the script lets the server hear what the client sends now. */
  hears(): boolean {
    return !this.#isEnded && this.#parts.plan.take("wire", "deaf", this.#scope()) === null;
  }

  /** Ends the connection behind what was sent. */
  close(): void {
    if (this.#isEnded || this.#isClosing) return;
    this.#isClosing = true;
    this.#schedule();
  }

  /** Ends the connection if a fault says so now. */
  check(): void {
    const { plan, peer } = this.#parts;
    if (this.#isEnded) return;
    const drop = plan.take("wire", "drop", this.#scope(), (fault) => fault.byte === undefined);
    if (drop === null) return;
    if (drop.isClean === true) peer.close();
    else peer.cut();
  }

  /** Loses the connection at once. */
  cut(): void {
    if (!this.#isEnded) this.#parts.peer.cut();
  }

  /** The connection is gone. */
  ended(): void {
    this.#isEnded = true;
    this.#timer?.cancel();
    this.#timer = null;
    this.#waiting.length = 0;
  }

  #scope(): FaultScope {
    return { connection: this.ordinal, frame: this.#frames };
  }

  #enqueue(bytes: Uint8Array): void {
    const { plan, clock } = this.#parts;
    const slow = plan.take("wire", "slow", this.#scope());
    const hold = plan.take("wire", "coalesce", this.#scope());
    const jitter = slow === null ? 0 : (slow.jitterMs ?? 0) * plan.uniform();
    const delay = (slow?.latencyMs ?? 0) + jitter;
    const now = clock.monotonic();
    // Held frames wait for the end of a common interval and go out in one chunk.
    const interval = hold?.latencyMs ?? 0;
    const wait = interval === 0 ? 0 : interval - (now % interval);
    const last = this.#waiting.at(-1)?.dueAt ?? 0;
    this.#waiting.push({ dueAt: Math.max(last, now + delay + wait), bytes });
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer !== null || this.#isEnded) return;
    const { clock, timers } = this.#parts;
    const due = this.#waiting[0]?.dueAt ?? 0;
    this.#timer = timers.setTimer(Math.max(0, due - clock.monotonic()), () => this.#flush());
  }

  #flush(): void {
    this.#timer = null;
    const { clock, plan, peer } = this.#parts;
    const now = clock.monotonic();
    const count = this.#waiting.findIndex(({ dueAt }) => dueAt > now);
    const due = this.#waiting.splice(0, count < 0 ? this.#waiting.length : count);
    if (due.length > 0) {
      const chunk = joined(due.map(({ bytes }) => bytes));
      const isCut = plan.take("wire", "fragment", this.#scope()) !== null;
      this.#write(chunk, isCut ? this.#cutAt(chunk.length) : chunk.length);
    }
    if (this.#isEnded) return;
    if (this.#waiting.length > 0) this.#schedule();
    else if (this.#isClosing) peer.close();
  }

  /** Writes up to `at`; what is behind it goes out alone, a moment later. */
  #write(chunk: Uint8Array, at: number): void {
    const rest = chunk.subarray(at);
    if (rest.length > 0) this.#waiting.unshift({ dueAt: 0, bytes: rest });
    this.#parts.peer.write(chunk.subarray(0, at));
  }

  /** Somewhere inside, so that lengths and fields are cut too. */
  #cutAt(length: number): number {
    return Math.max(1, Math.ceil(this.#parts.plan.uniform() * length));
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0];
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
