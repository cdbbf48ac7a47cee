import type { Clock } from "../../../lib/ports/clock.ts";
import type { Timer, Timers } from "../../../lib/ports/timers.ts";
import type { FrameKind, Outlet, Peer, Session } from "../wire.ts";
import { malformed, withField } from "./malformed.ts";
import type { FaultPlan } from "./plan.ts";

/** What an outlet works on. */
export interface OutletParts {
  readonly place: "dxlink" | "streamer";
  readonly ordinal: number;
  readonly peer: Peer;
  readonly plan: FaultPlan;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** The wire between a face and a client, on which the script's faults happen. */
export class FaultyOutlet implements Outlet {
  readonly ordinal: number;
  readonly #parts: OutletParts;
  readonly #timers = new Set<Timer>();
  #frames = 0;
  #held: string | null = null;
  #dueAt = 0;
  #isEnded = false;
  #session: Session | null = null;

  constructor(parts: OutletParts) {
    this.#parts = parts;
    this.ordinal = parts.ordinal;
    const { plan, place, peer } = parts;
    const drop = plan.take(place, "drop", this.#scope(), (fault) => fault.byte !== undefined);
    if (drop?.byte !== undefined) peer.cutAfter(drop.byte);
  }

  /** Names the session that the client's frames go to. */
  attach(session: Session): void {
    this.#session = session;
  }

  /** Frames that the face has sent. */
  get frames(): number {
    return this.#frames;
  }

  send(text: string, kind: FrameKind): void {
    if (this.#isEnded) return;
    this.#frames++;
    this.check();
    const { plan, place } = this.#parts;
    const scope = this.#scope();
    if (this.#isEnded || plan.take(place, "mute", scope) !== null) return;
    const damage = plan.take(place, "malformed", scope);
    const whole = this.#overridden(text);
    const sent = damage === null ? whole : malformed(whole, damage.how, plan.uniform());
    if (kind === "control") return this.#later(sent);
    if (this.#held === null && plan.take(place, "reorder", scope) !== null) {
      // Goes out behind the next data frame.
      this.#held = sent;
      return;
    }
    this.#later(sent);
    if (plan.take(place, "duplicate", scope) !== null) this.#later(sent);
    if (this.#held === null) return;
    const held = this.#held;
    this.#held = null;
    this.#later(held);
  }

  close(code: number, reason: string): void {
    if (this.#isEnded) return;
    // Behind what still waits, as on a real connection.
    this.#after(() => this.#parts.peer.close(code, reason));
  }

  /** A frame of the client, unless the script makes the server deaf. */
  receive(text: string): void {
    if (this.#isEnded) return;
    if (this.#parts.plan.take(this.#parts.place, "deaf", this.#scope()) !== null) return;
    this.#session?.receive(text);
  }

  /** The connection is gone. */
  ended(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#session?.ended();
  }

  /** Ends the connection if a fault says so now. */
  check(): void {
    const { plan, place, peer } = this.#parts;
    if (this.#isEnded) return;
    const drop = plan.take(place, "drop", this.#scope(), (fault) => fault.byte === undefined);
    if (drop === null) return;
    if (drop.code === undefined) peer.cut();
    else peer.close(drop.code, "dropped by the script");
  }

  /** The feed puts values into events itself, before they become rows. */
  #overridden(text: string): string {
    const { plan, place } = this.#parts;
    const fault = place === "streamer" ? plan.take(place, "override", this.#scope()) : null;
    return fault === null ? text : withField(text, fault);
  }

  #scope(): { connection: number; frame: number } {
    return { connection: this.ordinal, frame: this.#frames };
  }

  #later(text: string): void {
    this.#after(() => this.#parts.peer.send(text));
  }

  #after(work: () => void): void {
    const { plan, place, clock, timers } = this.#parts;
    const slow = plan.take(place, "slow", this.#scope());
    const delay = slow === null ? 0 : (slow.latencyMs ?? 0) + (slow.jitterMs ?? 0) * plan.uniform();
    const now = clock.monotonic();
    this.#dueAt = Math.max(this.#dueAt, now + delay);
    if (this.#dueAt <= now) return work();
    const timer = timers.setTimer(this.#dueAt - now, () => {
      this.#timers.delete(timer);
      work();
    });
    this.#timers.add(timer);
  }
}
