import type { AbsenceReason } from "../base/absence.ts";
import type { Currency } from "../base/brand.ts";
import type { AccountRef, BookView, RowRef, UnderlyingRef } from "../domain/book_view.ts";
import type { Instrument } from "../domain/instrument.ts";
import { LEAF_STRIDE } from "../domain/measures.ts";
import type { BookState } from "./book_state.ts";
import type { Directory } from "./directory.ts";
import { type ModelGreeks, modelGreeks } from "./model_greeks.ts";
import { showRows } from "./shown_rows.ts";
import {
  ROW_F32_STRIDE,
  ROW_STRIDE,
  ROW_U8_STRIDE,
  type Tables,
  UNDERLYING_STRIDE,
} from "./tables.ts";

type ShownColumns = ReturnType<typeof shownOf>;

function shownOf(tables: Tables) {
  const { rows, underlyings } = tables;
  const cells = underlyings * tables.accounts;
  return {
    rowIds: tables.rowIds.subarray(0, rows),
    rowF64: tables.rowF64.subarray(0, rows * ROW_STRIDE),
    rowF32: tables.rowF32.subarray(0, rows * ROW_F32_STRIDE),
    rowU8: tables.rowU8.subarray(0, rows * ROW_U8_STRIDE),
    rowChanged: tables.rowChanged.subarray(0, rows),
    underlyingIds: tables.underlyingIds.subarray(0, underlyings),
    underlyingF64: tables.underlyingF64.subarray(0, underlyings * UNDERLYING_STRIDE),
    underlyingChanged: tables.underlyingChanged.subarray(0, underlyings),
    cellF64: tables.cellF64.subarray(0, cells * LEAF_STRIDE),
    cellChanged: tables.cellChanged.subarray(0, cells),
  };
}

/** The book as its readers see it: the columns of the present layout and the directory. */
export class TableView implements BookView {
  protected readonly directory: Directory;
  protected readonly state: BookState;
  #shown: ShownColumns;
  /** Rows that changed after this tick are still to be written. */
  #shownTick = -1;

  constructor(directory: Directory, state: BookState) {
    this.directory = directory;
    this.state = state;
    this.#shown = shownOf(state.tables);
  }

  /** To be called after every layout: readers see no room behind the last entry. */
  protected showTables(): void {
    this.#shown = shownOf(this.state.tables);
  }

  /** Brings the rows to the present tick; readers of their columns do so by reading. */
  protected showRows(): void {
    if (this.#shownTick === this.state.tick) return;
    showRows(this.state, this.#shownTick);
    this.#shownTick = this.state.tick;
  }

  /** The rows are right at the present tick, whatever number it had when they were written. */
  protected keepShown(): void {
    this.#shownTick = this.state.tick;
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
    return this.#shown.rowIds;
  }

  get rowF64(): Float64Array {
    this.showRows();
    return this.#shown.rowF64;
  }

  get rowF32(): Float32Array {
    this.showRows();
    return this.#shown.rowF32;
  }

  get rowU8(): Uint8Array {
    this.showRows();
    return this.#shown.rowU8;
  }

  get rowChanged(): Float64Array {
    return this.#shown.rowChanged;
  }

  get underlyingCount(): number {
    return this.state.tables.underlyings;
  }

  get underlyingIds(): Uint32Array {
    return this.#shown.underlyingIds;
  }

  get underlyingF64(): Float64Array {
    return this.#shown.underlyingF64;
  }

  get underlyingChanged(): Float64Array {
    return this.#shown.underlyingChanged;
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
    return this.#shown.cellF64;
  }

  get cellChanged(): Float64Array {
    return this.#shown.cellChanged;
  }

  row(index: number): RowRef {
    const { tables } = this.state;
    const { id, accountIndex, handle, strategy } = this.state.holdings.byId(tables.rowIds[index]);
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

  accountOfRow(index: number): number {
    return this.state.tables.rowAccount[index];
  }

  instrumentOfRow(index: number): Instrument {
    const { tables } = this.state;
    return this.directory.instrument(tables.contract.handle[tables.rowContract[index]]);
  }

  /** The desk's own Greeks of the option in a row, whatever the row uses; the reason for none. */
  modelGreeksOfRow(index: number): ModelGreeks | AbsenceReason {
    return modelGreeks(this.state, this.state.tables.rowContract[index]);
  }

  /** Signed quantity of a row at the previous official close. */
  overnightOfRow(index: number): number {
    return this.state.holdings.byId(this.state.tables.rowIds[index]).overnight;
  }

  /** Base currency per unit of a currency of an instrument; NaN while it is unknown. */
  rateOf(currency: string): number {
    return this.directory.rateOf(currency).rate;
  }
}
