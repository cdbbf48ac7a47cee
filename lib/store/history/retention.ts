import type { UnixMs } from "../../base/brand.ts";
import { ok, type Result } from "../../base/result.ts";
import { SAMPLE_COLUMNS, type SampleKind } from "../../ports/history.ts";
import {
  type BlockDamage,
  HEAD_BYTES,
  pack,
  type SampleColumns,
  unpackColumn,
  unpackHead,
  unpackTimes,
} from "./block.ts";
import { removeBlock, writeBlock } from "./block_writer.ts";
import { AT_OF_ID, type HistoryFile, IDS_BETWEEN } from "./file.ts";
import { DATA_SLOTS, GROUP_SERIES, TIME_BITS, TIMES_SLOT } from "./schema.ts";
import { thin } from "./thin.ts";

const DAY_MS = 86_400_000;
/** Full detail is kept this long, by the clock of the samples. */
export const KEPT_DAYS = 30;
/** What happens to older samples; daily bars stay for ever. */
const AFTER: Readonly<Record<SampleKind, "thin" | "drop">> = {
  account: "thin",
  underlying: "thin",
  position: "drop",
  input: "drop",
};
/** Blocks dropped, and series looked at, in one step. */
const DROPS_MAX = 32;
const LOOKS_MAX = 64;

/** Mark of a block that could not be thinned. */
const LEFT_FULL = 2;

interface Sweep {
  readonly kind: SampleKind;
  readonly before: UnixMs;
  readonly groups: readonly number[];
  /** Series to look at: a group of the list and a place in it. */
  group: number;
  place: number;
}

interface OldBlock {
  readonly firstAt: UnixMs;
  readonly seq: number | null;
}

/**
 * Thins and drops samples older than thirty days, a slice at a time. Accounts and underlyings keep
 * up to three samples a minute for ever; positions and inputs go.
 */
export class Retention {
  readonly #file: HistoryFile;
  readonly #sweptBefore = new Map<SampleKind, UnixMs>();
  #sweep: Sweep | null = null;

  constructor(file: HistoryFile) {
    this.#file = file;
  }

  /** True when `step` has something to do. */
  get isDue(): boolean {
    return this.#sweep !== null || this.#nextKind() !== null;
  }

  /** Does one slice; throws what SQLite throws, having changed nothing. */
  step(): void {
    const sweep = this.#sweep ??= this.#begin();
    if (sweep === null) return;
    if (AFTER[sweep.kind] === "thin") {
      return this.#look(sweep, (series) => this.#thinOne(series, sweep));
    }
    try {
      this.#file.connection.transaction(() => this.#dropFrom(sweep));
    } catch (error) {
      // Its place may be behind series whose blocks are there again.
      this.#sweep = null;
      throw error;
    }
  }

  #dropFrom(sweep: Sweep): void {
    let left = DROPS_MAX;
    this.#look(sweep, (series) => {
      left -= this.#dropSome(series, sweep.before, left);
      return left <= 0;
    });
  }

  /** Looks at the next series until `work` has done enough; ends the sweep behind the last. */
  #look(sweep: Sweep, work: (series: number) => boolean): void {
    for (let looks = 0; looks < LOOKS_MAX; looks++) {
      const series = this.#nextSeries(sweep);
      if (series === null) {
        this.#sweptBefore.set(sweep.kind, sweep.before);
        this.#sweep = null;
        return;
      }
      if (work(series)) return;
      sweep.place++;
    }
  }

  #before(): UnixMs {
    const { newestAt } = this.#file;
    return Math.max(0, Math.floor((newestAt - KEPT_DAYS * DAY_MS) / DAY_MS) * DAY_MS);
  }

  #nextKind(): SampleKind | null {
    const before = this.#before();
    if (before <= 0) return null;
    for (const { kind } of this.#file.groups.values()) {
      if ((this.#sweptBefore.get(kind) ?? 0) < before) return kind;
    }
    return null;
  }

  #begin(): Sweep | null {
    const kind = this.#nextKind();
    if (kind === null) return null;
    const before = this.#before();
    // First it is said, then it is done: sums never mix thinned samples with full ones.
    if (AFTER[kind] === "thin") {
      const { connection, sourceId } = this.#file;
      connection.transaction(() =>
        connection.statement(
          `INSERT INTO retention (source_id, kind, thinned_before) VALUES (?, ?, ?) ON CONFLICT
            DO UPDATE SET thinned_before = max(thinned_before, excluded.thinned_before)`,
        ).run(sourceId, kind, before)
      );
    }
    const groups = [...this.#file.groups].filter(([_, state]) => state.kind === kind);
    return { kind, before, groups: groups.map(([group]) => group), group: 0, place: 0 };
  }

  #nextSeries(sweep: Sweep): number | null {
    while (sweep.group < sweep.groups.length) {
      const group = sweep.groups[sweep.group];
      if (sweep.place < (this.#file.groups.get(group)?.used ?? 0)) {
        return group * GROUP_SERIES + sweep.place;
      }
      sweep.group++;
      sweep.place = 0;
    }
    return null;
  }

  /** Drops at most `countMax` blocks of a series, in the caller's transaction. */
  #dropSome(series: number, before: UnixMs, countMax: number): number {
    const rows = this.#file.connection.statement(
      `SELECT ${AT_OF_ID} AS first_at, seq FROM block
        WHERE ${IDS_BETWEEN} AND last_at < ?3 ORDER BY id LIMIT ?4`,
    ).all(series, 0, before, countMax);
    for (const row of rows) removeBlock(this.#file, series, oldBlock(row));
    return rows.length;
  }

  #thinOne(series: number, sweep: Sweep): boolean {
    const { connection } = this.#file;
    const row = connection.statement(
      `SELECT ${AT_OF_ID} AS first_at, last_at, step_ms, sample_count, interval_ms,
        times_checksum, seq, heads FROM block
        WHERE ${IDS_BETWEEN} AND last_at < ?3 AND is_thin = 0 ORDER BY id LIMIT 1`,
    ).get(series, 0, sweep.before);
    if (row === undefined) return false;
    const old = oldBlock(row);
    const read = this.#samples(row, old, sweep.kind);
    connection.transaction(() => {
      if (read.ok) {
        removeBlock(this.#file, series, old);
        return writeBlock(this.#file, series, pack(thin(read.value)));
      }
      // What is damaged stays as it is: other columns of it may be whole.
      connection.statement(
        `UPDATE block SET is_thin = ${LEFT_FULL} WHERE id = (?1 << ${TIME_BITS}) | ?2`,
      ).run(series, old.firstAt);
    });
    return true;
  }

  #samples(
    row: Readonly<Record<string, unknown>>,
    old: OldBlock,
    kind: SampleKind,
  ): Result<SampleColumns, BlockDamage> {
    const shape = {
      firstAt: old.firstAt,
      lastAt: Number(row.last_at),
      stepMs: Number(row.step_ms),
      count: Number(row.sample_count),
      intervalMs: Number(row.interval_ms),
      timesChecksum: Number(row.times_checksum),
      isThin: false,
    };
    const at = unpackTimes(shape, this.#data(old.seq, TIMES_SLOT));
    if (!at.ok) return at;
    const heads = row.heads instanceof Uint8Array ? row.heads : new Uint8Array(0);
    const columns: Float64Array[] = [];
    for (let c = 0; c < SAMPLE_COLUMNS[kind].length; c++) {
      const bytes = heads.subarray(c * HEAD_BYTES, (c + 1) * HEAD_BYTES);
      const head = unpackHead(bytes, shape);
      if (!head.ok) return head;
      const values = unpackColumn(head.value, shape.count, this.#data(old.seq, c));
      if (!values.ok) return values;
      columns.push(values.value);
    }
    return ok({ at: at.value, columns, stepMs: shape.stepMs });
  }

  #data(seq: number | null, slot: number): Uint8Array | null {
    if (seq === null) return null;
    const row = this.#file.connection.statement("SELECT bytes FROM data WHERE id = ?")
      .get(seq * DATA_SLOTS + slot);
    return row?.bytes instanceof Uint8Array ? row.bytes : null;
  }
}

function oldBlock(row: Readonly<Record<string, unknown>>): OldBlock {
  return { firstAt: Number(row.first_at), seq: row.seq === null ? null : Number(row.seq) };
}
