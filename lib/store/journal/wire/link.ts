import { linkToWorker, type WorkerPort } from "../../../ports/worker_link.ts";
import { JournalServer } from "../journal_server.ts";
import type { FromJournal, JournalLink, ToJournal } from "./messages.ts";

/** The module to start as a worker. */
export const JOURNAL_WORKER_URL: URL = new URL("../worker.ts", import.meta.url);

/** A journal's file in a worker of its own. */
export function workerLink(worker: WorkerPort<FromJournal, ToJournal>): JournalLink {
  return linkToWorker(worker, (message) => ({ kind: "failed", message }));
}

/** A journal's file in this thread, for tests: appends are answered before `send` returns. */
export function localLink(): JournalLink {
  let listener: ((message: FromJournal) => void) | null = null;
  const server = new JournalServer((message) => listener?.(structuredClone(message)));
  return {
    send: (message) => server.handle(structuredClone(message)),
    receive: (next) => {
      listener = next;
    },
    close: () => {
      listener = null;
      server.handle({ id: 0, question: { kind: "close" } });
    },
  };
}
