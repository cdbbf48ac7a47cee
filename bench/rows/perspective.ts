import type { BenchPosition } from "../desk_book.ts";
import type { Candidate } from "../measure.ts";
import type { PerspectiveModule } from "../peers.ts";
import { contributionOf, MEASURES, type RowGreeks } from "../signal_graph.ts";

/** A grouped Perspective view of the book, and what one row's update costs in it. */
export interface PerspectiveSetup {
  readonly candidate: Candidate;
  /** Total dollar delta as the view shows it. */
  readonly totalDollarDelta: () => Promise<number>;
  /** Puts every row back to the start values. */
  readonly restart: () => Promise<void>;
  readonly write: (row: number, greeks: RowGreeks) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Loads the positions into a table whose view groups by underlying and account. */
export async function perspectiveSetup(
  module: PerspectiveModule,
  positions: readonly BenchPosition[],
  start: RowGreeks,
): Promise<PerspectiveSetup> {
  const schema: Record<string, string> = { id: "integer", underlying: "string", account: "string" };
  for (const name of MEASURES) schema[name] = "float";
  const table = await module.default.table(schema, { index: "id" });
  const values = positions.map((position) => contributionOf(position, 100, start));
  const columns: Record<string, (number | string)[]> = {
    id: positions.map(({ index }) => index),
    underlying: positions.map(({ underlying }) => `U${underlying}`),
    account: positions.map(({ account }) => `account ${account}`),
  };
  MEASURES.forEach((name, m) => columns[name] = values.map((value) => value[m]));
  await table.update(columns);
  const view = await table.view({
    group_by: ["underlying", "account"],
    columns: [...MEASURES],
    aggregates: Object.fromEntries(MEASURES.map((name) => [name, "sum"])),
  });
  let told = Promise.withResolvers<void>();
  await view.on_update(() => told.resolve());
  const write = async (row: number, greeks: RowGreeks) => {
    told = Promise.withResolvers<void>();
    const value = contributionOf(positions[row], 100, greeks);
    const update: Record<string, number[]> = { id: [row] };
    MEASURES.forEach((name, m) => update[name] = [value[m]]);
    await table.update(update);
    await told.promise;
  };
  let row = 0;
  let delta = 0.4;
  return {
    candidate: {
      name: "perspective",
      run: async () => {
        row = (row + 7919) % positions.length;
        delta = delta === 0.4 ? 0.6 : 0.4;
        await write(row, { ...start, delta });
        return 1;
      },
    },
    totalDollarDelta: async () => Number((await view.to_columns())["dollarDelta"][0]),
    write,
    restart: () => table.update(columns),
    close: async () => {
      await view.delete();
      await table.delete();
    },
  };
}
