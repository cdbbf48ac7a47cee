import type { SignalsModule } from "./peers.ts";
import { ACCOUNTS, type BenchPosition } from "./desk_book.ts";

/** Measures that both sides keep: the additive ones that Greeks move. */
export const MEASURES = [
  "positionDelta",
  "dollarDelta",
  "longDollarDelta",
  "shortDollarDelta",
  "deltaChange",
  "dollarGamma",
  "vega",
  "theta",
  "rho",
] as const;

/** What a row of the graph is written with: Greeks per unit. */
export interface RowGreeks {
  readonly delta: number;
  readonly gamma: number;
  readonly theta: number;
  readonly vega: number;
  readonly rho: number;
}

/** The same aggregates as a graph of signals: row, cell, underlying, total. */
export interface SignalGraph {
  readonly write: (row: number, greeks: RowGreeks) => void;
  readonly writeSpot: (underlying: number, spot: number) => void;
  readonly total: () => Float64Array;
  readonly stop: () => void;
}

/** Contribution of one position to the measures. */
export function contributionOf(
  position: BenchPosition,
  spot: number,
  greeks: RowGreeks,
): Float64Array {
  const shares = position.signedQuantity * 100;
  const positionDelta = shares * greeks.delta;
  const dollarDelta = positionDelta * spot;
  const deltaChange = shares * greeks.gamma * 0.01 * spot;
  return Float64Array.of(
    positionDelta,
    dollarDelta,
    dollarDelta > 0 ? dollarDelta : 0,
    dollarDelta > 0 ? 0 : dollarDelta,
    deltaChange,
    deltaChange * spot,
    shares * greeks.vega,
    shares * greeks.theta,
    shares * greeks.rho,
  );
}

function sumOf(parts: readonly { readonly value: Float64Array }[]): Float64Array {
  const sum = new Float64Array(MEASURES.length);
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i].value;
    for (let m = 0; m < sum.length; m++) sum[m] += part[m];
  }
  return sum;
}

/**
 * A graph that recomputes what depends on a written row: its contribution, the sum of its cell, of
 * its underlying, and the total, which an effect reads as a page does.
 */
export function signalGraph(
  signals: SignalsModule,
  positions: readonly BenchPosition[],
  underlyings: number,
): SignalGraph {
  const start: RowGreeks = { delta: 0.5, gamma: 0.02, theta: -0.03, vega: 0.15, rho: 0.05 };
  const spots = Array.from({ length: underlyings }, () => signals.signal(100));
  const rows = positions.map(() => signals.signal(start));
  const contributions = positions.map((position, i) =>
    signals.computed(() =>
      contributionOf(position, spots[position.underlying].value, rows[i].value)
    )
  );
  const cells: { readonly value: Float64Array }[][][] = Array.from(
    { length: underlyings },
    () => Array.from({ length: ACCOUNTS }, () => []),
  );
  positions.forEach(({ underlying, account }, i) => {
    cells[underlying][account].push(contributions[i]);
  });
  const byUnderlying = cells.map((accounts) => {
    const sums = accounts.map((members) => signals.computed(() => sumOf(members)));
    return signals.computed(() => sumOf(sums));
  });
  const total = signals.computed(() => sumOf(byUnderlying));
  let latest = total.value;
  const stop = signals.effect(() => {
    latest = total.value;
  });
  return {
    write: (row, greeks) => {
      rows[row].value = greeks;
    },
    writeSpot: (underlying, spot) => {
      spots[underlying].value = spot;
    },
    total: () => latest,
    stop,
  };
}
