import type { Clock } from "../../../ports/clock.ts";
import type { Timers } from "../../../ports/timers.ts";
import type { FromHistory, HistoryLink, ToHistory } from "./messages.ts";
import { HistoryServer } from "./server.ts";

/** What is used of a worker; `startWorker` of the host gives one. */
export interface HistoryWorker {
  post(message: ToHistory, transfer: readonly ArrayBuffer[]): void;
  listen(listener: (message: FromHistory) => void, failed: (why: string) => void): void;
  terminate(): void;
}

/** The module to start as a worker. */
export const HISTORY_WORKER_URL: URL = new URL("./worker.ts", import.meta.url);

/** History in a worker of its own. */
export function workerLink(worker: HistoryWorker): HistoryLink {
  let isClosed = false;
  return {
    send: (message, transfer = []) => {
      if (!isClosed) worker.post(message, transfer);
    },
    receive: (listener) =>
      worker.listen(listener, (message) => {
        if (!isClosed) listener({ kind: "failed", message });
      }),
    close: () => {
      isClosed = true;
      worker.terminate();
    },
  };
}

/** History in this thread, for tests: what can be answered at once is, before `send` returns. */
export function localLink(clock: Clock, timers: Timers): HistoryLink {
  const early: FromHistory[] = [];
  let listener: ((message: FromHistory) => void) | null = null;
  const server = new HistoryServer({
    clock,
    timers,
    send: (message) => void (listener === null ? early.push(message) : listener(message)),
  });
  return {
    send: (message) => server.handle(message),
    receive: (next) => {
      listener = next;
      for (const message of early.splice(0)) next(message);
    },
    close: () => server.handle({ kind: "close" }),
  };
}
