/** What a page of the bench offers to the process that drives it, as `globalThis.bench`. */
export interface PageBench {
  /** Makes updates, one per animation frame, until a count or a time is over; says how many. */
  run(updates: number, limitMs: number): Promise<number>;
  /** What it shows now, as text that all candidates of a row share, and whether it is drawn. */
  shown(): Shown;
}

/** What a candidate shows. */
export interface Shown {
  /** Equal for candidates that show the same. */
  readonly values: string;
  /** Whether there is something to see. */
  readonly isDrawn: boolean;
  /** Whether the widget is the very object that was made at the start. */
  readonly isSame: boolean;
}

/** One way to do the work of a row, in the page. */
export interface PageCandidate {
  /** One update; `i` counts from 0. */
  step(i: number): void;
  shown(): Shown;
}

/** Makes a candidate in an empty element of a desktop's width. */
export type MakeCandidate = (host: HTMLElement) => PageCandidate;
