import type { BookView } from "../domain/book_view.ts";
import type { Instrument } from "../domain/instrument.ts";

/** What the rows of a book stand for, by dense index; moves only with the book's layout. */
export interface RowNames {
  readonly view: BookView;
  readonly layout: number;
  readonly instruments: readonly Instrument[];
  /** Indices of accounts. */
  readonly accounts: Uint32Array;
  /** Indices of underlyings. */
  readonly underlyings: Uint32Array;
}

/** The names of a book's rows as they stand now: `known` itself while they still hold. */
export function rowNames(view: BookView, known: RowNames | null): RowNames {
  const { layout, rowCount } = view;
  if (known !== null && known.view === view && known.layout === layout) return known;
  const instruments: Instrument[] = [];
  const accounts = new Uint32Array(rowCount);
  const underlyings = new Uint32Array(rowCount);
  for (let index = 0; index < rowCount; index++) {
    instruments.push(view.instrumentOfRow(index));
    accounts[index] = view.accountOfRow(index);
    underlyings[index] = view.underlyingOfRow(index);
  }
  return { view, layout, instruments, accounts, underlyings };
}
