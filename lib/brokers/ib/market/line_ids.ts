import type { IbLink } from "../link.ts";

/** Room for ids; a power of two far above the lines that are open at a time. */
const SLOTS = 1 << 14;
const TRIES_MAX = SLOTS;

/**
 * Which line a request id belongs to. Ids grow for ever and few are open at a time: they share a
 * ring of slots, and an id whose slot is taken by an older open one is left out.
 */
export class LineIds {
  readonly #idAt = new Float64Array(SLOTS).fill(-1);
  readonly #lineAt = new Int32Array(SLOTS).fill(-1);

  /** A new id for a line. */
  claim(link: IbLink, line: number): number {
    let id = link.nextId();
    for (let tries = 0; this.#lineAt[id % SLOTS] >= 0 && tries < TRIES_MAX; tries++) {
      id = link.nextId();
    }
    this.#idAt[id % SLOTS] = id;
    this.#lineAt[id % SLOTS] = line;
    return id;
  }

  /** The line of an id, -1 for ids of nobody here. */
  lineOf(id: number): number {
    const slot = id % SLOTS;
    // A negative id has a negative slot, and nothing is there.
    return this.#idAt[slot] === id ? this.#lineAt[slot] : -1;
  }

  /** An id will not be spoken of any more, or what is said of it is of no interest. */
  release(id: number): void {
    const slot = id % SLOTS;
    if (this.#idAt[slot] !== id) return;
    this.#idAt[slot] = -1;
    this.#lineAt[slot] = -1;
  }

  /** No id is open any more. */
  clear(): void {
    this.#idAt.fill(-1);
    this.#lineAt.fill(-1);
  }
}
