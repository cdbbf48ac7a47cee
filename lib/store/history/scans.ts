import { fail, ok, type Result } from "../../base/result.ts";
import type { LineQuery } from "../../ports/history.ts";
import { problemOf, type StoreProblem } from "../problem.ts";
import type { HistoryFile } from "./file.ts";
import { type Scan, scanLine, type ScannedLine } from "./scan.ts";

interface RunningScan {
  readonly id: number;
  readonly scan: Scan;
}

/** Lines that are being read from a file, slice by slice in turn. */
export class Scans {
  readonly #file: HistoryFile;
  #running: RunningScan[] = [];
  #damagedCount = 0;

  constructor(file: HistoryFile) {
    this.#file = file;
  }

  /** Stretches that could not be read. */
  get damagedCount(): number {
    return this.#damagedCount;
  }

  /** True while any is under way. */
  get isBusy(): boolean {
    return this.#running.length > 0;
  }

  /** Begins one for a checked query; `column` is the index of its column. */
  add(id: number, query: LineQuery, column: number): void {
    this.#running.push({ id, scan: scanLine(this.#file, query, column) });
  }

  /** Does a slice of the next one; answers when that one is done. */
  step(): { readonly id: number; readonly line: Result<ScannedLine, StoreProblem> } | null {
    const running = this.#running.shift();
    if (running === undefined) return null;
    const { id, scan } = running;
    try {
      const next = scan.next();
      if (next.done === true) {
        this.#damagedCount += next.value.damagedCount;
        return { id, line: ok(next.value) };
      }
      this.#running.push(running);
      return null;
    } catch (error) {
      const problem = problemOf(error, this.#file.path);
      if (problem === null) throw error;
      return { id, line: fail(problem) };
    }
  }

  /** Gives all up; answers their ids. */
  endAll(): readonly number[] {
    const ids = this.#running.map(({ id }) => id);
    this.#running = [];
    return ids;
  }
}
