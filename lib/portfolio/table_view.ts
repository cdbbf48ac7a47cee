import type { Currency } from "../base/brand.ts";
import type { AccountRef, BookView, RowRef, UnderlyingRef } from "../domain/book_view.ts";
import type { BookState } from "./book_state.ts";
import type { Directory } from "./directory.ts";

/** The book as its readers see it: the columns of the present layout and the directory. */
export class TableView implements BookView {
  protected readonly directory: Directory;
  protected readonly state: BookState;

  constructor(directory: Directory, state: BookState) {
    this.directory = directory;
    this.state = state;
  }

  get baseCurrency(): Currency {
    return this.directory.baseCurrency;
  }

  get tick(): number {
    return this.state.tick;
  }

  get layout(): number {
    return this.state.layout;
  }

  get rowCount(): number {
    return this.state.tables.rows;
  }

  get rowIds(): Uint32Array {
    return this.state.tables.rowIds;
  }

  get rowF64(): Float64Array {
    return this.state.tables.rowF64;
  }

  get rowF32(): Float32Array {
    return this.state.tables.rowF32;
  }

  get rowU8(): Uint8Array {
    return this.state.tables.rowU8;
  }

  get rowChanged(): Float64Array {
    return this.state.tables.rowChanged;
  }

  get underlyingCount(): number {
    return this.state.tables.underlyings;
  }

  get underlyingIds(): Uint32Array {
    return this.state.tables.underlyingIds;
  }

  get underlyingF64(): Float64Array {
    return this.state.tables.underlyingF64;
  }

  get underlyingChanged(): Float64Array {
    return this.state.tables.underlyingChanged;
  }

  get accountCount(): number {
    return this.state.tables.accounts;
  }

  get accountIds(): Uint32Array {
    return this.state.tables.accountIds;
  }

  get accountF64(): Float64Array {
    return this.state.tables.accountF64;
  }

  get accountChanged(): Float64Array {
    return this.state.tables.accountChanged;
  }

  get cellF64(): Float64Array {
    return this.state.tables.cellF64;
  }

  get cellChanged(): Float64Array {
    return this.state.tables.cellChanged;
  }

  row(index: number): RowRef {
    const { tables } = this.state;
    const { id, accountIndex, handle, strategy } = tables.rowHoldings[index];
    return {
      id,
      accountId: accountIndex,
      underlyingId: tables.underlyingIds[this.underlyingOfRow(index)],
      instrument: this.directory.instrument(handle),
      mergeGroup: handle,
      strategy,
    };
  }

  underlying(index: number): UnderlyingRef {
    const { tables } = this.state;
    const { id, symbol, currency } = this.directory.underlyings[tables.underlyingIds[index]];
    const driver = tables.primaryDriver[index];
    const handle = driver < 0 ? -1 : tables.driver.handle[driver];
    const instrumentKey = handle < 0 ? null : this.directory.instrument(handle).key;
    return { id, symbol, currency, instrumentKey };
  }

  account(index: number): AccountRef {
    return { id: index, account: this.directory.accounts[index] };
  }

  rowIndex(id: number): number {
    const { rowIndexById } = this.state.tables;
    return id >= 0 && id < rowIndexById.length ? rowIndexById[id] : -1;
  }

  underlyingOfRow(index: number): number {
    const { tables } = this.state;
    return tables.contract.underlying[tables.rowContract[index]];
  }
}
