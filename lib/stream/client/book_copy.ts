import { fail, ok, type Result } from "../../base/result.ts";
import type { AccountRef, BookView, RowRef, UnderlyingRef } from "../../domain/book_view.ts";
import type { Instrument } from "../../domain/instrument.ts";
import { type Directory, readDirectory } from "../protocol/directory.ts";
import { type Frame, FRAME_FLAG, FRAME_KIND, parseFrame } from "../protocol/frame.ts";
import type {
  FeedStatus,
  FxRateStatus,
  MarketStatus,
  RecordingStatus,
  ResumePoint,
  RowSubscription,
  ServerHello,
} from "../protocol/messages.ts";
import type { MalformedError } from "../protocol/object_reader.ts";
import { parsePageSnapshot } from "../protocol/page_snapshot.ts";
import { CopyColumns } from "./copy_columns.ts";

/**
 * What a frame did: `applied` changed the copy, `chunk` waits for the rest of its snapshot,
 * `duplicate` held nothing new, `gap` and `malformed` need a snapshot.
 */
export type Applied =
  | {
    readonly kind: "applied";
    readonly isSnapshot: boolean;
    /** Names were added, changed or removed: indices may have moved. */
    readonly isLayoutChanged: boolean;
    /** State of feeds, market or recording changed. */
    readonly isStatusChanged: boolean;
  }
  | { readonly kind: "chunk" | "duplicate" | "gap" }
  | { readonly kind: "malformed"; readonly message: string };

const NOT_YET = -1;

/**
 * The book as it stands in the browser: the same view as the server's, kept equal by frames.
 *
 * Its `tick` grows by one with every applied frame; change marks hold that tick. Row order is the
 * order of arrival. Nothing is applied before a hello named the epoch (`adopt`).
 * Source: docs/stream.md, "Keeping a copy".
 */
export class BookCopy implements BookView {
  #live = new CopyColumns(0, 0, "USD");
  #staging: CopyColumns | null = null;
  #nextChunk = 0;
  #hello: ServerHello | null = null;
  #seq = NOT_YET;
  #eventSeq = 0;
  #serverTime = NaN;
  #sourceTime = NaN;
  #feeds: readonly FeedStatus[] = [];
  #market: MarketStatus | null = null;
  #recording: RecordingStatus | null = null;
  #rates: readonly FxRateStatus[] = [];
  #rowsOf: RowSubscription = "all";

  /** Last hello, null before the first. */
  get hello(): ServerHello | null {
    return this.#hello;
  }

  /** Sequence of the last applied flush, or null while there is no complete copy. */
  get seq(): number | null {
    return this.#seq === NOT_YET ? null : this.#seq;
  }

  /** Last event before the last frame, as the server counts. */
  get eventSeq(): number {
    return this.#eventSeq;
  }

  /** Server's clock and source's clock of the last frame, ms; NaN before the first. */
  get serverTime(): number {
    return this.#serverTime;
  }

  get sourceTime(): number {
    return this.#sourceTime;
  }

  /** State of the feeds, as last told. */
  get feeds(): readonly FeedStatus[] {
    return this.#feeds;
  }

  /** State of the market, null before it was told. */
  get market(): MarketStatus | null {
    return this.#market;
  }

  /** Whether the desk records, null before it was told or where it does not by design. */
  get recording(): RecordingStatus | null {
    return this.#recording;
  }

  /** Exchange rates, as last told. */
  get rates(): readonly FxRateStatus[] {
    return this.#rates;
  }

  /** Underlyings whose rows are here; the others are known by their cells. */
  get rowsOf(): RowSubscription {
    return this.#rowsOf;
  }

  /** Where a resume goes on, or null when only a snapshot helps. */
  resumePoint(eventSeq: number): ResumePoint | null {
    if (this.#hello === null || this.#seq === NOT_YET) return null;
    return { epoch: this.#hello.epoch, scope: this.#hello.scope, seq: this.#seq, eventSeq };
  }

  /**
   * Takes a server's hello. Another epoch or scope makes the copy wait for a snapshot; what is
   * shown until then stays. Returns true when the copy goes on where it was.
   */
  adopt(hello: ServerHello): boolean {
    const isSame = this.#hello !== null && this.#hello.epoch === hello.epoch &&
      this.#hello.scope === hello.scope;
    this.#hello = hello;
    this.#staging = null;
    if (!isSame) this.#seq = NOT_YET;
    return isSame;
  }

  /** Drops the claim to be equal: only a snapshot is applied from here on. */
  invalidate(): void {
    this.#seq = NOT_YET;
    this.#staging = null;
  }

  /** Applies the bytes of one frame. */
  apply(bytes: Uint8Array): Applied {
    const frame = parseFrame(bytes);
    if (!frame.ok) return this.#refuse(frame.error.message);
    const directory = parseDirectory(frame.value.json);
    if (!directory.ok) return this.#refuse(directory.error.message);
    return this.#applyParts(frame.value, directory.value);
  }

  #applyParts(frame: Frame, directory: Directory): Applied {
    if (this.#hello === null) return { kind: "gap" };
    const isSnapshot = frame.header.kind === FRAME_KIND.snapshot;
    return isSnapshot ? this.#applyChunk(frame, directory) : this.#applyDiff(frame, directory);
  }

  #refuse(message: string): Applied {
    this.invalidate();
    return { kind: "malformed", message };
  }

  #applyDiff(frame: Frame, directory: Directory): Applied {
    const { seq, previous } = frame.header;
    if (this.#seq === NOT_YET || this.#staging !== null || previous > this.#seq) {
      this.invalidate();
      return { kind: "gap" };
    }
    this.#noteTimes(frame);
    if (seq <= this.#seq) return { kind: "duplicate" };
    this.#live.tick++;
    const isLayoutChanged = this.#live.applyDirectory(directory);
    if (!this.#live.knowsAll(frame)) return this.#refuse("a frame names an unknown id");
    this.#live.applyValues(frame);
    this.#seq = seq;
    const isStatusChanged = this.#noteStatus(directory);
    return { kind: "applied", isSnapshot: false, isLayoutChanged, isStatusChanged };
  }

  #applyChunk(frame: Frame, directory: Directory): Applied {
    const { flags, previous } = frame.header;
    if ((flags & FRAME_FLAG.begin) !== 0) {
      const currency = this.#hello?.baseCurrency ?? this.#live.baseCurrency;
      this.#staging = new CopyColumns(this.#live.tick + 1, this.#live.layout + 1, currency);
      this.#nextChunk = 0;
    }
    const staging = this.#staging;
    if (staging === null || previous !== this.#nextChunk) {
      this.invalidate();
      return { kind: "gap" };
    }
    this.#nextChunk++;
    staging.applyDirectory(directory);
    if (!staging.knowsAll(frame)) return this.#refuse("a snapshot names an unknown id");
    staging.applyValues(frame);
    this.#noteTimes(frame);
    const isStatusChanged = this.#noteStatus(directory);
    if ((flags & FRAME_FLAG.end) === 0) return { kind: "chunk" };
    this.#live = staging;
    this.#staging = null;
    this.#seq = frame.header.seq;
    return { kind: "applied", isSnapshot: true, isLayoutChanged: true, isStatusChanged };
  }

  #noteTimes(frame: Frame): void {
    this.#serverTime = frame.header.serverTime;
    this.#sourceTime = frame.header.sourceTime;
    this.#eventSeq = frame.header.eventSeq;
  }

  #noteStatus(directory: Directory): boolean {
    this.#feeds = directory.feeds ?? this.#feeds;
    this.#market = directory.market ?? this.#market;
    this.#recording = directory.recording ?? this.#recording;
    this.#rates = directory.rates ?? this.#rates;
    this.#rowsOf = directory.rowsOf ?? this.#rowsOf;
    return directory.feeds !== undefined || directory.market !== undefined ||
      directory.recording !== undefined || directory.rates !== undefined ||
      directory.rowsOf !== undefined;
  }

  /** A copy that stands where a page's snapshot was taken. */
  static fromSnapshot(text: string): Result<BookCopy, MalformedError> {
    const parts = parsePageSnapshot(text);
    if (!parts.ok) return parts;
    const frame = parseFrame(parts.value.frame);
    if (!frame.ok) return fail({ code: "malformed", message: frame.error.message });
    const copy = new BookCopy();
    copy.adopt(parts.value.hello);
    const applied = copy.#applyParts(frame.value, parts.value.directory);
    if (applied.kind !== "applied") {
      return fail({ code: "malformed", message: `snapshot of the page: ${applied.kind}` });
    }
    return ok(copy);
  }

  get tick(): number {
    return this.#live.tick;
  }
  get layout(): number {
    return this.#live.layout;
  }
  get baseCurrency(): string {
    return this.#live.baseCurrency;
  }
  get rowCount(): number {
    return this.#live.rowCount;
  }
  get rowIds(): Uint32Array {
    return this.#live.rowIds;
  }
  get rowF64(): Float64Array {
    return this.#live.rowF64;
  }
  get rowF32(): Float32Array {
    return this.#live.rowF32;
  }
  get rowU8(): Uint8Array {
    return this.#live.rowU8;
  }
  get rowChanged(): Float64Array {
    return this.#live.rowChanged;
  }
  get underlyingCount(): number {
    return this.#live.underlyingCount;
  }
  get underlyingIds(): Uint32Array {
    return this.#live.underlyingIds;
  }
  get underlyingF64(): Float64Array {
    return this.#live.underlyingF64;
  }
  get underlyingChanged(): Float64Array {
    return this.#live.underlyingChanged;
  }
  get accountCount(): number {
    return this.#live.accountCount;
  }
  get accountIds(): Uint32Array {
    return this.#live.accountIds;
  }
  get accountF64(): Float64Array {
    return this.#live.accountF64;
  }
  get accountChanged(): Float64Array {
    return this.#live.accountChanged;
  }
  get cellF64(): Float64Array {
    return this.#live.cellF64;
  }
  get cellChanged(): Float64Array {
    return this.#live.cellChanged;
  }

  row(index: number): RowRef {
    return this.#live.row(index);
  }

  underlying(index: number): UnderlyingRef {
    return this.#live.underlying(index);
  }

  account(index: number): AccountRef {
    return this.#live.account(index);
  }

  rowIndex(id: number): number {
    return this.#live.rowIndex(id);
  }

  underlyingOfRow(index: number): number {
    return this.#live.underlyingOfRow(index);
  }

  accountOfRow(index: number): number {
    return this.#live.accountOfRow(index);
  }

  instrumentOfRow(index: number): Instrument {
    return this.#live.instrumentOfRow(index);
  }
}

const NOTHING: Directory = {};

function parseDirectory(text: string): Result<Directory, MalformedError> {
  if (text === "") return ok(NOTHING);
  try {
    return readDirectory(JSON.parse(text));
  } catch (error) {
    return fail({
      code: "malformed",
      message: error instanceof Error ? error.message : "not JSON",
    });
  }
}

/** The copy that a page's snapshot text holds; see `encodeSnapshot`. */
export function copyFromSnapshot(text: string): Result<BookCopy, MalformedError> {
  return BookCopy.fromSnapshot(text);
}
