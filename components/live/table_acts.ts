import type { ColumnId } from "@/lib/portfolio/overview/columns.ts";
import { type TotalView, totalView } from "@/lib/portfolio/overview/lines.ts";
import { tableCsv } from "@/lib/portfolio/overview/table_csv.ts";
import type { PageMode } from "@/lib/stream/protocol/messages.ts";
import { paperMode } from "@/lib/portfolio/paper.ts";
import { copyText } from "@/components/live/copy_text.ts";
import { desk } from "@/components/live/desk.ts";
import type { ExposureTable } from "@/components/live/exposure.ts";

/** What the server drew the sum line from. */
export interface PaintedTotal {
  readonly columns: readonly ColumnId[];
  readonly total: TotalView;
}

/** The sum line for the columns shown; the painted one fits the columns it was drawn with. */
export function totalFor(columns: readonly ColumnId[], painted: PaintedTotal): TotalView {
  if (columns === painted.columns || desk.scope === null) return painted.total;
  return totalView(desk.scope, columns);
}

/** Copies the table as shown, stamped with its mode and time. */
export function copyTable(
  table: ExposureTable | null,
  columns: readonly ColumnId[],
  mode: PageMode,
): void {
  if (table === null || desk.scope === null) return;
  const { lines, context } = table.shown;
  const stamp = { mode: paperMode(mode, desk.scope.view), now: desk.now() };
  void copyText(tableCsv(desk.scope, lines, columns, context, stamp));
}
