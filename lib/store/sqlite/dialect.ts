import { Kysely, SqliteDialect } from "kysely";
import type { SQLInputValue } from "node:sqlite";
import type { Connection } from "./connection.ts";

/** Values that this driver can bind; a `Date` would silently become NULL. */
export function bindable(values: readonly unknown[]): SQLInputValue[] {
  return values.map((value) => {
    if (value === null || typeof value === "number" || typeof value === "bigint") return value;
    if (typeof value === "string" || value instanceof Uint8Array) return value;
    throw new TypeError(`a ${typeof value} cannot be stored; convert it first`);
  });
}

/**
 * The query builder over a connection that stays the caller's: destroying it closes nothing. `DB`
 * names the tables. Not for transactions: those are the connection's own, and synchronous.
 */
export function queriesOver<DB>(connection: Connection): Kysely<DB> {
  const database = {
    prepare: (sql: string) => {
      const statement = connection.statement(sql);
      return {
        reader: statement.columns().length > 0,
        all: (values: readonly unknown[]) => statement.all(...bindable(values)),
        run: (values: readonly unknown[]) => statement.run(...bindable(values)),
        iterate: (values: readonly unknown[]) => statement.iterate(...bindable(values)),
      };
    },
    close: () => {},
  };
  return new Kysely<DB>({ dialect: new SqliteDialect({ database }) });
}
