import { LEAF } from "../../lib/domain/measures.ts";
import {
  createPricingColumns,
  setContract,
  setRates,
  setSpot,
  setVolatility,
  setYearsToExpiry,
} from "../../lib/pricing/columns.ts";
import { priceRange } from "../../lib/pricing/kernel.ts";
import {
  type BenchPosition,
  type DeskBook,
  deskBook,
  RATE,
  sendGreeks,
  sendSpot,
  totalOf,
  YIELD,
} from "../desk_book.ts";
import { type Candidate, compare } from "../measure.ts";
import type { Peer, PerspectiveModule, SignalsModule } from "../peers.ts";
import { type Findings, mustAgree, type Result } from "../result.ts";
import { MEASURES, type RowGreeks, type SignalGraph, signalGraph } from "../signal_graph.ts";
import { perspectiveSetup } from "./perspective.ts";

const POSITIONS = 10_000;
const UNDERLYINGS = 100;
const START: RowGreeks = { delta: 0.5, gamma: 0.02, theta: -0.03, vega: 0.15, rho: 0.05 };

/** Peers of rows 8 and 9. */
export interface AggregatePeers {
  readonly signals: Peer<SignalsModule>;
  /** Loaded when its turn comes. */
  readonly perspective: () => Promise<Peer<PerspectiveModule>>;
}

function relative(a: number, b: number): number {
  return Math.abs(a - b) / Math.max(1, Math.abs(b));
}

/** Walks the rows in a scattered order, with a delta that changes at every visit. */
function walker(): () => [row: number, delta: number] {
  let row = 0;
  let visits = 0;
  return () => {
    row = (row + 7919) % POSITIONS;
    visits++;
    return [row, 0.3 + 0.4 * ((visits % 101) / 101)];
  };
}

function greeksCandidate(desk: DeskBook): Candidate {
  const next = walker();
  // A decoded message carries handles; looking one up in the bench's own objects is not its work.
  const handles = Int32Array.from(desk.positions, ({ handle }) => handle);
  return {
    name: "desk",
    run: () => {
      for (let i = 0; i < 100; i++) {
        const [row, delta] = next();
        sendGreeks(desk, handles[row], delta);
      }
      return 100;
    },
  };
}

/** Puts the start values back into the book, but for one row. */
function restart(desk: DeskBook, row: number, delta: number): void {
  for (const { handle } of desk.positions) sendGreeks(desk, handle, START.delta);
  sendGreeks(desk, desk.positions[row].handle, delta);
}

const WHAT_8 = "one option's Greeks change, 10,000 positions";

async function againstSignals(desk: DeskBook, peer: Peer<SignalsModule>): Promise<Findings> {
  const others: Candidate[] = [];
  const graph = peer.isThere ? signalGraph(peer.module, desk.positions, UNDERLYINGS) : null;
  if (graph !== null) {
    restart(desk, 17, 0.625);
    graph.write(17, { ...START, delta: 0.625 });
    const own = MEASURES.map((name) => totalOf(desk.book, LEAF[name]));
    own.forEach((value, m) => mustAgree(MEASURES[m], relative(graph.total()[m], value), 1e-9));
    others.push(graphCandidate(graph));
  }
  const { book } = desk;
  let kept = 0;
  const totals: Candidate = {
    name: "totals",
    run: () => {
      kept += totalOf(book, LEAF.dollarDelta);
      return 1;
    },
  };
  const [ours, oneTotal, theirs] = await compare([greeksCandidate(desk), totals, ...others]);
  mustAgree("a total", Number.isFinite(kept) ? 0 : 1, 0);
  graph?.stop();
  const base = { anchor: 8, what: WHAT_8, unit: "ns" };
  return {
    results: graph === null ? [] : [{ ...base, peer: peer.label, ours, theirs, target: 1 / 50 }],
    bounds: [],
    notes: [
      "8: ours is one event through board and book to the leaf cell (underlying × account, 20 " +
      "measures); a total over the 300 cells is added up once per flush, " +
      `${Math.round(oneTotal)} ns a measure. The graph and Perspective keep nine measures.`,
    ],
  };
}

/** Perspective alone with ours: its engine compiles itself first, on the same cores. */
async function againstPerspective(
  desk: DeskBook,
  peer: Peer<PerspectiveModule>,
): Promise<readonly Result[]> {
  if (!peer.isThere) return [];
  const setup = await perspectiveSetup(peer.module, desk.positions, START);
  for (let i = 0; i < 500; i++) await setup.candidate.run();
  await setup.restart();
  restart(desk, 17, 0.625);
  await setup.write(17, { ...START, delta: 0.625 });
  const expected = totalOf(desk.book, LEAF.dollarDelta);
  mustAgree("Perspective", relative(await setup.totalDollarDelta(), expected), 1e-9);
  const [ours, theirs] = await compare([greeksCandidate(desk), setup.candidate]);
  await setup.close();
  const base = { anchor: 8, what: WHAT_8, unit: "ns" };
  return [{ ...base, peer: peer.label, ours, theirs, target: 1 / 100 }];
}

function graphCandidate(graph: SignalGraph): Candidate {
  const next = walker();
  return {
    name: "signals",
    run: () => {
      for (let i = 0; i < 20; i++) {
        const [row, delta] = next();
        graph.write(row, { ...START, delta });
      }
      return 20;
    },
  };
}

/** Row 8: one option's Greeks change until every aggregate is right. */
export async function greeksRow(peers: AggregatePeers): Promise<Findings> {
  const shape = { positions: POSITIONS, underlyings: UNDERLYINGS, seed: 8 };
  const desk = deskBook({ ...shape, hasBrokerGreeks: true });
  const first = await againstSignals(desk, peers.signals);
  const perspective = await peers.perspective();
  const absent = perspective.isThere ? [] : [`absent: ${perspective.label}: ${perspective.why}`];
  return {
    results: [...first.results, ...await againstPerspective(desk, perspective)],
    bounds: [],
    notes: [...first.notes, ...absent],
  };
}

/** The book as flat columns and a loop: everything anew with the desk's own kernel. */
function flatBook(positions: readonly BenchPosition[]) {
  const sorted = [...positions].sort((a, b) => a.underlying - b.underlying);
  const columns = createPricingColumns(sorted.length);
  sorted.forEach((position, row) => {
    const { sign, strike } = position;
    const right = sign === 1 ? "call" : "put";
    setContract(columns, row, { right, strike, isOnFuture: false });
    setYearsToExpiry(columns, row, position.years);
    setRates(columns, row, RATE, YIELD);
    setVolatility(columns, row, position.volatility);
  });
  const shares = Float64Array.from(sorted, ({ signedQuantity }) => signedQuantity * 100);
  const cell = Int32Array.from(sorted, ({ underlying, account }) => underlying * 3 + account);
  const cells = new Float64Array(UNDERLYINGS * 3 * MEASURES.length);
  const perUnderlying = POSITIONS / UNDERLYINGS;
  const recompute = (spots: Float64Array) => {
    for (let u = 0; u < UNDERLYINGS; u++) {
      setSpot(columns, u * perUnderlying, (u + 1) * perUnderlying, spots[u]);
    }
    priceRange(columns, 0, POSITIONS);
    cells.fill(0);
    for (let row = 0; row < POSITIONS; row++) {
      const at = cell[row] * MEASURES.length;
      const spot = columns.spot[row];
      const positionDelta = shares[row] * columns.delta[row];
      const dollarDelta = positionDelta * spot;
      const deltaChange = shares[row] * columns.gamma[row] * 0.01 * spot;
      cells[at] += positionDelta;
      cells[at + 1] += dollarDelta;
      cells[at + (dollarDelta > 0 ? 2 : 3)] += dollarDelta;
      cells[at + 4] += deltaChange;
      cells[at + 5] += deltaChange * spot;
      cells[at + 6] += shares[row] * columns.vegaPerPoint[row];
      cells[at + 7] += shares[row] * columns.thetaPerDay[row];
      cells[at + 8] += shares[row] * columns.rhoPerPoint[row];
    }
  };
  const total = (measure: number) => {
    let sum = 0;
    for (let at = measure; at < cells.length; at += MEASURES.length) sum += cells[at];
    return sum;
  };
  return { columns, perUnderlying, recompute, total };
}

/** Row 9: a spot tick of one underlying, repriced and summed. */
export async function spotRow(peers: Pick<AggregatePeers, "signals">): Promise<Findings> {
  const shape = { positions: POSITIONS, underlyings: UNDERLYINGS, seed: 9 };
  const desk = deskBook({ ...shape, hasBrokerGreeks: false });
  const flat = flatBook(desk.positions);
  sendSpot(desk, 3, 100.5);
  flat.recompute(desk.spots);
  MEASURES.forEach((name, m) =>
    mustAgree(name, relative(flat.total(m), totalOf(desk.book, LEAF[name])), 1e-9)
  );
  const { columns, perUnderlying } = flat;
  let tick = 0;
  const spotAt = () => 100 + (tick++ % 97) / 100;
  let underlying = 0;
  const ours: Candidate = {
    name: "desk",
    run: () => {
      for (let i = 0; i < 10; i++) {
        underlying = (underlying + 37) % UNDERLYINGS;
        sendSpot(desk, underlying, spotAt());
      }
      return 10;
    },
  };
  let repriced = 0;
  const kernel: Candidate = {
    name: "kernel",
    run: () => {
      for (let i = 0; i < 10; i++) {
        // The same walk over all underlyings: ten of them alone would stay in the cache.
        repriced = (repriced + 37) % UNDERLYINGS;
        const u = repriced;
        setSpot(columns, u * perUnderlying, (u + 1) * perUnderlying, spotAt());
        priceRange(columns, u * perUnderlying, (u + 1) * perUnderlying);
      }
      return 10;
    },
  };
  const all: Candidate = {
    name: "all",
    run: () => {
      desk.spots[0] = spotAt();
      flat.recompute(desk.spots);
      return 1;
    },
  };
  const others = [
    { candidate: kernel, label: "kernel alone, the same 100 rows", target: 1.7 },
    { candidate: all, label: "recompute all, flat loop", target: 0.02 },
  ];
  const graph = peers.signals.isThere
    ? signalGraph(peers.signals.module, desk.positions, UNDERLYINGS)
    : null;
  if (graph !== null && peers.signals.isThere) {
    const run = () => {
      graph.writeSpot(tick % UNDERLYINGS, spotAt());
      return 1;
    };
    const label = `${peers.signals.label}, sums only`;
    others.push({ candidate: { name: "signals", run }, label, target: 1 });
  }
  const shown: Candidate = {
    name: "shown",
    run: () => {
      for (let u = 0; u < UNDERLYINGS; u++) sendSpot(desk, u, spotAt());
      return desk.book.rowF64.length > 0 ? 1 : 0;
    },
  };
  const candidates = [ours, shown, ...others.map((other) => other.candidate)];
  const [own, all100, ...times] = await compare(candidates);
  const rowNs = Math.round((all100 - UNDERLYINGS * own) / POSITIONS);
  graph?.stop();
  return {
    results: others.map(({ label, target }, i): Result => ({
      anchor: 9,
      what: "spot tick of one of 100 underlyings, 10,000 positions",
      peer: label,
      unit: "ns",
      ours: own,
      theirs: times[i],
      target,
    })),
    bounds: [],
    notes: [
      "9: all options are modelled from their mids; ours sums 20 measures per cell, the flat " +
      "loop nine; the graph reprices nothing. Rows with their display Greeks are written when a " +
      `flush reads them, however many ticks came: ${rowNs} ns a row.`,
    ],
  };
}
