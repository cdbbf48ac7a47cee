import { present } from "../../base/assert.ts";
import type { UnixMs } from "../../base/brand.ts";
import { SAMPLE_COLUMNS } from "../../ports/history.ts";
import { BLOCK_SAMPLES, BLOCK_SPAN_MS, pack } from "./block.ts";
import { packedBytes, writeBlock } from "./block_writer.ts";
import { AT_OF_ID, type GroupState, type HistoryFile, IDS_BETWEEN, TIME_MAX } from "./file.ts";
import { GROUP_SERIES } from "./schema.ts";
import { placesIn, unpackTailRow } from "./tail_row.ts";

/** Tail rows in one step of reading or removing. */
const ROWS_MAX = 512;
/** A transaction ends once it has written this much. */
const WRITE_BYTES = 256 * 1024;
const COLUMNS_MAX = Math.max(...Object.values(SAMPLE_COLUMNS).map((names) => names.length));

/** Samples of the series of one group, column by column; kept, for it is large. */
interface Piece {
  readonly at: readonly Float64Array[];
  readonly columns: readonly (readonly Float64Array[])[];
  readonly counts: Int32Array;
}

interface Sealing {
  readonly group: number;
  readonly state: GroupState;
  readonly through: UnixMs;
  phase: "read" | "write" | "remove";
  /** First and last instant read, −1 before; all rows have `stepMs`. */
  firstAt: UnixMs;
  lastAt: UnixMs;
  stepMs: number;
  rowCount: number;
  isMore: boolean;
  /** Place to write next. */
  place: number;
}

function emptyPiece(): Piece {
  const places = Array.from({ length: GROUP_SERIES });
  const column = () => new Float64Array(BLOCK_SAMPLES);
  return {
    at: places.map(column),
    columns: places.map(() => Array.from({ length: COLUMNS_MAX }, column)),
    counts: new Int32Array(GROUP_SERIES),
  };
}

/**
 * Turns the tail of groups into blocks, a slice at a time: reads rows, writes the blocks of some
 * series in each transaction, then notes it and removes the rows. A cut anywhere leaves every
 * sample in a block, in the tail or in both, where the block counts; taken again it goes on.
 */
export class Sealer {
  readonly #file: HistoryFile;
  readonly #wanted = new Map<number, UnixMs>();
  #piece: Piece | null = null;
  #now: Sealing | null = null;
  #damagedCount = 0;

  constructor(file: HistoryFile) {
    this.#file = file;
  }

  /** Rows that could not be read. */
  get damagedCount(): number {
    return this.#damagedCount;
  }

  /** Asks for the tail of a group up to a time. */
  want(group: number, through: UnixMs): void {
    if (!this.#wanted.has(group)) this.#wanted.set(group, through);
  }

  /** Does one slice; false when there is nothing to do. Throws what SQLite throws. */
  step(): boolean {
    const sealing = this.#now ??= this.#begin();
    if (sealing === null) return false;
    try {
      switch (sealing.phase) {
        case "read":
          this.#read(sealing);
          break;
        case "write":
          this.#write(sealing);
          break;
        case "remove":
          this.#remove(sealing);
      }
    } catch (error) {
      this.#now = null;
      this.want(sealing.group, sealing.through);
      throw error;
    }
    return true;
  }

  #begin(): Sealing | null {
    for (const [group, through] of this.#wanted) {
      this.#wanted.delete(group);
      const state = this.#file.groups.get(group);
      if (state === undefined || state.rowCount === 0) continue;
      // From here on nothing up to there is taken any more: it would be missed.
      state.sealedThrough = Math.max(state.sealedThrough, through);
      return this.#newPiece(group, state, through);
    }
    return null;
  }

  #newPiece(group: number, state: GroupState, through: UnixMs): Sealing {
    this.#piece ??= emptyPiece();
    this.#piece.counts.fill(0);
    return {
      group,
      state,
      through,
      phase: "read",
      firstAt: -1,
      lastAt: -1,
      stepMs: 0,
      rowCount: 0,
      isMore: false,
      place: 0,
    };
  }

  #read(sealing: Sealing): void {
    const { state, group } = sealing;
    const piece = present(this.#piece, "the piece");
    const columns = SAMPLE_COLUMNS[state.kind].length;
    const limit = Math.min(ROWS_MAX, BLOCK_SAMPLES - sealing.rowCount);
    const from = sealing.lastAt < 0 ? 0 : sealing.lastAt + 1;
    const rows = this.#file.connection.statement(
      `SELECT ${AT_OF_ID} AS at, step_ms, data FROM tail WHERE ${IDS_BETWEEN}
        ORDER BY id LIMIT ?4`,
    ).all(group, from, sealing.through, limit);
    for (const row of rows) {
      const at = Number(row.at);
      const stepMs = Number(row.step_ms);
      if (sealing.firstAt < 0) [sealing.firstAt, sealing.stepMs] = [at, stepMs];
      if (stepMs !== sealing.stepMs || at - sealing.firstAt > BLOCK_SPAN_MS) {
        sealing.isMore = true;
        break;
      }
      sealing.lastAt = at;
      sealing.rowCount++;
      const read = row.data instanceof Uint8Array ? unpackTailRow(row.data, columns) : null;
      if (read === null) this.#damagedCount++;
      else addRow(piece, at, read.mask, read.values);
    }
    const isFull = sealing.rowCount === BLOCK_SAMPLES;
    if (isFull) sealing.isMore = true;
    if (!isFull && !sealing.isMore && rows.length === limit) return;
    if (sealing.rowCount > 0) sealing.phase = "write";
    else this.#finish(sealing);
  }

  #write(sealing: Sealing): void {
    const { state, group, stepMs } = sealing;
    const piece = present(this.#piece, "the piece");
    let place = sealing.place;
    this.#file.connection.transaction(() => {
      let bytes = 0;
      for (; place < GROUP_SERIES && bytes < WRITE_BYTES; place++) {
        const end = piece.counts[place];
        if (end === 0) continue;
        const series = group * GROUP_SERIES + place;
        const at = piece.at[place];
        // After a cut some series have their block already.
        const start = firstAfter(at, end, this.#lastBlockAt(series));
        if (start === end) continue;
        const names = SAMPLE_COLUMNS[state.kind];
        const columns = names.map((_, c) => piece.columns[place][c].subarray(start, end));
        const block = pack({ at: at.subarray(start, end), columns, stepMs });
        writeBlock(this.#file, series, block);
        bytes += packedBytes(block);
      }
    });
    sealing.place = place;
    if (place === GROUP_SERIES) sealing.phase = "remove";
  }

  #lastBlockAt(series: number): UnixMs {
    const row = this.#file.connection
      .statement(`SELECT last_at FROM block WHERE ${IDS_BETWEEN} ORDER BY id DESC LIMIT 1`)
      .get(series, 0, TIME_MAX);
    return row === undefined ? -1 : Number(row.last_at);
  }

  #remove(sealing: Sealing): void {
    const { group, state, lastAt } = sealing;
    const { connection } = this.#file;
    const edge = connection.statement(
      `SELECT ${AT_OF_ID} AS at FROM tail WHERE ${IDS_BETWEEN} ORDER BY id LIMIT 1 OFFSET ?4`,
    ).get(group, 0, lastAt, ROWS_MAX);
    const through = edge === undefined ? lastAt : Number(edge.at);
    connection.transaction(() => {
      connection.statement(
        "UPDATE series_group SET sealed_through = max(sealed_through, ?2) WHERE id = ?1",
      )
        .run(group, lastAt);
      const { changes } = connection.statement(`DELETE FROM tail WHERE ${IDS_BETWEEN}`)
        .run(group, 0, through);
      state.rowCount = Math.max(0, state.rowCount - Number(changes));
    });
    if (edge !== undefined) return;
    if (sealing.isMore) this.#now = this.#newPiece(group, state, sealing.through);
    else this.#finish(sealing);
  }

  /** What was only known about is known now: counted, and only newer rows are left to count. */
  #finish({ group, state }: Sealing): void {
    const left = this.#file.connection.statement(
      `SELECT count(*) AS count, min(${AT_OF_ID}) AS first_at FROM tail WHERE ${IDS_BETWEEN}`,
    ).get(group, 0, TIME_MAX);
    this.#now = null;
    state.rowCount = Number(left?.count ?? 0);
    state.firstAt = Number(left?.first_at ?? -1);
  }
}

function addRow(piece: Piece, at: UnixMs, mask: number, values: Float64Array): void {
  const columns = values.length === 0 ? 0 : values.length / placesIn(mask);
  let from = 0;
  for (let place = 0; place < GROUP_SERIES; place++) {
    if ((mask & (1 << place)) === 0) continue;
    const i = piece.counts[place]++;
    piece.at[place][i] = at;
    for (let c = 0; c < columns; c++) piece.columns[place][c][i] = values[from + c];
    from += columns;
  }
}

function firstAfter(at: Float64Array, end: number, instant: UnixMs): number {
  let i = 0;
  while (i < end && at[i] <= instant) i++;
  return i;
}
