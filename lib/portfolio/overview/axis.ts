import { formatLevel, formatSigned } from "../../format/number.ts";

/** A scale of whole steps: from, to, and the distance of its lines. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

const NICE = [1, 2, 2.5, 5, 10] as const;
const LINES = 3.2;
const MINUTE_MS = 60_000;
const SPANS_MIN = [5, 10, 20, 30, 60, 90, 120, 180, 240, 330, 405, 480, 720, 1_440] as const;
const TICKS_MIN = [1, 2, 5, 10, 15, 30, 60, 90, 120, 240] as const;
/** An axis moves at most once in this time. Source: ui.md §6. */
export const AXIS_HOLD_MS = 5_000;

function niceStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  return (NICE.find((k) => k * power >= raw) ?? 10) * power;
}

/**
 * A scale of whole steps around a range, with four to six lines; contains zero when asked to. A
 * flat range gets a step of its own size so that the line lies inside.
 */
export function valueScale(low: number, high: number, hasZero: boolean): Scale {
  const from = hasZero ? Math.min(low, 0) : low;
  const to = hasZero ? Math.max(high, 0) : high;
  const size = Math.max(Math.abs(from), Math.abs(to));
  // Under a tenth of a permille of its size a range is flat: digits would not tell its lines apart.
  const spread = Math.max(to - from, size * 1e-4, 4);
  const step = niceStep(spread / LINES);
  const middle = (from + to) / 2;
  const isFlat = to - from < spread;
  const bottom = Math.floor((isFlat ? middle - spread / 2 : from) / step) * step;
  const top = Math.ceil((isFlat ? middle + spread / 2 : to) / step) * step;
  if (hasZero && from === 0 && to === 0) return { from: -step, to: step, step };
  return { from: bottom, to: top > bottom ? top : bottom + step, step };
}

/** Values of a scale's lines. */
export function scaleLines(scale: Scale): number[] {
  const lines: number[] = [];
  const count = Math.round((scale.to - scale.from) / scale.step);
  for (let i = 0; i <= count; i++) {
    const value = scale.from + i * scale.step;
    lines.push(Math.abs(value) < scale.step / 1e6 ? 0 : value);
  }
  return lines;
}

const UNITS = [[1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""]] as const;
const DECIMALS_MAX = 6;

/** Labels of a scale's lines: one unit for all, and as many decimals as tell them apart. */
export function scaleTexts(scale: Scale, isSigned: boolean): string[] {
  const size = Math.max(Math.abs(scale.from), Math.abs(scale.to));
  const [unit, name] = UNITS.find(([unit]) => size >= unit) ?? [1, ""];
  const step = scale.step / unit;
  let decimals = 0;
  const isWhole = (value: number) => Math.abs(value - Math.round(value)) < 1e-6;
  while (decimals < DECIMALS_MAX && !isWhole(step * 10 ** decimals)) decimals++;
  const format = isSigned ? formatSigned : formatLevel;
  return scaleLines(scale).map((value) =>
    value === 0 ? "0" : `${format(value / unit, decimals)}${name}`
  );
}

/** The time that the line of today spans: from its start, in whole spans that leave it room. */
export function timeSpan(startsAt: number, now: number): { from: number; to: number } {
  const elapsed = Math.max(0, now - startsAt) / MINUTE_MS;
  const span = SPANS_MIN.find((minutes) => elapsed <= minutes * 0.92) ??
    Math.ceil(elapsed / 1_440 + 0.1) * 1_440;
  return { from: startsAt, to: startsAt + span * MINUTE_MS };
}

/** Round times on an axis, three to six of them. */
export function timeTicks(from: number, to: number): number[] {
  const minutes = (to - from) / MINUTE_MS;
  const every = (TICKS_MIN.find((m) => minutes / m <= 6) ?? 480) * MINUTE_MS;
  const ticks: number[] = [];
  for (let at = Math.ceil(from / every) * every; at <= to; at += every) ticks.push(at);
  return ticks;
}

/**
 * Holds a scale: it gives way only when the value left it or fits in half of it, and not more than
 * once in `AXIS_HOLD_MS`. The first scale and one of another metric are taken at once.
 */
export class ScaleHold {
  #scale: Scale | null = null;
  #movedAt = -Infinity;
  #key: string | null = null;

  /**
   * `key` names what is drawn; null while there is no value yet, whose scale is not held: the first
   * value would lie outside it. `now` is any clock in ms.
   */
  next(wanted: Scale, key: string | null, now: number): Scale {
    const held = this.#scale;
    if (held === null || key === null || key !== this.#key) return this.#move(wanted, key, now);
    const isOutside = wanted.from < held.from || wanted.to > held.to;
    const isLoose = wanted.to - wanted.from < (held.to - held.from) / 2;
    if ((isOutside || isLoose) && now - this.#movedAt >= AXIS_HOLD_MS) {
      return this.#move(wanted, key, now);
    }
    return held;
  }

  #move(wanted: Scale, key: string | null, now: number): Scale {
    this.#scale = wanted;
    this.#key = key;
    this.#movedAt = now;
    return wanted;
  }
}
