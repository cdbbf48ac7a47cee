/**
 * `deno task bench [ROW …]`: ratios of the desk's hot paths to their peers, measured in one run.
 *
 * Candidates agree on the result before their time counts; they take turns, and the median of the
 * rounds stands. Prints the table of docs/benchmarks.md; writes temporary folders only. A ratio
 * that misses its target says so and is no failure of the run; candidates that disagree are.
 */
import { loadPeer } from "./peers.ts";
import type {
  BlackScholesModule,
  DxlinkFeedModule,
  GreeksModule,
  ImpliedVolatilityModule,
  PerspectiveModule,
  SignalsModule,
  UqeeModule,
  WsModule,
} from "./peers.ts";
import type { Findings } from "./result.ts";
import { greeksRow, spotRow } from "./rows/aggregates.ts";
import { appendRow } from "./rows/append.ts";
import { batchRow, singleRow } from "./rows/decode.ts";
import { europeanRow } from "./rows/european.ts";
import { sendRow } from "./rows/fanout.ts";
import { frameRow } from "./rows/frame.ts";
import { ibTicksRow } from "./rows/ib_ticks.ts";
import { historyRow } from "./rows/history_scan.ts";
import { BrowserRows } from "./rows/in_browser.ts";
import { impliedVolatilityRow } from "./rows/implied_volatility.ts";
import { latencyRow } from "./rows/latency.ts";
import { serverRow } from "./rows/server_work.ts";
import { LATER_ROWS, NEVER_HERE, shortfalls, tableText } from "./table.ts";

const peers = {
  dxlinkFeed: await loadPeer<DxlinkFeedModule>("@dxfeed/dxlink-feed"),
  uqee: await loadPeer<UqeeModule>("@uqee/black-scholes"),
  greeks: await loadPeer<GreeksModule>("greeks"),
  blackScholes: await loadPeer<BlackScholesModule>("black-scholes"),
  impliedVolatility: await loadPeer<ImpliedVolatilityModule>("implied-volatility"),
  signals: await loadPeer<SignalsModule>("@preact/signals-core"),
  ws: await loadPeer<WsModule>("ws"),
};
const inBrowser = new BrowserRows();
const perspective = () => loadPeer<PerspectiveModule>("@perspective-dev/client");

const ROWS: readonly { readonly anchor: number; readonly run: () => Promise<Findings> }[] = [
  { anchor: 1, run: () => batchRow(peers) },
  { anchor: 2, run: () => singleRow(peers) },
  { anchor: 3, run: () => europeanRow(peers) },
  { anchor: 4, run: () => impliedVolatilityRow(peers) },
  { anchor: 8, run: () => greeksRow({ ...peers, perspective }) },
  { anchor: 9, run: () => spotRow(peers) },
  { anchor: 10, run: () => serverRow() },
  { anchor: 11, run: () => frameRow() },
  { anchor: 12, run: () => sendRow(peers) },
  { anchor: 13, run: () => latencyRow(peers) },
  { anchor: 14, run: () => inBrowser.painted() },
  { anchor: 15, run: () => inBrowser.ring() },
  { anchor: 16, run: () => inBrowser.line() },
  { anchor: 17, run: () => inBrowser.table() },
  { anchor: 18, run: () => appendRow() },
  { anchor: 19, run: () => historyRow() },
  { anchor: 20, run: () => ibTicksRow() },
];

/** Prints a list under its heading in Markdown; nothing when it is empty. */
function section(heading: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  console.log(heading === "" ? "" : `\n${heading}\n`);
  for (const line of lines) console.log(`- ${line}`);
}

const known = new Set(ROWS.map(({ anchor }) => String(anchor)));
const unknown = Deno.args.filter((name) => !known.has(name));
if (unknown.length > 0) {
  console.error(`no such row: ${unknown.join(", ")}; there are: ${[...known].join(", ")}`);
  Deno.exit(2);
}
const startedMs = performance.now();
const findings: Findings[] = [];
for (const { anchor, run } of ROWS) {
  if (Deno.args.length > 0 && !Deno.args.includes(String(anchor))) continue;
  console.error(`row ${anchor} …`);
  findings.push(await run());
}
await inBrowser.close();

const [load] = Deno.loadavg();
console.log(
  `${navigator.hardwareConcurrency} cores, ${Deno.build.os}, Deno ${Deno.version.deno}; ` +
    `load average ${load.toFixed(1)} at the end; ` +
    `${Math.round((performance.now() - startedMs) / 1000)} s\n`,
);
console.log(tableText(findings));
section("", findings.flatMap(({ notes }) => notes));
section("### Falls short", shortfalls(findings));
section("### Not yet measured", [
  ...LATER_ROWS.map(({ anchor, what, comesWith }) => `${anchor}: ${what}: comes with ${comesWith}`),
]);
section("### Absent", [
  ...new Set(findings.flatMap((found) => found.absent ?? [])),
  ...Object.values(peers).flatMap((peer) => peer.isThere ? [] : [`${peer.label}: ${peer.why}`]),
  ...NEVER_HERE,
]);
// Perspective keeps its engine's worker alive.
Deno.exit(0);
