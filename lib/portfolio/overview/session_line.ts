import type { UnixMs } from "../../base/brand.ts";
import { spokenAge } from "../../format/time.ts";
import { plural } from "../../format/words.ts";
import type { Band } from "./line_drawing.ts";
import type { TodayPoints } from "./today_line.ts";
import type { TradingTime } from "./trading_time.ts";

/** How a line is laid over sessions. */
export interface SessionLineOptions {
  /** Begins anew in every session: the line of a day's result never crosses a border. */
  readonly startsAnew: boolean;
  /** Source's clock: what comes after it is not missing. */
  readonly now: UnixMs;
  /** Trading time of one pixel, ms. */
  readonly pixelMs: number;
}

/** A line over sessions side by side: positions in place of times, and what is missing. */
export interface SessionLine {
  readonly points: TodayPoints;
  readonly bands: readonly Band[];
  /** Shorter gaps may not be seen, ms of trading. */
  readonly pauseMs: number;
}

/** Trading time without a sample that is none the less no gap: samples come every second. */
const PAUSE_MIN_MS = 90_000;
/** Neighbours of a thinned line are up to two pixels apart. */
const PAUSE_PIXELS = 2;

/** Whole sessions in a stretch of the axis; a pause at either end does not count against one. */
function wholeSessions(time: TradingTime, from: number, to: number): number {
  let count = 0;
  for (let i = 0; i < time.sessions.length; i++) {
    if (time.startOf(i) >= from - PAUSE_MIN_MS && time.startOf(i + 1) <= to + PAUSE_MIN_MS) count++;
  }
  return count;
}

function bandOf(time: TradingTime, from: number, to: number): Band {
  const whole = wholeSessions(time, from, to);
  const length = whole > 0 ? plural(whole, "session") : spokenAge(to - from);
  return { from, to, length, text: whole > 0 ? `${length} not recorded` : `no data ${length}` };
}

/**
 * Lays a line over sessions. A value that is missing inside a session breaks it, and what is
 * missing between two values is a band with its length; several sessions without any sample are
 * one band. Nights have no width: a level is joined across them. Points outside trading are left
 * out.
 */
export function sessionLine(
  points: TodayPoints,
  time: TradingTime,
  options: SessionLineOptions,
): SessionLine {
  const pause = Math.max(PAUSE_MIN_MS, PAUSE_PIXELS * options.pixelMs);
  const [at, value]: [number[], number[]] = [[], []];
  const bands: Band[] = [];
  const miss = (from: number, to: number) => bands.push(bandOf(time, from, to));
  const lay = (position: number, level: number) => {
    at.push(position);
    value.push(level);
  };
  let [before, session, isBroken] = [NaN, -1, false];
  for (let i = 0; i < points.at.length; i++) {
    if (Number.isNaN(points.value[i])) {
      isBroken = true;
      continue;
    }
    if (!time.isTrading(points.at[i])) continue;
    const next = time.sessionAt(points.at[i]);
    const position = time.position(points.at[i]);
    const isSame = next === session;
    const isMissing = isSame ? isBroken : position - (before || 0) > pause;
    if (isMissing) miss(before || 0, position);
    const isApart = isMissing || (!isSame && options.startsAnew);
    if (isApart && !Number.isNaN(before)) lay((before + position) / 2, NaN);
    lay(position, points.value[i]);
    [before, session, isBroken] = [position, next, false];
  }
  const end = time.position(options.now);
  if (end - (before || 0) > pause) miss(before || 0, end);
  const laid = { at: Float64Array.from(at), value: Float64Array.from(value) };
  return { points: laid, bands, pauseMs: pause };
}
