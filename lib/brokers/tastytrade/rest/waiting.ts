import type { Timers } from "../../../ports/timers.ts";

/** Waits; answers false when `signal` was aborted first. Leaves no timer. */
export function pause(timers: Timers, delayMs: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (isOver: boolean): void => {
      timer.cancel();
      signal.removeEventListener("abort", onAbort);
      resolve(isOver);
    };
    const onAbort = () => end(false);
    const timer = timers.setTimer(delayMs, () => end(true));
    signal.addEventListener("abort", onAbort);
  });
}

/** The value of `work`, or null when `signal` is aborted before; `work` goes on for others. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(null);
    signal.addEventListener("abort", onAbort);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** A signal that follows another one and a deadline. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** True once the deadline, and not the caller, ended it. */
  readonly isOver: boolean;
  /** Stops the timer and follows no longer. */
  end(): void;
}

/** Starts a deadline that also ends when one of `outer` does. */
export function deadline(
  timers: Timers,
  afterMs: number,
  outer: readonly AbortSignal[],
): Deadline {
  const abort = new AbortController();
  const onAbort = () => abort.abort();
  let isOver = false;
  const timer = timers.setTimer(afterMs, () => {
    isOver = true;
    abort.abort();
  });
  for (const signal of outer) {
    if (signal.aborted) abort.abort();
    signal.addEventListener("abort", onAbort);
  }
  return {
    signal: abort.signal,
    get isOver() {
      return isOver;
    },
    end() {
      timer.cancel();
      for (const signal of outer) signal.removeEventListener("abort", onAbort);
    },
  };
}
