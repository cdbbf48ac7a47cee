import type { Timers } from "../ports/timers.ts";

/** What is watched of a WebSocket: that it has closed. */
export type ClosingSocket = Pick<EventTarget, "addEventListener">;

/**
 * The WebSockets that have not closed yet. A server that ends closes what is still open with a code
 * of its own, so the stop waits here until every viewer has got the desk's.
 */
export class OpenSockets {
  readonly #open = new Set<ClosingSocket>();
  #tellEmpty = () => {};

  /** Watches a socket until it closes. */
  add(socket: ClosingSocket): void {
    this.#open.add(socket);
    socket.addEventListener("close", () => {
      this.#open.delete(socket);
      if (this.#open.size === 0) this.#tellEmpty();
    });
  }

  /** Resolves once all have closed, at the latest after `limitMs`: a peer may never answer. */
  async closed(timers: Timers, limitMs: number): Promise<void> {
    if (this.#open.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = timers.setTimer(limitMs, resolve);
      this.#tellEmpty = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}
