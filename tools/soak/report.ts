import type { SoakClient } from "./clients.ts";
import type { FollowerCounts } from "./follower.ts";
import type { FrameCounts, Pause } from "./frame_times.ts";
import type { LiveMemory } from "./server_output.ts";
import { Histogram, type Trend } from "./statistics.ts";

const MIB = 1024 * 1024;

/** Memory with its unit. */
export function mib(bytes: number): string {
  return Number.isNaN(bytes) ? "unknown" : `${(bytes / MIB).toFixed(2)} MiB`;
}

/** What was measured on frames, as distributions. */
export interface Times {
  /** From a tick's arrival at the desk to the last byte of its frame at a client, ms. */
  readonly ticks: Histogram;
  /** As `ticks`, of the oldest tick that a frame can hold. */
  readonly oldest: Histogram;
  /** From a flush to the last byte of its frame at a client, ms. */
  readonly delivery: Histogram;
  /** Between two frames, ms: a flush that found nothing new sends none. */
  readonly intervals: Histogram;
  readonly longestMs: number;
  readonly pauses: readonly Pause[];
  readonly frames: number;
  readonly gaps: number;
  readonly ends: number;
  readonly bytes: number;
}

function histogramOf(counts: Float64Array): Histogram {
  const histogram = new Histogram(counts.length - 1);
  histogram.addCounts(counts);
  return histogram;
}

/** The distributions behind counts. */
export function timesOf(counts: FrameCounts): Times {
  return {
    ...counts,
    ticks: histogramOf(counts.ticks),
    oldest: histogramOf(counts.oldest),
    delivery: histogramOf(counts.delivery),
    intervals: histogramOf(counts.intervals),
    longestMs: counts.pauses.at(0)?.ms ?? NaN,
  };
}

/** What the following clients counted together. */
export function countsOf(clients: readonly SoakClient[]): Readonly<FollowerCounts> {
  const total = (name: keyof FollowerCounts) =>
    clients.reduce((sum, { follower }) => sum + follower.counts[name], 0);
  return {
    frames: total("frames"),
    snapshots: total("snapshots"),
    resumes: total("resumes"),
    gaps: total("gaps"),
    duplicates: total("duplicates"),
    malformed: total("malformed"),
    missedEvents: total("missedEvents"),
  };
}

/** What a run found; memory in bytes, times in ms. */
export interface SoakReport {
  /** What did not hold, in words; empty when all did. */
  readonly failures: readonly string[];
  readonly durationMs: number;
  readonly clients: number;
  readonly positions: number;
  /** Market events a second that the desk really took. */
  readonly eventsPerSecond: number;
  readonly checks: number;
  /** Checks at which everything was equal. */
  readonly equal: number;
  readonly counts: Readonly<FollowerCounts>;
  readonly times: Times;
  /** Resident memory after forced collections in the settled part, bytes a second. */
  readonly trend: Trend;
  /** As `trend`, of samples 5 s apart with garbage that waits for its collection. */
  readonly rawTrend: Trend;
  /** Lowest resident memory at the end, less that when the run had settled. */
  readonly residentGrowth: number;
  /** Resident memory at the end. */
  readonly resident: number;
  /** After forced collections: when the run had settled, and at its end. */
  readonly live: readonly LiveMemory[];
  /** Heap after a forced collection at the end, less that when the run had settled. */
  readonly heapGrowth: number;
  readonly lagMs: number;
}

const HOUR_S = 3_600;

/** Below it a slope an hour is the settling of caches. */
const SLOPE_LEAST_MS = 600_000;

function isLong({ durationMs }: SoakReport): boolean {
  return durationMs >= SLOPE_LEAST_MS;
}

function quantiles(histogram: Histogram): string {
  return `p50 ${histogram.quantile(0.5)} ms, p99 ${histogram.quantile(0.99)} ms`;
}

function trendText({ slope, step, stepAtS }: Trend, isLong: boolean): string {
  if (!isLong) return "too short for a slope";
  const stepped = step === 0 ? "" : `, and a step of ${mib(step)} at ${stepAtS.toFixed(0)} s`;
  return `${mib(slope * HOUR_S)}/h${stepped}`;
}

/** What a run found, in lines. */
export function summaryOf(report: SoakReport): string {
  const { counts, times, live } = report;
  const pauses = times.pauses.map(({ ms, at }) => `${ms} ms at ${new Date(at).toISOString()}`);
  return [
    `equality checks: ${report.equal} of ${report.checks} equal`,
    `events taken: ${report.eventsPerSecond.toFixed(0)}/s; frames: ${
      counts.frames + times.frames
    }` +
    `; gaps: ${counts.gaps + times.gaps}; duplicates: ${counts.duplicates}; ` +
    `resumes: ${counts.resumes}; ${mib(times.bytes)} counted`,
    `tick to client, newest tick of each row: ${quantiles(times.ticks)}`,
    `tick to client, oldest tick of each frame: ${quantiles(times.oldest)}`,
    `flush to client: ${quantiles(times.delivery)}`,
    `frame to frame: ${quantiles(times.intervals)}; longest ${pauses.join(", ")}`,
    `worst loop lag: ${report.lagMs.toFixed(1)} ms`,
    `resident memory: ${mib(report.resident)}, ${mib(report.residentGrowth)} more than when ` +
    `settled, after collections ${trendText(report.trend, isLong(report))}; ` +
    `with garbage ${trendText(report.rawTrend, isLong(report))}`,
    `heap after forced collections: ${live.map(({ heapBytes }) => mib(heapBytes)).join(" to ")}; ` +
    `outside it ${live.map(({ externalBytes }) => mib(externalBytes)).join(" to ")}`,
    ...report.failures.map((failure) => `FAILED: ${failure}`),
    "For docs/benchmarks.md:",
    rowOf(report, new Date()),
  ].join("\n");
}

/** A row of the soak's table in docs/benchmarks.md. */
export function rowOf(report: SoakReport, on: Date): string {
  const { times, trend } = report;
  const length = report.durationMs >= HOUR_S * 1000
    ? `${(report.durationMs / 3_600_000).toFixed(1).replace(".0", "")} h`
    : `${(report.durationMs / 1000).toFixed(0)} s`;
  const events = Math.round(report.eventsPerSecond).toLocaleString("en-US");
  return `| ${
    [
      on.toISOString().slice(0, 10),
      length,
      `${events} events/s, ${report.clients} clients, ` +
      `${report.positions.toLocaleString("en-US")} legs`,
      `${report.equal} of ${report.checks}`,
      report.counts.gaps + times.gaps,
      `${times.ticks.quantile(0.5)} ms, ${times.ticks.quantile(0.99)} ms`,
      `${times.intervals.quantile(0.99)} ms, ${times.longestMs} ms`,
      mib(report.resident),
      isLong(report) ? `${mib(trend.slope * HOUR_S)}/h` : "–",
      mib(report.heapGrowth),
    ].join(" | ")
  } |`;
}
