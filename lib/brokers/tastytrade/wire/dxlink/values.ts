import type { WireCounters } from "./counters.ts";

/**
 * A value of the feed as a column holds it: a finite number, else NaN. The strings "NaN" and
 * "Infinity", `null` and a missing field are absences; anything else is counted.
 * Source: dxlink.md §3, "Special values".
 */
export function numberOf(value: unknown, counters: WireCounters): number {
  if (typeof value === "number") {
    if (value - value === 0) return value;
    counters.add("infinite");
    return NaN;
  }
  if (value === "NaN" || value === null || value === undefined) return NaN;
  counters.add(value === "Infinity" || value === "-Infinity" ? "infinite" : "badValue");
  return NaN;
}

/** True for what may stand where a number belongs. */
export function isNumeric(value: unknown): boolean {
  return typeof value === "number" || value === null || value === "NaN" || value === "Infinity" ||
    value === "-Infinity" || typeof value === "bigint";
}

/** An epoch time in ms; 0 and what is no number are NaN. */
export function timeOf(value: unknown): number {
  return typeof value === "number" && value > 0 && value < 1e15 ? value : NaN;
}

/** The later of two times that may be NaN for none. */
export function later(a: number, b: number): number {
  return b > a || Number.isNaN(a) ? b : a;
}

/** Time (ms) and sequence that a 64-bit index is made of. */
export interface IndexParts {
  readonly timeMs: number;
  readonly sequence: number;
}

/**
 * Takes an index of a time series apart: seconds in the upper 32 bits, then 10 bits of
 * milliseconds, then 22 bits of sequence. Source: dxlink.md §3.
 * Example: 7235129486797176832n is time 1684559855338, sequence 0.
 */
export function indexParts(index: bigint): IndexParts {
  const seconds = Number(index >> 32n);
  return {
    timeMs: seconds * 1000 + Number((index >> 22n) & 0x3ffn),
    sequence: Number(index & 0x3fffffn),
  };
}

/** Puts an index together; the inverse of `indexParts`. */
export function indexOfParts({ timeMs, sequence }: IndexParts): bigint {
  const seconds = Math.floor(timeMs / 1000);
  return (BigInt(seconds) << 32n) | (BigInt(timeMs - seconds * 1000) << 22n) | BigInt(sequence);
}

/** The part of the reviver's third argument that is used. */
interface ReviverContext {
  readonly source?: string;
}

type SourceReviver = (key: string, value: unknown, context: ReviverContext) => unknown;

/**
 * Parses JSON so that whole numbers above 2^53 arrive as bigints, digit by digit. Slower by far
 * than `JSON.parse`; for messages whose index matters. Throws as `JSON.parse` does.
 */
export function parseExactly(text: string): unknown {
  const revive: SourceReviver = (_, value, { source }) =>
    typeof value === "number" && !Number.isSafeInteger(value) && source !== undefined &&
      /^-?\d+$/.test(source)
      ? BigInt(source)
      : value;
  return JSON.parse(text, revive as (key: string, value: unknown) => unknown);
}
