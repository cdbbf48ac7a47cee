import { DatabaseSync } from "node:sqlite";
import { type History, SAMPLE_COLUMNS } from "../../lib/ports/history.ts";
import { medianOf } from "../measure.ts";
import { type Findings, mustAgree } from "../result.ts";
import { inFolder, openDeskHistory } from "../store/history.ts";

const ROUNDS = 5;
const SERIES = 500;
const COLUMNS = SAMPLE_COLUMNS.position.length;
const STARTS_AT = Date.UTC(2025, 2, 19, 14);
const STEP_MS = 1000;
/** Instants, each with a row per series, in one turn of each candidate. */
const INSTANTS = { ours: 200, oneByOne: 20, batched: 100 } as const;

/** Value of a column in a row: the same numbers in every candidate. */
function valueAt(instant: number, series: number, column: number): number {
  return series + column / 8 + Math.sin(instant + series);
}

/** A candidate: writes the next instants, and says what it holds of series 0, first column. */
interface Store {
  readonly instants: number;
  write(from: number): Promise<void>;
  held(until: number): Promise<{ readonly count: number; readonly last: number }>;
}

function deskStore(history: History): Store {
  const kind = "position";
  const keys = Array.from({ length: SERIES }, (_, i) => `account O${i}`);
  const handles = keys.map((key) => history.series(kind, key));
  const instants = INSTANTS.ours;
  return {
    instants,
    write: async (from) => {
      for (let i = from; i < from + instants; i++) {
        const values = new Float64Array(SERIES * COLUMNS);
        for (let s = 0; s < SERIES; s++) {
          for (let c = 0; c < COLUMNS; c++) values[s * COLUMNS + c] = valueAt(i, s, c);
        }
        const series = Int32Array.from(handles);
        history.record({ kind, at: STARTS_AT + i * STEP_MS, stepMs: STEP_MS, series, values });
      }
      await history.flush();
    },
    held: async (until) => {
      const span = { from: STARTS_AT, to: STARTS_AT + until * STEP_MS, pixels: 100 };
      const found = await history.line({ kind, keys: [keys[0]], column: "quantity", ...span });
      if (!found.ok) throw new Error(found.error.message);
      const { sampleCount, value } = found.value;
      return { count: sampleCount, last: value[value.length - 1] };
    },
  };
}

/** Plain rows of eight columns under the key (series, time), so many to a transaction. */
function plainStore(path: string, instants: number, rowsPerTransaction: number): Store {
  const db = new DatabaseSync(path);
  const names = Array.from({ length: COLUMNS }, (_, c) => `c${c}`);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  db.exec(
    `CREATE TABLE tick (sym INTEGER, t INTEGER, ${names.map((name) => `${name} REAL`).join(", ")},
      PRIMARY KEY (sym, t)) WITHOUT ROWID`,
  );
  const insert = db.prepare(`INSERT INTO tick VALUES (?, ?, ${names.map(() => "?").join(", ")})`);
  const values = names.map(() => 0);
  return {
    instants,
    write: (from) => {
      let open = 0;
      for (let i = from; i < from + instants; i++) {
        for (let s = 0; s < SERIES; s++) {
          if (open === 0) db.exec("BEGIN");
          for (let c = 0; c < COLUMNS; c++) values[c] = valueAt(i, s, c);
          insert.run(s, STARTS_AT + i * STEP_MS, ...values);
          if (++open < rowsPerTransaction) continue;
          db.exec("COMMIT");
          open = 0;
        }
      }
      if (open > 0) db.exec("COMMIT");
      return Promise.resolve();
    },
    held: () => {
      const row = db.prepare(
        "SELECT count(*) AS n, (SELECT c0 FROM tick WHERE sym = 0 ORDER BY t DESC LIMIT 1) " +
          "AS last FROM tick WHERE sym = 0",
      ).get();
      return Promise.resolve({ count: Number(row?.n), last: Number(row?.last) });
    },
  };
}

async function nsPerRow(stores: readonly Store[]): Promise<number[]> {
  const times = stores.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (let turn = 0; turn < stores.length; turn++) {
      const at = (round + turn) % stores.length;
      const store = stores[at];
      const startedMs = performance.now();
      await store.write(round * store.instants);
      times[at].push((performance.now() - startedMs) * 1e6 / (store.instants * SERIES));
    }
  }
  for (const { instants, held } of stores) {
    const { count, last } = await held(ROUNDS * instants);
    mustAgree("row 18: rows kept", Math.abs(count - ROUNDS * instants), 0);
    mustAgree("row 18: last value", Math.abs(last - valueAt(ROUNDS * instants - 1, 0, 0)), 0);
  }
  return times.map(medianOf);
}

/** Row 18: samples appended to the history, until they are on the disk. */
export async function appendRow(): Promise<Findings> {
  return await inFolder(async (folder) => {
    const history = await openDeskHistory(folder);
    try {
      const [ours, oneByOne, batched] = await nsPerRow([
        deskStore(history),
        plainStore(`${folder}/one.db`, INSTANTS.oneByOne, 1),
        plainStore(`${folder}/many.db`, INSTANTS.batched, 1000),
      ]);
      const { lost } = history.status();
      mustAgree("row 18: rows lost", lost, 0);
      const row = {
        anchor: 18,
        what: "one row of 8 values appended, WAL NORMAL",
        unit: "ns",
        ours,
      };
      const bound = { anchor: 18, what: "one row of 8 values appended", unit: "µs" };
      return {
        results: [
          { ...row, peer: "node:sqlite, a transaction a row", theirs: oneByOne, target: 0.5 },
          { ...row, peer: "node:sqlite, 1,000 rows a transaction", theirs: batched, target: null },
        ],
        bounds: [{ ...bound, value: ours / 1000, limit: 10 }],
        notes: [
          "18: ours is `History.record` of 500 series an instant through the worker to " +
          `\`flush\`: ${Math.round(1e9 / ours / 1000)} k rows/s; 10 µs a row are 100 k rows/s, ` +
          "half of a one-row transaction's time is twice its rows.",
        ],
      };
    } finally {
      await history.close();
    }
  });
}
