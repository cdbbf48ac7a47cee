import { FRAME_FLAG, FRAME_KIND, HEADER_BYTES } from "../../lib/stream/protocol/frame.ts";
import { Histogram } from "./statistics.ts";

/** Longest waits between two flushes, the longest first. */
export interface Pause {
  readonly ms: number;
  /** When it ended, ms since 1970. */
  readonly at: number;
}

/** What counting clients saw together. Plain data: it travels between threads. */
export interface FrameCounts {
  readonly frames: number;
  readonly gaps: number;
  readonly bytes: number;
  /** Clients that the desk closed. */
  readonly ends: number;
  /** Counts by ms of what `FrameTimes` measures. */
  readonly ticks: Float64Array<ArrayBuffer>;
  readonly oldest: Float64Array<ArrayBuffer>;
  readonly delivery: Float64Array<ArrayBuffer>;
  readonly intervals: Float64Array<ArrayBuffer>;
  readonly pauses: readonly Pause[];
}

const PAUSES_MAX = 10;
/** A header that an expected frame starts with, by docs/stream.md. */
const AT = { kind: 1, flags: 2, seq: 4, previous: 8, serverTime: 16 } as const;

/**
 * Measures frames by their headers alone, so that a hundred clients cost next to nothing.
 *
 * A frame carries what the desk received between its previous flush and its own, both of which
 * headers name by the desk's clock. `ticks`: one tick is counted for every millisecond of that
 * time, each waiting until the frame's last byte is there; what stayed away or came late makes the
 * time longer and counts more. `oldest`: a tick received right after the previous flush, the worst
 * that there can be. `delivery`: from the flush to the last byte. `intervals`: between two flushes,
 * as the loop was late.
 */
export class FrameTimes {
  readonly ticks = new Histogram();
  readonly oldest = new Histogram();
  readonly delivery = new Histogram();
  readonly intervals = new Histogram();
  /** False while something stops the desk that a user's desk does not know, as a collection. */
  isMeasuring = true;
  #pauses: Pause[] = [];
  frames = 0;
  gaps = 0;
  bytes = 0;
  ends = 0;

  /** One client's place in the stream. */
  stream(isReference: boolean): StreamTimes {
    return new StreamTimes(this, isReference);
  }

  /** Notes a flush that came so long after the one before it. */
  noteInterval(ms: number, at: number): void {
    this.intervals.add(ms);
    const last = this.#pauses.at(-1);
    if (this.#pauses.length >= PAUSES_MAX && last !== undefined && ms <= last.ms) return;
    this.#pauses = [...this.#pauses, { ms, at }].sort((a, b) => b.ms - a.ms).slice(0, PAUSES_MAX);
  }

  /** Everything so far. */
  counts(): FrameCounts {
    return {
      frames: this.frames,
      gaps: this.gaps,
      bytes: this.bytes,
      ends: this.ends,
      ticks: this.ticks.counts,
      oldest: this.oldest.counts,
      delivery: this.delivery.counts,
      intervals: this.intervals.counts,
      pauses: this.#pauses,
    };
  }
}

/** Follows the sequence of one client. */
export class StreamTimes {
  #seq: number | null = null;
  /** Desk's time of the last frame, NaN when the next one measures nothing. */
  #flushedAt = NaN;

  constructor(readonly times: FrameTimes, readonly isReference: boolean) {}

  /** Takes one frame; `now`: wall time when its last byte was there, ms. */
  take(payload: Uint8Array, now: number): void {
    if (payload.length < HEADER_BYTES) return;
    const view = new DataView(payload.buffer, payload.byteOffset, HEADER_BYTES);
    this.times.bytes += payload.length;
    const seq = view.getUint32(AT.seq, true);
    if (view.getUint8(AT.kind) === FRAME_KIND.snapshot) {
      if ((view.getUint16(AT.flags, true) & FRAME_FLAG.end) !== 0) this.#seq = seq;
      this.#flushedAt = NaN;
      return;
    }
    const { times } = this;
    const isNext = this.#seq === view.getUint32(AT.previous, true);
    if (this.#seq !== null && !isNext) times.gaps++;
    this.#seq = seq;
    times.frames++;
    const flushedAt = view.getFloat64(AT.serverTime, true);
    if (times.isMeasuring && isNext && !Number.isNaN(this.#flushedAt)) {
      this.#measure(flushedAt, now);
    }
    this.#flushedAt = times.isMeasuring ? flushedAt : NaN;
  }

  #measure(flushedAt: number, now: number): void {
    const { times } = this;
    const since = this.#flushedAt;
    for (let at = since; at < flushedAt; at++) times.ticks.add(now - at);
    times.oldest.add(now - since);
    times.delivery.add(now - flushedAt);
    if (this.isReference) times.noteInterval(flushedAt - since, flushedAt);
  }
}
