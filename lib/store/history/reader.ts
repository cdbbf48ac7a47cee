import type { UnixMs } from "../../base/brand.ts";
import { ok, type Result } from "../../base/result.ts";
import { SAMPLE_COLUMNS, type SampleKind } from "../../ports/history.ts";
import {
  type BlockDamage,
  type BlockShape,
  type ColumnHead,
  HEAD_BYTES,
  unpackColumn,
  unpackHead,
  unpackTimes,
} from "./block.ts";
import { AT_OF_ID, type HistoryFile, IDS_BETWEEN, TIME_MAX } from "./file.ts";
import type { Run } from "./m4.ts";
import { DATA_SLOTS, GROUP_SERIES, TIMES_SLOT } from "./schema.ts";
import { startOfPlace, unpackTailRow } from "./tail_row.ts";

/** One column of one stored series. */
export interface StoredColumn {
  readonly kind: SampleKind;
  readonly series: number;
  /** Index into `SAMPLE_COLUMNS[kind]`. */
  readonly column: number;
}

/** A block as far as its row tells. */
export interface BlockRow {
  readonly shape: BlockShape;
  readonly seq: number | null;
  readonly head: Uint8Array;
}

/** Times of the block that was read last: series sampled together have the same. */
export class SharedTimes {
  #shape: BlockShape | null = null;
  #at: Float64Array = new Float64Array(0);

  /** Times of a block; `read` gives what is stored of them. */
  of(shape: BlockShape, read: () => Uint8Array | null): Result<Float64Array, BlockDamage> {
    const { firstAt, intervalMs, count } = shape;
    const last = this.#shape;
    const isSame = last !== null && intervalMs > 0 && last.firstAt === firstAt &&
      last.intervalMs === intervalMs && last.count === count;
    if (isSame) return ok(this.#at);
    const at = unpackTimes(shape, intervalMs > 0 ? null : read());
    if (at.ok) [this.#shape, this.#at] = [shape, at.value];
    return at;
  }
}

/** Blocks that are read at once: some milliseconds. */
const PAGE_BLOCKS = 256;

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : NaN;
}

/**
 * Reads one column of one series in order of time: blocks first, page by page, then the tail. What
 * is sealed between two calls is not missed: the tail is read only when no block is left.
 */
export class ColumnReader {
  readonly #file: HistoryFile;
  readonly #of: StoredColumn;
  readonly #from: UnixMs;
  readonly #to: UnixMs;
  readonly #times: SharedTimes;
  #page: BlockRow[] = [];
  #next = 0;
  #readThrough: UnixMs;
  #isFirst = true;
  #isTailRead = false;
  #damagedCount = 0;

  /** `from` inclusive, `to` exclusive. Readers with one `times` share equal times of blocks. */
  constructor(
    file: HistoryFile,
    of: StoredColumn,
    span: { readonly from: UnixMs; readonly to: UnixMs },
    times = new SharedTimes(),
  ) {
    this.#times = times;
    this.#file = file;
    this.#of = of;
    this.#from = clampTime(Math.ceil(span.from));
    this.#to = clampTime(Math.ceil(span.to) - 1);
    this.#readThrough = this.#from - 1;
  }

  /** Blocks and rows that were not what had been written. */
  get damagedCount(): number {
    return this.#damagedCount;
  }

  /** The next block that overlaps the span, or null when there is none (any more). */
  nextBlock(): BlockRow | null {
    if (this.#next === this.#page.length) {
      this.#page = this.#readPage();
      this.#next = 0;
    }
    const block = this.#page[this.#next];
    if (block === undefined) return null;
    this.#next++;
    this.#readThrough = Math.max(this.#readThrough, block.shape.lastAt);
    return block;
  }

  /** Head of the block; a damaged one is counted. */
  headOf(block: BlockRow): ColumnHead | null {
    return this.#counted(unpackHead(block.head, block.shape));
  }

  /** Samples of a block; null when damaged, which is counted. */
  runOf(block: BlockRow, head: ColumnHead): Run | null {
    const { shape, seq } = block;
    const at = this.#counted(this.#times.of(shape, () => this.#data(seq, TIMES_SLOT)));
    if (at === null) return null;
    const bytes = head.isConstant ? null : this.#data(seq, this.#of.column);
    const values = this.#counted(unpackColumn(head, shape.count, bytes));
    if (values === null) return null;
    return { at, values, start: 0, end: shape.count, stepMs: shape.stepMs };
  }

  /** Samples of the tail behind the last block, one run a step; empty when read before. */
  tailRuns(): Run[] {
    if (this.#isTailRead) return [];
    this.#isTailRead = true;
    const { kind, series, column } = this.#of;
    const group = Math.floor(series / GROUP_SERIES);
    // After a cut rows may be in a block as well: what was read of blocks is not read again.
    const from = this.#readThrough + 1;
    if (from > this.#to) return [];
    const rows = this.#file.connection
      .statement(
        `SELECT ${AT_OF_ID} AS at, step_ms, data FROM tail WHERE ${IDS_BETWEEN} ORDER BY id`,
      )
      .all(group, from, this.#to);
    const columns = SAMPLE_COLUMNS[kind].length;
    const runs: Run[] = [];
    const at = new Float64Array(rows.length);
    const values = new Float64Array(rows.length);
    let length = 0;
    let start = 0;
    let stepMs = 0;
    const close = () => {
      if (length > start) runs.push({ at, values, start, end: length, stepMs });
      start = length;
    };
    for (const row of rows) {
      const unpacked = row.data instanceof Uint8Array ? unpackTailRow(row.data, columns) : null;
      if (unpacked === null) this.#damagedCount++;
      const place = series % GROUP_SERIES;
      const first = unpacked === null ? -1 : startOfPlace(unpacked.mask, place, columns);
      if (unpacked === null || first < 0) continue;
      if (row.step_ms !== stepMs) close();
      stepMs = numberOf(row.step_ms);
      at[length] = numberOf(row.at);
      values[length++] = unpacked.values[first + column];
    }
    close();
    return runs;
  }

  #readPage(): BlockRow[] {
    const { series, column } = this.#of;
    const fields =
      `${AT_OF_ID} AS first_at, last_at, step_ms, sample_count, interval_ms, times_checksum, ` +
      `is_thin, seq, substr(heads, ${1 + column * HEAD_BYTES}, ${HEAD_BYTES}) AS head`;
    let from = this.#readThrough + 1;
    if (this.#isFirst) {
      this.#isFirst = false;
      // The block that began before the span may reach into it.
      const before = this.#file.connection.statement(
        `SELECT ${AT_OF_ID} AS first_at, last_at FROM block WHERE ${IDS_BETWEEN}
          ORDER BY id DESC LIMIT 1`,
      ).get(series, 0, this.#from);
      if (before !== undefined && numberOf(before.last_at) >= this.#from) {
        from = numberOf(before.first_at);
      }
    }
    const rows = this.#file.connection.statement(
      `SELECT ${fields} FROM block WHERE ${IDS_BETWEEN} ORDER BY id LIMIT ${PAGE_BLOCKS}`,
    ).all(series, from, this.#to);
    return rows.map((row) => ({
      shape: {
        firstAt: numberOf(row.first_at),
        lastAt: numberOf(row.last_at),
        stepMs: numberOf(row.step_ms),
        count: numberOf(row.sample_count),
        intervalMs: numberOf(row.interval_ms),
        timesChecksum: numberOf(row.times_checksum),
        isThin: row.is_thin === 1,
      },
      seq: row.seq === null ? null : numberOf(row.seq),
      head: row.head instanceof Uint8Array ? row.head : new Uint8Array(0),
    }));
  }

  #data(seq: number | null, slot: number): Uint8Array | null {
    if (seq === null) return null;
    const row = this.#file.connection.statement("SELECT bytes FROM data WHERE id = ?")
      .get(seq * DATA_SLOTS + slot);
    return row?.bytes instanceof Uint8Array ? row.bytes : null;
  }

  #counted<T>(result: Result<T, BlockDamage>): T | null {
    if (result.ok) return result.value;
    this.#damagedCount++;
    return null;
  }
}

function clampTime(at: UnixMs): UnixMs {
  return Math.max(0, Math.min(TIME_MAX, at));
}

/** Time of the oldest sample kept of a series, or null. */
export function oldestAt(file: HistoryFile, series: number): UnixMs | null {
  const { connection } = file;
  const block = connection
    .statement(`SELECT ${AT_OF_ID} AS at FROM block WHERE ${IDS_BETWEEN} ORDER BY id LIMIT 1`)
    .get(series, 0, TIME_MAX);
  if (block !== undefined) return numberOf(block.at);
  const rows = connection
    .statement(`SELECT ${AT_OF_ID} AS at, data FROM tail WHERE ${IDS_BETWEEN} ORDER BY id`)
    .iterate(Math.floor(series / GROUP_SERIES), 0, TIME_MAX);
  const bit = 1 << (series % GROUP_SERIES);
  for (const row of rows) {
    if (!(row.data instanceof Uint8Array) || row.data.byteLength < 4) continue;
    const mask = row.data[0] | (row.data[1] << 8);
    if ((mask & bit) !== 0) return numberOf(row.at);
  }
  return null;
}
