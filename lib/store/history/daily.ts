import type { DailyBar, DailyEntry } from "../../ports/history.ts";
import { queriesOver } from "../sqlite/dialect.ts";
import type { HistoryFile } from "./file.ts";
import type { HistoryTables } from "./schema.ts";

/** Keeps daily bars in one transaction; a later one of the same session replaces it. */
export function writeDaily(file: HistoryFile, bars: readonly DailyEntry[]): void {
  const statement = file.connection.statement(
    `INSERT INTO daily (source_id, kind, key, column_name, session, open, high, low, close,
      closed_at, is_official) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET open = excluded.open, high = excluded.high, low = excluded.low,
      close = excluded.close, closed_at = excluded.closed_at, is_official = excluded.is_official`,
  );
  file.connection.transaction(() => {
    for (const bar of bars) {
      statement.run(
        file.sourceId,
        bar.kind,
        bar.key,
        bar.column,
        bar.session,
        bar.open,
        bar.high,
        bar.low,
        bar.close,
        Math.round(bar.closedAt),
        bar.isOfficial ? 1 : 0,
      );
    }
  });
}

/** Bars of one column of one series, oldest first, at most `countMax` newest. */
export async function readDaily(
  file: HistoryFile,
  of: {
    readonly kind: string;
    readonly key: string;
    readonly column: string;
    readonly countMax: number;
  },
): Promise<readonly DailyBar[]> {
  const rows = await queriesOver<HistoryTables>(file.connection)
    .selectFrom("daily")
    .select(["session", "open", "high", "low", "close", "closed_at", "is_official"])
    .where("source_id", "=", file.sourceId)
    .where("kind", "=", of.kind)
    .where("key", "=", of.key)
    .where("column_name", "=", of.column)
    .orderBy("session", "desc")
    .limit(of.countMax)
    .execute();
  return rows.reverse().map((row) => ({
    session: row.session,
    // NaN is stored as NULL.
    open: row.open ?? NaN,
    high: row.high ?? NaN,
    low: row.low ?? NaN,
    close: row.close ?? NaN,
    closedAt: row.closed_at,
    isOfficial: row.is_official === 1,
  }));
}
