import { DatabaseSync } from "node:sqlite";
import { BLOCK_SAMPLES, pack } from "../../lib/store/history/block.ts";
import { writeBlock } from "../../lib/store/history/block_writer.ts";
import { HistoryFile } from "../../lib/store/history/file.ts";
import { SAMPLE_COLUMNS } from "../../lib/ports/history.ts";
import { type DuckDbConnection, loadDuckDb } from "../duckdb/load.ts";
import { compare } from "../measure.ts";
import { randomFrom } from "../random.ts";
import { type Findings, mustAgree, type Result } from "../result.ts";
import { inFolder, openDeskHistory } from "../store/history.ts";

const POINTS = 1_000_000;
const PIXELS = 1_000;
const PER_PIXEL = POINTS / PIXELS;
const STARTS_AT = Date.UTC(2025, 2, 3, 14);
const STEP_MS = 1000;
const SPAN = { from: STARTS_AT, to: STARTS_AT + POINTS * STEP_MS, pixels: PIXELS };
const SERIES = { kind: "underlying", key: "account SPY" } as const;
const BUCKET = `(t - ${STARTS_AT}) * ${PIXELS} / ${SPAN.to - SPAN.from}`;

/** Least and greatest value of every pixel. */
interface Extremes {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** A way to draw the history; what it finds. */
interface Candidate {
  readonly peer: string;
  readonly target: number | null;
  run(): Promise<Extremes> | Extremes;
}

function emptyExtremes(): Extremes {
  return {
    low: new Float64Array(PIXELS).fill(Infinity),
    high: new Float64Array(PIXELS).fill(-Infinity),
  };
}

function extremesOf(at: ArrayLike<number>, value: ArrayLike<number>): Extremes {
  const { low, high } = emptyExtremes();
  for (let i = 0; i < at.length; i++) {
    const pixel = Math.floor((at[i] - STARTS_AT) / (PER_PIXEL * STEP_MS));
    if (value[i] < low[pixel]) low[pixel] = value[i];
    if (value[i] > high[pixel]) high[pixel] = value[i];
  }
  return { low, high };
}

/** A walk of a price, one point a second. */
function walk(): Float64Array {
  const random = randomFrom(19);
  const value = new Float64Array(POINTS);
  value[0] = 500;
  for (let i = 1; i < POINTS; i++) value[i] = value[i - 1] + 0.02 * (random() - 0.5);
  return value;
}

/** Writes the points as sealed blocks of the desk's history. */
async function fillHistory(directory: string, value: Float64Array): Promise<void> {
  const opened = await HistoryFile.open({ directory, mode: "demo", source: "bench" });
  if (!opened.ok) throw new Error(opened.error.message);
  const file = opened.value;
  const [series] = file.intern([SERIES]);
  file.connection.transaction(() => {
    for (let from = 0; from < POINTS; from += BLOCK_SAMPLES) {
      const column = value.slice(from, Math.min(POINTS, from + BLOCK_SAMPLES));
      const at = column.map((_, i) => STARTS_AT + (from + i) * STEP_MS);
      const columns = SAMPLE_COLUMNS.underlying.map(() => column);
      writeBlock(file, series, pack({ at, columns, stepMs: STEP_MS }));
    }
  });
  file.close();
}

function fillPlain(path: string, value: Float64Array): DatabaseSync {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  db.exec("CREATE TABLE tick (t INTEGER PRIMARY KEY, v REAL NOT NULL) WITHOUT ROWID");
  const insert = db.prepare("INSERT INTO tick VALUES (?, ?)");
  db.exec("BEGIN");
  value.forEach((v, i) => insert.run(STARTS_AT + i * STEP_MS, v));
  db.exec("COMMIT");
  return db;
}

function plainCandidates(db: DatabaseSync): Candidate[] {
  const grouped = db.prepare(
    `SELECT ${BUCKET} AS px, min(v) AS low, max(v) AS high FROM tick GROUP BY px ORDER BY px`,
  );
  const all = db.prepare("SELECT t, v FROM tick ORDER BY t");
  return [{
    peer: "node:sqlite, GROUP BY min/max",
    target: 0.1,
    run: () => {
      const rows = grouped.all();
      return {
        low: Float64Array.from(rows, ({ low }) => Number(low)),
        high: Float64Array.from(rows, ({ high }) => Number(high)),
      };
    },
  }, {
    peer: "node:sqlite, all rows as objects",
    target: null,
    run: () => {
      const { low, high } = emptyExtremes();
      for (const { t, v } of all.all()) {
        const pixel = Math.floor((Number(t) - STARTS_AT) / (PER_PIXEL * STEP_MS));
        const value = Number(v);
        if (value < low[pixel]) low[pixel] = value;
        if (value > high[pixel]) high[pixel] = value;
      }
      return { low, high };
    },
  }];
}

async function fillDuckDb(connection: DuckDbConnection, value: Float64Array): Promise<void> {
  await connection.run("SET threads = 1");
  await connection.run("CREATE TABLE tick (t BIGINT, v DOUBLE)");
  const appender = await connection.createAppender("tick");
  value.forEach((v, i) => {
    appender.appendBigInt(BigInt(STARTS_AT + i * STEP_MS));
    appender.appendDouble(v);
    appender.endRow();
  });
  appender.closeSync();
}

function duckDbCandidate(connection: DuckDbConnection): Candidate {
  const text = `SELECT ${BUCKET.replace("/", "//")} AS px, min(v), max(v) FROM tick ` +
    "GROUP BY px ORDER BY px";
  return {
    peer: "@duckdb/node-api 1.5.6-r.1, table, one thread",
    target: 1,
    run: async () => {
      const [, low, high] = (await connection.runAndReadAll(text)).getColumns();
      return { low: Float64Array.from(low, Number), high: Float64Array.from(high, Number) };
    },
  };
}

function mustBeEqual(peer: string, ours: Extremes, theirs: Extremes): void {
  for (const side of ["low", "high"] as const) {
    mustAgree(`row 19: pixels of ${peer}`, Math.abs(theirs[side].length - PIXELS), 0);
    for (let i = 0; i < PIXELS; i++) {
      mustAgree(
        `row 19: ${side} of pixel ${i} of ${peer}`,
        Math.abs(ours[side][i] - theirs[side][i]),
        0,
      );
    }
  }
}

/** Row 19: a million points drawn at a thousand pixels. */
export async function historyRow(): Promise<Findings> {
  return await inFolder(async (folder) => {
    const value = walk();
    await fillHistory(folder, value);
    const history = await openDeskHistory(folder);
    const db = fillPlain(`${folder}/plain.db`, value);
    const duckDb = await loadDuckDb(folder);
    const absent = "why" in duckDb ? [`DuckDB (row 19): ${duckDb.why}`] : [];
    const candidates = plainCandidates(db);
    if ("module" in duckDb) {
      const instance = await duckDb.module.DuckDBInstance.create(`${folder}/duck.db`);
      const connection = await instance.connect();
      await fillDuckDb(connection, value);
      candidates.push(duckDbCandidate(connection));
    }
    const query = { kind: SERIES.kind, keys: [SERIES.key], column: "spot", ...SPAN };
    const draw = async () => {
      const line = await history.line(query);
      if (!line.ok) throw new Error(line.error.message);
      return line.value;
    };
    try {
      const { at, value: drawn } = await draw();
      const ours = extremesOf(at, drawn);
      for (const { peer, run } of candidates) mustBeEqual(peer, ours, await run());
      const [own, ...times] = await compare([
        { name: "ours", run: () => draw().then(() => 1) },
        ...candidates.map(({ peer, run }) => ({
          name: peer,
          run: () => Promise.resolve(run()).then(() => 1),
        })),
      ], { rounds: 5 });
      const results = candidates.map(({ peer, target }, i): Result => ({
        anchor: 19,
        what: "1,000,000 points to 1,000 pixels",
        peer,
        unit: "ns",
        ours: own,
        theirs: times[i],
        target,
      }));
      return {
        results,
        bounds: [],
        notes: [
          "19: ours is `History.line`, the way to the worker and back included, and finds first " +
          "and last of every pixel beside its extremes; the peers find extremes alone.",
        ],
        absent,
      };
    } finally {
      db.close();
      await history.close();
    }
  });
}
