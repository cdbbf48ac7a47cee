import type { Instrument } from "../domain/instrument.ts";
import type { Subscription, SubscriptionChanges } from "../ports/broker.ts";

/** Where the wanted handles come from. */
export interface WantedHandles {
  /** Handles that need market data, each once. */
  readonly handles: readonly number[];
  /** Description of a wanted handle. */
  instrument(handle: number): Instrument;
  /** False for a handle that the board has no place for. */
  isRegistered(handle: number): boolean;
}

/**
 * The set of subscriptions as the broker knows it, kept in place: one more instrument among a
 * hundred thousand makes one new object and one pass over numbers.
 */
export class SubscriptionSet {
  readonly #list: Subscription[] = [];
  /** Place in the list plus one, by handle; 0: not subscribed. */
  readonly #place: Int32Array;
  /** Round in which a handle was last wanted. */
  readonly #wantedIn: Uint32Array;
  readonly #described = new Set<number>();
  #round = 0;

  /** `capacity`: handles are below it. */
  constructor(capacity: number) {
    this.#place = new Int32Array(capacity);
    this.#wantedIn = new Uint32Array(capacity);
  }

  /** Everything subscribed, in no order; valid until the next `apply`. */
  get all(): readonly Subscription[] {
    return this.#list;
  }

  /** A handle got another description: it is subscribed anew by it. */
  describe(handle: number): void {
    if (this.#place[handle] > 0) this.#described.add(handle);
  }

  /** What has to change so that exactly the wanted and registered handles are subscribed. */
  changesTo(wanted: WantedHandles): SubscriptionChanges {
    const round = ++this.#round;
    const place = this.#place;
    const wantedIn = this.#wantedIn;
    const added: Subscription[] = [];
    let kept = 0;
    for (const handle of wanted.handles) {
      wantedIn[handle] = round;
      if (place[handle] > 0) kept++;
      else if (wanted.isRegistered(handle)) {
        added.push({ handle, instrument: wanted.instrument(handle) });
      }
    }
    for (const handle of this.#described) {
      if (wantedIn[handle] !== round) continue;
      const instrument = wanted.instrument(handle);
      const isOther = this.#list[place[handle] - 1].instrument !== instrument;
      if (isOther) added.push({ handle, instrument });
    }
    return { added, removed: kept < this.#list.length ? this.#unwanted() : [] };
  }

  #unwanted(): readonly number[] {
    const unwanted: number[] = [];
    for (const { handle } of this.#list) {
      if (this.#wantedIn[handle] !== this.#round) unwanted.push(handle);
    }
    return unwanted;
  }

  /** Takes over changes. */
  apply({ added, removed }: SubscriptionChanges): void {
    this.#described.clear();
    for (const handle of removed) this.#drop(handle);
    for (const one of added) {
      const place = this.#place[one.handle];
      if (place > 0) this.#list[place - 1] = one;
      else this.#place[one.handle] = this.#list.push(one);
    }
  }

  /** The last one of the list takes the free place. */
  #drop(handle: number): void {
    const place = this.#place[handle];
    const last = this.#list.pop();
    this.#place[handle] = 0;
    if (place === 0 || last === undefined || last.handle === handle) return;
    this.#list[place - 1] = last;
    this.#place[last.handle] = place;
  }
}
