import { createHash } from "node:crypto";
import { ok, type Result } from "../../base/result.ts";
import {
  type DiskError,
  fileBytes,
  type OpenFile,
  openInPlace,
  readStart,
} from "../../host/disk_file.ts";
import type { ChainHead } from "./chain.ts";

/** What the anchor knows: the journal's store and a head that it had. */
export interface Anchor {
  readonly store: string;
  readonly head: ChainHead;
}

/** Path of a folder's anchor. */
export function anchorPath(directory: string): string {
  return `${directory}/journal.anchor`;
}

/** One disk sector: written whole or not at all. */
const SLOT_BYTES = 512;

function checkOf(body: string): string {
  return createHash("sha256").update(body).digest("hex").slice(0, 32);
}

function encode({ store, head }: Anchor): Uint8Array {
  const body = JSON.stringify([store, head.seq, head.checksum]);
  return new TextEncoder().encode(`${checkOf(body)}${body}`.padEnd(SLOT_BYTES - 1) + "\n");
}

function decode(slot: Uint8Array): Anchor | null {
  const text = new TextDecoder().decode(slot).trimEnd();
  const body = text.slice(32);
  if (body === "" || checkOf(body) !== text.slice(0, 32)) return null;
  const parts: unknown = JSON.parse(body);
  if (!Array.isArray(parts)) return null;
  const [store, seq, checksum]: unknown[] = parts;
  if (typeof store !== "string" || typeof seq !== "number" || typeof checksum !== "string") {
    return null;
  }
  return { store, head: { seq, checksum } };
}

/** The newest anchor of a file; null when the file is not there, or torn in both places. */
export function readAnchor(path: string): Anchor | null {
  const bytes = readStart(path, 2 * SLOT_BYTES);
  if (bytes === null) return null;
  const slots = [bytes.subarray(0, SLOT_BYTES), bytes.subarray(SLOT_BYTES)].map(decode);
  const [first, second] = slots;
  if (first === null || second === null) return first ?? second;
  return first.head.seq > second.head.seq ? first : second;
}

/** True when a journal was made in this folder: its anchor is there, whole or not. */
export function hasAnchor(path: string): boolean {
  return fileBytes(path) !== null;
}

/**
 * Writes, beside the journal and after each commit, which head it has: two places in turn, synced
 * from time to time only. It is never ahead of the journal, so a journal that ends before it has
 * lost records that were acknowledged, or is an older file in the place of the newer one.
 */
export class AnchorFile {
  readonly #file: OpenFile;
  readonly #store: string;
  #slot = 0;
  #isSynced = false;

  private constructor(file: OpenFile, store: string) {
    this.#file = file;
    this.#store = store;
  }

  /** Opens or creates the anchor of a store's journal. */
  static open(path: string, store: string): Result<AnchorFile, DiskError> {
    const file = openInPlace(path);
    return file.ok ? ok(new AnchorFile(file.value, store)) : file;
  }

  /** Notes a head that is durable. A disk that refuses leaves the older one, which stays true. */
  note(head: ChainHead): void {
    const bytes = encode({ store: this.#store, head });
    const written = this.#file.writeAt(this.#slot * SLOT_BYTES, bytes);
    if (!written.ok) return;
    this.#slot = 1 - this.#slot;
    this.#isSynced = false;
  }

  /** Brings what was noted to the disk. */
  sync(): Result<null, DiskError> {
    if (this.#isSynced) return ok(null);
    const synced = this.#file.sync();
    this.#isSynced = synced.ok;
    return synced;
  }

  /** Closes the file. */
  close(): void {
    this.sync();
    this.#file.close();
  }
}
