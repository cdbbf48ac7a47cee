import type { UnixMs } from "../../base/brand.ts";
import { isOption } from "../../domain/instrument.ts";
import { newYorkDay } from "../../calendar/new_york.ts";
import type { InstrumentTable } from "./map.ts";
import { ROW_KIND, ROW_STRIDE, type RowColumns } from "./wire/rows.ts";

/** What can be wrong with recorded rows; the words stand in the feed's health. */
export const FLAWS = [
  "missing minutes",
  "crossed quotes",
  "zero bids",
  "one-sided quotes",
  "duplicate rows",
  "unknown columns",
  "minutes without derived spot",
] as const;

/** Position of each flaw in a minute's counts. */
export const FLAW = {
  missing: 0,
  crossed: 1,
  zeroBid: 2,
  oneSided: 3,
  duplicate: 4,
  unknownColumn: 5,
  withoutSpot: 6,
} as const;

/** Counts per minute. */
export const FLAW_COUNT = FLAWS.length;

/**
 * A recording as columns: the rows of minute m stand at `rowsFrom[m]` to `rowsFrom[m + 1]`, shares
 * before options, in the order of the files; a row that a later one of the same minute replaces is
 * left out. `flaws[m * FLAW_COUNT + i]` counts flaw i in minute m.
 */
export interface Recording {
  /** Starts of the recorded minutes, ascending. */
  readonly startsAt: Float64Array;
  readonly rowsFrom: Uint32Array;
  readonly kind: Uint8Array;
  readonly instrument: Int32Array;
  readonly values: Float64Array;
  readonly flaws: Uint32Array;
  readonly cadenceMs: number;
}

/** True when a quote has a mid: both sides above 0 and not crossed. */
export function hasMid(bid: number, ask: number): boolean {
  return bid > 0 && ask >= bid;
}

function minutesOf(rows: RowColumns): Float64Array {
  return Float64Array.from(new Set(rows.startsAt.subarray(0, rows.count))).sort();
}

/** Order of the rows by minute, bars first, else as they came: a counting sort. */
function orderOf(rows: RowColumns, minuteOf: ReadonlyMap<number, number>): Uint32Array {
  const groups = new Uint32Array(minuteOf.size * 2 + 1);
  const groupOf = (row: number) =>
    (minuteOf.get(rows.startsAt[row]) ?? 0) * 2 + (rows.kind[row] === ROW_KIND.bar ? 0 : 1);
  for (let row = 0; row < rows.count; row++) groups[groupOf(row) + 1]++;
  for (let i = 1; i < groups.length; i++) groups[i] += groups[i - 1];
  const order = new Uint32Array(rows.count);
  for (let row = 0; row < rows.count; row++) order[groups[groupOf(row)]++] = row;
  return order;
}

function flawOfQuote(bid: number, ask: number): number | null {
  if (Number.isNaN(bid) || Number.isNaN(ask)) return FLAW.oneSided;
  if (bid > ask) return FLAW.crossed;
  return bid === 0 ? FLAW.zeroBid : null;
}

/** Minutes of each day from its first to its last quote, or bar where it has no quotes. */
function spansByDay(recording: Recording): Map<number, { from: UnixMs; to: UnixMs }> {
  const quoted = new Map<number, { from: UnixMs; to: UnixMs }>();
  const all = new Map<number, { from: UnixMs; to: UnixMs }>();
  for (let minute = 0; minute < recording.startsAt.length; minute++) {
    const at = recording.startsAt[minute];
    const last = recording.rowsFrom[minute + 1] - 1;
    const day = newYorkDay(at);
    all.set(day, { from: all.get(day)?.from ?? at, to: at });
    if (recording.kind[last] !== ROW_KIND.quote) continue;
    quoted.set(day, { from: quoted.get(day)?.from ?? at, to: at });
  }
  for (const [day, span] of all) if (!quoted.has(day)) quoted.set(day, span);
  return quoted;
}

/** A stream of rows: one instrument's quotes or one instrument's bars. */
function streamOf(instrument: number, kind: number): number {
  return instrument * 2 + kind;
}

/** Instants after which a stream is no longer expected, ascending; one per recorded stream. */
function expectedUntil(recording: Recording, instruments: InstrumentTable): Float64Array {
  const streams = new Set<number>();
  const rowCount = recording.rowsFrom[recording.startsAt.length];
  for (let row = 0; row < rowCount; row++) {
    streams.add(streamOf(recording.instrument[row], recording.kind[row]));
  }
  return Float64Array.from(streams, (stream) => {
    const instrument = instruments.instruments[stream >> 1];
    return isOption(instrument) ? instrument.expiresAt : Infinity;
  }).sort();
}

/**
 * Counts what is missing. Expected in a minute of a day's span is everything that the recording
 * quotes at any time and that has not expired; a minute that the recording does not have at all is
 * booked under the next one that it has.
 */
function countMissing(recording: Recording, instruments: InstrumentTable): void {
  const { startsAt, rowsFrom, flaws, cadenceMs } = recording;
  const ends = expectedUntil(recording, instruments);
  const spans = spansByDay(recording);
  let expired = 0;
  let previous = -Infinity;
  for (let minute = 0; minute < startsAt.length; minute++) {
    const at = startsAt[minute];
    const span = spans.get(newYorkDay(at));
    if (span === undefined || at < span.from || at > span.to) continue;
    for (let grid = Math.max(span.from, previous + cadenceMs); grid <= at; grid += cadenceMs) {
      while (expired < ends.length && ends[expired] <= grid) expired++;
      const present = grid === at ? rowsFrom[minute + 1] - rowsFrom[minute] : 0;
      flaws[minute * FLAW_COUNT + FLAW.missing] += Math.max(0, ends.length - expired - present);
    }
    previous = at;
  }
}

/** Drops rows that a later one of the same minute and stream replaces, and counts the flaws. */
function keepRows(rows: RowColumns, order: Uint32Array, target: Recording): void {
  const seenIn = new Map<number, number>();
  let kept = 0;
  let next = 0;
  for (let minute = 0; minute < target.startsAt.length; minute++) {
    const from = next;
    while (next < order.length && rows.startsAt[order[next]] === target.startsAt[minute]) {
      const row = order[next++];
      seenIn.set(streamOf(rows.instrument[row], rows.kind[row]), row);
    }
    for (let i = from; i < next; i++) {
      const row = order[i];
      if (seenIn.get(streamOf(rows.instrument[row], rows.kind[row])) !== row) {
        target.flaws[minute * FLAW_COUNT + FLAW.duplicate]++;
        continue;
      }
      keepRow(rows, row, target, { at: kept++, minute });
    }
    target.rowsFrom[minute + 1] = kept;
    seenIn.clear();
  }
}

function keepRow(
  rows: RowColumns,
  row: number,
  target: Recording,
  place: { readonly at: number; readonly minute: number },
): void {
  const from = row * ROW_STRIDE;
  target.kind[place.at] = rows.kind[row];
  target.instrument[place.at] = rows.instrument[row];
  target.values.set(rows.values.subarray(from, from + ROW_STRIDE), place.at * ROW_STRIDE);
  if (rows.kind[row] !== ROW_KIND.quote) return;
  const flaw = flawOfQuote(rows.values[from], rows.values[from + 1]);
  if (flaw !== null) target.flaws[place.minute * FLAW_COUNT + flaw]++;
}

/** Sorts rows into a recording and counts the flaws of each minute. */
export function makeRecording(
  rows: RowColumns,
  instruments: InstrumentTable,
  cadenceMs: number,
): Recording {
  const startsAt = minutesOf(rows);
  const order = orderOf(rows, new Map(Array.from(startsAt, (at, minute) => [at, minute])));
  const recording: Recording = {
    startsAt,
    rowsFrom: new Uint32Array(startsAt.length + 1),
    kind: new Uint8Array(rows.count),
    instrument: new Int32Array(rows.count),
    values: new Float64Array(rows.count * ROW_STRIDE),
    flaws: new Uint32Array(startsAt.length * FLAW_COUNT),
    cadenceMs,
  };
  keepRows(rows, order, recording);
  countMissing(recording, instruments);
  return recording;
}
