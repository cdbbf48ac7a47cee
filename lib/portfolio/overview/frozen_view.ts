import type { AccountRef, BookView, RowRef, UnderlyingRef } from "../../domain/book_view.ts";

/**
 * A book as it stood: what the page shows while the reader holds it. Filter, order and expansion
 * work on it as on the live one; its numbers and times do not move, so that ages go on.
 */
export function frozenView(view: BookView): BookView {
  const rows: RowRef[] = Array.from({ length: view.rowCount }, (_, i) => view.row(i));
  const underlyings: UnderlyingRef[] = Array.from(
    { length: view.underlyingCount },
    (_, i) => view.underlying(i),
  );
  const accounts: AccountRef[] = Array.from(
    { length: view.accountCount },
    (_, i) => view.account(i),
  );
  const underlyingOf = rows.map((_, i) => view.underlyingOfRow(i));
  const accountOf = rows.map((_, i) => view.accountOfRow(i));
  const indexById = new Map(rows.map((row, i) => [row.id, i]));
  return {
    tick: view.tick,
    layout: view.layout,
    baseCurrency: view.baseCurrency,
    rowCount: view.rowCount,
    rowIds: view.rowIds.slice(),
    rowF64: view.rowF64.slice(),
    rowF32: view.rowF32.slice(),
    rowU8: view.rowU8.slice(),
    rowChanged: view.rowChanged.slice(),
    underlyingCount: view.underlyingCount,
    underlyingIds: view.underlyingIds.slice(),
    underlyingF64: view.underlyingF64.slice(),
    underlyingChanged: view.underlyingChanged.slice(),
    accountCount: view.accountCount,
    accountIds: view.accountIds.slice(),
    accountF64: view.accountF64.slice(),
    accountChanged: view.accountChanged.slice(),
    cellF64: view.cellF64.slice(),
    cellChanged: view.cellChanged.slice(),
    row: (index) => rows[index],
    underlying: (index) => underlyings[index],
    account: (index) => accounts[index],
    rowIndex: (id) => indexById.get(id) ?? -1,
    underlyingOfRow: (index) => underlyingOf[index],
    accountOfRow: (index) => accountOf[index],
    instrumentOfRow: (index) => rows[index].instrument,
  };
}
