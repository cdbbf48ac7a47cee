import { type ColumnId, COLUMNS, DEFAULT_COLUMNS } from "@/lib/portfolio/overview/columns.ts";

/** The column chooser: a disclosure with a box per column. */
export function ColumnsMenu(props: {
  readonly columns: readonly ColumnId[];
  readonly onChange: (columns: readonly ColumnId[]) => void;
}) {
  const shown = new Set(props.columns);
  const toggle = (id: ColumnId) => {
    const next = COLUMNS.map((column) => column.id)
      .filter((item) => item === id ? !shown.has(id) : shown.has(item));
    props.onChange(next);
  };
  return (
    <details class="menu">
      <summary class="btn quiet small">Columns</summary>
      <div class="menu-list">
        {COLUMNS.filter((column) => !column.isRequired).map((column) => (
          <label key={column.id} title={column.title}>
            <input
              type="checkbox"
              checked={shown.has(column.id)}
              onChange={() =>
                toggle(column.id)}
            />
            <span>{column.name}</span>
          </label>
        ))}
        <button
          type="button"
          class="btn quiet small"
          onClick={() => props.onChange(DEFAULT_COLUMNS)}
        >
          Standard columns
        </button>
      </div>
    </details>
  );
}
