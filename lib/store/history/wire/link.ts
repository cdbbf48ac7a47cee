import type { Clock } from "../../../ports/clock.ts";
import type { Timers } from "../../../ports/timers.ts";
import { linkInThread, linkToWorker, type WorkerPort } from "../../../ports/worker_link.ts";
import type { FromHistory, HistoryLink, ToHistory } from "./messages.ts";
import { HistoryServer } from "./server.ts";

/** The module to start as a worker. */
export const HISTORY_WORKER_URL: URL = new URL("./worker.ts", import.meta.url);

/** History in a worker of its own. */
export function workerLink(worker: WorkerPort<FromHistory, ToHistory>): HistoryLink {
  return linkToWorker(worker, (message) => ({ kind: "failed", message }));
}

/** History in this thread, for tests: what can be answered at once is, before `send` returns. */
export function localLink(clock: Clock, timers: Timers): HistoryLink {
  return linkInThread<FromHistory, ToHistory>((send) => {
    const server = new HistoryServer({ clock, timers, send });
    return (message) => server.handle(message);
  }, { kind: "close" });
}
