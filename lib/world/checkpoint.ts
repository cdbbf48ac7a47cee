import { fail, ok, type Result } from "../base/result.ts";
import { LISTINGS } from "./listings.ts";
import { type Tape, TapeReader, TapeWriter } from "./tape.ts";

/**
 * Version of the world: raised when a class keeps its state in another layout or means something
 * else by it. A checkpoint of another version is not used.
 */
export const WORLD_VERSION = 1;

/** Why a checkpoint cannot be used; the message is one line for the user. */
export interface CheckpointError {
  readonly code: "damaged" | "otherVersion" | "otherWorld";
  readonly message: string;
}

/** Which world a checkpoint is of, and where it stood. */
export interface CheckpointHead {
  readonly seed: number;
  readonly positions: number;
  /** Instant at which the world began, Unix ms. */
  readonly startAt: number;
  /** First session, day number. */
  readonly startDay: number;
  /** Instant of the checkpoint, Unix ms. */
  readonly now: number;
}

const MAGIC = 0x44_57_4c_44;
const BODY_AT = 16;

/** Two 32-bit sums over the words behind the header; one changed word always changes both. */
function checksum(view: DataView): readonly [number, number] {
  let a = 0x811c9dc5;
  let b = view.byteLength;
  for (let at = BODY_AT; at + 4 <= view.byteLength; at += 4) {
    const word = view.getInt32(at, true);
    a = Math.imul(a ^ word, 0x01000193);
    b = Math.imul(((b << 13) | (b >>> 19)) ^ word, 0x85ebca6b);
  }
  return [a | 0, b | 0];
}

/** Underlyings and classes in the order in which a checkpoint refers to them by number. */
const LISTED = LISTINGS.flatMap(({ root, classes }) => [root, ...classes.map((one) => one.root)])
  .join(" ");

function passHead(tape: Tape, head: CheckpointHead): CheckpointHead {
  tape.section(LISTED);
  return {
    seed: tape.f64(head.seed),
    positions: tape.i32(head.positions),
    startAt: tape.f64(head.startAt),
    startDay: tape.i32(head.startDay),
    now: tape.f64(head.now),
  };
}

/** Bytes of a checkpoint: header with version and checksum, head, and what `persist` writes. */
export function writeCheckpoint(
  head: CheckpointHead,
  persist: (tape: Tape) => void,
  sizeHint = 0,
): Uint8Array<ArrayBuffer> {
  const tape = new TapeWriter(sizeHint);
  for (const word of [MAGIC, WORLD_VERSION, 0, 0]) tape.i32(word);
  passHead(tape, head);
  persist(tape);
  tape.section("end");
  const buffer = tape.finish();
  const view = new DataView(buffer);
  checksum(view).forEach((sum, i) => view.setInt32(8 + 4 * i, sum, true));
  return new Uint8Array(buffer);
}

/** A checkpoint that is whole, ready to be read behind its head. */
export interface OpenCheckpoint {
  readonly head: CheckpointHead;
  readonly tape: TapeReader;
}

const DAMAGED: CheckpointError = { code: "damaged", message: "the checkpoint is damaged" };

/** Opens the bytes of a checkpoint: whole and of this version, or why not. */
export function openCheckpoint(bytes: Uint8Array): Result<OpenCheckpoint, CheckpointError> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isOne = view.byteLength >= BODY_AT && view.byteLength % 4 === 0 &&
    view.getInt32(0, true) === MAGIC;
  if (!isOne) return fail(DAMAGED);
  const version = view.getInt32(4, true);
  if (version !== WORLD_VERSION) {
    const message = `the checkpoint is of version ${version} of the market, ` +
      `this is version ${WORLD_VERSION}`;
    return fail({ code: "otherVersion", message });
  }
  const sums = checksum(view);
  if (sums.some((sum, i) => sum !== view.getInt32(8 + 4 * i, true))) return fail(DAMAGED);
  const tape = new TapeReader(view, BODY_AT);
  const blank = { seed: 0, positions: 0, startAt: 0, startDay: 0, now: 0 };
  const head = passHead(tape, blank);
  if (tape.isSound) return ok({ head, tape });
  return fail({
    code: "otherVersion",
    message: "the checkpoint is of a market with other listings",
  });
}

/** Which world the bytes are of and where it stood, without restoring it. */
export function readCheckpointHead(bytes: Uint8Array): Result<CheckpointHead, CheckpointError> {
  const opened = openCheckpoint(bytes);
  return opened.ok ? ok(opened.value.head) : opened;
}
