import { FRAME_FLAG, FRAME_KIND, HEADER_BYTES } from "../../lib/stream/protocol/frame.ts";
import { Histogram } from "./statistics.ts";

/** A long wait between two frames. */
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
/** Frames that are remembered until every client has got them. */
const KEPT = 16;
/** Where a header keeps what is read of it; see docs/stream.md. */
const AT = { kind: 1, flags: 2, seq: 4, previous: 8, serverTime: 16 } as const;

interface KeptFrame {
  /** Null until the reference client has it. */
  ages: Float64Array | null;
  /** Deliveries that wait for `ages`, ms. */
  readonly deliveries: number[];
}

/**
 * Measures frames by their headers, so that a hundred clients cost little; one of them, the
 * reference, reads how old the ticks in each frame are.
 *
 * `ticks`: from a tick's arrival at the desk to the last byte of its frame at a client, for the
 * newest tick of every row in the frame; a client that was not sent some flushes counts with its
 * whole wait. `oldest`: for the oldest of them. `delivery`: from the flush to the last byte.
 * `intervals`: between two frames.
 */
export class FrameTimes {
  readonly ticks = new Histogram();
  readonly oldest = new Histogram();
  readonly delivery = new Histogram();
  readonly intervals = new Histogram();
  /** False while something stops the desk that a user's desk does not know, as a collection. */
  isMeasuring = true;
  frames = 0;
  gaps = 0;
  bytes = 0;
  ends = 0;
  #pauses: Pause[] = [];
  readonly #kept = new Map<number, KeptFrame>();
  #agesBefore = 0;

  /** A client's place in the stream; the reference one is given the ages of each frame's ticks. */
  stream(agesOf: ((payload: Uint8Array) => Float64Array) | null = null): StreamTimes {
    return new StreamTimes(this, agesOf);
  }

  #frame(seq: number): KeptFrame {
    const known = this.#kept.get(seq);
    if (known !== undefined) return known;
    const frame = { ages: null, deliveries: [] };
    this.#kept.set(seq, frame);
    for (const first of this.#kept.keys()) {
      if (this.#kept.size > KEPT) this.#kept.delete(first);
    }
    return frame;
  }

  /** Notes a frame that took so long from its flush to a client. */
  noteDelivery(seq: number, ms: number): void {
    this.delivery.add(ms);
    const frame = this.#frame(seq);
    if (frame.ages === null) frame.deliveries.push(ms);
    else this.#add(frame.ages, ms);
  }

  /** Notes how old the ticks of a frame were at its flush, ms ascending. */
  noteAges(seq: number, ages: Float64Array): void {
    const frame = this.#frame(seq);
    frame.ages = ages;
    this.#agesBefore = ages.length;
    for (const ms of frame.deliveries.splice(0)) this.#add(ages, ms);
  }

  /** Notes a frame after flushes that were not sent: everything in it waited for so long. */
  noteLate(ms: number): void {
    for (let i = 0; i < this.#agesBefore; i++) this.ticks.add(ms);
    this.oldest.add(ms);
  }

  #add(ages: Float64Array, deliveryMs: number): void {
    for (const ageMs of ages) this.ticks.add(ageMs + deliveryMs);
    if (ages.length > 0) this.oldest.add(ages[ages.length - 1] + deliveryMs);
  }

  /** Notes a frame that was flushed so long after the one before it. */
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

  constructor(
    readonly times: FrameTimes,
    readonly agesOf: ((payload: Uint8Array) => Float64Array) | null,
  ) {}

  /** Takes one frame; `now`: wall time when its last byte was there, ms. */
  take(payload: Uint8Array, now: number): void {
    if (payload.length < HEADER_BYTES) return;
    const { times } = this;
    const view = new DataView(payload.buffer, payload.byteOffset, HEADER_BYTES);
    times.bytes += payload.length;
    const seq = view.getUint32(AT.seq, true);
    const ages = this.agesOf?.(payload) ?? null;
    if (view.getUint8(AT.kind) === FRAME_KIND.snapshot) {
      if ((view.getUint16(AT.flags, true) & FRAME_FLAG.end) !== 0) this.#seq = seq;
      this.#flushedAt = NaN;
      return;
    }
    const previous = view.getUint32(AT.previous, true);
    if (this.#seq !== null && this.#seq !== previous) {
      times.gaps++;
      this.#flushedAt = NaN;
    }
    this.#seq = seq;
    times.frames++;
    const flushedAt = view.getFloat64(AT.serverTime, true);
    if (times.isMeasuring && !Number.isNaN(this.#flushedAt)) {
      this.#measure({ seq, previous, flushedAt, ages }, now);
    }
    this.#flushedAt = times.isMeasuring ? flushedAt : NaN;
  }

  #measure(
    frame: { seq: number; previous: number; flushedAt: number; ages: Float64Array | null },
    now: number,
  ): void {
    const { times } = this;
    const { seq, previous, flushedAt, ages } = frame;
    if (ages !== null) {
      times.noteAges(seq, ages);
      times.noteInterval(flushedAt - this.#flushedAt, flushedAt);
    }
    if (seq === previous + 1) times.noteDelivery(seq, now - flushedAt);
    else times.noteLate(now - this.#flushedAt);
  }
}
