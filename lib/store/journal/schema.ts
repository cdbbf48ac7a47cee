import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { StampTable } from "../open_database.ts";

/** Tables of the journal. */
export interface JournalTables extends StampTable {
  readonly record: {
    readonly seq: number;
    readonly kind: string;
    readonly key: string;
    readonly at: number;
    readonly value: string;
    readonly checksum: Uint8Array;
  };
}

async function first(db: Kysely<unknown>): Promise<void> {
  await db.schema.createTable("record")
    .addColumn("seq", "integer", (column) => column.primaryKey())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("at", "real", (column) => column.notNull())
    .addColumn("value", "text", (column) => column.notNull())
    .addColumn("checksum", "blob", (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  await db.schema.createIndex("record_identity").unique().on("record").columns(["kind", "key"])
    .execute();
}

/** Schema of the journal, forward only. */
export const JOURNAL_MIGRATIONS: Readonly<Record<string, Migration>> = {
  "0001_records": { up: first },
};
