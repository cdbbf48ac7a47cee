import { Component } from "preact";
import type { ColumnId } from "@/lib/portfolio/overview/columns.ts";
import type { LineView } from "@/lib/portfolio/overview/lines.ts";
import { TableRow } from "@/components/overview/TableView.tsx";

/** What the body is first drawn from. */
export interface StillBodyProps {
  readonly lines: readonly LineView[];
  readonly columns: readonly ColumnId[];
  readonly now: number;
}

/**
 * The table's body as the server drew it. It is drawn once: from then on `TableWindow` owns its
 * rows, and a render of anything around it must not touch them.
 */
export class StillBody extends Component<StillBodyProps> {
  override shouldComponentUpdate(): boolean {
    return false;
  }

  override render() {
    const { lines, columns, now } = this.props;
    return (
      <tbody>
        {lines.map((line) => <TableRow key={line.key} line={line} columns={columns} now={now} />)}
      </tbody>
    );
  }
}
