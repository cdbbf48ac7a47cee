import { ok, type Result } from "../../base/result.ts";
import type { DeskMode } from "../../ports/broker.ts";
import { SAMPLE_COLUMNS } from "../../ports/history.ts";
import { HistoryFile, isSampleKind, TIME_MAX } from "../history/file.ts";
import { ColumnReader } from "../history/reader.ts";
import type { StoreProblem } from "../problem.ts";
import { Connection } from "../sqlite/connection.ts";

/** What was read of a history. */
export interface HistoryCheck {
  readonly series: number;
  /** Blocks of one column. */
  readonly blocks: number;
  readonly values: number;
  readonly damaged: number;
}

/** Reads every block and every row of a folder's history, of every source that it has. */
export async function checkHistory(
  directory: string,
  mode: DeskMode,
): Promise<Result<HistoryCheck, StoreProblem>> {
  const total = { series: 0, blocks: 0, values: 0, damaged: 0 };
  const sources = sourcesOf(`${directory}/history.db`);
  if (!sources.ok) return sources;
  for (const source of sources.value) {
    const opened = await HistoryFile.open({ directory, mode, source });
    if (!opened.ok) return opened;
    try {
      readSource(opened.value, total);
    } finally {
      opened.value.close();
    }
  }
  return ok(total);
}

function sourcesOf(path: string): Result<readonly string[], StoreProblem> {
  const opened = Connection.open({ path, isReadOnly: true });
  if (!opened.ok) return opened;
  try {
    const rows = opened.value.raw.prepare("SELECT name FROM source").all();
    return ok(rows.map(({ name }) => String(name)));
  } finally {
    opened.value.close();
  }
}

function readSource(file: HistoryFile, total: { -readonly [K in keyof HistoryCheck]: number }) {
  const rows = file.connection.statement("SELECT id, kind FROM series WHERE source_id = ?")
    .all(file.sourceId);
  for (const { id, kind } of rows) {
    if (typeof kind !== "string" || !isSampleKind(kind)) {
      total.damaged++;
      continue;
    }
    total.series++;
    for (let column = 0; column < SAMPLE_COLUMNS[kind].length; column++) {
      const of = { kind, series: Number(id), column };
      const reader = new ColumnReader(file, of, { from: 0, to: TIME_MAX });
      for (let block = reader.nextBlock(); block !== null; block = reader.nextBlock()) {
        const head = reader.headOf(block);
        const run = head === null ? null : reader.runOf(block, head);
        total.blocks++;
        total.values += run === null ? 0 : run.end - run.start;
      }
      for (const run of reader.tailRuns()) total.values += run.end - run.start;
      total.damaged += reader.damagedCount;
    }
  }
}
