import type { Timers } from "../ports/timers.ts";
import type { LaunchStop } from "./launch_stop.ts";

/** Time that a child gets from SIGTERM to SIGKILL; above the server's own drain limit. */
export const KILL_AFTER_MS = 7800;

/** How a child process ended. */
export interface ChildEnd {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  /** True when it did not end in time after being asked to. */
  readonly wasKilled: boolean;
}

/** What `superviseChild` needs. */
export interface Supervision {
  readonly child: Deno.ChildProcess;
  readonly stop: LaunchStop;
  readonly timers: Timers;
}

function signalChild(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    // It ended by itself in the meantime; its status is about to tell.
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Waits for a child process. A requested stop becomes SIGTERM, and SIGKILL when the child has not
 * ended in time.
 */
export async function superviseChild(supervision: Supervision): Promise<ChildEnd> {
  const { child, stop, timers } = supervision;
  let wasKilled = false;
  let cancelKill = () => {};
  let hasEnded = false;
  void stop.requested.then(() => {
    if (hasEnded) return;
    signalChild(child, "SIGTERM");
    const timer = timers.setTimer(KILL_AFTER_MS, () => {
      wasKilled = true;
      signalChild(child, "SIGKILL");
    });
    cancelKill = () => timer.cancel();
  });
  const status = await child.status;
  hasEnded = true;
  cancelKill();
  return { code: status.code, signal: status.signal, wasKilled };
}
