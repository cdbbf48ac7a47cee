import type { Timer, Timers } from "../ports/timers.ts";

/** What is written of a body at once, and how long it may take. */
export interface SlicedBodyOptions {
  /** Each is asked for when the one before it is taken and the event loop has turned. */
  readonly parts: Iterator<string>;
  readonly timers: Timers;
  /** A body that is not taken by then is broken off, ms. */
  readonly limitMs: number;
  /** Called once, when it was taken, given up or broken off. */
  readonly ended: () => void;
}

/**
 * A body that holds nobody up: between two parts the event loop turns. A reader who leaves, or who
 * is slower than the limit, ends it, and what it was written from is let go.
 */
export function slicedBody(options: SlicedBodyOptions): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream(new SlicedSource(options));
}

class SlicedSource implements UnderlyingDefaultSource<Uint8Array<ArrayBuffer>> {
  readonly #encoder = new TextEncoder();
  readonly #timers: Timers;
  readonly #limitMs: number;
  readonly #ended: () => void;
  /** Null once it is over. */
  #parts: Iterator<string> | null;
  #limit: Timer | null = null;

  constructor({ parts, timers, limitMs, ended }: SlicedBodyOptions) {
    this.#parts = parts;
    this.#timers = timers;
    this.#limitMs = limitMs;
    this.#ended = ended;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): void {
    this.#limit = this.#timers.setTimer(this.#limitMs, () => {
      this.cancel();
      controller.error(new Error("the answer was not taken in time"));
    });
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#timers.setTimer(0, resolve);
    await promise;
    if (this.#parts === null) return;
    const part = this.#parts.next();
    if (part.done !== true) return controller.enqueue(this.#encoder.encode(part.value));
    this.cancel();
    controller.close();
  }

  cancel(): void {
    if (this.#parts === null) return;
    this.#parts = null;
    this.#limit?.cancel();
    this.#ended();
  }
}
