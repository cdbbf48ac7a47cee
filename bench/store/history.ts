import { realClock } from "../../lib/host/clock.ts";
import { realTimers } from "../../lib/host/timers.ts";
import { startWorker } from "../../lib/host/worker.ts";
import type { History } from "../../lib/ports/history.ts";
import { openHistory } from "../../lib/store/history/open_history.ts";
import { HISTORY_WORKER_URL, workerLink } from "../../lib/store/history/wire/link.ts";
import type { FromHistory, ToHistory } from "../../lib/store/history/wire/messages.ts";

/** Opens the desk's history in a folder, with its worker. */
export async function openDeskHistory(directory: string): Promise<History> {
  const opened = await openHistory({
    directory,
    mode: "demo",
    source: "bench",
    clock: realClock,
    timers: realTimers,
    link: () => workerLink(startWorker<FromHistory, ToHistory>(HISTORY_WORKER_URL)),
  });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

/** Runs work in a folder that is gone afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "deltadesk-bench-" });
  try {
    return await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
