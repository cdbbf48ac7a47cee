import { assert } from "../../../base/assert.ts";

const EMPTY = -1;
const FNV_PRIME = 0x01000193;
const FNV_START = 0x811c9dc5;

/**
 * Ids by symbol, for texts that were just parsed: a `Map` has to compute and store a hash in every
 * new text that it is asked for, which costs more than everything else about a decoded row.
 * Open addressing with linear probing, at most half full.
 */
export class SymbolIndex {
  readonly #capacity: number;
  readonly #mask: number;
  readonly #symbols: string[];
  readonly #ids: Int32Array;
  #size = 0;

  /** Room for `capacity` symbols. */
  constructor(capacity: number) {
    let slots = 4;
    while (slots < 2 * capacity) slots *= 2;
    this.#capacity = capacity;
    this.#mask = slots - 1;
    this.#symbols = new Array<string>(slots).fill("");
    this.#ids = new Int32Array(slots).fill(EMPTY);
  }

  /** Number of symbols in it. */
  get size(): number {
    return this.#size;
  }

  /** Id of a symbol, or −1. */
  idOf(symbol: string): number {
    const ids = this.#ids;
    const symbols = this.#symbols;
    for (let slot = hashOf(symbol) & this.#mask;; slot = (slot + 1) & this.#mask) {
      const id = ids[slot];
      if (id === EMPTY || symbols[slot] === symbol) return id;
    }
  }

  /** Puts a symbol in, or changes its id; `id` is 0 or above. Asserts that there is room. */
  set(symbol: string, id: number): void {
    const slot = this.#slotOf(symbol);
    if (this.#ids[slot] === EMPTY) {
      assert(this.#size < this.#capacity, "the index is full");
      this.#size++;
    }
    this.#symbols[slot] = symbol;
    this.#ids[slot] = id;
  }

  /** Takes a symbol out; does nothing when it is not there. */
  delete(symbol: string): void {
    let gap = this.#slotOf(symbol);
    if (this.#ids[gap] === EMPTY) return;
    this.#size--;
    // Whoever stands behind the gap only because it was taken moves up.
    for (let slot = (gap + 1) & this.#mask; this.#ids[slot] !== EMPTY;) {
      const home = hashOf(this.#symbols[slot]) & this.#mask;
      if (((slot - home) & this.#mask) >= ((slot - gap) & this.#mask)) {
        this.#symbols[gap] = this.#symbols[slot];
        this.#ids[gap] = this.#ids[slot];
        gap = slot;
      }
      slot = (slot + 1) & this.#mask;
    }
    this.#symbols[gap] = "";
    this.#ids[gap] = EMPTY;
  }

  /** Ids in it, in no order. */
  ids(): number[] {
    return [...this.#ids].filter((id) => id !== EMPTY);
  }

  #slotOf(symbol: string): number {
    let slot = hashOf(symbol) & this.#mask;
    while (this.#ids[slot] !== EMPTY && this.#symbols[slot] !== symbol) {
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }
}

function hashOf(symbol: string): number {
  let hash = FNV_START;
  for (let at = 0; at < symbol.length; at++) {
    hash = Math.imul(hash ^ symbol.charCodeAt(at), FNV_PRIME);
  }
  return hash ^ (hash >>> 15);
}
