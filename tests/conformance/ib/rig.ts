import { EventName, IBApi } from "@stoqey/ib";
import { realClock } from "../../../lib/host/clock.ts";
import { realTimers } from "../../../lib/host/timers.ts";
import { serveLoopback, type TwsOptions, TwsSim } from "../../../sims/tws/mod.ts";

/** One event of the library, by name, with its arguments. */
export interface Heard {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** The official client of this test: IBApi as an engine uses it, and everything it emitted. */
export class Official {
  readonly api: IBApi;
  readonly heard: Heard[] = [];

  constructor(port: number, clientId = 7) {
    this.api = new IBApi({ host: "127.0.0.1", port, clientId, maxReqPerSec: 40 });
    for (const name of Object.values(EventName)) {
      if (name === EventName.all) continue;
      this.api.on(name as EventName.error, (...args: unknown[]) => {
        this.heard.push({ name, args });
      });
    }
  }

  /** Arguments of every event of a name. */
  of(name: EventName): (readonly unknown[])[] {
    return this.heard.filter((one) => one.name === name).map(({ args }) => args);
  }

  /** Codes of errors and infos, oldest first. */
  codes(): number[] {
    return [...this.of(EventName.error), ...this.of(EventName.info)].map(([, code]) =>
      Number(code)
    );
  }

  /** Connects and waits until requests are taken. */
  async ready(): Promise<void> {
    this.api.connect();
    await until("nextValidId", () => this.of(EventName.nextValidId).length > 0);
  }
}

/** A server version of the emulator, each with the whole suite. */
export const VERSIONS = [178, 193] as const;

/** Runs work with a simulator on loopback, a session always open, and the official client ready. */
export async function withOfficial(
  options: Partial<TwsOptions>,
  work: (official: Official, sim: TwsSim, port: number) => Promise<void>,
): Promise<void> {
  const base = { clock: realClock, timers: realTimers, date: "2025-03-19", positions: 60 };
  const sim = new TwsSim({ ...base, pace: "compressed", ...options });
  const server = serveLoopback(sim);
  const official = new Official(server.port);
  try {
    await official.ready();
    await work(official, sim, server.port);
    const decoding = official.of(EventName.error).filter(([, code]) =>
      [503, 505, 506].includes(Number(code))
    );
    if (decoding.length > 0) throw new Error(`not decoded: ${String(decoding[0][0])}`);
  } finally {
    official.api.disconnect();
    await server.close();
    // The limiter of the library looks at its queue for a while yet.
    await new Promise((resolve) => setTimeout(resolve, 350));
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
