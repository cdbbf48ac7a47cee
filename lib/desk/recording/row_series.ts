import type { BookView } from "../../domain/book_view.ts";
import type { History } from "../../ports/history.ts";

/** What naming a row costs, in rows that have their names. */
const NAMING_COST = 2;
const UNKNOWN = -2;

function grown(column: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const roomy = new Int32Array(length).fill(UNKNOWN);
  roomy.set(column);
  return roomy;
}

/** Handles of position rows by id, each looked up once: an id is never another position's. */
export class RowSeries {
  readonly #history: Pick<History, "series">;
  readonly #handleOf: (instrumentKey: string) => number;
  /** Handles of the series of a row and of what it is computed from, and of its quotes. */
  #position = new Int32Array(0);
  #input = new Int32Array(0);
  #quote = new Int32Array(0);

  constructor(history: Pick<History, "series">, handleOf: (instrumentKey: string) => number) {
    this.#history = history;
    this.#handleOf = handleOf;
  }

  /** Series of the row at `index`, −1 past history's bound. */
  position(view: BookView, index: number): number {
    const id = this.#idOf(view, index);
    return this.#position[id];
  }

  /** Series of what the row at `index` is computed from, −1 past history's bound. */
  input(view: BookView, index: number): number {
    const id = this.#idOf(view, index);
    return this.#input[id];
  }

  /** Where the quotes of the row at `index` stand, −1 where there are none. */
  quote(view: BookView, index: number): number {
    const id = this.#idOf(view, index);
    return this.#quote[id];
  }

  /** End of the rows from `from` on that cost no more than `costMax`, one row at least. */
  within(view: BookView, from: number, costMax: number): number {
    const { rowCount, rowIds } = view;
    let cost = 0;
    let to = from;
    while (to < rowCount && (cost < costMax || to === from)) {
      const isNamed = (this.#position[rowIds[to++]] ?? UNKNOWN) !== UNKNOWN;
      cost += isNamed ? 1 : NAMING_COST;
    }
    return to;
  }

  /** Id of a row that has its names; the columns may be others afterwards. */
  #idOf(view: BookView, index: number): number {
    const id = view.rowIds[index];
    if ((this.#position[id] ?? UNKNOWN) === UNKNOWN) this.#name(view, index, id);
    return id;
  }

  #name(view: BookView, index: number, id: number): void {
    if (id >= this.#position.length) {
      const length = Math.max(2 * id, 1024);
      this.#position = grown(this.#position, length);
      this.#input = grown(this.#input, length);
      this.#quote = grown(this.#quote, length);
    }
    const { key } = view.instrumentOfRow(index);
    const account = view.account(view.accountOfRow(index)).account.id;
    this.#position[id] = this.#history.series("position", `${account} ${key}`);
    this.#input[id] = this.#history.series("input", key);
    this.#quote[id] = this.#handleOf(key);
  }
}
