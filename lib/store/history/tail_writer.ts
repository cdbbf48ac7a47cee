import { present } from "../../base/assert.ts";
import { SAMPLE_COLUMNS, type Samples } from "../../ports/history.ts";
import { type HistoryFile, TIME_MAX } from "./file.ts";
import { GROUP_SERIES, TIME_BITS } from "./schema.ts";
import { mergeTailRows, packTailRow, type TailRow, unpackTailRow } from "./tail_row.ts";

/** Rows in one transaction at most: some milliseconds. */
const ROWS_MAX = 128;

/** What one transaction did: samples written, and those that can never be. */
export interface WriteCount {
  written: number;
  lost: number;
}

interface Touched {
  readonly group: number;
  readonly at: number;
  readonly isNew: boolean;
}

/**
 * Writes samples to the tail, a bounded number of rows in each transaction. Only what is committed
 * counts as done, so a failed step is simply taken again; written twice, a sample is one.
 */
export class TailWriter {
  readonly #file: HistoryFile;
  readonly #batches: readonly Samples[];
  /** Stored id of each handle, −1 where there is none. */
  readonly #idOf: (handle: number) => number;
  #batch = 0;
  #position = 0;
  /** Samples of the current batch by ascending id. */
  #order: Int32Array | null = null;
  #ids = new Int32Array(0);

  constructor(
    file: HistoryFile,
    batches: readonly Samples[],
    idOf: (handle: number) => number,
  ) {
    this.#file = file;
    this.#batches = batches;
    this.#idOf = idOf;
  }

  /** True when everything is written. */
  get isDone(): boolean {
    return this.#batch >= this.#batches.length;
  }

  /** Runs one transaction; throws what SQLite throws, having changed nothing. */
  step(): WriteCount {
    const [batch, position] = [this.#batch, this.#position];
    const touched: Touched[] = [];
    const count = { written: 0, lost: 0 };
    try {
      this.#file.connection.transaction(() => {
        while (!this.isDone && touched.length < ROWS_MAX) this.#writeRow(touched, count);
      });
    } catch (error) {
      if (this.#batch !== batch) this.#order = null;
      [this.#batch, this.#position] = [batch, position];
      throw error;
    }
    for (const row of touched) this.#file.noteRow(row.group, row.at, row.isNew);
    return count;
  }

  #sorted(samples: Samples): Int32Array {
    const { series } = samples;
    this.#ids = Int32Array.from(series, this.#idOf);
    const order = Int32Array.from(series, (_, i) => i);
    const ids = this.#ids;
    for (let i = 1; i < ids.length; i++) {
      // Of one series twice the later comes later: the order is stable.
      if (ids[i] < ids[i - 1]) return order.sort((a, b) => ids[a] - ids[b] || a - b);
    }
    return order;
  }

  #writeRow(touched: Touched[], count: WriteCount): void {
    const samples = this.#batches[this.#batch];
    const order = this.#order ??= this.#sorted(samples);
    const ids = this.#ids;
    while (this.#position < order.length && ids[order[this.#position]] < 0) {
      this.#position++;
      count.lost++;
    }
    const start = this.#position;
    if (start < order.length) {
      const group = Math.floor(ids[order[start]] / GROUP_SERIES);
      let end = start + 1;
      while (end < order.length && Math.floor(ids[order[end]] / GROUP_SERIES) === group) end++;
      const state = present(this.#file.groups.get(group), "a group");
      const isLate = samples.at <= state.sealedThrough;
      // Of another kind is a bug of who records; it must not become a number of somebody else.
      const isForeign = state.kind !== samples.kind;
      if (isLate || isForeign || samples.at < 0 || samples.at > TIME_MAX) {
        count.lost += end - start;
      } else {
        const row = this.#rowOf(samples, start, end);
        touched.push({ group, at: samples.at, isNew: this.#put(group, samples, row) });
        count.written += end - start;
      }
      this.#position = end;
    }
    if (this.#position < order.length) return;
    this.#batch++;
    this.#position = 0;
    this.#order = null;
  }

  #rowOf(samples: Samples, start: number, end: number): TailRow {
    const order = present(this.#order, "the order");
    const columns = SAMPLE_COLUMNS[samples.kind].length;
    const values = new Float64Array((end - start) * columns);
    let mask = 0;
    let to = -columns;
    for (let i = start; i < end; i++) {
      const sample = order[i];
      const bit = 1 << (this.#ids[sample] % GROUP_SERIES);
      if ((mask & bit) === 0) to += columns;
      mask |= bit;
      const from = sample * columns;
      for (let c = 0; c < columns; c++) values[to + c] = samples.values[from + c];
    }
    return { mask, values: values.subarray(0, to + columns) };
  }

  /** True when the row is new, false when it was merged with one of the same instant. */
  #put(group: number, samples: Samples, row: TailRow): boolean {
    const { connection } = this.#file;
    const { changes } = connection.statement(
      `INSERT INTO tail (id, step_ms, data) VALUES ((?1 << ${TIME_BITS}) | ?2, ?3, ?4)
        ON CONFLICT DO NOTHING`,
    ).run(group, samples.at, samples.stepMs, packTailRow(row.mask, row.values));
    if (changes !== 0) return true;
    const there = connection
      .statement(`SELECT data FROM tail WHERE id = (?1 << ${TIME_BITS}) | ?2`)
      .get(group, samples.at);
    const columns = SAMPLE_COLUMNS[samples.kind].length;
    const bytes = there?.data;
    const older = bytes instanceof Uint8Array ? unpackTailRow(bytes, columns) : null;
    const merged = older === null ? row : mergeTailRows(older, row, columns);
    connection
      .statement(
        `UPDATE tail SET step_ms = ?3, data = ?4 WHERE id = (?1 << ${TIME_BITS}) | ?2`,
      )
      .run(group, samples.at, samples.stepMs, packTailRow(merged.mask, merged.values));
    return false;
  }
}
