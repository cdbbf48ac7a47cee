import { realClock } from "../../../lib/host/clock.ts";
import { realTimers } from "../../../lib/host/timers.ts";
import {
  type LoopbackServer,
  serveLoopback,
  type SimOptions,
} from "../../../sims/tastytrade/mod.ts";
import { TastytradeSim } from "../../../sims/tastytrade/mod.ts";

/** A simulator on loopback with a session that is always open. */
export async function withSimulator(
  options: Partial<SimOptions>,
  work: (server: LoopbackServer, sim: TastytradeSim) => Promise<void>,
): Promise<void> {
  const base = { clock: realClock, timers: realTimers, date: "2025-03-19", positions: 120 };
  const sim = new TastytradeSim({ ...base, pace: "compressed", ...options });
  const server = serveLoopback(sim);
  try {
    await work(server, sim);
  } finally {
    await server.close();
  }
}

/** Waits until a condition holds; fails with its name after ten seconds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not within 10 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
