/**
 * Makes a replay folder from CSV files; `--help` lists the flags, docs/replay.md has examples. Exit
 * code 2 when a flag or a file cannot be used, with the one line that says why.
 */
import { TASK_COMMAND } from "../lib/base/task_command.ts";
import { fail, ok, type Result } from "../lib/base/result.ts";
import { openReplay, type ReplayData } from "../lib/brokers/replay/open.ts";
import { FLAW_COUNT, FLAWS } from "../lib/brokers/replay/recording.ts";
import { HELP, type ImportOptions, readArguments } from "./replay_import/arguments.ts";
import { type MadeFolder, makeFolder } from "./replay_import/folder.ts";
import {
  readSourceBars,
  readSourceQuotes,
  type SourceBar,
  type SourceQuote,
} from "./replay_import/layouts.ts";

async function readFile(path: string): Promise<Result<string, string>> {
  try {
    return ok(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return fail(`${path}: the file is not there`);
    return fail(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function quotesOf(options: ImportOptions): Promise<Result<readonly SourceQuote[], string>> {
  if (options.quotes === null) return ok([]);
  const text = await readFile(options.quotes);
  if (!text.ok) return text;
  const { zone, underlying, date } = options;
  const read = readSourceQuotes(text.value, { file: options.quotes, zone, underlying, date });
  return read.ok ? read : fail(read.error.message);
}

async function barsOf(options: ImportOptions): Promise<Result<readonly SourceBar[], string>> {
  if (options.bars === null) return ok([]);
  const text = await readFile(options.bars);
  if (!text.ok) return text;
  const read = readSourceBars(text.value, { file: options.bars, zone: options.barsZone });
  return read.ok ? read : fail(read.error.message);
}

/** Reads the sources and makes the folder in memory, checked as the desk will check it. */
export async function importFolder(
  options: ImportOptions,
): Promise<Result<{ folder: MadeFolder; data: ReplayData }, string>> {
  const quotes = await quotesOf(options);
  if (!quotes.ok) return quotes;
  const bars = await barsOf(options);
  if (!bars.ok) return bars;
  const book = options.book === null ? ok(null) : await readFile(options.book);
  if (!book.ok) return book;
  const folder = makeFolder(
    { quotes: quotes.value, bars: bars.value, book: book.value },
    options,
  );
  if (!folder.ok) return folder;
  const data = await openReplay("", (path) => {
    const text = folder.value.files.get(path.slice(1));
    return Promise.resolve(text === undefined ? fail("notFound") : ok(text));
  });
  if (!data.ok) return fail(data.error.message);
  return ok({ folder: folder.value, data: data.value });
}

async function isTaken(path: string): Promise<boolean> {
  try {
    for await (const _ of Deno.readDir(path)) return true;
    return false;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function summary({ recording, book, instruments }: ReplayData, out: string): string {
  const flaws = FLAWS.map((words, flaw) => {
    let count = 0;
    for (let at = flaw; at < recording.flaws.length; at += FLAW_COUNT) count += recording.flaws[at];
    return count > 0 ? `${count} ${words}` : "";
  }).filter((words) => words !== "");
  const rows = recording.rowsFrom[recording.startsAt.length];
  return [
    `${out}: ${rows} rows in ${recording.startsAt.length} minutes, ` +
    `${instruments.instruments.length} instruments, ${book.positions.length} positions`,
    `flaws: ${flaws.length === 0 ? "none" : flaws.join(", ")}`,
    `play it with: ${TASK_COMMAND} start --replay ${out}`,
  ].join("\n");
}

async function main(args: readonly string[]): Promise<number> {
  const options = readArguments(args);
  if (!options.ok) {
    console.error(options.error);
    return 2;
  }
  if (options.value === "help") {
    console.log(HELP);
    return 0;
  }
  const { out, isForced } = options.value;
  if (!isForced && await isTaken(out)) {
    console.error(`--out ${out} is not empty: name another folder or add --force`);
    return 2;
  }
  const made = await importFolder(options.value);
  if (!made.ok) {
    console.error(made.error);
    return 2;
  }
  await Deno.mkdir(out, { recursive: true });
  for (const [name, text] of made.value.folder.files) {
    await Deno.writeTextFile(`${out}/${name}`, text);
  }
  for (const note of made.value.folder.notes) console.log(note);
  console.log(summary(made.value.data, out));
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
