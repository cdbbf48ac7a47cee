import type { Subscription } from "../../ports/broker.ts";

/**
 * World ids of what is subscribed, by handle. A subscription that comes again as the same object
 * keeps its id without a look-up, so that one more instrument does not ask for all others.
 */
export class SubscribedIds {
  readonly #known: (Subscription | undefined)[] = [];
  readonly #ids: number[] = [];

  /** Those of `wanted` whose id is not known. */
  missing(wanted: readonly Subscription[]): readonly Subscription[] {
    return wanted.filter((one) => this.#known[one.handle] !== one);
  }

  /** Takes over the ids of what was missing, in the same order. */
  learn(missing: readonly Subscription[], ids: readonly number[]): void {
    missing.forEach((one, i) => {
      this.#known[one.handle] = one;
      this.#ids[one.handle] = ids[i];
    });
  }

  /** Forgets handles; the ids of those that were known. */
  forget(handles: readonly number[]): number[] {
    const known = handles.filter((handle) => this.#known[handle] !== undefined);
    for (const handle of known) this.#known[handle] = undefined;
    return known.map((handle) => this.#ids[handle]);
  }

  /** Ids of `wanted`, all of them learned. */
  of(wanted: readonly Subscription[]): Int32Array {
    return Int32Array.from(wanted, (one) => this.#ids[one.handle]);
  }
}
