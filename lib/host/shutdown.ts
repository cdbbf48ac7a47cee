import type { Timers } from "../ports/timers.ts";

/** Why a desk ends. */
export type ShutdownCause = "SIGINT" | "SIGTERM" | "launcherGone";

/** How a desk is brought down. */
export interface ShutdownOptions {
  /** Resolves when the launcher is gone. */
  readonly gone: Promise<void>;
  readonly timers: Timers;
  /** Brings everything down in order; told why. */
  readonly drain: (cause: ShutdownCause) => Promise<void>;
  /** The drain is given up after this long. */
  readonly limitMs?: number;
}

/** How a drain ended: exit code 0, or 1 with a line to print. */
export interface ShutdownOutcome {
  readonly exitCode: 0 | 1;
  readonly message: string | null;
}

/** Time that the server gives its drain; the launcher waits a little longer. */
export const DRAIN_LIMIT_MS = 7000;

function untilCause(gone: Promise<void>): Promise<ShutdownCause> {
  return new Promise((resolve) => {
    // The listeners stay: a terminal sends its signal to the whole group and the launcher forwards
    // its own, so a second one is normal and must not cut the drain short.
    Deno.addSignalListener("SIGINT", () => resolve("SIGINT"));
    Deno.addSignalListener("SIGTERM", () => resolve("SIGTERM"));
    // A closing terminal ends the launcher, and that is what counts here.
    Deno.addSignalListener("SIGHUP", () => {});
    void gone.then(() => resolve("launcherGone"));
  });
}

/** How long a drain may take, and on which timers. */
export interface DrainLimit {
  readonly timers: Timers;
  readonly limitMs: number;
}

/** Runs a drain to its end or to the limit; what goes wrong becomes the outcome. */
export async function drainWithin(
  limit: DrainLimit,
  drain: () => Promise<void>,
): Promise<ShutdownOutcome> {
  const { timers, limitMs } = limit;
  let stopWaiting = () => {};
  const tooLong = new Promise<ShutdownOutcome>((resolve) => {
    const message = `the shutdown took longer than ${limitMs / 1000} s and was cut short`;
    const timer = timers.setTimer(limitMs, () => resolve({ exitCode: 1, message }));
    stopWaiting = () => timer.cancel();
  });
  const drained = drain().then(
    (): ShutdownOutcome => ({ exitCode: 0, message: null }),
    (error: unknown): ShutdownOutcome => ({
      exitCode: 1,
      message: `the shutdown failed: ${error instanceof Error ? error.message : String(error)}`,
    }),
  );
  const outcome = await Promise.race([drained, tooLong]);
  stopWaiting();
  return outcome;
}

/**
 * Waits for SIGINT, SIGTERM or the end of the launcher, then drains within the limit. The caller
 * prints the message and exits with the code: sockets and timers may keep the process alive.
 */
export async function runUntilShutdown(options: ShutdownOptions): Promise<ShutdownOutcome> {
  const cause = await untilCause(options.gone);
  const limit = { timers: options.timers, limitMs: options.limitMs ?? DRAIN_LIMIT_MS };
  return await drainWithin(limit, () => options.drain(cause));
}
