import { ok, type Result } from "../../base/result.ts";
import type { DeskMode } from "../../ports/broker.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { Timers } from "../../ports/timers.ts";
import type { StoreProblem } from "../problem.ts";
import { DurableJournal } from "./durable_journal.ts";
import type { JournalLink, JournalOpened, JournalOpening } from "./wire/messages.ts";
import { JournalQuestions } from "./wire/questions.ts";

/** How a journal is opened. */
export interface JournalOptions {
  /** Folder of the data; it exists. */
  readonly directory: string;
  readonly mode: DeskMode;
  /** What the data comes from, in words; kept in a store that is new. */
  readonly source: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly connect: () => JournalLink;
  /** Default 512 KiB; 0 for none. */
  readonly ballastBytes?: number;
  /** Larger journals are checked while the desk runs; default 64 MiB, some seconds. */
  readonly checkBytesMax?: number;
}

/** A journal and what its opening found. */
export interface OpenJournal {
  readonly journal: DurableJournal;
  readonly opened: JournalOpened;
}

const BALLAST_BYTES = 512 * 1024;
const CHECK_BYTES_MAX = 64 * 1024 * 1024;

/** A name for what is made now: the time in UTC, fit for a file name. */
export function timeName(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:]/g, "").replace(".", "-");
}

/** Opens a folder's journal, or makes it. Whoever gets it closes it. */
export async function openJournal(
  options: JournalOptions,
): Promise<Result<OpenJournal, StoreProblem>> {
  const { directory, mode, source, clock, timers, random } = options;
  const opening: JournalOpening = {
    directory,
    mode,
    source,
    store: random.bytes(16).toHex(),
    copyName: timeName(clock.now()),
    epoch: null,
    acknowledged: null,
    ballastBytes: options.ballastBytes ?? BALLAST_BYTES,
    checkBytesMax: options.checkBytesMax ?? CHECK_BYTES_MAX,
  };
  const questions = new JournalQuestions(options.connect);
  const opened = await questions.ask({ kind: "open", opening });
  if (!opened.ok) {
    questions.end();
    return opened;
  }
  const journal = new DurableJournal({ questions, opening, opened: opened.value, clock, timers });
  return ok({ journal, opened: opened.value });
}
