import { DASH } from "../../format/glyphs.ts";
import { formatLevel, formatSigned, type Tone, toneOf } from "../../format/number.ts";

/** How far a number may be trusted; each state has its own shape on the page (ui.md §5). */
export type FigureState = "live" | "modelled" | "stale" | "absent";

/** A number as it is drawn: text, trust, and the sign of a result (never of an exposure). */
export interface Figure {
  readonly text: string;
  readonly state: FigureState;
  readonly tone: Tone;
}

const RANK: Readonly<Record<FigureState, number>> = { live: 0, modelled: 1, stale: 2, absent: 3 };

/** The dash that stands for a value that is not there. */
export const ABSENT_FIGURE: Figure = { text: DASH, state: "absent", tone: "" };

/** The weaker of two states: a derived number inherits it. */
export function weaker(a: FigureState, b: FigureState): FigureState {
  return RANK[a] >= RANK[b] ? a : b;
}

function figure(value: number, text: string, state: FigureState, tone: Tone): Figure {
  if (state === "absent" || !Number.isFinite(value)) return ABSENT_FIGURE;
  return { text, state, tone };
}

/** A price, a net liq, a count: no plus sign. NaN is absent whatever the state. */
export function levelFigure(value: number, decimals: number, state: FigureState): Figure {
  return figure(value, formatLevel(value, decimals), state, "");
}

/** An exposure or a Greek: always signed, never coloured. NaN is absent whatever the state. */
export function signedFigure(value: number, decimals: number, state: FigureState): Figure {
  return figure(value, formatSigned(value, decimals), state, "");
}

/** Money made or lost: signed and toned; a stale result loses its tone in the style sheet. */
export function resultFigure(value: number, decimals: number, state: FigureState): Figure {
  return figure(value, formatSigned(value, decimals), state, toneOf(value, decimals));
}
