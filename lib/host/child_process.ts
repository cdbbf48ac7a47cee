import type { Timers } from "../ports/timers.ts";
import type { LaunchStop } from "./launch_stop.ts";

/** Time that a child gets from SIGTERM to SIGKILL; above the server's own drain limit. */
export const KILL_AFTER_MS = 7800;
/** Time from SIGKILL to leaving it alone: what waits for a broken disk ends only with that. */
const LEAVE_AFTER_MS = 1200;
const KILLED_CODE = 137;

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
 * ended in time; one that not even this ends is waited for no longer.
 */
export async function superviseChild(supervision: Supervision): Promise<ChildEnd> {
  const { child, stop, timers } = supervision;
  let wasKilled = false;
  let cancelKill = () => {};
  let hasEnded = false;
  const left = Promise.withResolvers<Deno.CommandStatus>();
  void stop.requested.then(() => {
    if (hasEnded) return;
    signalChild(child, "SIGTERM");
    let timer = timers.setTimer(KILL_AFTER_MS, () => {
      wasKilled = true;
      signalChild(child, "SIGKILL");
      const status = { success: false, code: KILLED_CODE, signal: "SIGKILL" } as const;
      timer = timers.setTimer(LEAVE_AFTER_MS, () => left.resolve(status));
    });
    cancelKill = () => timer.cancel();
  });
  const status = await Promise.race([child.status, left.promise]);
  hasEnded = true;
  cancelKill();
  return { code: status.code, signal: status.signal, wasKilled };
}
