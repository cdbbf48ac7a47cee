import type { ApiGroupRows, ApiState } from "./api_data.ts";
import type { ApiRows } from "./api_rows.ts";

/** JSON before and after the empty list of that name. */
function around(value: object, list: string): readonly [string, string] {
  const text = JSON.stringify(value);
  const name = `${JSON.stringify(list)}:[`;
  // Inside of a text the name's quotes would be escaped.
  const end = text.indexOf(`${name}]`) + name.length;
  return [text.slice(0, end), text.slice(end)];
}

function* groupText(
  { group, rows }: ApiGroupRows,
  state: ApiRows,
  rowsAtOnce: number,
): Generator<string> {
  const [before, after] = around(group, "positions");
  let text = before;
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const positions = rows.slice(from, from + rowsAtOnce).map((index) => state.position(index));
    if (from > 0) text += ",";
    text += JSON.stringify(positions).slice(1, -1);
    yield text;
    text = "";
  }
  yield after;
}

/**
 * The answer as JSON, in parts of at most `rowsAtOnce` positions: each is written when it is asked
 * for, from what `state` holds. Together they are the JSON of `apiData` at that instant.
 */
export function* apiText(state: ApiState, rowsAtOnce: number): Generator<string> {
  const [before, after] = around(state.data, "grouped_positions");
  yield before;
  let isFirst = true;
  for (const group of state.groups) {
    if (!isFirst) yield ",";
    isFirst = false;
    yield* groupText(group, state.rows, rowsAtOnce);
  }
  yield after;
}
