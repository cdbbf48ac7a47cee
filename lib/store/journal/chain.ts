import { hash } from "node:crypto";
import { fail, ok, type Result } from "../../base/result.ts";
import type { JournalEntry, JournalValue, RecordingProblem } from "../../ports/journal.ts";

/** A record's content as it is stored. */
export interface RecordText {
  readonly kind: string;
  readonly key: string;
  readonly at: number;
  /** Canonical JSON of the value. */
  readonly text: string;
}

/** The newest record of a journal: its sequence, 0 when empty, and its checksum in hex. */
export interface ChainHead {
  readonly seq: number;
  readonly checksum: string;
}

const KIND_MAX = 64;
const KEY_MAX = 512;
const TEXT_MAX = 1024 * 1024;

/** The one text of a value: names sorted, no spaces. Throws on numbers that JSON cannot say. */
export function canonicalText(value: JournalValue): string {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new RangeError(`${value} cannot be recorded`);
  }
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalText).join(",")}]`;
  const names = Object.keys(value).sort();
  return `{${
    names.map((name) => `${JSON.stringify(name)}:${canonicalText(value[name])}`).join(",")
  }}`;
}

function isList(value: JournalValue): value is readonly JournalValue[] {
  return Array.isArray(value);
}

function unfit(what: string): Result<never, RecordingProblem> {
  return fail({
    message: `a record is not kept: ${what}`,
    fix: "report this as a bug of the desk",
  });
}

/** An entry as it will be stored, or why it cannot be: too long, or not expressible. */
export function recordTextOf(entry: JournalEntry): Result<RecordText, RecordingProblem> {
  const { kind, key, at } = entry;
  const isNamed = kind.length > 0 && kind.length <= KIND_MAX && key.length <= KEY_MAX;
  if (!isNamed) return unfit(`its name has ${kind.length} and ${key.length} characters`);
  // The driver reads a text only up to its first NUL.
  const isText = [kind, key].every((name) => name.isWellFormed() && !name.includes("\0"));
  if (!isText) return unfit("its name is no text");
  if (!Number.isFinite(at)) return unfit("it has no time");
  try {
    const text = canonicalText(entry.value);
    if (text.length > TEXT_MAX) return unfit(`it has ${text.length} characters`);
    return ok({ kind, key, at, text });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return unfit(error.message);
  }
}

/** Head of a journal without records; records of one store never continue another's. */
export function emptyHead(store: string): ChainHead {
  return { seq: 0, checksum: hash("sha256", `journal of ${store}`) };
}

/**
 * The head after a record: SHA-256 over the checksum before it, its sequence and its content, so
 * that a record that is changed, left out, added or moved breaks every later one.
 */
export function nextHead(before: ChainHead, record: RecordText): ChainHead {
  const seq = before.seq + 1;
  const { kind, key, at, text } = record;
  const names = JSON.stringify([seq, kind, key, at]);
  const checksum = hash("sha256", `${before.checksum}${names}${text}`);
  return { seq, checksum };
}

/** A checksum as it is stored. */
export function checksumBytes(checksum: string): Uint8Array {
  return Uint8Array.fromHex(checksum);
}

/** A stored checksum in hex; empty for what is none. */
export function checksumText(bytes: unknown): string {
  return bytes instanceof Uint8Array ? bytes.toHex() : "";
}
