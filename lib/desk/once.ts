import { type ConnectionReport, failingStep } from "../domain/connection.ts";
import { connectionSentence } from "../portfolio/connect/sentence.ts";
import type { Timer, Timers } from "../ports/timers.ts";
import type { ApiBody } from "./api_answers.ts";
import type { Connections } from "./connections.ts";
import type { DeskServices } from "./services.ts";

/** What one snapshot is taken from. */
export interface OnceOptions {
  /** Null until the book is loaded. */
  readonly desk: () => DeskServices | null;
  /** Null where no broker is connected by design. */
  readonly connections: Connections | null;
  readonly timers: Timers;
  /** How long Greeks get to come, ms; never less than 5 s. */
  readonly warmupMs: number;
  /** Gives it up: the desk is told to end. */
  readonly signal: AbortSignal;
}

/** What came of it. */
export interface OnceEnd {
  /** The book as `/api/data` answers it; null when there is none, or it was given up. */
  readonly body: ApiBody | null;
  /** Brokers that could not be reached, each with its lines of what to do. */
  readonly unreached: readonly (readonly string[])[];
  /** What feeds say of themselves: what is missing, or not as it should be. */
  readonly notes: readonly string[];
}

/** Greeks get at least this long to come. Source: requirements.md G-009. */
export const WARMUP_MIN_MS = 5_000;
/** Who has neither a book nor a failing step by then is not waited for any more. */
const LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 50;

/** What to do about a connection, one line each, without the marks of the page. */
export function hintLines(report: ConnectionReport): readonly string[] {
  const fault = report.steps[failingStep(report.steps)]?.fault ?? null;
  if (fault === null) return [`${report.label} is not connected within ${LIMIT_MS / 1000} s.`];
  const plain = (text: string) => text.replaceAll("**", "");
  return [
    connectionSentence(report),
    plain(fault.cause),
    ...fault.remedy.map((line) => `– ${plain(line)}`),
  ];
}

const NOTHING: OnceEnd = { body: null, unreached: [], notes: [] };

function feedNotes(desk: DeskServices): readonly string[] {
  return desk.feeds().flatMap(({ label, detail }) =>
    detail === null ? [] : [`${label}: ${detail}`]
  );
}

function isInBook(report: ConnectionReport, desk: DeskServices | null): boolean {
  return desk?.accounts().some(({ broker }) => broker === report.id) ?? false;
}

/** A connection is settled when its part of the book is there, or when it was tested and is not. */
function isSettled(report: ConnectionReport, desk: DeskServices | null): boolean {
  if (isInBook(report, desk)) return true;
  return report.checkedAt !== null && !report.isTesting;
}

function isUnreached(report: ConnectionReport, desk: DeskServices | null): boolean {
  return !isInBook(report, desk) && (desk === null || failingStep(report.steps) >= 0);
}

/**
 * Waits until every broker has loaded its part of the book or has failed, then the longer of 5 s
 * and the warm-up, and takes the book (G-008, G-009). With no book at all it answers at once.
 */
export async function takeOnce(options: OnceOptions): Promise<OnceEnd> {
  const { desk, connections, timers, warmupMs, signal } = options;
  const reports = () => connections?.state().connections ?? [];
  const isReady = () =>
    connections === null ? desk() !== null : reports().every((one) => isSettled(one, desk()));
  for (let waitedMs = 0; !isReady() && waitedMs < LIMIT_MS; waitedMs += LOOK_EVERY_MS) {
    if (signal.aborted) return NOTHING;
    await pause(timers, LOOK_EVERY_MS, signal);
  }
  if (desk() !== null) await pause(timers, Math.max(WARMUP_MIN_MS, warmupMs), signal);
  if (signal.aborted) return NOTHING;
  const running = desk();
  const all = running === null ? [] : running.accounts().map((_, index) => index);
  return {
    body: running?.data(all) ?? null,
    unreached: reports().filter((one) => isUnreached(one, running)).map(hintLines),
    notes: running === null ? [] : feedNotes(running),
  };
}

function pause(timers: Timers, forMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    let timer: Timer | null = null;
    const end = () => {
      timer?.cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    timer = timers.setTimer(forMs, end);
    signal.addEventListener("abort", end);
  });
}
