import type { Tape } from "./tape.ts";

/** Values per event in the batch. */
export const EVENT_STRIDE = 8;

/**
 * Kinds of market events and what their eight values mean; NaN is "none".
 *
 * quote: bid, ask, bidSize, askSize. trade: last, size, dayVolume. greeks: price, iv, delta, gamma,
 * theta per day, vega per vol point, rho per percentage point. summary: prevClose, dayOpen.
 * status: one of STATUS.
 */
export const EVENT_KIND = { quote: 1, trade: 2, greeks: 3, summary: 4, status: 5 } as const;

/** Trading status of an instrument, first value of a status event. */
export const STATUS = { trading: 1, halted: 2, expired: 3 } as const;

/** A reusable struct of columns; its buffers may be transferred between threads. */
export interface EventBatch {
  count: number;
  readonly capacity: number;
  readonly kind: Uint8Array<ArrayBuffer>;
  /** Instrument id. */
  readonly instrument: Int32Array<ArrayBuffer>;
  /** Unix ms of the virtual clock. */
  readonly eventAt: Float64Array<ArrayBuffer>;
  /** EVENT_STRIDE values per event. */
  readonly v: Float64Array<ArrayBuffer>;
}

/** An empty batch for `capacity` events. */
export function createBatch(capacity: number): EventBatch {
  return {
    count: 0,
    capacity,
    kind: new Uint8Array(capacity),
    instrument: new Int32Array(capacity),
    eventAt: new Float64Array(capacity),
    v: new Float64Array(capacity * EVENT_STRIDE),
  };
}

/** Appends one event with NaN values and returns the offset of its values in `v`. */
export function appendEvent(
  batch: EventBatch,
  kind: number,
  instrument: number,
  eventAt: number,
): number {
  const row = batch.count++;
  batch.kind[row] = kind;
  batch.instrument[row] = instrument;
  batch.eventAt[row] = eventAt;
  const offset = row * EVENT_STRIDE;
  batch.v.fill(NaN, offset, offset + EVENT_STRIDE);
  return offset;
}

/**
 * Market events waiting for the next drain; bounded.
 *
 * When it is full, everything waiting is given up and counted in `lost`, and every instrument is
 * published anew from its latest values: a slow reader misses moves, never the present state.
 */
export class Outbox {
  /** Instruments from this id on are published from their latest values, and queue nothing. */
  freshFrom = 0;
  /** Events given up since the start. */
  lost = 0;
  /** Market events produced since the start, given up or not. */
  produced = 0;
  readonly #queue: EventBatch;
  readonly #limit: number;
  #head = 0;

  constructor(limit: number) {
    this.#limit = limit;
    this.#queue = createBatch(limit + 1);
  }

  /** Values of the event last reserved. */
  get v(): Float64Array {
    return this.#queue.v;
  }

  /** Events waiting in the queue. */
  get waiting(): number {
    return this.#queue.count - this.#head;
  }

  /** Gives up what waits and publishes every instrument anew. */
  restart(): void {
    this.#queue.count = 0;
    this.#head = 0;
    this.freshFrom = 0;
  }

  /** Reserves an event and returns the offset of its NaN values in `v`. */
  reserve(kind: number, instrument: number, eventAt: number): number {
    this.produced++;
    const queue = this.#queue;
    if (queue.count >= this.#limit) this.#makeRoom();
    const offset = appendEvent(queue, kind, instrument, eventAt);
    // Not queued: its latest values are still to be published. The row is overwritten by the next.
    if (instrument >= this.freshFrom) queue.count--;
    return offset;
  }

  #makeRoom(): void {
    const queue = this.#queue;
    if (this.waiting > this.#limit / 2) {
      this.lost += this.waiting;
      this.restart();
      return;
    }
    queue.kind.copyWithin(0, this.#head, queue.count);
    queue.instrument.copyWithin(0, this.#head, queue.count);
    queue.eventAt.copyWithin(0, this.#head, queue.count);
    queue.v.copyWithin(0, this.#head * EVENT_STRIDE, queue.count * EVENT_STRIDE);
    queue.count = this.waiting;
    this.#head = 0;
  }

  /** Copies waiting events behind those already in `batch`, as many as fit. */
  moveTo(batch: EventBatch): void {
    const queue = this.#queue;
    const n = Math.min(this.waiting, batch.capacity - batch.count);
    if (n <= 0) return;
    const end = this.#head + n;
    const to = batch.count;
    batch.kind.set(queue.kind.subarray(this.#head, end), to);
    batch.instrument.set(queue.instrument.subarray(this.#head, end), to);
    batch.eventAt.set(queue.eventAt.subarray(this.#head, end), to);
    batch.v.set(
      queue.v.subarray(this.#head * EVENT_STRIDE, end * EVENT_STRIDE),
      to * EVENT_STRIDE,
    );
    batch.count += n;
    this.#head = end;
    if (this.#head === queue.count) {
      queue.count = 0;
      this.#head = 0;
    }
  }

  /**
   * Passes the counters through a tape. What waits is not part of it: a restored world publishes
   * every instrument anew from its latest values.
   */
  persist(tape: Tape): void {
    this.lost = tape.f64(this.lost);
    this.produced = tape.f64(this.produced);
    if (tape.isReading) this.restart();
  }
}
