import type { Scope } from "../protocol/audience.ts";
import type { StreamEvent } from "../protocol/messages.ts";

/** An event as the ring keeps it: `previous` depends on who reads. */
export interface KeptEvent {
  readonly event: Omit<StreamEvent, "previous">;
  /** `Account.id` that it concerns, or null for everybody. */
  readonly account: string | null;
}

/** Events in order, with how many could not be told. */
export interface Replay {
  readonly missed: number;
  readonly events: readonly StreamEvent[];
}

/** True when a scope may see an event. */
export function isVisible(kept: KeptEvent, scope: Scope): boolean {
  return kept.account === null || scope.accounts === "all" ||
    scope.accounts.includes(kept.account);
}

/** The last events of the epoch, bounded in count. */
export class EventRing {
  #kept: KeptEvent[] = [];
  #seq = 0;

  constructor(readonly size: number) {}

  /** Sequence of the last event. */
  get seq(): number {
    return this.#seq;
  }

  /** Keeps an event under the next sequence. */
  push(event: Omit<StreamEvent, "previous" | "seq">, account: string | null): KeptEvent {
    const kept = { event: { ...event, seq: ++this.#seq }, account };
    this.#kept.push(kept);
    if (this.#kept.length > 2 * this.size) this.#kept = this.#kept.slice(-this.size);
    return kept;
  }

  /** Sequence of the last event that the scope may see, as far as the ring reaches; else 0. */
  lastFor(scope: Scope): number {
    return this.#kept.findLast((kept) => isVisible(kept, scope))?.event.seq ?? 0;
  }

  /**
   * Events after `seq` that the scope may see, the newest that fit into `bytesMax` of text.
   * `missed` counts what was left out, at most: lost events of other scopes count as well.
   */
  replay(scope: Scope, seq: number, bytesMax: number): Replay {
    const kept = this.#kept.slice(-this.size).filter((k) => k.event.seq > seq);
    const oldest = this.#seq - Math.min(this.size, this.#kept.length) + 1;
    const visible = kept.filter((k) => isVisible(k, scope));
    let bytes = 0;
    let first = visible.length;
    while (first > 0) {
      bytes += 100 + 3 * JSON.stringify(visible[first - 1].event).length;
      if (bytes > bytesMax) break;
      first--;
    }
    const lost = Math.max(0, oldest - seq - 1) + first;
    let previous = first > 0 ? visible[first - 1].event.seq : Math.max(seq, oldest - 1);
    if (lost === 0) previous = seq;
    const events = visible.slice(first).map((k) => {
      const event = { ...k.event, previous };
      previous = k.event.seq;
      return event;
    });
    return { missed: lost, events };
  }
}
