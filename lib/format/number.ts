import { DASH, MINUS, THIN, TIMES } from "./glyphs.ts";

/** Digits after the point at most; more is noise at every place of the desk. */
const DECIMALS_MAX = 8;
/** Above this a float has no exact digits left; written in thousands of millions instead. */
const EXACT_MAX = 1e15;

/** Digits with grouping commas from 1,000: "1415497.25" → "1,415,497.25". */
function grouped(digits: string): string {
  const point = digits.indexOf(".");
  const whole = point < 0 ? digits : digits.slice(0, point);
  if (whole.length < 4) return digits;
  let text = "";
  for (let at = whole.length; at > 0; at -= 3) {
    const part = whole.slice(Math.max(0, at - 3), at);
    text = text === "" ? part : `${part},${text}`;
  }
  return point < 0 ? text : text + digits.slice(point);
}

function isZero(digits: string): boolean {
  for (let i = 0; i < digits.length; i++) {
    const code = digits.charCodeAt(i);
    if (code !== 48 && code !== 46) return false;
  }
  return true;
}

/** Absolute digits at a fixed number of decimals, or "0" when they all vanish. */
function magnitude(value: number, decimals: number): string {
  const size = Math.abs(value);
  if (size >= EXACT_MAX) return `${grouped((size / 1e9).toFixed(0))}G`;
  const digits = size.toFixed(Math.min(decimals, DECIMALS_MAX));
  return isZero(digits) ? "0" : grouped(digits);
}

/**
 * A level (price, net liq, IV, days): grouped, no plus sign; the true minus when it is negative.
 * Zero, also when rounded, is "0"; what is not a finite number is the dash.
 * Source: ui.md §5. Example: (6842.15, 2) → "6,842.15".
 */
export function formatLevel(value: number, decimals = 0): string {
  if (!Number.isFinite(value)) return DASH;
  const digits = magnitude(value, decimals);
  return value < 0 && digits !== "0" ? MINUS + digits : digits;
}

/**
 * Something signed (delta, Greeks, P&L, change): plus or true minus always, except on zero, also
 * when rounded. Not finite is the dash. Source: ui.md §5. Example: (-904720) → "−904,720".
 */
export function formatSigned(value: number, decimals = 0): string {
  if (!Number.isFinite(value)) return DASH;
  const digits = magnitude(value, decimals);
  if (digits === "0") return digits;
  return (value < 0 ? MINUS : "+") + digits;
}

/** Sign that a figure shows after rounding: what colours a result. */
export type Tone = "+" | "-" | "";

/** The sign of a value as it is shown at `decimals`; "" for zero and for what is not finite. */
export function toneOf(value: number, decimals = 0): Tone {
  if (!Number.isFinite(value) || magnitude(value, decimals) === "0") return "";
  return value < 0 ? "-" : "+";
}

/** A figure cut for an axis, a legend or a heat cell: digits and unit apart. */
export interface Compact {
  readonly digits: string;
  readonly unit: "" | "k" | "M" | "G";
}

const STEPS = [[1e9, "G"], [1e6, "M"], [1e3, "k"]] as const;

/**
 * A large figure for axes and legends alone: three significant digits or more, k, M, G.
 * Example: (-904720, true) → { digits: "−905", unit: "k" }.
 */
export function formatCompact(value: number, isSigned = false): Compact {
  const format = isSigned ? formatSigned : formatLevel;
  const size = Math.abs(value);
  // 999.6 rounds up to the next unit, so that no "1000k" appears.
  const step = STEPS.find(([scale]) => Math.round(size / scale * 1000) >= 1000);
  if (step === undefined) return { digits: format(value), unit: "" };
  const scaled = value / step[0];
  const decimals = step[0] > 1e3 && Math.abs(scaled) < 100 ? (Math.abs(scaled) < 10 ? 2 : 1) : 0;
  return { digits: format(scaled, decimals), unit: step[1] };
}

/** Digits and unit of a compact figure in one string: "−905k". */
export function compactText(value: number, isSigned = false): string {
  const { digits, unit } = formatCompact(value, isSigned);
  return digits + unit;
}

/**
 * A ratio as percent with its unit after a narrow space. Example: (0.0027, 2, true) → "+0.27 %".
 */
export function formatPercent(ratio: number, decimals = 1, isSigned = false): string {
  if (!Number.isFinite(ratio)) return DASH;
  const digits = isSigned
    ? formatSigned(ratio * 100, decimals)
    : formatLevel(ratio * 100, decimals);
  return `${digits}${THIN}%`;
}

/** A multiple with two decimals: "0.40×". */
export function formatMultiple(ratio: number): string {
  return Number.isFinite(ratio) ? formatLevel(ratio, 2) + TIMES : DASH;
}

/**
 * Decimals of a price: those of the smallest increment, at least two, so that a cheap share keeps
 * its digits and a share in cents shows cents. Example: 0.05 → 2, 0.0001 → 4, 0.25 → 2.
 */
export function tickDecimals(tickSize: number): number {
  if (!(tickSize > 0)) return 2;
  for (let decimals = 2; decimals < DECIMALS_MAX; decimals++) {
    const scaled = tickSize * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 && Math.round(scaled) > 0) return decimals;
  }
  return DECIMALS_MAX;
}
