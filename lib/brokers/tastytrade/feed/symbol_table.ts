import { assert } from "../../../base/assert.ts";
import { TYPE_BIT } from "./map.ts";
import { SymbolIndex } from "./symbol_index.ts";

/** Order in which symbols are subscribed after a connection: what carries risk first. */
export const RANK = { reference: 0, heldUnderlying: 1, heldOption: 2, other: 3 } as const;

/** A symbol of the feed that is wanted under a handle of the desk. */
export interface WantedSymbol {
  readonly symbol: string;
  readonly handle: number;
  /** One of RANK; lower goes first. */
  readonly rank: number;
  /** Mask of TYPE_BIT. */
  readonly types: number;
}

/** Why a symbol cannot be subscribed. */
export interface RefusedSymbol {
  readonly symbol: string;
  readonly handle: number;
  /** "full": over the bound; "taken": another handle has the symbol; "invalid": no symbol. */
  readonly code: "full" | "taken" | "invalid";
}

/** Somebody who keeps state per id: the plan of a connection. */
export interface TableWatcher {
  /** Only `types` of an id are still wanted (0: it is about to belong to nobody). */
  narrowed(id: number, symbol: string, types: number): void;
  /** Something changed; comes once after any number of changes. */
  changed(): void;
}

const NO_HANDLE = -1;
const UNKNOWN = -1;
const SYMBOL_LENGTH_MAX = 64;
const REFERENCE_ID = 0;
const REFERENCE_TYPES = TYPE_BIT.quote | TYPE_BIT.trade | TYPE_BIT.profile;

/**
 * The wanted symbols of a feed under dense ids, as columns. The reference symbol has id 0 and is
 * always wanted, whether the desk wants it or not. Bounded by `capacity`.
 */
export class SymbolTable {
  readonly capacity: number;
  readonly ids: SymbolIndex;
  readonly handleOf: Int32Array;
  readonly wanted: Uint8Array;
  readonly #symbols: string[] = [];
  readonly #idByHandle = new Map<number, number>();
  readonly #rankOf: Uint8Array;
  readonly #free: number[] = [];
  readonly #watchers = new Set<TableWatcher>();
  #order: number[] | null = null;

  /** `reference`: the liquid symbol whose silence means a mute feed. */
  constructor(options: { readonly capacity: number; readonly reference: string }) {
    const { capacity, reference } = options;
    assert(capacity >= 1, "room for the reference");
    this.capacity = capacity;
    this.ids = new SymbolIndex(capacity);
    this.handleOf = new Int32Array(capacity).fill(NO_HANDLE);
    this.wanted = new Uint8Array(capacity);
    this.#rankOf = new Uint8Array(capacity);
    this.#symbols.push(reference);
    this.ids.set(reference, REFERENCE_ID);
    this.wanted[REFERENCE_ID] = REFERENCE_TYPES;
  }

  /** Id of the reference symbol. */
  get referenceId(): number {
    return REFERENCE_ID;
  }

  /** Number of wanted symbols, the reference included. */
  get size(): number {
    return this.ids.size;
  }

  /** Symbol of an id in use. */
  symbolOf(id: number): string {
    return this.#symbols[id];
  }

  /** Id under which a handle is wanted, or null. */
  idOfHandle(handle: number): number | null {
    return this.#idByHandle.get(handle) ?? null;
  }

  /** Makes `wanted` the set; answers what could not be taken. */
  replace(wanted: readonly WantedSymbol[]): RefusedSymbol[] {
    const kept = new Set(wanted.map(({ handle }) => handle));
    const gone = [...this.#idByHandle.keys()].filter((handle) => !kept.has(handle));
    return this.change(wanted, gone);
  }

  /** Takes out handles, then adds symbols or changes what is wanted under their handles. */
  change(added: readonly WantedSymbol[], removed: readonly number[]): RefusedSymbol[] {
    for (const handle of removed) this.#remove(handle);
    const refused: RefusedSymbol[] = [];
    for (const wish of added) {
      const code = this.#add(wish);
      if (code !== null) refused.push({ symbol: wish.symbol, handle: wish.handle, code });
    }
    this.#order = null;
    for (const watcher of this.#watchers) watcher.changed();
    return refused;
  }

  /** Ids in the order of their rank, then age. */
  order(): readonly number[] {
    this.#order ??= this.ids.ids().sort((a, b) => this.#rankOf[a] - this.#rankOf[b] || a - b);
    return this.#order;
  }

  /** Tells `watcher` of changes from now on. */
  watch(watcher: TableWatcher): void {
    this.#watchers.add(watcher);
  }

  /** Tells it no more. */
  unwatch(watcher: TableWatcher): void {
    this.#watchers.delete(watcher);
  }

  #add(wish: WantedSymbol): RefusedSymbol["code"] | null {
    const { symbol, handle, rank, types } = wish;
    if (symbol === "" || symbol.length > SYMBOL_LENGTH_MAX) return "invalid";
    const before = this.#idByHandle.get(handle);
    if (before !== undefined && this.#symbols[before] !== symbol) this.#remove(handle);
    const known = this.ids.idOf(symbol);
    if (known !== UNKNOWN) {
      const owner = this.handleOf[known];
      if (owner !== NO_HANDLE && owner !== handle) return "taken";
    }
    const id = known === UNKNOWN ? this.#allocate(symbol) : known;
    if (id === null) return "full";
    this.#idByHandle.set(handle, id);
    // What arrived for nobody was not handed over: ask anew, so that the latest value comes again.
    if (known !== UNKNOWN && this.handleOf[id] === NO_HANDLE) this.#narrow(id, 0);
    this.handleOf[id] = handle;
    if (id === REFERENCE_ID) return this.#want(id, types | REFERENCE_TYPES);
    this.#rankOf[id] = rank;
    return this.#want(id, types);
  }

  #want(id: number, types: number): null {
    const lost = this.wanted[id] & ~types;
    if (lost !== 0) this.#narrow(id, types);
    this.wanted[id] = types;
    return null;
  }

  #allocate(symbol: string): number | null {
    const id = this.#free.pop() ?? this.#symbols.length;
    if (id >= this.capacity) return null;
    this.#symbols[id] = symbol;
    this.ids.set(symbol, id);
    return id;
  }

  #remove(handle: number): void {
    const id = this.#idByHandle.get(handle);
    if (id === undefined) return;
    this.#idByHandle.delete(handle);
    this.handleOf[id] = NO_HANDLE;
    if (id === REFERENCE_ID) return void this.#want(id, REFERENCE_TYPES);
    this.#narrow(id, 0);
    this.wanted[id] = 0;
    this.ids.delete(this.#symbols[id]);
    this.#free.push(id);
  }

  #narrow(id: number, types: number): void {
    for (const watcher of this.#watchers) watcher.narrowed(id, this.#symbols[id], types);
  }
}
