import { checkEquality, type CheckResult } from "./checks.ts";
import { CLIENT_KINDS, pause, type SoakClient, soakClient } from "./clients.ts";
import { type DeskProcess, startDesk } from "./desk_process.ts";
import type { FollowerCounts } from "./follower.ts";
import { metricsOf } from "./metrics.ts";
import { Histogram, type Sample, slopeOf, valleyOf } from "./statistics.ts";

/** What a run is made of. */
export interface SoakOptions {
  readonly durationMs: number;
  /** Time between two equality checks. */
  readonly checkEveryMs: number;
  readonly rate: number;
  readonly clients: number;
  readonly positions: number;
  /** Ends the run early. */
  readonly stop: AbortSignal;
  /** Where a line goes. */
  readonly say: (line: string) => void;
}

/** What a run found; memory in bytes, times in ms. */
export interface SoakReport {
  /** What did not hold, in words; empty when all did. */
  readonly failures: readonly string[];
  readonly checks: number;
  readonly frames: number;
  readonly gaps: number;
  readonly duplicates: number;
  readonly resumes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Resident memory per hour by the straight line through the settled part; NaN when too short. */
  readonly residentSlope: number;
  /** Heap after collections at the end, less that at the start of the settled part. */
  readonly heapGrowth: number;
  readonly residentGrowth: number;
  readonly lagMs: number;
}

const MIB = 1024 * 1024;
/** Rows that travel to one client at most; see docs/stream.md. */
const TRAVELLING_ROWS = 2_000;
const SAMPLES_MAX = 3_600;
const HOUR_S = 3_600;
const SETTLED_AFTER_S = 900;
const RESIDENT_SLOPE_MAX = MIB;

/** Runs a desk with its clients for the given time; everything it started has ended afterwards. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const { rate, positions, stop, say } = options;
  const args = ["--rate", String(rate), "--positions", String(positions)];
  const desk = await startDesk(args, stop);
  const ended = new AbortController();
  const clients = makeClients(options.clients, desk.url);
  const running = clients.map((client) => client.run(ended.signal));
  const observation = new Observation(desk, clients, options);
  try {
    say(`desk ready at ${desk.url}, ${clients.length} clients, ${rate} events/s`);
    await Promise.race([observation.run(), ...running]);
  } finally {
    ended.abort();
    await Promise.allSettled(running);
    const code = await desk.stop();
    if (code !== 0) observation.failures.push(`the desk ended with exit code ${code}`);
  }
  return observation.report();
}

/** The first stays on binary frames: it is what the others and the answers are compared with. */
function makeClients(count: number, url: string): readonly SoakClient[] {
  const stream = `${url.replace(/^http/, "ws")}api/stream`;
  return Array.from(
    { length: count },
    (_, index) => soakClient(CLIENT_KINDS[index % CLIENT_KINDS.length], stream, index),
  );
}

class Observation {
  readonly failures: string[] = [];
  readonly #resident: Sample[] = [];
  readonly #heap: Sample[] = [];
  readonly #startedMs = performance.now();
  #checks = 0;
  #lagMs = 0;

  constructor(
    readonly desk: DeskProcess,
    readonly clients: readonly SoakClient[],
    readonly options: SoakOptions,
  ) {}

  get #elapsedMs(): number {
    return performance.now() - this.#startedMs;
  }

  /** Samples and checks until the time is over or something fatal happened. */
  async run(): Promise<void> {
    const { durationMs, checkEveryMs, stop } = this.options;
    const sampleEveryMs = Math.max(1_000, durationMs / SAMPLES_MAX);
    let checkAtMs = checkEveryMs;
    while (this.#elapsedMs < durationMs && !stop.aborted) {
      await pause(Math.min(sampleEveryMs, durationMs - this.#elapsedMs), stop);
      if (this.desk.exitCode() !== null) {
        this.failures.push("the desk ended by itself");
        return;
      }
      await this.#sample();
      if (this.#elapsedMs < checkAtMs) continue;
      checkAtMs += checkEveryMs;
      await this.#check();
    }
    if (this.#checks === 0 && !stop.aborted) await this.#check();
  }

  async #sample(): Promise<void> {
    const metrics = await metricsOf(this.desk.url);
    const atS = this.#elapsedMs / 1000;
    this.#resident.push({ atS, value: metrics.get("deltadesk_resident_bytes") ?? NaN });
    this.#heap.push({ atS, value: metrics.get("deltadesk_heap_bytes") ?? NaN });
    const lagMs = 1000 * (metrics.get("deltadesk_event_loop_lag_seconds") ?? NaN);
    this.#lagMs = Math.max(this.#lagMs, lagMs);
  }

  async #check(): Promise<void> {
    const { positions, stop, say } = this.options;
    const hasAllRows = positions <= TRAVELLING_ROWS;
    const result = await checkEquality(this.desk.url, this.clients, { hasAllRows, stop });
    if (stop.aborted) return;
    this.#checks++;
    if (result.failure !== null) this.failures.push(result.failure);
    say(this.#line(result));
  }

  #line(result: CheckResult): string {
    const { frames, gaps, duplicates } = this.#counts();
    const latencies = this.#latencies();
    const mib = (samples: readonly Sample[]) => ((samples.at(-1)?.value ?? NaN) / MIB).toFixed(1);
    return [
      `${Math.round(this.#elapsedMs / 1000)} s`,
      `resident ${mib(this.#resident)} MiB`,
      `heap ${mib(this.#heap)} MiB`,
      `lag ${this.#lagMs.toFixed(1)} ms`,
      `frame p50 ${latencies.quantile(0.5)} p99 ${latencies.quantile(0.99)} ms`,
      `${frames} frames, ${gaps} gaps, ${duplicates} duplicates`,
      `recomputation ${result.recomputation.toExponential(1)}`,
      result.failure === null
        ? `equal at flush ${result.seq} (try ${result.tries}), ${result.compared} clients alike`
        : `NOT EQUAL: ${result.failure}`,
    ].join("; ");
  }

  #counts() {
    const total = (pick: (counts: FollowerCounts) => number) =>
      this.clients.reduce((sum, { follower }) => sum + pick(follower.counts), 0);
    return {
      frames: total(({ frames }) => frames),
      gaps: total(({ gaps }) => gaps),
      duplicates: total(({ duplicates }) => duplicates),
      malformed: total(({ malformed }) => malformed),
      missedEvents: total(({ missedEvents }) => missedEvents),
      resumes: total(({ resumes }) => resumes),
    };
  }

  #latencies(): Histogram {
    const all = new Histogram();
    for (const { follower } of this.clients) all.addAll(follower.latencies);
    return all;
  }

  /** Judges the whole run. */
  report(): SoakReport {
    const counts = this.#counts();
    const latencies = this.#latencies();
    const endS = this.options.durationMs / 1000;
    // A third of a short run is for compilers and caches to settle.
    const fromS = Math.min(SETTLED_AFTER_S, endS / 3);
    const settled = this.#resident.filter(({ atS }) => atS >= fromS);
    const spanS = endS / 6;
    const growth = (samples: readonly Sample[]) =>
      valleyOf(samples, endS - spanS, Infinity) -
      valleyOf(samples, fromS - spanS / 2, fromS + spanS / 2);
    const residentSlope = slopeOf(settled) * HOUR_S;
    this.#judge(counts, residentSlope, endS);
    return {
      failures: this.failures,
      checks: this.#checks,
      frames: counts.frames,
      gaps: counts.gaps,
      duplicates: counts.duplicates,
      resumes: counts.resumes,
      p50Ms: latencies.quantile(0.5),
      p99Ms: latencies.quantile(0.99),
      residentSlope,
      heapGrowth: growth(this.#heap),
      residentGrowth: growth(this.#resident),
      lagMs: this.#lagMs,
    };
  }

  #judge(
    counts: Readonly<Record<"gaps" | "malformed" | "missedEvents" | "duplicates", number>>,
    residentSlope: number,
    endS: number,
  ): void {
    for (const name of ["gaps", "duplicates", "malformed", "missedEvents"] as const) {
      if (counts[name] > 0) this.failures.push(`${counts[name]} ${name}`);
    }
    for (const [index, { kind, ends }] of this.clients.entries()) {
      // Who leaves bytes unread may be sent away; it comes back and goes on.
      const unasked = ends.length > 0 && kind !== "stalls";
      if (unasked) {
        this.failures.push(`client ${index} (${kind}) was closed with ${ends.join(", ")}`);
      }
    }
    if (endS >= HOUR_S && residentSlope > RESIDENT_SLOPE_MAX) {
      this.failures.push(`resident memory grows by ${(residentSlope / MIB).toFixed(2)} MiB/h`);
    }
  }
}
