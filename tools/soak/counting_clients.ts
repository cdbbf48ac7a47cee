import { startWorker } from "../../lib/host/worker.ts";
import type { ToCounting } from "./counting_worker.ts";
import type { FrameCounts } from "./frame_times.ts";

/** Clients in a thread of their own that count and time frames. */
export interface CountingClients {
  /** What they saw so far; fails when their thread did. One question at a time. */
  counts(): Promise<FrameCounts>;
  /** Frames that arrive while false are counted and not timed. */
  measure(isMeasuring: boolean): void;
  /** Ends them; idempotent. */
  stop(): void;
}

/** Starts clients on the binary stream at full rate; `url`: of the stream, `ws:`. */
export function startCountingClients(url: string, clients: number): CountingClients {
  const worker = startWorker<FrameCounts, ToCounting>(
    new URL("counting_worker.ts", import.meta.url),
  );
  const failed = Promise.withResolvers<never>();
  // Nobody may be asking when it fails.
  failed.promise.catch(() => {});
  let told = Promise.withResolvers<FrameCounts>();
  worker.listen(
    (counts) => told.resolve(counts),
    (why) => failed.reject(new Error(`the counting clients failed: ${why}`)),
  );
  worker.post({ kind: "start", url, clients }, []);
  return {
    counts: () => {
      told = Promise.withResolvers<FrameCounts>();
      worker.post({ kind: "report" }, []);
      return Promise.race([told.promise, failed.promise]);
    },
    measure: (isMeasuring) => worker.post({ kind: "measure", isMeasuring }, []),
    stop: () => worker.terminate(),
  };
}
