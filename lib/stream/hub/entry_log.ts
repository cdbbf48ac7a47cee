/** What every directory entry has. */
export interface Entry {
  readonly id: number;
}

/**
 * When each visible entry of a directory (rows, underlyings or accounts) last changed its facts,
 * and which ids went away, by flush sequence. Removals are kept up to a bound; `horizon` is the
 * sequence below which they are forgotten and only a snapshot helps.
 */
export class EntryLog<T extends Entry> {
  readonly #known = new Map<number, { ref: T; seq: number }>();
  #removed: { readonly id: number; readonly seq: number }[] = [];
  #horizon: number;
  #lastSeq: number;

  constructor(
    readonly isSame: (a: T, b: T) => boolean,
    readonly options: { readonly removedMax: number; readonly seq: number },
  ) {
    this.#horizon = options.seq;
    this.#lastSeq = options.seq;
  }

  /** Sequence before which nothing can be told. */
  get horizon(): number {
    return this.#horizon;
  }

  /** Sequence of the last change of any entry. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Takes the entries as they are now; what differs from before changed at `seq`. */
  update(entries: Iterable<T>, seq: number): void {
    const gone = new Set(this.#known.keys());
    for (const ref of entries) {
      gone.delete(ref.id);
      const known = this.#known.get(ref.id);
      if (known !== undefined && this.isSame(known.ref, ref)) continue;
      this.#known.set(ref.id, { ref, seq });
      this.#lastSeq = seq;
    }
    for (const id of gone) {
      this.#known.delete(id);
      this.#removed.push({ id, seq });
      this.#lastSeq = seq;
    }
    this.#forget();
  }

  #forget(): void {
    const surplus = this.#removed.length - this.options.removedMax;
    if (surplus <= 0) return;
    this.#horizon = this.#removed[surplus - 1].seq;
    this.#removed = this.#removed.slice(surplus);
  }

  /** True when the entry is new or changed after `seq`. */
  isChanged(id: number, seq: number): boolean {
    return (this.#known.get(id)?.seq ?? -1) > seq;
  }

  /** Entries that are new or changed after `seq`. */
  changedSince(seq: number): T[] {
    if (this.#lastSeq <= seq) return [];
    return [...this.#known.values()].filter((known) => known.seq > seq).map((known) => known.ref);
  }

  /** Ids that went away after `seq` and did not come back. */
  removedSince(seq: number): number[] {
    if (this.#lastSeq <= seq) return [];
    return this.#removed.filter((gone) => gone.seq > seq && !this.#known.has(gone.id))
      .map((gone) => gone.id);
  }
}
