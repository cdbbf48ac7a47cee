import type { Generated } from "kysely";
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { StampTable } from "../open_database.ts";

/** Bits of an id that hold a time in milliseconds, until the year 2248. */
export const TIME_BITS = 43;
/** Series that share a row of the tail. */
export const GROUP_SERIES = 16;
/** Data rows of a block: one a column, and the last one for its times. */
export const DATA_SLOTS = 16;
/** Slot of the times. */
export const TIMES_SLOT = DATA_SLOTS - 1;

/**
 * Tables of history. Ids that combine: of a tail row `group << 43 | at`, of a block
 * `series << 43 | first_at`, of data `seq << 4 | slot`; of a series `group << 4 | place`.
 */
export interface HistoryTables extends StampTable {
  /** A market or broker whose samples stand for themselves. */
  readonly source: {
    readonly id: Generated<number>;
    readonly name: string;
    /** Higher: opened later. */
    readonly opened_order: Generated<number>;
  };
  /** Up to 16 series of one kind whose samples are written together. */
  readonly series_group: {
    readonly id: number;
    readonly source_id: number;
    readonly kind: string;
    /** Samples up to here are in blocks; older ones are not taken any more. */
    readonly sealed_through: number;
  };
  readonly series: {
    readonly id: number;
    readonly source_id: number;
    readonly kind: string;
    readonly key: string;
  };
  readonly tail: { readonly id: number; readonly step_ms: number; readonly data: Uint8Array };
  readonly block: {
    readonly id: number;
    readonly last_at: number;
    readonly step_ms: number;
    readonly sample_count: number;
    readonly interval_ms: number;
    readonly times_checksum: number;
    readonly is_thin: number;
    /** Null: no data, the heads say it all. */
    readonly seq: number | null;
    readonly heads: Uint8Array;
  };
  readonly data: { readonly id: number; readonly bytes: Uint8Array };
  readonly daily: {
    readonly source_id: number;
    readonly kind: string;
    readonly key: string;
    readonly column_name: string;
    readonly session: string;
    /** Null: absent. */
    readonly open: number | null;
    readonly high: number | null;
    readonly low: number | null;
    readonly close: number | null;
    readonly closed_at: number;
    readonly is_official: number;
  };
  /** How far retention has come: samples before these times are thinned, or gone. */
  readonly retention: {
    readonly source_id: number;
    readonly kind: string;
    readonly thinned_before: number;
  };
}

const FIRST: readonly string[] = [
  "CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
  `CREATE TABLE series_group (id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL
    REFERENCES source (id), kind TEXT NOT NULL, sealed_through INTEGER NOT NULL)`,
  "CREATE INDEX series_group_by_source ON series_group (source_id, kind)",
  `CREATE TABLE series (id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL
    REFERENCES source (id), kind TEXT NOT NULL, key TEXT NOT NULL,
    UNIQUE (source_id, kind, key))`,
  "CREATE TABLE tail (id INTEGER PRIMARY KEY, step_ms INTEGER NOT NULL, data BLOB NOT NULL)",
  `CREATE TABLE block (id INTEGER PRIMARY KEY, last_at INTEGER NOT NULL,
    step_ms INTEGER NOT NULL, sample_count INTEGER NOT NULL, interval_ms INTEGER NOT NULL,
    times_checksum INTEGER NOT NULL, is_thin INTEGER NOT NULL, seq INTEGER,
    heads BLOB NOT NULL)`,
  "CREATE TABLE data (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)",
  `CREATE TABLE daily (source_id INTEGER NOT NULL REFERENCES source (id), kind TEXT NOT NULL,
    key TEXT NOT NULL, column_name TEXT NOT NULL, session TEXT NOT NULL, open REAL, high REAL,
    low REAL, close REAL, closed_at INTEGER NOT NULL, is_official INTEGER NOT NULL,
    PRIMARY KEY (source_id, kind, key, column_name, session)) WITHOUT ROWID`,
  `CREATE TABLE retention (source_id INTEGER NOT NULL REFERENCES source (id),
    kind TEXT NOT NULL, thinned_before INTEGER NOT NULL,
    PRIMARY KEY (source_id, kind)) WITHOUT ROWID`,
];

/** How the schema came to be, oldest first. */
export const HISTORY_MIGRATIONS: Readonly<Record<string, Migration>> = {
  "001_blocks": {
    up: async (db: Kysely<unknown>) => {
      for (const statement of FIRST) await sql.raw(statement).execute(db);
    },
  },
  "002_source_order": {
    up: async (db: Kysely<unknown>) => {
      await sql.raw("ALTER TABLE source ADD COLUMN opened_order INTEGER NOT NULL DEFAULT 0")
        .execute(db);
    },
  },
};
