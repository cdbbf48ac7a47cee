import type { WorkerLink } from "../../../ports/worker_link.ts";
import type { Result } from "../../../base/result.ts";
import type {
  DailyBar,
  DailyEntry,
  LineQuery,
  SampleKind,
  Samples,
} from "../../../ports/history.ts";
import type { StoreProblem } from "../../problem.ts";
import type { HistoryPlace } from "../file.ts";
import type { ScannedLine } from "../scan.ts";

/** A series under the handle that samples name it by. */
export interface SeriesName {
  readonly handle: number;
  readonly kind: SampleKind;
  readonly key: string;
}

/** What is to be written: series before the samples that use them. Buffers are transferred. */
export interface HistoryBatch {
  readonly series: readonly SeriesName[];
  readonly samples: readonly Samples[];
  readonly daily: readonly DailyEntry[];
}

/** Daily bars that are asked for. */
export interface DailyQuery {
  readonly kind: SampleKind;
  readonly key: string;
  readonly column: string;
  readonly countMax: number;
}

/** From the desk to the worker. One batch at a time; the next after `taken`. */
export type ToHistory =
  | { readonly kind: "start"; readonly place: HistoryPlace }
  | { readonly kind: "batch"; readonly batch: HistoryBatch }
  | { readonly kind: "line"; readonly id: number; readonly query: LineQuery }
  | { readonly kind: "daily"; readonly id: number; readonly query: DailyQuery }
  | { readonly kind: "close" };

/** Where the worker's files stand. */
export interface WorkerState {
  readonly sizeBytes: number;
  /** Blocks and rows found damaged since the start. */
  readonly damagedCount: number;
}

/** From the worker to the desk. */
export type FromHistory =
  | { readonly kind: "ready"; readonly state: WorkerState }
  | { readonly kind: "refused"; readonly problem: StoreProblem }
  | {
    readonly kind: "taken";
    readonly written: number;
    readonly lost: number;
    readonly state: WorkerState;
  }
  /** A write failed. It is tried again by itself, unless that could do harm. */
  | { readonly kind: "trouble"; readonly problem: StoreProblem; readonly isFinal: boolean }
  /** Writing goes on after trouble. */
  | { readonly kind: "again" }
  | {
    readonly kind: "line";
    readonly id: number;
    readonly line: Result<ScannedLine, StoreProblem>;
    readonly state: WorkerState;
  }
  | {
    readonly kind: "daily";
    readonly id: number;
    readonly bars: Result<readonly DailyBar[], StoreProblem>;
  }
  | { readonly kind: "closed"; readonly written: number; readonly lost: number }
  /** The worker itself broke. */
  | { readonly kind: "failed"; readonly message: string };

/** A two-way connection to the worker, wherever it runs. */
export type HistoryLink = WorkerLink<FromHistory, ToHistory>;
