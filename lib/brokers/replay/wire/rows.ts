import { assert } from "../../../base/assert.ts";
import type { UnixMs } from "../../../base/brand.ts";
import { ok, type Result } from "../../../base/result.ts";
import { parseDay } from "../../../calendar/date.ts";
import type { InstrumentTable } from "../map.ts";
import { type ColumnPlan, parseAmount, planColumns, readCsv, type RowReader } from "./csv.ts";
import { quoted, type ReplayError, replayFailure } from "./failure.ts";
import type { Manifest } from "./manifest.ts";
import { parseInstant } from "./time.ts";

/** Most rows, quotes and bars together, that one recording may have. */
export const ROWS_MAX = 1_000_000;

/** Values per row: quote: bid, ask, bidSize, askSize; bar: open, high, low, close, volume. */
export const ROW_STRIDE = 5;

/** Kind codes of a row. */
export const ROW_KIND = { quote: 0, bar: 1 } as const;

/** Rows as they stand in the files, in columns that grow. NaN is missing at the source. */
export class RowColumns {
  count = 0;
  startsAt = new Float64Array(1024);
  instrument = new Int32Array(1024);
  kind = new Uint8Array(1024);
  values = new Float64Array(1024 * ROW_STRIDE);

  /** Adds a row; `values` beyond those given are NaN. */
  push(kind: number, startsAt: UnixMs, instrument: number, values: readonly number[]): void {
    assert(this.count < ROWS_MAX, "rows are within the bound");
    if (this.count === this.startsAt.length) this.#grow();
    const row = this.count++;
    this.kind[row] = kind;
    this.startsAt[row] = startsAt;
    this.instrument[row] = instrument;
    for (let i = 0; i < ROW_STRIDE; i++) this.values[row * ROW_STRIDE + i] = values[i] ?? NaN;
  }

  #grow(): void {
    const capacity = this.startsAt.length * 2;
    const startsAt = new Float64Array(capacity);
    const instrument = new Int32Array(capacity);
    const kind = new Uint8Array(capacity);
    const values = new Float64Array(capacity * ROW_STRIDE);
    startsAt.set(this.startsAt);
    instrument.set(this.instrument);
    kind.set(this.kind);
    values.set(this.values);
    this.startsAt = startsAt;
    this.instrument = instrument;
    this.kind = kind;
    this.values = values;
  }
}

/** What the row files of a folder are read into. */
export interface RowTarget {
  readonly manifest: Manifest;
  readonly instruments: InstrumentTable;
  readonly rows: RowColumns;
  /** Columns that no reader knows, as `file: column`. */
  readonly unknownColumns: string[];
}

const QUOTE_COLUMNS = ["time", "root", "expiry", "strike", "right", "bid", "ask"];
const QUOTE_OPTIONS = ["bid_size", "ask_size"];
const BAR_COLUMNS = ["time", "symbol", "close"];
const BAR_OPTIONS = ["open", "high", "low", "volume"];

/** Reads times of one file; a minute's text stands in many rows and is parsed once. */
function timeReader(manifest: Manifest, file: string) {
  const cadenceMs = manifest.cadenceSeconds * 1000;
  let lastText = "";
  let lastAt = 0;
  return (text: string, line: number): Result<UnixMs, ReplayError> => {
    if (text === lastText) return ok(lastAt);
    const at = parseInstant(text, manifest.timeZone);
    if (at === null) {
      return replayFailure("malformed", file, line, `time ${quoted(text)} is not ISO 8601`);
    }
    if (at % cadenceMs !== 0) {
      const text = `time is not a multiple of the cadence, ${manifest.cadenceSeconds} s`;
      return replayFailure("malformed", file, line, text);
    }
    lastText = text;
    lastAt = at;
    return ok(at);
  };
}

function amounts(
  plan: ColumnPlan,
  names: readonly string[],
  file: string,
): (cells: readonly string[], line: number) => Result<number[], ReplayError> {
  const columns = names.map((name) => plan.at(name));
  return (cells, line) => {
    const values: number[] = [];
    for (const [position, column] of columns.entries()) {
      const value = column === -1 ? NaN : parseAmount(cells[column]);
      if (value === null) {
        const text = `${names[position]} ${quoted(cells[column])} is not a number of 0 or more`;
        return replayFailure("malformed", file, line, text);
      }
      values.push(value);
    }
    return ok(values);
  };
}

/** Instruments of quote rows, by the text of their cells. */
function instrumentReader(plan: ColumnPlan, target: RowTarget, file: string) {
  const [root, expiry, strike, right] = ["root", "expiry", "strike", "right"].map(plan.at);
  const known = new Map<string, number>();
  return (cells: readonly string[], line: number): Result<number, ReplayError> => {
    const text = `${cells[root]}|${cells[expiry]}|${cells[strike]}|${cells[right]}`;
    const index = known.get(text);
    if (index !== undefined) return ok(index);
    const found = findInstrument(target.instruments, [
      cells[root],
      cells[expiry],
      cells[strike],
      cells[right],
    ]);
    if (!found.ok) return replayFailure("malformed", file, line, found.error);
    known.set(text, found.value);
    return found;
  };
}

function findInstrument(
  instruments: InstrumentTable,
  [root, expiry, strike, right]: readonly string[],
): Result<number, string> {
  if (expiry === "" && strike === "" && right === "") return instruments.resolve(root);
  if (!parseDay(expiry).ok) {
    return { ok: false, error: `expiry ${quoted(expiry)} is not YYYY-MM-DD` };
  }
  if (right !== "call" && right !== "put") {
    return { ok: false, error: `right ${quoted(right)} is neither call nor put` };
  }
  const price = parseAmount(strike);
  if (price === null || !(price > 0)) {
    return { ok: false, error: `strike ${quoted(strike)} is not a number above 0` };
  }
  return instruments.option({ root, expiry, right, strike: price });
}

function quoteReader(plan: ColumnPlan, target: RowTarget, file: string): RowReader {
  const timeOf = timeReader(target.manifest, file);
  const instrumentOf = instrumentReader(plan, target, file);
  const valuesOf = amounts(plan, ["bid", "ask", "bid_size", "ask_size"], file);
  const time = plan.at("time");
  return (cells, line) => {
    const at = timeOf(cells[time], line);
    if (!at.ok) return at;
    const instrument = instrumentOf(cells, line);
    if (!instrument.ok) return instrument;
    const values = valuesOf(cells, line);
    if (!values.ok) return values;
    target.rows.push(ROW_KIND.quote, at.value, instrument.value, values.value);
    return ok(null);
  };
}

function barReader(plan: ColumnPlan, target: RowTarget, file: string): RowReader {
  const timeOf = timeReader(target.manifest, file);
  const valuesOf = amounts(plan, ["open", "high", "low", "close", "volume"], file);
  const [time, symbol] = [plan.at("time"), plan.at("symbol")];
  const symbols = new Set(target.manifest.underlyings.map((underlying) => underlying.symbol));
  return (cells, line) => {
    const at = timeOf(cells[time], line);
    if (!at.ok) return at;
    const instrument = target.instruments.indexOf(cells[symbol]);
    if (instrument === null || !symbols.has(cells[symbol])) {
      const text = `symbol ${quoted(cells[symbol])} is not among the underlyings of the manifest`;
      return replayFailure("malformed", file, line, text);
    }
    const values = valuesOf(cells, line);
    if (!values.ok) return values;
    target.rows.push(ROW_KIND.bar, at.value, instrument, values.value);
    return ok(null);
  };
}

function readRows(
  text: string,
  file: string,
  target: RowTarget,
  kind: "quote" | "bar",
): Result<number, ReplayError> {
  const required = kind === "quote" ? QUOTE_COLUMNS : BAR_COLUMNS;
  const optional = kind === "quote" ? QUOTE_OPTIONS : BAR_OPTIONS;
  return readCsv(text, {
    file,
    maxRows: ROWS_MAX - target.rows.count,
    onHeader: (header) => {
      const plan = planColumns(header, file, required, optional);
      if (!plan.ok) return plan;
      for (const name of plan.value.unknown) {
        target.unknownColumns.push(`${file}: ${quoted(name)}`);
      }
      const make = kind === "quote" ? quoteReader : barReader;
      return ok(make(plan.value, target, file));
    },
  });
}

/** Reads a quote file into the target; answers its number of rows. */
export function readQuotes(text: string, file: string, target: RowTarget) {
  return readRows(text, file, target, "quote");
}

/** Reads a bar file into the target; answers its number of rows. */
export function readBars(text: string, file: string, target: RowTarget) {
  return readRows(text, file, target, "bar");
}
