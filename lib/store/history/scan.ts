import { assert } from "../../base/assert.ts";
import type { UnixMs } from "../../base/brand.ts";
import type { Line, LineQuery } from "../../ports/history.ts";
import type { HistoryFile } from "./file.ts";
import { M4 } from "./m4.ts";
import { ColumnReader, oldestAt, SharedTimes, type StoredColumn } from "./reader.ts";
import { RunSource, SumOfRuns } from "./sum.ts";

/** A line read from disk, and how much of it could not be read. */
export interface ScannedLine extends Line {
  readonly damagedCount: number;
}

/** A scan under way: `next` does a slice of some tens of microseconds to a few milliseconds. */
export type Scan = Generator<undefined, ScannedLine>;

/** Scans for a checked query; `column` is the index of its column. */
export function* scanLine(file: HistoryFile, query: LineQuery, column: number): Scan {
  const keys = [...new Set(query.keys)];
  const ids = keys.map((key) => file.findSeries(query.kind, key));
  const known = ids.filter((id) => id !== null);
  const since = oldestOf(file, known);
  yield;
  const m4 = new M4(query);
  let damagedCount = 0;
  // Where one of the series was never recorded, nothing is known of their sum.
  if (known.length > 0 && known.length === ids.length) {
    const columns = known.map((series) => ({ kind: query.kind, series, column }));
    damagedCount = columns.length === 1
      ? yield* scanOne(file, columns[0], query, m4)
      : yield* scanSum(file, columns, query, m4);
  }
  return { ...m4.finish(), sampleCount: m4.sampleCount, since, damagedCount };
}

function oldestOf(file: HistoryFile, series: readonly number[]): UnixMs | null {
  let oldest: UnixMs | null = null;
  for (const id of series) {
    const at = oldestAt(file, id);
    if (at !== null && (oldest === null || at < oldest)) oldest = at;
  }
  return oldest;
}

/** One series: a block that lies within a pixel is drawn by its head, without its data. */
function* scanOne(
  file: HistoryFile,
  of: StoredColumn,
  query: LineQuery,
  m4: M4,
): Generator<undefined, number> {
  const reader = new ColumnReader(file, of, query);
  for (let block = reader.nextBlock(); block !== null; block = reader.nextBlock()) {
    const { shape } = block;
    const head = reader.headOf(block);
    if (head !== null && m4.isOnePixel(shape.firstAt, shape.lastAt)) {
      m4.addExtremes(head, shape);
    } else {
      const run = head === null ? null : reader.runOf(block, head);
      if (run === null) m4.addGap();
      else m4.addRun(run);
    }
    yield;
  }
  for (const run of reader.tailRuns()) m4.addRun(run);
  return reader.damagedCount;
}

/** Several series: their sums instant by instant, for extremes of sums need every sample. */
function* scanSum(
  file: HistoryFile,
  columns: readonly StoredColumn[],
  query: LineQuery,
  m4: M4,
): Generator<undefined, number> {
  assert(columns.length > 1, "a sum has terms");
  const thinnedBefore = file.thinnedBefore(query.kind);
  const times = new SharedTimes();
  const sources = columns.map((of) =>
    new RunSource(new ColumnReader(file, of, query, times), thinnedBefore)
  );
  const sum = new SumOfRuns(sources);
  for (let run = sum.next(); run !== null; run = sum.next()) {
    m4.addRun(run);
    yield;
  }
  return sources.reduce((total, source) => total + source.damagedCount, 0);
}
