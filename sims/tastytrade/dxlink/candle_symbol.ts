/** Units of a candle period that the simulator draws; the feed knows more. */
export const CANDLE_UNITS = ["m", "h", "d", "w", "mo"] as const;

/** A unit of `CANDLE_UNITS`. */
export type CandleUnit = typeof CANDLE_UNITS[number];

/** A candle symbol taken apart. */
export interface CandleSymbol {
  readonly base: string;
  readonly count: number;
  readonly unit: CandleUnit;
  /** Candles start with the session instead of midnight. */
  readonly isSessionAligned: boolean;
  /** The symbol in the feed's shortest form: keys sorted, defaults and a leading 1 dropped. */
  readonly shortest: string;
}

const DEFAULTS: Readonly<Record<string, string>> = { price: "last", tho: "false", a: "m" };

/** Reads "SPY{=5m,tho=true}"; null for what the simulator draws no candles of. */
export function parseCandleSymbol(symbol: string): CandleSymbol | null {
  const parts = /^([^{]+)\{=(\d*)([a-z]+)((?:,[a-z]+=[a-z0-9.]+)*)\}$/.exec(symbol);
  if (parts === null) return null;
  const unit = CANDLE_UNITS.find((one) => one === parts[3]);
  const count = parts[2] === "" ? 1 : Number(parts[2]);
  if (unit === undefined || !(count >= 1 && count <= 1440)) return null;
  const keys = parts[4].split(",").filter((one) => one !== "").map((one) => one.split("="));
  const kept = keys.filter(([key, value]) => DEFAULTS[key] !== value);
  const attributes = [["", `${count === 1 ? "" : count}${unit}`], ...kept]
    .sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)
    .map(([key, value]) => `${key}=${value}`);
  return {
    base: parts[1].replace(/&[A-Z]$/, ""),
    count,
    unit,
    isSessionAligned: keys.some(([key, value]) => key === "a" && value === "s"),
    shortest: `${parts[1]}{${attributes.join(",")}}`,
  };
}
