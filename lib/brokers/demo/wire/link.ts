import type { Clock } from "../../../ports/clock.ts";
import type { Timers } from "../../../ports/timers.ts";
import type { FromWorld, ToWorld, WorldLink } from "./messages.ts";
import { WorldServer } from "./world_server.ts";

/** What the adapter uses of a worker. */
export interface WorkerPort {
  post(message: ToWorld, transfer: readonly ArrayBuffer[]): void;
  listen(listener: (message: FromWorld) => void, failed: (why: string) => void): void;
  terminate(): void;
}

/** A market in a worker of its own. */
export function workerLink(worker: WorkerPort): WorldLink {
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

/** A market in this thread, for tests and tapes: messages arrive before `send` returns. */
export function localLink(clock: Clock, timers: Timers): WorldLink {
  const early: FromWorld[] = [];
  let listener: ((message: FromWorld) => void) | null = null;
  const server = new WorldServer({
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
