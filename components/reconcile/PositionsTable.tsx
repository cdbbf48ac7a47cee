import type { ComparedCells, PositionCells } from "@/lib/portfolio/reconciliation/page_view.ts";
import { FigureText } from "@/components/Figure.tsx";
import { FindingText } from "@/components/reconcile/FindingText.tsx";

/** Columns that narrow pages leave out: what tells why, not whether. */
const NARROW: Readonly<Record<string, string>> = {
  gamma: "p3",
  thetaPerDay: "p3",
  vegaPerPoint: "p3",
  iv: "p2",
};

function Line(props: {
  readonly name: string;
  readonly columns: readonly ComparedCells[];
  readonly side: "theirs" | "ours";
}) {
  const { name, columns, side } = props;
  return (
    <>
      <th scope="row" class="t side-name">{name}</th>
      {columns.map((column) => (
        <td
          key={column.id}
          class={NARROW[column.id]}
          data-c={column.id}
          title={column[side].state === "absent" ? column.finding : undefined}
        >
          <FigureText figure={column[side]} />
        </td>
      ))}
    </>
  );
}

function Difference(props: { readonly columns: readonly ComparedCells[] }) {
  return (
    <tr class="between">
      <th scope="row" class="t side-name">difference</th>
      {props.columns.map((column) => (
        <td
          key={column.id}
          class={NARROW[column.id]}
          data-c={column.id}
          data-state={column.state}
          title={column.difference.state === "absent" ? column.finding : undefined}
        >
          <FigureText figure={column.difference} />
          {column.tolerance.state !== "absent" && <span class="u">±{column.tolerance.text}</span>}
        </td>
      ))}
    </tr>
  );
}

function Position(props: { readonly position: PositionCells }) {
  const { label, account, state, finding, columns, id } = props.position;
  return (
    <tbody data-id={id} data-state={state}>
      <tr>
        <th scope="rowgroup" rowspan={3} class="t whose">
          <b>{label}</b>
          <span class="u">{account}</span>
          <FindingText state={state} finding={finding} />
        </th>
        <Line name="broker" columns={columns} side="theirs" />
      </tr>
      <tr>
        <Line name="desk" columns={columns} side="ours" />
      </tr>
      <Difference columns={columns} />
    </tbody>
  );
}

/** Every position in three lines: broker, desk, and what is between them. */
export function PositionsTable(props: {
  readonly positions: readonly PositionCells[];
  readonly unlisted: string;
}) {
  const { positions, unlisted } = props;
  if (positions.length === 0) return null;
  return (
    <section class="sec" aria-label="Positions">
      <header>
        <h2>Positions</h2>
        <span class="note">
          differences first; per unit{unlisted === "" ? "" : `; ${unlisted}`}
        </span>
      </header>
      <table class="tbl recon-positions">
        <caption class="vh">Positions of broker and desk</caption>
        <thead>
          <tr>
            <th scope="col" class="t whose">Position</th>
            <th scope="col" class="t side-name">
              <span class="vh">Side</span>
            </th>
            {positions[0].columns.map(({ id, label }) => (
              <th key={id} scope="col" class={NARROW[id]} data-c={id}>{label}</th>
            ))}
          </tr>
        </thead>
        {positions.map((position) => <Position key={position.id} position={position} />)}
      </table>
    </section>
  );
}
