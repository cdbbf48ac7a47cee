import { removeBlock } from "./block_writer.ts";
import { AT_OF_ID, type HistoryFile } from "./file.ts";
import { GROUP_SERIES, TIME_BITS } from "./schema.ts";

/** Sources kept in a demo or replay: the ones opened last. */
export const SOURCES_KEPT = 16;
const BLOCKS_MAX = 32;
const ROWS_MAX = 512;

/**
 * Every demo market and recorded day is a source of its own, so in those modes only the ones opened
 * last are kept. What was live stays. Dropped in slices.
 */
export class OldSources {
  readonly #file: HistoryFile;
  #left: number[] | null;

  constructor(file: HistoryFile) {
    this.#file = file;
    this.#left = file.mode === "live" ? [] : null;
  }

  /** Does one slice; false when nothing is left to drop. Throws what SQLite throws. */
  step(): boolean {
    const left = this.#left ??= this.#find();
    const [source] = left;
    if (source === undefined) return false;
    const { connection } = this.#file;
    const group = connection
      .statement("SELECT id FROM series_group WHERE source_id = ? ORDER BY id LIMIT 1")
      .get(source);
    connection.transaction(() => {
      if (group !== undefined) return this.#dropSome(Number(group.id));
      for (const table of ["daily", "retention"]) {
        connection.statement(`DELETE FROM ${table} WHERE source_id = ?`).run(source);
      }
      connection.statement("DELETE FROM source WHERE id = ?").run(source);
    });
    if (group === undefined) left.shift();
    return true;
  }

  #find(): number[] {
    return this.#file.connection.statement(
      `SELECT id FROM source WHERE id <> ?1 ORDER BY opened_order DESC, id DESC
        LIMIT -1 OFFSET ?2`,
    ).all(this.#file.sourceId, SOURCES_KEPT - 1).map(({ id }) => Number(id));
  }

  /** Drops some of what a group has, at last the group. */
  #dropSome(group: number): void {
    const { connection } = this.#file;
    const first = group * GROUP_SERIES;
    const blocks = connection.statement(
      `SELECT id >> ${TIME_BITS} AS series, ${AT_OF_ID} AS first_at, seq FROM block
        WHERE id BETWEEN ?1 << ${TIME_BITS} AND ((?1 + ${GROUP_SERIES}) << ${TIME_BITS}) - 1
        LIMIT ${BLOCKS_MAX}`,
    ).all(first);
    for (const { series, first_at, seq } of blocks) {
      const block = { firstAt: Number(first_at), seq: seq === null ? null : Number(seq) };
      removeBlock(this.#file, Number(series), block);
    }
    if (blocks.length > 0) return;
    const { changes } = connection.statement(
      `DELETE FROM tail WHERE id IN (SELECT id FROM tail WHERE id BETWEEN ?1 << ${TIME_BITS}
        AND ((?1 + 1) << ${TIME_BITS}) - 1 LIMIT ${ROWS_MAX})`,
    ).run(group);
    if (changes !== 0) return;
    connection.statement("DELETE FROM series WHERE id BETWEEN ? AND ?")
      .run(first, first + GROUP_SERIES - 1);
    connection.statement("DELETE FROM series_group WHERE id = ?").run(group);
  }
}
