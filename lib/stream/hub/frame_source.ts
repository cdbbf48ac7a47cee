import type { UnixMs } from "../../base/brand.ts";
import type { BookView } from "../../domain/book_view.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Scope } from "../protocol/audience.ts";
import { type Directory, directoryText } from "../protocol/directory.ts";
import { FRAME_KIND } from "../protocol/frame.ts";
import { FrameWriter } from "../protocol/frame_writer.ts";
import { STREAM_LIMITS } from "../protocol/limits.ts";
import type {
  FeedStatus,
  FxRateStatus,
  MarketStatus,
  RecordingStatus,
  RowSubscription,
  StreamFormat,
} from "../protocol/messages.ts";
import { Audience, type FlushPoint } from "./audience.ts";
import { EncodedFrame } from "./encoded_frame.ts";
import { FlushLog } from "./flush_log.ts";
import type { HubMetrics } from "./metrics.ts";
import { SnapshotJob } from "./snapshot_job.ts";

/** State that is told as a whole whenever it changed. */
export interface StatusView {
  readonly feeds: readonly FeedStatus[];
  readonly market: MarketStatus | null;
  readonly recording: RecordingStatus | null;
  readonly rates: readonly FxRateStatus[];
}

/** What the stream tells and by which clocks. */
export interface SourceOptions {
  /** The book as it is now; the same object or another one, never absent. */
  readonly book: () => BookView;
  readonly clock: Clock;
  readonly sourceNow: () => UnixMs;
  readonly feeds: () => readonly FeedStatus[];
  readonly market: () => MarketStatus | null;
  /** Null where nothing is recorded by design. */
  readonly recording: () => RecordingStatus | null;
  /** Exchange rates; absent where all money is of one currency. */
  readonly rates?: () => readonly FxRateStatus[];
}

const AUDIENCES_MAX = 64;
const JOB_SHARED_MS = 2_000;

interface Held {
  readonly audience: Audience;
  /** Frames of the present flush, by the sequence that they start from: fields, whole entries. */
  readonly frames: Map<number, EncodedFrame>;
  readonly wholeFrames: Map<number, EncodedFrame>;
  readonly jobs: Map<StreamFormat, { readonly job: SnapshotJob; readonly atMs: number }>;
}

function held(audience: Audience): Held {
  return { audience, frames: new Map(), wholeFrames: new Map(), jobs: new Map() };
}

/**
 * Turns the book into numbered flushes and their encodings: one sequence for everybody, one
 * encoding per audience and starting point.
 */
export class FrameSource {
  readonly #options: SourceOptions;
  readonly #metrics: HubMetrics;
  readonly #writer = new FrameWriter();
  readonly #log: FlushLog;
  readonly #audiences = new Map<string, Held>();
  #layout: number;
  #status: StatusView = { feeds: [], market: null, recording: null, rates: [] };
  #statusText = "";
  #statusSeq = 0;

  constructor(options: SourceOptions, metrics: HubMetrics) {
    this.#options = options;
    this.#metrics = metrics;
    const view = options.book();
    this.#log = new FlushLog(STREAM_LIMITS.resumeFlushes, view.tick);
    this.#layout = view.layout;
  }

  /** The last flush. */
  get point(): FlushPoint {
    return { seq: this.#log.seq, tick: this.#log.tick, isExact: true };
  }

  /** Sequence of the last flush. */
  get seq(): number {
    return this.#log.seq;
  }

  /** Feeds, market, recording and rates as last told. */
  get status(): StatusView {
    return this.#status;
  }

  /** Reads feeds, market, recording and rates; true when they differ from what was told. */
  readStatus(): boolean {
    const { feeds, market, recording, rates } = this.#options;
    const told = { feeds: feeds(), market: market(), recording: recording() };
    const status = { ...told, rates: rates?.() ?? [] };
    const text = JSON.stringify(status);
    if (text === this.#statusText) return false;
    this.#statusText = text;
    this.#status = status;
    this.#statusSeq = this.#log.seq + 1;
    return true;
  }

  /** Makes the next flush when anything changed since the last, or when forced; true when made. */
  advance(isForced: boolean): boolean {
    const view = this.#options.book();
    const isLayoutMoved = view.layout !== this.#layout;
    const isChanged = isLayoutMoved || view.tick !== this.#log.tick ||
      this.#statusSeq > this.#log.seq;
    if (!isChanged && !isForced) return false;
    const seq = this.#log.advance(view.tick);
    this.#layout = view.layout;
    for (const { audience, frames, wholeFrames } of this.#audiences.values()) {
      frames.clear();
      wholeFrames.clear();
      if (isLayoutMoved) audience.sync(view, seq);
    }
    return true;
  }

  /** Columns may only be read by the layout that audiences know. */
  #keepStep(): BookView {
    const view = this.#options.book();
    if (view.layout !== this.#layout) this.advance(true);
    return view;
  }

  /** The audience of a scope and subscription; it outlives its viewers, so that they can resume. */
  audience(scope: Scope, rows: RowSubscription): Audience {
    const key = JSON.stringify([scope.id, rows]);
    const known = this.#audiences.get(key);
    if (known !== undefined) {
      this.#audiences.delete(key);
      this.#audiences.set(key, known);
      return known.audience;
    }
    const view = this.#keepStep();
    const audience = new Audience(view, scope, rows, this.#log.seq);
    this.#audiences.set(key, held(audience));
    return audience;
  }

  /** Forgets the longest unused audiences beyond the bound; those in use stay. */
  forgetUnused(isUsed: (audience: Audience) => boolean): void {
    for (const [key, { audience }] of this.#audiences) {
      if (this.#audiences.size <= AUDIENCES_MAX) return;
      if (!isUsed(audience)) this.#audiences.delete(key);
    }
  }

  #held(audience: Audience): Held {
    for (const known of this.#audiences.values()) if (known.audience === audience) return known;
    const again = held(audience);
    this.#audiences.set(JSON.stringify([audience.scope.id, audience.rows]), again);
    return again;
  }

  /**
   * Where a resume from `seq` goes on, or null when only a snapshot helps. Not exact: the copy may
   * be of a snapshot.
   */
  resumePoint(audience: Audience, seq: number): FlushPoint | null {
    const tick = this.#log.tickAt(seq);
    return tick === null || seq < audience.horizon ? null : { seq, tick, isExact: false };
  }

  /**
   * The frame from `since` to the last flush, shared by all who ask for the same. Only right after
   * `advance`: later the book may have gone on.
   */
  frame(audience: Audience, since: FlushPoint, eventSeq: number): EncodedFrame {
    const view = this.#keepStep();
    const { frames: ofFields, wholeFrames } = this.#held(audience);
    const frames = since.isExact ? ofFields : wholeFrames;
    const known = frames.get(since.seq);
    if (known !== undefined) return known;
    const seq = this.#log.seq;
    this.#writer.reset();
    audience.put(this.#writer, view, since, seq);
    const directory: Directory = {
      ...audience.directorySince(since.seq),
      ...(this.#statusSeq > since.seq ? this.#statusDirectory() : {}),
    };
    const header = { kind: FRAME_KIND.diff, flags: 0, seq, previous: since.seq };
    const bytes = this.#writer.finish(
      { ...header, ...this.stamp(eventSeq) },
      directoryText(directory),
    );
    const frame = new EncodedFrame(bytes);
    frames.set(since.seq, frame);
    this.#metrics.framesEncoded++;
    return frame;
  }

  #statusDirectory(): Directory {
    const { feeds, market, recording, rates } = this.#status;
    return {
      feeds,
      ...(market === null ? {} : { market }),
      ...(recording === null ? {} : { recording }),
      ...(rates.length === 0 ? {} : { rates }),
    };
  }

  /** Clocks and event sequence of a header. */
  stamp(eventSeq: number) {
    return {
      eventSeq,
      serverTime: this.#options.clock.now(),
      sourceTime: this.#options.sourceNow(),
    };
  }

  /** Lets the next flush send changed fields only. */
  remember(audience: Audience): void {
    audience.remember(this.#keepStep(), this.#log.seq);
  }

  /** A snapshot at or after `seq`: a recent one of the same audience, or a new one. */
  snapshot(audience: Audience, format: StreamFormat, seq: number): SnapshotJob {
    const view = this.#keepStep();
    const { jobs } = this.#held(audience);
    const nowMs = this.#options.clock.monotonic();
    const recent = jobs.get(format);
    const isUsable = recent !== undefined && nowMs - recent.atMs < JOB_SHARED_MS &&
      recent.job.point.seq >= seq && recent.job.point.seq >= audience.horizon;
    if (isUsable) return recent.job;
    const head = this.#statusDirectory();
    const point = { ...this.point, isExact: false };
    const job = new SnapshotJob(view, audience, point, { format, head });
    jobs.set(format, { job, atMs: nowMs });
    return job;
  }

  /** Drops snapshots that are too old to share. */
  forgetSnapshots(): void {
    const nowMs = this.#options.clock.monotonic();
    for (const { jobs } of this.#audiences.values()) {
      for (const [format, { atMs }] of jobs) {
        if (nowMs - atMs >= JOB_SHARED_MS) jobs.delete(format);
      }
    }
  }

  /** Encodes the next chunk of a snapshot. */
  encodeChunk(job: SnapshotJob, eventSeq: number): void {
    job.encodeNext(this.#writer, this.#keepStep(), this.stamp(eventSeq));
    this.#metrics.framesEncoded++;
  }
}
