import type { Clock } from "../../../ports/clock.ts";
import type { Timers } from "../../../ports/timers.ts";
import { linkInThread, linkToWorker, type WorkerPort } from "../../../ports/worker_link.ts";
import type { FromWorld, ToWorld, WorldLink } from "./messages.ts";
import { WorldServer } from "./world_server.ts";

/** A market in a worker of its own. */
export function workerLink(worker: WorkerPort<FromWorld, ToWorld>): WorldLink {
  return linkToWorker(worker, (message) => ({ kind: "failed", message }));
}

/** A market in this thread, for tests and tapes: messages arrive before `send` returns. */
export function localLink(clock: Clock, timers: Timers): WorldLink {
  return linkInThread<FromWorld, ToWorld>((send) => {
    const server = new WorldServer({ clock, timers, send });
    return (message) => server.handle(message);
  }, { kind: "close" });
}
