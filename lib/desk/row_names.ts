import type { BookView } from "../domain/book_view.ts";
import type { Instrument } from "../domain/instrument.ts";

/** What the rows of a book stand for, by dense index; moves only with the book's layout. */
export interface RowNames {
  readonly view: BookView;
  readonly layout: number;
  readonly instruments: readonly Instrument[];
  /** Ids of accounts. */
  readonly accountIds: Uint32Array;
  /** Indices of underlyings. */
  readonly underlyings: Uint32Array;
}

/** The names of a book's rows as they stand now: `known` itself while they still hold. */
export function rowNames(view: BookView, known: RowNames | null): RowNames {
  const { layout, rowCount } = view;
  if (known !== null && known.view === view && known.layout === layout) return known;
  const instruments: Instrument[] = [];
  const accountIds = new Uint32Array(rowCount);
  const underlyings = new Uint32Array(rowCount);
  for (let index = 0; index < rowCount; index++) {
    const { instrument, accountId } = view.row(index);
    instruments.push(instrument);
    accountIds[index] = accountId;
    underlyings[index] = view.underlyingOfRow(index);
  }
  return { view, layout, instruments, accountIds, underlyings };
}
