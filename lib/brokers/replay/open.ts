import { TASK_COMMAND } from "../../base/task_command.ts";
import type { UnixMs } from "../../base/brand.ts";
import { ok, type Result } from "../../base/result.ts";
import { type DerivedSpot, deriveSpots } from "./derived_spot.ts";
import { InstrumentTable } from "./map.ts";
import { makeRecording, type Recording } from "./recording.ts";
import { type Book, readBook } from "./wire/book.ts";
import { quoted, type ReplayError, replayFailure } from "./wire/failure.ts";
import { type Manifest, MANIFEST_FILE, readManifest } from "./wire/manifest.ts";
import { readBars, readQuotes, RowColumns, type RowTarget } from "./wire/rows.ts";
import { parseInstant } from "./wire/time.ts";
import type { ReadText } from "../../ports/files.ts";

export type { ReplayError } from "./wire/failure.ts";

/** Largest file of a folder that is read, bytes. */
export const FILE_BYTES_MAX = 256 * 1024 * 1024;

/** A replay folder, checked and loaded. */
export interface ReplayData {
  readonly manifest: Manifest;
  readonly book: Book;
  readonly instruments: InstrumentTable;
  readonly recording: Recording;
  readonly derivedSpots: readonly DerivedSpot[];
  readonly unknownColumns: readonly string[];
  /** First minute that is played, and the one after the last. */
  readonly minuteFrom: number;
  readonly minuteTo: number;
}

/** The texts of a folder. */
interface Texts {
  readonly quotes: readonly NamedText[];
  readonly bars: readonly NamedText[];
  readonly book: string;
}

interface NamedText {
  readonly file: string;
  readonly text: string;
}

const FIX = `make a folder with "${TASK_COMMAND} replay:import", see docs/replay.md`;

async function readFile(
  directory: string,
  file: string,
  readText: ReadText,
): Promise<Result<string, ReplayError>> {
  const path = `${directory.replace(/\/+$/, "")}/${file}`;
  const text = await readText(path, FILE_BYTES_MAX);
  if (text.ok) return text;
  switch (text.error) {
    case "notFound":
      return replayFailure("absent", path, null, `the file is not there; ${FIX}`);
    case "unreadable":
      return replayFailure("unreadable", path, null, "the file cannot be read; check its rights");
    case "tooLarge":
      return replayFailure("tooLarge", path, null, "over 256 MiB; cut it into shorter recordings");
  }
}

async function readAll(
  directory: string,
  files: readonly string[],
  readText: ReadText,
): Promise<Result<readonly NamedText[], ReplayError>> {
  const texts: NamedText[] = [];
  for (const file of files) {
    const text = await readFile(directory, file, readText);
    if (!text.ok) return text;
    texts.push({ file, text: text.value });
  }
  return ok(texts);
}

/**
 * Opens a replay folder: reads its files through `readText`, checks and loads them.
 *
 * Fails with one line that says which file, where, why and how to fix it; the folder is whole or it
 * is refused. Source: docs/replay.md.
 */
export async function openReplay(
  directory: string,
  readText: ReadText,
): Promise<Result<ReplayData, ReplayError>> {
  const manifestText = await readFile(directory, MANIFEST_FILE, readText);
  if (!manifestText.ok) return manifestText;
  const manifest = readManifest(manifestText.value);
  if (!manifest.ok) return manifest;
  const quotes = await readAll(directory, manifest.value.quoteFiles, readText);
  if (!quotes.ok) return quotes;
  const bars = await readAll(directory, manifest.value.barFiles, readText);
  if (!bars.ok) return bars;
  const book = await readFile(directory, manifest.value.bookFile, readText);
  if (!book.ok) return book;
  return loadReplay(manifest.value, { quotes: quotes.value, bars: bars.value, book: book.value });
}

function loadReplay(manifest: Manifest, texts: Texts): Result<ReplayData, ReplayError> {
  const instruments = new InstrumentTable(manifest);
  const target: RowTarget = {
    manifest,
    instruments,
    rows: new RowColumns(),
    unknownColumns: [],
  };
  for (const { file, text } of texts.bars) {
    const read = readBars(text, file, target);
    if (!read.ok) return read;
  }
  for (const { file, text } of texts.quotes) {
    const read = readQuotes(text, file, target);
    if (!read.ok) return read;
  }
  if (target.rows.count === 0) {
    const files = [...manifest.quoteFiles, ...manifest.barFiles].join(", ");
    return replayFailure("empty", files, null, `no rows, nothing to play; ${FIX}`);
  }
  const recording = makeRecording(target.rows, instruments, manifest.cadenceSeconds * 1000);
  const derivedSpots = deriveSpots(recording, instruments, manifest.underlyings);
  if (!derivedSpots.ok) return derivedSpots;
  const book = loadBook(manifest, texts.book, instruments);
  if (!book.ok) return book;
  const span = playedSpan(manifest, recording);
  if (!span.ok) return span;
  return ok({
    manifest,
    book: book.value,
    instruments,
    recording,
    derivedSpots: derivedSpots.value,
    unknownColumns: target.unknownColumns,
    minuteFrom: span.value.from,
    minuteTo: span.value.to,
  });
}

/** Reads the book and checks that every key and time in it means something. */
function loadBook(
  manifest: Manifest,
  text: string,
  instruments: InstrumentTable,
): Result<Book, ReplayError> {
  const file = manifest.bookFile;
  const book = readBook(text, file);
  if (!book.ok) return book;
  const { positions, fills, previousCloses, fxRates } = book.value;
  for (const { instrument } of [...positions, ...fills, ...previousCloses]) {
    const index = instruments.resolve(instrument);
    if (!index.ok) return replayFailure("malformed", file, null, index.error);
  }
  for (const { instrument } of [...positions, ...fills]) {
    const index = instruments.indexOf(instrument);
    if (index !== null && instruments.instruments[index].kind === "index") {
      return replayFailure("malformed", file, null, `${instrument} is an index; it cannot be held`);
    }
  }
  for (const at of [...fills.map((fill) => fill.at), ...fxRates.map((rate) => rate.asOf)]) {
    if (parseInstant(at, manifest.timeZone) !== null) continue;
    return replayFailure("malformed", file, null, `time ${quoted(at)} is not ISO 8601`);
  }
  return book;
}

function boundary(
  manifest: Manifest,
  field: "playFrom" | "playTo",
): Result<UnixMs | null, ReplayError> {
  const text = manifest[field];
  if (text === undefined) return ok(null);
  const at = parseInstant(text, manifest.timeZone);
  if (at !== null) return ok(at);
  const why = `${field} ${quoted(text)} is not ISO 8601`;
  return replayFailure("malformed", MANIFEST_FILE, null, why);
}

function playedSpan(
  manifest: Manifest,
  recording: Recording,
): Result<{ from: number; to: number }, ReplayError> {
  const playFrom = boundary(manifest, "playFrom");
  if (!playFrom.ok) return playFrom;
  const playTo = boundary(manifest, "playTo");
  if (!playTo.ok) return playTo;
  const { startsAt } = recording;
  const from = startsAt.findIndex((at) => at >= (playFrom.value ?? -Infinity));
  const to = startsAt.findLastIndex((at) => at < (playTo.value ?? Infinity)) + 1;
  if (from !== -1 && from < to) return ok({ from, to });
  const text = "no recorded minute lies between playFrom and playTo";
  return replayFailure("empty", MANIFEST_FILE, null, text);
}
