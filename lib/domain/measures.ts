import { indexOf } from "../base/record.ts";

/** A field of a table that travels: its name, unit and meaning, for docs/stream.md and tooltips. */
export interface Field<Name extends string = string> {
  readonly name: Name;
  readonly unit: string;
  readonly meaning: string;
}

function field<Name extends string>(name: Name, unit: string, meaning: string): Field<Name> {
  return { name, unit, meaning };
}

/**
 * Measures of a leaf cell (one underlying in one account), all additive over accounts; money in the
 * base currency. Share deltas add only inside one underlying. The position is the column index and
 * part of docs/stream.md: append only.
 * Source: formulas §4, §6 and §9.
 */
export const LEAF_MEASURES = [
  field("legs", "count", "open positions"),
  field("positionDelta", "shares", "Σ q·m·δ over legs with Greeks"),
  field("dollarDelta", "base currency", "Σ q·m·δ·S"),
  field("longDollarDelta", "base currency", "Σ of the positive dollar deltas"),
  field("shortDollarDelta", "base currency", "Σ of the negative dollar deltas"),
  field("deltaChange", "shares", "change of position delta for +1 %: Σ q·m·Γ·0.01·S"),
  field("dollarGamma", "base currency", "change of dollar delta for +1 %: Σ q·m·Γ·S²/100"),
  field("vega", "base currency per vol point", "Σ q·m·ν"),
  field("theta", "base currency per day", "Σ q·m·Θ"),
  field("rho", "base currency per percentage point", "Σ q·m·ρ"),
  field("marketValue", "base currency", "Σ q·m·mark; futures 0"),
  field("dayPnl", "base currency", "since the previous official close, fees included"),
  field("contractNotional", "base currency", "Σ |q|·m·S"),
  field("withoutGreeks", "count", "legs left out of delta and Greeks"),
  field("withoutMark", "count", "legs left out of market value"),
  field("withoutDayPnl", "count", "legs left out of day P&L"),
  field("staleLegs", "count", "legs whose inputs are stale"),
  field("modelledLegs", "count", "legs whose Greeks come from the desk's model"),
  field("staleDollarDelta", "base currency", "Σ |dollar delta| of stale legs"),
  field("modelledDollarDelta", "base currency", "Σ |dollar delta| of modelled legs"),
] as const;

/** Name of a leaf measure. */
export type LeafMeasure = typeof LEAF_MEASURES[number]["name"];

/** Column index of each leaf measure. */
export const LEAF: Readonly<Record<LeafMeasure, number>> = indexByName(LEAF_MEASURES);

/** Values per leaf cell. */
export const LEAF_STRIDE = LEAF_MEASURES.length;

/** Money and times of a position row, f64. Money that adds up is in the base currency. */
export const ROW_F64 = [
  field("signedQuantity", "contracts or shares", "long > 0, short < 0"),
  field("mark", "instrument's currency per unit", "mid, last or previous close; see markSource"),
  field("positionDelta", "shares", "q·m·δ"),
  field("dollarDelta", "base currency", "q·m·δ·S"),
  field("marketValue", "base currency", "q·m·mark; futures 0"),
  field("dayPnl", "base currency", "since the previous official close, fees included"),
  field("vega", "base currency per vol point", "q·m·ν"),
  field("theta", "base currency per day", "q·m·Θ"),
  field("markAt", "ms since 1970 by the source's clock", "event time of the mark's input"),
  field("greeksAt", "ms since 1970 by the source's clock", "event time of the Greeks' input"),
  field(
    "receivedAt",
    "ms since 1970 by the source's clock",
    "when its newest quote or Greeks came",
  ),
] as const;

/** Display Greeks of a position row per unit and long, f32. */
export const ROW_F32 = [
  field("delta", "per unit", "δ of one long unit"),
  field("gamma", "per money²", "Γ of one long unit"),
  field("thetaPerDay", "money per calendar day", "Θ of one long unit"),
  field("vegaPerPoint", "money per vol point", "ν of one long unit"),
  field("rhoPerPoint", "money per percentage point", "ρ of one long unit"),
  field("iv", "decimal per year", "implied volatility used"),
  field("deltaChange", "shares", "change of position delta for +1 %: q·m·Γ·0.01·S"),
  field("probItm", "0–1", "risk-neutral probability of ending in the money"),
] as const;

/** Codes of a position row, u8; 0 is "present" or "none". */
export const ROW_U8 = [
  field("markSource", "MARK_SOURCES index", "where the mark comes from"),
  field("markAbsence", "ABSENCE_REASONS index", "why there is no mark"),
  field("greeksSource", "GREEKS_SOURCES index", "where the Greeks come from"),
  field("greeksAbsence", "ABSENCE_REASONS index", "why there are no Greeks"),
  field("dayPnlAbsence", "ABSENCE_REASONS index", "why there is no day P&L"),
  field("staleness", "STALENESS index", "whether the inputs are current"),
  field("dataLevel", "DATA_LEVELS index", "live, delayed or worse: the worst of its inputs"),
] as const;

/** Names of the row columns. */
export type RowF64 = typeof ROW_F64[number]["name"];
export type RowF32 = typeof ROW_F32[number]["name"];
export type RowU8 = typeof ROW_U8[number]["name"];

/** Version of the desk's own model; travels with what the model derived. */
export const MODEL_VERSION = "gbs-1";

/**
 * Where a mark comes from; the position is the code, so append only. "derived": the source computed
 * it from other prices, as the spot of an index from the put–call parity of its options;
 * "brokerMark": what the broker values the position at, for want of market data. "wideMid": the mid
 * of a quote whose spread is over SPREAD_SHARE_MAX of it, which says little.
 */
export const MARK_SOURCES = [
  "none",
  "mid",
  "last",
  "previousClose",
  "derived",
  "brokerMark",
  "wideMid",
] as const;

/** Where Greeks come from; the position is the code. Source: ladder of formulas §3. */
export const GREEKS_SOURCES = ["none", "broker", "model", "modelLastIv", "linear"] as const;

/** Whether inputs are current; the position is the code. */
export const STALENESS = ["current", "stale", "closed"] as const;

/** Fields of an underlying, f64. */
export const UNDERLYING_F64 = [
  field("price", "its currency", "mid, last or previous close of the underlying"),
  field("previousClose", "its currency", "previous official close"),
  field("priceAt", "ms since 1970 by the source's clock", "event time of the price"),
  field("fxRate", "base currency per unit", "rate used for its money"),
  field("riskFreeRate", "decimal per year", "continuous; NaN when unknown"),
  field("dividendYield", "decimal per year", "continuous; NaN when unknown"),
  field("priceSource", "MARK_SOURCES index", "where the price comes from"),
  field("priceAbsence", "ABSENCE_REASONS index", "why there is no price"),
  field("staleness", "STALENESS index", "whether the price is current"),
  field("receivedAt", "ms since 1970 by the source's clock", "when the price's input arrived"),
  field("dataLevel", "DATA_LEVELS index", "whether the price is live, delayed or worse"),
] as const;

/** Name of an underlying field. */
export type UnderlyingF64 = typeof UNDERLYING_F64[number]["name"];

/** Fields of an account, f64, in the base currency unless named. */
export const ACCOUNT_F64 = [
  field("netLiquidation", "base currency", "the broker's own figure"),
  field("cash", "base currency", "Σ cash × rate"),
  field("accrued", "base currency", "accrued dividends and interest"),
  field("previousNetLiquidation", "base currency", "broker's figure at the previous close"),
  field("externalFlows", "base currency", "deposits − withdrawals since the previous close"),
  field("cashPnl", "base currency", "FX on cash held at the close, dividends, interest"),
  field("asOf", "ms since 1970 by the source's clock", "time of the broker's figures"),
  field("staleness", "STALENESS index", "whether the broker's figures are current"),
] as const;

/** Name of an account field. */
export type AccountF64 = typeof ACCOUNT_F64[number]["name"];

function indexByName<Name extends string>(
  fields: readonly Field<Name>[],
): Readonly<Record<Name, number>> {
  return indexOf(fields.map((f) => f.name));
}

/** Column indices. */
export const ROW_F64_AT: Readonly<Record<RowF64, number>> = indexByName(ROW_F64);
export const ROW_F32_AT: Readonly<Record<RowF32, number>> = indexByName(ROW_F32);
export const ROW_U8_AT: Readonly<Record<RowU8, number>> = indexByName(ROW_U8);
export const UNDERLYING_AT: Readonly<Record<UnderlyingF64, number>> = indexByName(UNDERLYING_F64);
export const ACCOUNT_AT: Readonly<Record<AccountF64, number>> = indexByName(ACCOUNT_F64);
