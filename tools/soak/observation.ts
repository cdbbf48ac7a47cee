import { checkEquality, type CheckResult } from "./checks.ts";
import { pause, type SoakClient } from "./clients.ts";
import type { CountingClients } from "./counting_clients.ts";
import type { DeskProcess } from "./desk_process.ts";
import { metricsOf } from "./metrics.ts";
import { countsOf, mib, timesOf } from "./report.ts";
import type { LiveMemory } from "./server_output.ts";
import type { Sample } from "./statistics.ts";

/** What a run is made of. */
export interface SoakOptions {
  readonly durationMs: number;
  /** Time between two equality checks. */
  readonly checkEveryMs: number;
  readonly rate: number;
  /** Two at least. */
  readonly clients: number;
  readonly positions: number;
  /** Ends the run early. */
  readonly stop: AbortSignal;
  /** Where a line goes. */
  readonly say: (line: string) => void;
}

/** Rows that travel to one client at most; see docs/stream.md. */
const TRAVELLING_ROWS = 2_000;
const SAMPLE_EVERY_MS = 5_000;
/** The desk tells its worst of so long, which in the beginning is that of its start. */
const LAG_WINDOW_MS = 11_000;
const SAMPLES_LEAST = 60;
const HOUR_MS = 3_600_000;
const SETTLED_AFTER_MS = 900_000;
/** A collection lets go of pages that come back: it has to be over when the line begins. */
const COLLECTED_BEFORE_MS = 60_000;
/** Runs of this length collect after every check, too. */
const COLLECTS_FROM_MS = 600_000;
/** What waited during a collection has been sent by then. */
const AFTER_COLLECTION_MS = 500;

/** When a run of that length counts as settled, ms: a third of a short one, else 15 minutes. */
export function settledAfter(durationMs: number): number {
  return Math.min(SETTLED_AFTER_MS, durationMs / 3);
}

/** Samples a desk under load, checks it once a minute, and forces two collections. */
export class Observation {
  readonly failures: string[] = [];
  readonly resident: Sample[] = [];
  /** Resident memory right after forced collections: what is held, without garbage that waits. */
  readonly held: Sample[] = [];
  /** After a forced collection: when the run has settled, and at its end. */
  readonly live: LiveMemory[] = [];
  checks = 0;
  equal = 0;
  /** Worst lateness of the desk's loop, ms. */
  lagMs = 0;
  /** Market events a second that the desk took, over the whole run. */
  eventsPerSecond = NaN;
  readonly #startedMs = performance.now();
  /** Of the main isolate, what is not yet collected included. */
  #heapBytes = NaN;
  #firstEvents = NaN;
  #firstAtMs = NaN;

  constructor(
    readonly desk: DeskProcess,
    readonly clients: readonly SoakClient[],
    readonly counting: CountingClients,
    readonly options: SoakOptions,
  ) {}

  /** Time since the start, ms. */
  get elapsedMs(): number {
    return performance.now() - this.#startedMs;
  }

  /** Samples and checks until the time is over or something fatal happened. */
  async run(): Promise<void> {
    const { durationMs, checkEveryMs, stop } = this.options;
    const sampleEveryMs = Math.min(SAMPLE_EVERY_MS, durationMs / SAMPLES_LEAST);
    const settledMs = settledAfter(durationMs);
    const collectAtMs = durationMs >= HOUR_MS ? settledMs - COLLECTED_BEFORE_MS : settledMs;
    let checkAtMs = checkEveryMs;
    let sampleAtMs = sampleEveryMs;
    while (this.elapsedMs < durationMs && !stop.aborted) {
      await pause(Math.max(0, Math.min(sampleAtMs, durationMs) - this.elapsedMs), stop);
      sampleAtMs = Math.max(sampleAtMs + sampleEveryMs, this.elapsedMs);
      if (this.desk.exitCode() !== null) {
        this.failures.push("the desk ended by itself");
        return;
      }
      await this.#sample();
      if (this.live.length === 0 && this.elapsedMs >= collectAtMs) {
        this.live.push(await this.#collect());
      }
      if (this.elapsedMs < checkAtMs) continue;
      checkAtMs += checkEveryMs;
      await this.#check();
      if (durationMs >= COLLECTS_FROM_MS) await this.#collect();
    }
    if (stop.aborted) return;
    if (this.checks === 0) await this.#check();
    this.live.push(await this.#collect());
  }

  async #collect(): Promise<LiveMemory> {
    const { stop } = this.options;
    this.counting.measure(false);
    const live = await this.desk.collect();
    await pause(AFTER_COLLECTION_MS, stop);
    const metrics = await metricsOf(this.desk.url);
    const value = metrics.get("deltadesk_resident_bytes") ?? NaN;
    this.held.push({ atS: this.elapsedMs / 1000, value });
    this.counting.measure(true);
    return live;
  }

  async #sample(): Promise<void> {
    const metrics = await metricsOf(this.desk.url);
    const atMs = this.elapsedMs;
    const value = metrics.get("deltadesk_resident_bytes") ?? NaN;
    this.resident.push({ atS: atMs / 1000, value });
    this.#heapBytes = metrics.get("deltadesk_heap_bytes") ?? NaN;
    const lagMs = 1000 * (metrics.get("deltadesk_event_loop_lag_seconds") ?? NaN);
    if (atMs > LAG_WINDOW_MS) this.lagMs = Math.max(this.lagMs, lagMs);
    const events = metrics.get("deltadesk_events_total") ?? NaN;
    if (Number.isNaN(this.#firstEvents)) {
      this.#firstEvents = events;
      this.#firstAtMs = atMs;
    } else this.eventsPerSecond = 1000 * (events - this.#firstEvents) / (atMs - this.#firstAtMs);
  }

  async #check(): Promise<void> {
    const { positions, stop, say } = this.options;
    const hasAllRows = positions <= TRAVELLING_ROWS;
    const result = await checkEquality(this.desk.url, this.clients, { hasAllRows, stop });
    if (stop.aborted) return;
    this.checks++;
    if (result.isEqual) this.equal++;
    if (result.failure !== null) this.failures.push(result.failure);
    say(await this.#line(result));
  }

  async #line(result: CheckResult): Promise<string> {
    const times = timesOf(await this.counting.counts());
    const { frames, gaps } = countsOf(this.clients);
    return [
      `${Math.round(this.elapsedMs / 1000)} s`,
      `resident ${mib(this.resident.at(-1)?.value ?? NaN)}`,
      `heap ${mib(this.#heapBytes)}`,
      `lag ${this.lagMs.toFixed(1)} ms`,
      `${this.eventsPerSecond.toFixed(0)} events/s`,
      `tick to client p50 ${times.ticks.quantile(0.5)} p99 ${times.ticks.quantile(0.99)} ms`,
      `frame to frame p99 ${times.intervals.quantile(0.99)} ms, longest ${times.longestMs} ms`,
      `${frames + times.frames} frames, ${gaps + times.gaps} gaps`,
      `recomputation ${result.recomputation.toExponential(1)}`,
      outcomeOf(result),
    ].join("; ");
  }
}

function outcomeOf({ failure, seq, tries, compared }: CheckResult): string {
  if (failure !== null) return `NOT EQUAL: ${failure}`;
  return `equal at flush ${seq} (try ${tries}), ${compared} clients alike`;
}
