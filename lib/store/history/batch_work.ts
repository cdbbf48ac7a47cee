import { writeDaily } from "./daily.ts";
import type { HistoryFile } from "./file.ts";
import { TailWriter } from "./tail_writer.ts";
import type { HistoryBatch, SeriesName } from "./wire/messages.ts";

/** Rows of names and of bars in one transaction. */
const NAMES_MAX = 512;
const BARS_MAX = 512;

/** Stored ids of the handles that samples name series by. */
export class HandleIds {
  readonly #names: SeriesName[] = [];
  #ids = new Int32Array(1024).fill(-1);

  /** The stored id; −1 for a handle without one. */
  readonly idOf = (handle: number): number => {
    return handle >= 0 && handle < this.#ids.length ? this.#ids[handle] : -1;
  };

  /** Every name that was ever set, to intern them in another file. */
  get names(): readonly SeriesName[] {
    return this.#names;
  }

  /** Sets the ids of names; known ones are replaced. */
  set(names: readonly SeriesName[], ids: readonly number[]): void {
    for (let i = 0; i < names.length; i++) {
      const { handle } = names[i];
      if (handle >= this.#ids.length) {
        const grown = new Int32Array(Math.max(handle + 1, this.#ids.length * 2)).fill(-1);
        grown.set(this.#ids);
        this.#ids = grown;
      }
      if (this.#ids[handle] < 0) this.#names.push(names[i]);
      this.#ids[handle] = ids[i];
    }
  }
}

/** One batch on its way to the disk, transaction by transaction; a failed one is taken again. */
export class BatchWork {
  readonly #file: HistoryFile;
  readonly #batch: HistoryBatch;
  readonly #names: readonly SeriesName[];
  readonly #ids: HandleIds;
  readonly #tail: TailWriter;
  #named = 0;
  #barred = 0;
  /** Samples on the disk, and samples that can never be. */
  written = 0;
  lost = 0;

  /** `isNewFile`: every name is interned again. */
  constructor(file: HistoryFile, batch: HistoryBatch, ids: HandleIds, isNewFile: boolean) {
    this.#file = file;
    this.#batch = batch;
    this.#ids = ids;
    this.#names = isNewFile ? [...ids.names, ...batch.series] : batch.series;
    this.#tail = new TailWriter(file, batch.samples, ids.idOf);
  }

  /** True when everything is on the disk. */
  get isDone(): boolean {
    return this.#named === this.#names.length && this.#tail.isDone &&
      this.#barred === this.#batch.daily.length;
  }

  /** Runs one transaction; throws what SQLite throws. */
  step(): void {
    if (this.#named < this.#names.length) {
      const names = this.#names.slice(this.#named, this.#named + NAMES_MAX);
      this.#ids.set(names, this.#file.intern(names));
      this.#named += names.length;
    } else if (!this.#tail.isDone) {
      const { written, lost } = this.#tail.step();
      this.written += written;
      this.lost += lost;
    } else if (this.#barred < this.#batch.daily.length) {
      const bars = this.#batch.daily.slice(this.#barred, this.#barred + BARS_MAX);
      writeDaily(this.#file, bars);
      this.#barred += bars.length;
    }
  }
}
