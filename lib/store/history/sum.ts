import { BLOCK_SAMPLES } from "./block.ts";
import type { Run } from "./m4.ts";
import { lastOfMinutes } from "./minutes.ts";
import type { ColumnReader } from "./reader.ts";

/** Where runs of one series come from, in order of time. */
export interface Runs {
  /** The next run, or null at the end. */
  next(): Run | null;
}

/**
 * Runs of one column of one series. Of samples before `thinnedBefore` only the last of each minute
 * counts: those are the instants that every series keeps when it is thinned.
 */
export class RunSource implements Runs {
  readonly #reader: ColumnReader;
  readonly #thinnedBefore: number;
  #ahead: Run | null = null;
  #tail: Run[] | null = null;
  #isStarted = false;

  constructor(reader: ColumnReader, thinnedBefore: number) {
    this.#reader = reader;
    this.#thinnedBefore = thinnedBefore;
  }

  /** Blocks and rows that were not what had been written. */
  get damagedCount(): number {
    return this.#reader.damagedCount;
  }

  next(): Run | null {
    if (!this.#isStarted) this.#ahead = this.#read();
    this.#isStarted = true;
    for (;;) {
      const run = this.#ahead;
      if (run === null) return null;
      this.#ahead = this.#read();
      if (run.at[run.start] >= this.#thinnedBefore) return run;
      const followedAt = this.#ahead === null ? Infinity : this.#ahead.at[this.#ahead.start];
      const kept = lastOfMinutes(run, { before: this.#thinnedBefore, followedAt });
      if (kept.end > kept.start) return kept;
    }
  }

  #read(): Run | null {
    if (this.#tail !== null) return this.#tail.shift() ?? null;
    for (let block = this.#reader.nextBlock(); block !== null; block = this.#reader.nextBlock()) {
      const head = this.#reader.headOf(block);
      const run = head === null ? null : this.#reader.runOf(block, head);
      if (run !== null) return run;
    }
    this.#tail = this.#reader.tailRuns();
    return this.#tail.shift() ?? null;
  }
}

/**
 * Adds series at equal instants. Where one of them is absent or has no sample the sum is NaN; after
 * the end of the first that ends nothing is known.
 */
export class SumOfRuns implements Runs {
  readonly #sources: readonly Runs[];
  readonly #runs: (Run | null)[];
  readonly #positions: Int32Array;
  readonly #at = new Float64Array(BLOCK_SAMPLES);
  readonly #values = new Float64Array(BLOCK_SAMPLES);

  constructor(sources: readonly Runs[]) {
    this.#sources = sources;
    this.#runs = sources.map(() => null);
    this.#positions = new Int32Array(sources.length);
  }

  /** Sums of the next instants; valid until the next call. */
  next(): Run | null {
    const runs: Run[] = [];
    for (let s = 0; s < this.#sources.length; s++) {
      const run = this.#current(s);
      if (run === null) return null;
      runs.push(run);
    }
    const stepMs = Math.max(...runs.map((run) => run.stepMs));
    const length = this.#equalLength(runs);
    if (length === 0) return { ...this.#unequal(runs), stepMs };
    const { values } = runs[0];
    const at = runs[0].at.subarray(this.#positions[0], this.#positions[0] + length);
    this.#values.set(values.subarray(this.#positions[0], this.#positions[0] + length));
    for (let s = 1; s < runs.length; s++) {
      addTo(this.#values, runs[s].values, this.#positions[s], length);
    }
    for (let s = 0; s < runs.length; s++) this.#positions[s] += length;
    return { at, values: this.#values, start: 0, end: length, stepMs };
  }

  #current(source: number): Run | null {
    const run = this.#runs[source];
    if (run !== null && this.#positions[source] < run.end) return run;
    const next = this.#sources[source].next();
    this.#runs[source] = next;
    this.#positions[source] = next?.start ?? 0;
    return next;
  }

  /** How many of the next instants all runs have in common. */
  #equalLength(runs: readonly Run[]): number {
    let length = BLOCK_SAMPLES;
    for (let s = 0; s < runs.length; s++) {
      length = Math.min(length, runs[s].end - this.#positions[s]);
    }
    const base = runs[0].at;
    const from = this.#positions[0];
    for (let s = 1; s < runs.length; s++) {
      length = equalUntil(base, from, runs[s].at, this.#positions[s], length);
    }
    return length;
  }

  /** Sums while the instants differ, until one of the runs ends. */
  #unequal(runs: readonly Run[]): Omit<Run, "stepMs"> {
    let length = 0;
    while (length < BLOCK_SAMPLES) {
      let at = Infinity;
      for (let s = 0; s < runs.length; s++) {
        if (this.#positions[s] === runs[s].end) {
          return { at: this.#at, values: this.#values, start: 0, end: length };
        }
        at = Math.min(at, runs[s].at[this.#positions[s]]);
      }
      let sum = 0;
      for (let s = 0; s < runs.length; s++) {
        const position = this.#positions[s];
        if (runs[s].at[position] === at) {
          sum += runs[s].values[position];
          this.#positions[s]++;
        } else sum = NaN;
      }
      this.#at[length] = at;
      this.#values[length++] = sum;
    }
    return { at: this.#at, values: this.#values, start: 0, end: length };
  }
}

function addTo(to: Float64Array, from: Float64Array, start: number, length: number): void {
  for (let i = 0; i < length; i++) to[i] += from[start + i];
}

function equalUntil(
  a: Float64Array,
  fromA: number,
  b: Float64Array,
  fromB: number,
  length: number,
): number {
  if (a === b && fromA === fromB) return length;
  for (let i = 0; i < length; i++) if (a[fromA + i] !== b[fromB + i]) return i;
  return length;
}
