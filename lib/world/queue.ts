import type { WorldEvent } from "./types.ts";
import type { Tape } from "./tape.ts";

/** Most object events that wait for a reader. */
export const EVENTS_MAX = 400_000;

/** Low-rate events in order; on overflow they are given up and one "resync" stands for them. */
export class EventQueue {
  #events: WorldEvent[] = [];
  #lost = 0;

  /** Appends an event. */
  push(event: WorldEvent): void {
    if (this.#events.length >= EVENTS_MAX) {
      this.#lost += this.#events.length;
      this.#events = [{ kind: "resync", at: event.at, lost: this.#lost }];
    }
    this.#events.push(event);
  }

  /** Takes everything that waits, oldest first. */
  take(): WorldEvent[] {
    const taken = this.#events;
    this.#events = [];
    return taken;
  }

  /** Passes the count of lost events through a tape; what waits is read anew after a restore. */
  persist(tape: Tape): void {
    this.#lost = tape.f64(this.#lost);
    if (tape.isReading) this.#events = [];
  }
}
