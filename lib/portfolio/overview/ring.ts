import { type Compact, formatCompact } from "../../format/number.ts";
import type { BookScope } from "./scope.ts";
import { groupState } from "./trust.ts";

/** What the allocation ring divides. */
export type RingMeasure = "dollarDelta" | "netLiq";

/** A segment: an underlying, or all beyond the seventh together. */
export interface RingSlice {
  readonly label: string;
  /** Signed, base currency; of "n more" the net of them. */
  readonly value: number;
  /** Gross size, what the arc is as long as. */
  readonly size: number;
  /** Share of the gross, 0 to 1. */
  readonly share: number;
  readonly direction: "long" | "short";
  /** Tint of a long segment, 1 for the largest, falling; 1 for shorts, which are striped. */
  readonly tint: number;
}

/** The ring: longs by size clockwise, then shorts reversed, so that both start at the top. */
export interface Ring {
  readonly arcs: readonly RingSlice[];
  /** By size, as the legend lists them, at most seven names and the rest. */
  readonly legend: readonly LegendLine[];
  readonly net: number;
  readonly gross: number;
}

/** A line of the legend. */
export interface LegendLine {
  readonly label: string;
  readonly direction: "long" | "short" | null;
  readonly value: Compact;
  readonly share: number;
}

/** Names in the legend before the rest folds into "n more". */
export const NAMES_MAX = 7;
/** A percent label is drawn on the ring from this share on (T-025). */
export const LABEL_SHARE_MIN = 0.05;

const TINT_STEP = 0.13;
const TINT_MIN = 0.35;

interface Part {
  readonly label: string;
  readonly value: number;
}

function partsOf(scope: BookScope, measure: RingMeasure): Part[] {
  const field = measure === "netLiq" ? "marketValue" : measure;
  const basis = measure === "netLiq" ? "mark" : "greeks";
  return scope.underlyings()
    .filter((u) => groupState(scope, u, basis) !== "absent")
    .map((u) => ({ label: scope.view.underlying(u).symbol, value: scope.group(u, field) }))
    .filter((part) => Number.isFinite(part.value) && part.value !== 0)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
}

function arcsOf(parts: readonly Part[], gross: number): RingSlice[] {
  const slice = (part: Part, direction: "long" | "short", tint: number): RingSlice => ({
    label: part.label,
    value: part.value,
    size: Math.abs(part.value),
    share: Math.abs(part.value) / gross,
    direction,
    tint,
  });
  const longs = parts.filter((part) => part.value > 0)
    .map((part, i) => slice(part, "long", Math.max(TINT_MIN, 1 - i * TINT_STEP)));
  const shorts = parts.filter((part) => part.value < 0).map((part) => slice(part, "short", 1));
  return [...longs, ...shorts.reverse()];
}

function legendOf(parts: readonly Part[], gross: number): LegendLine[] {
  const line = (part: Part): LegendLine => ({
    label: part.label,
    direction: part.value > 0 ? "long" : "short",
    value: formatCompact(part.value, true),
    share: Math.abs(part.value) / gross,
  });
  if (parts.length <= NAMES_MAX + 1) return parts.map(line);
  const rest = parts.slice(NAMES_MAX);
  const net = rest.reduce((sum, part) => sum + part.value, 0);
  const size = rest.reduce((sum, part) => sum + Math.abs(part.value), 0);
  return [...parts.slice(0, NAMES_MAX).map(line), {
    label: `${rest.length} more`,
    direction: null,
    value: formatCompact(net, true),
    share: size / gross,
  }];
}

/** The allocation of the chosen accounts by underlying; names without a value are left out. */
export function allocationRing(scope: BookScope, measure: RingMeasure): Ring {
  const parts = partsOf(scope, measure);
  const gross = parts.reduce((sum, part) => sum + Math.abs(part.value), 0);
  const net = parts.reduce((sum, part) => sum + part.value, 0);
  return { arcs: arcsOf(parts, gross), legend: legendOf(parts, gross), net, gross };
}

/** What the ring is called where it is not seen. */
export function ringName(ring: Ring, measure: RingMeasure): string {
  const { digits, unit } = formatCompact(ring.net, true);
  const what = measure === "netLiq" ? "Net liq in positions" : "Dollar delta";
  return `${what} by underlying: long clockwise from the top, solid; ` +
    `short counter-clockwise, striped; net ${digits}${unit}`;
}
