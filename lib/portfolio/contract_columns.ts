import { createPricingColumns, type PricingColumns } from "../pricing/columns.ts";
import type { Column } from "./strip.ts";

/** Kinds of contract as the columns know them. */
export const CONTRACT = { equity: 0, future: 1, option: 2, unsupported: 3 } as const;

/**
 * What one contract brings to each of its rows: the Greeks in use unless they are the model's, its
 * multiplier, and the base currency per unit of its currency, now and at the previous close.
 */
export const UNIT = {
  delta: 0,
  gamma: 1,
  thetaPerDay: 2,
  vegaPerPoint: 3,
  rhoPerPoint: 4,
  multiplier: 5,
  rate: 6,
  ratePrevious: 7,
} as const;

/** Values per contract in `unit`. */
export const UNIT_STRIDE = 8;

/**
 * What is known of a contract's mid: spot and years at its latest quote, the last volatility that
 * was solved from one, and the event time of that quote.
 */
export const MID = { spot: 0, years: 1, solvedIv: 2, solvedAt: 3 } as const;

/** Values per contract in `mid`. */
export const MID_STRIDE = 4;

/**
 * One entry per contract held (rows of one contract at several accounts share it), sorted by
 * underlying and driver, so that a tick of a driver reprices one contiguous range.
 *
 * Prices and Greeks per unit and long in the contract's currency; theta per calendar day, vega per
 * vol point, rho per percentage point; volatilities and rates as annual decimals; times ms by the
 * source's clock; codes of GREEKS_SOURCES, ABSENCE_REASONS, STALENESS. NaN is absent.
 */
export interface ContractColumns {
  readonly handle: Int32Array;
  /** Index in `DriverColumns`. */
  readonly driver: Int32Array;
  readonly underlying: Int32Array;
  /** CONTRACT code. */
  readonly kind: Uint8Array;
  /** Index of the currency in the directory. */
  readonly currency: Uint8Array;
  readonly tickSize: Float64Array;
  readonly expiresAt: Float64Array;
  /**
   * UNIT values of each contract at `c · UNIT_STRIDE`: one cache line for the tick of an option.
   */
  readonly unit: Float64Array;
  /** Rows of the contract: `rowFrom[c]` to `rowFrom[c + 1]`. */
  readonly rowFrom: Int32Array;
  readonly rowCount: Int32Array;

  /** MID values of each contract at `c · MID_STRIDE`. */
  readonly mid: Float64Array;
  /** Why the latest quote gave no volatility, or present. */
  readonly solvedAbsence: Uint8Array;
  /** 1 while the latest quote waits to be solved, with spot and years of its message. */
  readonly isPending: Uint8Array;

  /** 1 while the volatility in use moved without the model being priced at it. */
  readonly isPriceDue: Uint8Array;
  /** The model at the volatility in use; by contract index. */
  readonly pricing: PricingColumns;
  readonly greeksSource: Uint8Array;
  readonly greeksAbsence: Uint8Array;
  /** Event time of the Greeks' input; the broker's own are on the board with theirs. */
  readonly greeksAt: Float64Array;
  readonly staleness: Uint8Array;
}

/** Prices that move ranges of contracts: one entry per driving instrument, sorted by underlying. */
export interface DriverColumns {
  /** Handle of the driving instrument, -1 for contracts that have none. */
  readonly handle: Int32Array;
  readonly underlying: Int32Array;
  /** Contracts of the driver: `contractFrom[d]` to `contractFrom[d + 1]`. */
  readonly contractFrom: Int32Array;
  readonly contractCount: Int32Array;
  readonly spot: Float64Array;
  readonly spotReceivedAt: Float64Array;
  /** STALENESS code of the spot. */
  readonly staleness: Uint8Array;
  /** DATA_LEVELS code of the spot. */
  readonly dataLevel: Uint8Array;
}

/** Makes contract columns with everything absent. */
export function contractColumns(count: number): ContractColumns {
  const numbers = () => new Float64Array(count).fill(NaN);
  const codes = () => new Uint8Array(count);
  return {
    handle: new Int32Array(count),
    driver: new Int32Array(count),
    underlying: new Int32Array(count),
    kind: codes(),
    currency: codes(),
    tickSize: numbers(),
    expiresAt: numbers(),
    unit: new Float64Array(count * UNIT_STRIDE).fill(NaN),
    rowFrom: new Int32Array(count + 1),
    rowCount: new Int32Array(count),
    mid: new Float64Array(count * MID_STRIDE).fill(NaN),
    solvedAbsence: codes(),
    isPending: codes(),
    isPriceDue: codes(),
    pricing: createPricingColumns(count),
    greeksSource: codes(),
    greeksAbsence: codes(),
    greeksAt: numbers(),
    staleness: codes(),
  };
}

/** Makes driver columns with everything absent. */
export function driverColumns(count: number): DriverColumns {
  return {
    handle: new Int32Array(count).fill(-1),
    underlying: new Int32Array(count),
    contractFrom: new Int32Array(count + 1),
    contractCount: new Int32Array(count),
    spot: new Float64Array(count).fill(NaN),
    spotReceivedAt: new Float64Array(count).fill(NaN),
    staleness: new Uint8Array(count),
    dataLevel: new Uint8Array(count),
  };
}

/** The columns that move with a contract; its place among drivers and rows is linked anew. */
export function movingContractColumns(columns: ContractColumns): Column[] {
  const { driver: _driver, underlying: _underlying, rowFrom: _rowFrom, ...own } = columns;
  const { unit, mid, pricing, ...single } = own;
  const { capacity: _capacity, ...priced } = pricing;
  const flat = [...Object.values(single), ...Object.values(priced)];
  return [
    { values: unit, stride: UNIT_STRIDE },
    { values: mid, stride: MID_STRIDE },
    ...flat.map((values) => ({ values, stride: 1 })),
  ];
}

/** The columns that move with a driver. */
export function movingDriverColumns(columns: DriverColumns): Column[] {
  const { underlying: _underlying, contractFrom: _contractFrom, ...own } = columns;
  return Object.values(own).map((values) => ({ values, stride: 1 }));
}
