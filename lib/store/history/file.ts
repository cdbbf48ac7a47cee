import { present } from "../../base/assert.ts";
import type { UnixMs } from "../../base/brand.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import type { DeskMode } from "../../ports/broker.ts";
import { SAMPLE_COLUMNS, type SampleKind } from "../../ports/history.ts";
import { openDatabase } from "../open_database.ts";
import { BLOCK_SAMPLES } from "./block.ts";
import { problemOf, type StoreProblem } from "../problem.ts";
import type { Connection } from "../sqlite/connection.ts";
import { DATA_SLOTS, GROUP_SERIES, HISTORY_MIGRATIONS, TIME_BITS } from "./schema.ts";

/** A database of history, and which part of it is ours. */
export interface HistoryPlace {
  /** Absolute. */
  readonly directory: string;
  readonly mode: DeskMode;
  /** The market or broker that the samples are of. */
  readonly source: string;
}

/** Where a group of up to 16 series stands; times are −1 where there is none. */
export interface GroupState {
  readonly kind: SampleKind;
  /** Series in it. */
  used: number;
  /** Rows in the tail, at least about. */
  rowCount: number;
  firstAt: UnixMs;
  lastAt: UnixMs;
  /** Samples up to here are in blocks. */
  sealedThrough: UnixMs;
}

/** SQL of the time in an id, and of the ids of one group or series. */
export const AT_OF_ID = `id & ${2 ** TIME_BITS - 1}`;
/** Parameters: owner, least and greatest time. */
export const IDS_BETWEEN = `id BETWEEN (?1 << ${TIME_BITS}) | ?2 AND (?1 << ${TIME_BITS}) | ?3`;
/** The latest time that an id holds. */
export const TIME_MAX: UnixMs = 2 ** TIME_BITS - 1;
/** Ids of blocks have room for 2^20 series. */
const GROUPS_MAX = 2 ** 16;
/** 16 MiB: the tail's pages are written many times before they must reach the file. */
const WAL_PAGES = 4096;
/** Without samples for this long, a session has ended. */
export const SESSION_GAP_MS = 3_600_000;

/** Names of the kinds, by column order of `SAMPLE_COLUMNS`. */
export function isSampleKind(text: string): text is SampleKind {
  return Object.hasOwn(SAMPLE_COLUMNS, text);
}

/** An open history database seen from one source: its series and groups. */
export class HistoryFile {
  readonly connection: Connection;
  readonly path: string;
  readonly mode: DeskMode;
  readonly sourceId: number;
  readonly groups = new Map<number, GroupState>();
  readonly #open = new Map<SampleKind, number>();
  #groupNext: number;
  /** Ids below it that nobody has any more; null until they are needed. */
  #freeGroups: number[] | null = null;
  #seqNext: number;
  #newestAt = -1;
  /** Told of groups whose tail, up to a time, is to become blocks. */
  onSealable: (group: number, through: UnixMs) => void = () => {};

  private constructor(connection: Connection, place: HistoryPlace) {
    this.connection = connection;
    this.path = connection.path;
    this.mode = place.mode;
    this.sourceId = sourceIdOf(connection, place.source);
    this.#groupNext = connection.readNumber("SELECT coalesce(max(id), 0) + 1 FROM series_group");
    this.#seqNext = 1 + Math.floor(
      connection.readNumber("SELECT coalesce(max(id), 0) FROM data") / DATA_SLOTS,
    );
    this.#loadGroups();
  }

  /**
   * Opens or creates it. `epoch`: that of the connection this process had before, to go on as the
   * same writer.
   */
  static async open(
    place: HistoryPlace,
    epoch: number | null = null,
  ): Promise<Result<HistoryFile, StoreProblem>> {
    const path = `${place.directory}/history.db`;
    const opened = await openDatabase({
      path,
      kind: "history",
      mode: place.mode,
      synchronous: "NORMAL",
      migrations: HISTORY_MIGRATIONS,
      walPages: WAL_PAGES,
      epoch,
    });
    if (!opened.ok) return opened;
    const connection = opened.value;
    try {
      return ok(new HistoryFile(connection, place));
    } catch (error) {
      connection.close();
      const problem = problemOf(error, path);
      if (problem === null) throw error;
      return fail(problem);
    }
  }

  /** Time of the newest sample of this source, −1 when there is none: its clock. */
  get newestAt(): UnixMs {
    return this.#newestAt;
  }

  /** A number for a new block's data. Given out twice only when the block was never committed. */
  nextSeq(): number {
    return this.#seqNext++;
  }

  /** Notes a row that is committed; `isNew` when there was none of that instant. */
  noteRow(group: number, at: UnixMs, isNew: boolean): void {
    const state = present(this.groups.get(group), "a group");
    if (state.rowCount > 0 && at - state.lastAt >= SESSION_GAP_MS) {
      this.onSealable(group, state.lastAt);
    }
    if (isNew) state.rowCount++;
    if (state.firstAt < 0 || at < state.firstAt) state.firstAt = at;
    // The newest row stays: other series of the group may still have a sample of its instant.
    if (state.rowCount > BLOCK_SAMPLES && at > state.lastAt) this.onSealable(group, state.lastAt);
    if (at > state.lastAt) state.lastAt = at;
    if (at > this.#newestAt) this.#newestAt = at;
  }

  /** Size of the database with its log, bytes, by pages. */
  sizeBytes(): number {
    const { connection } = this;
    return connection.readNumber("PRAGMA page_count") * connection.readNumber("PRAGMA page_size");
  }

  /** Samples of a kind before this time may be thinned; 0 when none are. */
  thinnedBefore(kind: SampleKind): UnixMs {
    const row = this.connection
      .statement("SELECT thinned_before FROM retention WHERE source_id = ? AND kind = ?")
      .get(this.sourceId, kind);
    return row === undefined ? 0 : Number(row.thinned_before);
  }

  /** The id of a series that is known, or null. */
  findSeries(kind: SampleKind, key: string): number | null {
    const row = this.connection
      .statement("SELECT id FROM series WHERE source_id = ? AND kind = ? AND key = ?")
      .get(this.sourceId, kind, key);
    return row === undefined ? null : Number(row.id);
  }

  /**
   * Ids of series, those that are new interned in one transaction; −1 past the bound. All or none:
   * what SQLite throws is thrown on.
   */
  intern(wanted: readonly { readonly kind: SampleKind; readonly key: string }[]): number[] {
    const before = { groupNext: this.#groupNext, open: new Map(this.#open) };
    const made: number[] = [];
    const grown: number[] = [];
    try {
      return this.connection.transaction(() =>
        wanted.map(({ kind, key }) =>
          this.findSeries(kind, key) ?? this.#addSeries(kind, key, made, grown)
        )
      );
    } catch (error) {
      for (const group of grown) present(this.groups.get(group), "a group").used--;
      for (const group of made) this.groups.delete(group);
      this.#freeGroups?.push(...made.filter((group) => group < before.groupNext));
      this.#groupNext = before.groupNext;
      this.#open.clear();
      for (const [kind, group] of before.open) this.#open.set(kind, group);
      throw error;
    }
  }

  #addSeries(kind: SampleKind, key: string, made: number[], grown: number[]): number {
    const group = this.#groupWithRoom(kind, made);
    if (group < 0) return -1;
    const state = present(this.groups.get(group), "a group");
    const id = group * GROUP_SERIES + state.used++;
    grown.push(group);
    this.connection
      .statement("INSERT INTO series (id, source_id, kind, key) VALUES (?, ?, ?, ?)")
      .run(id, this.sourceId, kind, key);
    return id;
  }

  #groupWithRoom(kind: SampleKind, made: number[]): number {
    const open = this.#open.get(kind);
    if (open !== undefined && (this.groups.get(open)?.used ?? GROUP_SERIES) < GROUP_SERIES) {
      return open;
    }
    const id = this.#newGroupId();
    if (id < 0) return -1;
    this.connection
      .statement(
        "INSERT INTO series_group (id, source_id, kind, sealed_through) VALUES (?, ?, ?, -1)",
      )
      .run(id, this.sourceId, kind);
    this.#open.set(kind, id);
    made.push(id);
    this.groups.set(id, {
      kind,
      used: 0,
      rowCount: 0,
      firstAt: -1,
      lastAt: -1,
      sealedThrough: -1,
    });
    return id;
  }

  /** An id for a group, −1 when all are taken. */
  #newGroupId(): number {
    if (this.#groupNext < GROUPS_MAX) return this.#groupNext++;
    if (this.#freeGroups === null) {
      const rows = this.connection.statement("SELECT id FROM series_group").all();
      const taken = new Set(rows.map(({ id }) => Number(id)));
      this.#freeGroups = Array.from({ length: GROUPS_MAX - 1 }, (_, i) => GROUPS_MAX - 1 - i)
        .filter((id) => !taken.has(id));
    }
    return this.#freeGroups.pop() ?? -1;
  }

  #loadGroups(): void {
    const ids = (edge: string) =>
      `(SELECT ${AT_OF_ID} FROM tail WHERE id BETWEEN g.id << ${TIME_BITS} AND ` +
      `((g.id + 1) << ${TIME_BITS}) - 1 ORDER BY id ${edge} LIMIT 1)`;
    const rows = this.connection.statement(
      `SELECT g.id, g.kind, g.sealed_through,
        (SELECT count(*) FROM series s WHERE s.id BETWEEN g.id * ${GROUP_SERIES}
          AND g.id * ${GROUP_SERIES} + ${GROUP_SERIES - 1}) AS used,
        ${ids("ASC")} AS first_at, ${ids("DESC")} AS last_at,
        (SELECT step_ms FROM tail WHERE id BETWEEN g.id << ${TIME_BITS} AND
          ((g.id + 1) << ${TIME_BITS}) - 1 ORDER BY id DESC LIMIT 1) AS step_ms
      FROM series_group g WHERE g.source_id = ? ORDER BY g.id`,
    ).all(this.sourceId);
    for (const row of rows) {
      const kind = String(row.kind);
      if (!isSampleKind(kind)) continue;
      const firstAt = row.first_at === null ? -1 : Number(row.first_at);
      const lastAt = row.last_at === null ? -1 : Number(row.last_at);
      // Counting the rows would read them all; from their step it is known well enough.
      const rowCount = firstAt < 0 ? 0 : Math.ceil((lastAt - firstAt) / Number(row.step_ms)) + 1;
      const used = Number(row.used);
      const sealedThrough = Number(row.sealed_through);
      this.#newestAt = Math.max(this.#newestAt, lastAt, sealedThrough);
      this.groups.set(Number(row.id), { kind, used, rowCount, firstAt, lastAt, sealedThrough });
      if (used < GROUP_SERIES) this.#open.set(kind, Number(row.id));
    }
  }

  /** Closes it; idempotent. */
  close(): void {
    this.connection.close();
  }
}

/** Id of the source, which becomes the one that was opened last. */
function sourceIdOf(connection: Connection, source: string): number {
  return connection.transaction(() => {
    connection.statement("INSERT INTO source (name) VALUES (?) ON CONFLICT DO NOTHING").run(source);
    connection.statement(
      `UPDATE source SET opened_order = (SELECT max(opened_order) + 1 FROM source)
        WHERE name = ?`,
    ).run(source);
    const row = connection.statement("SELECT id FROM source WHERE name = ?").get(source);
    return Number(present(row, "the source").id);
  });
}
