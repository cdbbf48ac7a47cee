import type { PackedBlock } from "./block.ts";
import type { HistoryFile } from "./file.ts";
import { DATA_SLOTS, TIME_BITS, TIMES_SLOT } from "./schema.ts";

/** Bytes that a block adds to the database, about. */
export function packedBytes(block: PackedBlock): number {
  const data = block.data.reduce((sum, bytes) => sum + (bytes?.byteLength ?? 0), 0);
  return data + block.heads.byteLength + (block.times?.byteLength ?? 0);
}

/** Writes a block of a series, in the caller's transaction; one of the same start is replaced. */
export function writeBlock(file: HistoryFile, series: number, block: PackedBlock): void {
  const { shape, heads, times, data } = block;
  const hasData = times !== null || data.some((bytes) => bytes !== null);
  const seq = hasData ? file.nextSeq() : null;
  file.connection.statement(
    `INSERT OR REPLACE INTO block (id, last_at, step_ms, sample_count, interval_ms,
      times_checksum, is_thin, seq, heads)
      VALUES ((?1 << ${TIME_BITS}) | ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)`,
  ).run(
    series,
    shape.firstAt,
    shape.lastAt,
    shape.stepMs,
    shape.count,
    shape.intervalMs,
    shape.timesChecksum,
    shape.isThin ? 1 : 0,
    seq,
    heads,
  );
  if (seq === null) return;
  const insert = file.connection.statement("INSERT INTO data (id, bytes) VALUES (?, ?)");
  data.forEach((bytes, slot) => {
    if (bytes !== null) insert.run(seq * DATA_SLOTS + slot, bytes);
  });
  if (times !== null) insert.run(seq * DATA_SLOTS + TIMES_SLOT, times);
}

/** Removes a block's row and data, in the caller's transaction. */
export function removeBlock(
  file: HistoryFile,
  series: number,
  block: { readonly firstAt: number; readonly seq: number | null },
): void {
  const { connection } = file;
  connection.statement(`DELETE FROM block WHERE id = (?1 << ${TIME_BITS}) | ?2`)
    .run(series, block.firstAt);
  if (block.seq === null) return;
  connection.statement(
    `DELETE FROM data WHERE id BETWEEN ?1 * ${DATA_SLOTS} AND ?1 * ${DATA_SLOTS} + ${TIMES_SLOT}`,
  )
    .run(block.seq);
}
