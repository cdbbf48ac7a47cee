import type { UnixMs } from "../../base/brand.ts";
import type { ToldFigure } from "../../domain/broker_figures.ts";

/** Why two figures say nothing about each other. */
export const DOUBTS = [
  "absentTheirs",
  "absentOurs",
  "staleOurs",
  "staleTheirs",
  "closed",
  "otherTime",
] as const;

/** One of `DOUBTS`. */
export type Doubt = typeof DOUBTS[number];

/** What probably makes two figures differ. */
export const CAUSES = [
  "missingHere",
  "missingThere",
  "inFlight",
  "quantity",
  "multiplier",
  "perContract",
  "oursIsLast",
  "oursIsClose",
  "theirsIsLast",
  "theirsIsClose",
  "wideMarket",
  "oldFigure",
  "lastVolatility",
  "otherVolatility",
  "americanExercise",
  "otherCarry",
  "cash",
  "pendingCash",
  "previousClose",
  "netLiq",
  "unsupported",
  "smallDifferences",
  "brokersParts",
  "unknown",
] as const;

/** One of `CAUSES`. */
export type CauseCode = typeof CAUSES[number];

/** A probable cause, in words for the reader. */
export interface Cause {
  readonly code: CauseCode;
  readonly text: string;
}

/** Two figures side by side; numbers in one unit, null where a side has none. */
export interface Compared {
  readonly theirs: number | null;
  readonly ours: number | null;
  /** Ours − theirs. */
  readonly difference: number | null;
  /** Largest size of a difference that means nothing; null where a side is missing. */
  readonly tolerance: number | null;
  readonly state: "agrees" | "differs" | "notComparable";
  /** Only with "notComparable". */
  readonly doubt: Doubt | null;
  /** Only with "differs". */
  readonly cause: Cause | null;
  /** When theirs held, as the broker says; null where it does not say. */
  readonly theirsAt: UnixMs | null;
  /** Where theirs was read, "" where it was not told. */
  readonly theirsSource: string;
}

/** What a comparison is made from. */
export interface ComparedInput {
  readonly theirs: ToldFigure | null;
  readonly ours: number | null;
  readonly tolerance: number;
  /** Why a difference above the tolerance would prove nothing; null when it proves something. */
  readonly doubt?: Doubt | null;
  /** Asked for only when the figures differ. */
  readonly cause?: (difference: number) => Cause;
}

/** Rounding of sums is no difference. */
const ROUNDING = 1e-9;

/** The cause of a difference that no rule explains. */
export const UNEXPLAINED: Cause = { code: "unknown", text: "no known cause" };

/**
 * Compares two figures. Within the tolerance they agree, whatever else is known; beyond it a doubt
 * makes them incomparable, and only without one do they differ. A missing figure is never 0.
 */
export function compare(input: ComparedInput): Compared {
  const { theirs, tolerance } = input;
  const ours = input.ours !== null && Number.isFinite(input.ours) ? input.ours : null;
  const told = theirs !== null && Number.isFinite(theirs.value) ? theirs : null;
  const side = {
    theirs: told?.value ?? null,
    ours,
    theirsAt: told?.at ?? null,
    theirsSource: told?.source ?? "",
  };
  if (told === null || ours === null) {
    const doubt = told === null ? "absentTheirs" : "absentOurs";
    const nothing = { difference: null, tolerance: null, cause: null };
    return { ...side, ...nothing, state: "notComparable", doubt };
  }
  const difference = ours - told.value;
  const rounding = ROUNDING * Math.max(Math.abs(ours), Math.abs(told.value));
  const known = { ...side, difference, tolerance };
  if (Math.abs(difference) <= tolerance + rounding) {
    return { ...known, state: "agrees", doubt: null, cause: null };
  }
  const doubt = input.doubt ?? null;
  if (doubt !== null) return { ...known, state: "notComparable", doubt, cause: null };
  const cause = input.cause?.(difference) ?? UNEXPLAINED;
  return { ...known, state: "differs", doubt: null, cause };
}
