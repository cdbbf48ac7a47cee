import { demoSourceId } from "../brokers/demo/source_id.ts";
import type { WorldResume, WorldStart } from "../brokers/demo/wire/messages.ts";
import { keepNewest } from "../host/stored_files.ts";
import { readBytesWithin, replaceBytes } from "../host/whole_file.ts";
import type { Clock } from "../ports/clock.ts";
import { readCheckpointHead } from "../world/checkpoint.ts";

/** A demo market that goes on where it was, and whose checkpoints are kept. */
export interface DemoMarket {
  /** Names this market in the record: another one, or one that began anew, is another name. */
  readonly source: string;
  readonly resume: WorldResume | null;
  /** Why a kept market could not go on, for the user; null otherwise. */
  readonly notice: string | null;
  /** Keeps a checkpoint; one that comes while the last is being written replaces it. */
  keep(checkpoint: Uint8Array<ArrayBuffer>): void;
  /** Resolves when what was given to `keep` is written. */
  settled(): Promise<void>;
}

/** Markets of other settings that are kept beside this one. */
const OTHERS_MAX = 8;
const SUFFIX = ".market";
/** A checkpoint of 100,000 positions takes a tenth of it. */
const BYTES_MAX = 512 * 1024 * 1024;
const NEWLINE = 0x0a;

interface Label {
  readonly source: string;
  /** Wall time of the checkpoint, ms. */
  readonly keptAt: number;
}

function parseLabel(bytes: Uint8Array): { label: Label; length: number } | null {
  const end = bytes.subarray(0, 1024).indexOf(NEWLINE);
  if (end < 0) return null;
  try {
    const raw: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
    if (typeof raw !== "object" || raw === null) return null;
    const source = "source" in raw ? raw.source : null;
    const keptAt = "keptAt" in raw ? raw.keptAt : null;
    if (typeof source !== "string" || typeof keptAt !== "number") return null;
    return { label: { source, keptAt }, length: end + 1 };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Not put together: that would copy a large checkpoint in the thread that serves. */
function labelled(label: Label, checkpoint: Uint8Array): readonly Uint8Array[] {
  return [new TextEncoder().encode(`${JSON.stringify(label)}\n`), checkpoint];
}

/** Keeps the newest of the checkpoints that it is given, one write at a time. */
class Keeper {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #source: string;
  #next: readonly Uint8Array[] | null = null;
  #writing: Promise<void> | null = null;

  constructor(path: string, source: string, clock: Clock) {
    this.#path = path;
    this.#source = source;
    this.#clock = clock;
  }

  keep(checkpoint: Uint8Array): void {
    this.#next = labelled({ source: this.#source, keptAt: this.#clock.now() }, checkpoint);
    this.#writing ??= this.#write();
  }

  settled(): Promise<void> {
    return this.#writing ?? Promise.resolve();
  }

  async #write(): Promise<void> {
    while (this.#next !== null) {
      const parts = this.#next;
      this.#next = null;
      // A full disk keeps the checkpoint before: the market then goes on from a little earlier.
      await replaceBytes(this.#path, parts);
    }
    this.#writing = null;
  }
}

/**
 * The demo market of these settings: going on from the checkpoint in the folder, or new. What does
 * not fit begins anew under a name of its own, so that two markets never share a record. Of markets
 * of other settings the newest are kept.
 */
export async function demoMarket(
  directory: string,
  start: WorldStart,
  clock: Clock,
): Promise<DemoMarket> {
  const id = demoSourceId(start);
  const path = `${directory}/${id}${SUFFIX}`;
  const isOther = (name: string) => name.endsWith(SUFFIX) && name !== `${id}${SUFFIX}`;
  keepNewest(directory, isOther, OTHERS_MAX);
  const read = await readBytesWithin(path, BYTES_MAX);
  const found = read.ok ? goingOn(read.value, clock) : null;
  const why = found?.why ?? (read.ok || read.error === "notFound" ? null : "it cannot be read");
  const source = found?.source ?? `${id} from ${new Date(clock.now()).toISOString()}`;
  const keeper = new Keeper(path, source, clock);
  return {
    source,
    resume: found?.resume ?? null,
    notice: why === null ? null : `the demo market begins anew: ${why}`,
    keep: (checkpoint) => keeper.keep(checkpoint),
    settled: () => keeper.settled(),
  };
}

interface GoingOn {
  readonly source: string | null;
  readonly resume: WorldResume | null;
  readonly why: string | null;
}

function goingOn(bytes: Uint8Array, clock: Clock): GoingOn {
  const parsed = parseLabel(bytes);
  if (parsed === null) return { source: null, resume: null, why: "its checkpoint is damaged" };
  const checkpoint = bytes.slice(parsed.length);
  const head = readCheckpointHead(checkpoint);
  if (!head.ok) return { source: null, resume: null, why: head.error.message };
  const awayMs = Math.max(0, clock.now() - parsed.label.keptAt);
  return { source: parsed.label.source, resume: { checkpoint, awayMs }, why: null };
}
