import type { PagePeer } from "../browser/workshop.ts";
import type { Lab } from "../browser/lab.ts";
import { compareWidgets } from "../browser/widgets.ts";
import { versionOf } from "../peers.ts";
import type { Findings, Result } from "../result.ts";

/** A candidate of a row beside ours. */
interface Rival {
  readonly name: string;
  readonly peer: string;
  /** Largest ratio that meets the target; null where there is none. */
  readonly target: number | null;
}

async function compareWith(
  lab: Lab,
  row: { readonly anchor: number; readonly what: string },
  rivals: readonly Rival[],
): Promise<{ readonly ours: number; readonly results: readonly Result[] }> {
  const names = ["ours", ...rivals.map(({ name }) => name)];
  const [ours, ...times] = await compareWidgets(lab, String(row.anchor), names);
  const results = rivals.map(({ peer, target }, i) => (
    { ...row, peer, unit: "ns", ours, theirs: times[i], target }
  ));
  return { ours, results };
}

function rivalsIn(lab: Lab, targets: readonly (readonly [PagePeer, number | null])[]): Rival[] {
  return targets.filter(([name]) => lab.peers.includes(name))
    .map(([name, target]) => ({ name, peer: versionOf(name), target }));
}

const METHOD =
  "processor time of the page's main thread per update, one update per animation frame";

/** Row 15: the allocation ring. */
export async function ringRow(lab: Lab): Promise<Findings> {
  const row = { anchor: 15, what: "ring of 12 segments, all of which move" };
  const { results } = await compareWith(lab, row, rivalsIn(lab, [["echarts", 1]]));
  const note = `15 to 17: ${METHOD}; every candidate stands in a page of its own. ` +
    "15: labels in the segments on both sides; the chart object is checked to be the same.";
  return { results, bounds: [], notes: [note] };
}

/** Row 16: the line of today. */
export async function lineRow(lab: Lab): Promise<Findings> {
  const row = { anchor: 16, what: "line of 2,000 points, one appended" };
  const rivals = rivalsIn(lab, [
    ["chart.js", 0.8],
    ["lightweight-charts", null],
    ["echarts", null],
  ]);
  const { results } = await compareWith(lab, row, rivals);
  const note = "16: ours also finds its scale and fills the area between line and zero.";
  return { results, bounds: [], notes: [note] };
}

/** Row 17: the live table. */
export async function tableRow(lab: Lab): Promise<Findings> {
  const row = { anchor: 17, what: "500 × 12 table, a tenth of the cells changes" };
  const { ours, results } = await compareWith(lab, row, [
    { name: "whole", peer: "the whole table, changed texts only", target: 0.2 },
    { name: "innerHTML", peer: "the whole table as innerHTML", target: null },
  ]);
  return {
    results,
    bounds: [{
      anchor: 17,
      what: "our table, one update",
      unit: "ms",
      value: ours / 1e6,
      limit: 5,
    }],
    notes: [
      "17: one book moves under all three, its work included; ours holds the rows in sight and " +
      "writes bars and states too. No hairlines here, as in the peers; row 14 has them.",
    ],
  };
}
