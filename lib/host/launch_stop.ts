import type { Timers } from "../ports/timers.ts";
import { findLauncherAncestry, readProcess } from "./process_tree.ts";
import { watchParents } from "./parent_watch.ts";

/** What tells the launcher to end. */
export interface LaunchStop {
  /** Resolves with the reason in words, once. */
  readonly requested: Promise<string>;
  /** True from then on. */
  readonly isRequested: () => boolean;
  /** Stops listening and watching. */
  readonly dispose: () => void;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Listens for SIGINT and SIGTERM and watches npm, npx and task runners above this process: npx
 * forwards no signal, so its end has to be noticed. SIGHUP keeps its meaning, for nohup.
 */
export function listenForStop(timers: Timers, isUnderNpx: boolean): LaunchStop {
  let isRequested = false;
  let stopWatching = () => {};
  let isDisposed = false;
  let resolve: (reason: string) => void = () => {};
  const requested = new Promise<string>((done) => resolve = done);
  const request = (reason: string) => {
    isRequested = true;
    resolve(reason);
  };
  const listeners = SIGNALS.map((signal) => ({ signal, listener: () => request(signal) }));
  for (const { signal, listener } of listeners) Deno.addSignalListener(signal, listener);
  const watch = async () => {
    const ancestry = await findLauncherAncestry(Deno.ppid, isUnderNpx, readProcess);
    if (ancestry.isAbandoned) return request("the npx that started this has ended");
    if (isDisposed || ancestry.watched.length === 0) return;
    const onGone = ({ pid }: { readonly pid: number }) =>
      request(`process ${pid}, which started this, has ended`);
    const watching = { watched: ancestry.watched, timers, read: readProcess, onGone };
    stopWatching = watchParents(watching).cancel;
  };
  // Without `cat` or `ps` on the machine the desk still runs, only unwatched.
  watch().catch((error: unknown) => {
    console.error(`deltadesk: cannot watch the processes above this one (${String(error)})`);
  });
  return {
    requested,
    isRequested: () => isRequested,
    dispose: () => {
      isDisposed = true;
      stopWatching();
      for (const { signal, listener } of listeners) Deno.removeSignalListener(signal, listener);
    },
  };
}
