import { parseDay, weekdayOf } from "../../calendar/date.ts";
import { newYorkTime } from "../../calendar/new_york.ts";
import { formatExpiry, formatMinute } from "../../format/time.ts";
import type { AxisLabel } from "./line_drawing.ts";
import type { TradingTime } from "./trading_time.ts";

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
/** Width of a character of the axis and the room after a label, px. */
const CHARACTER_PX = 6;
const ROOM_PX = 8;
/** What hairlines part (sessions, else weeks, else what is labelled) is at least this wide, px. */
const BORDER_ROOM_PX = 24;
/** Hours of a session that have a label while there are so few sessions. */
const HOURS_SESSIONS_MAX = 2;
const HOURS_MIN = [150, 270] as const;
const MINUTE_MS = 60_000;
/** Up to so many sessions each has its label; then weeks, then months, then years. */
const DAYS_MAX = 10;
const WEEKS_MAX = 45;
const MONTHS_MAX = 500;

interface Start {
  readonly at: number;
  /** The label, and a shorter one for a narrow plot. */
  readonly long: string;
  readonly short: string;
}

function weekday(date: string): number {
  const day = parseDay(date);
  return day.ok ? weekdayOf(day.value) : 0;
}

/** "19 Mar" of "2025-03-19". */
function dayText(date: string): string {
  return formatExpiry(date, Number(date.slice(0, 4)));
}

function monthText(date: string): string {
  const name = dayText(date).split(" ")[1] ?? date;
  return date.slice(5, 7) === "01" ? date.slice(0, 4) : name;
}

function textsOf(date: string, count: number): readonly [string, string] {
  if (count <= DAYS_MAX) {
    const short = `${WEEKDAYS[weekday(date)]} ${Number(date.slice(8))}`;
    return [`${WEEKDAYS[weekday(date)]} ${dayText(date)}`, short];
  }
  if (count <= WEEKS_MAX) return [dayText(date), dayText(date)];
  if (count <= MONTHS_MAX) return [monthText(date), monthText(date)];
  return [date.slice(0, 4), date.slice(0, 4)];
}

/** True when a session is the first of its week, month or year, as many sessions ask for. */
function isStart(date: string, before: string, count: number): boolean {
  if (count <= DAYS_MAX) return true;
  if (count <= WEEKS_MAX) return weekday(date) < weekday(before) || before === "";
  const part = count <= MONTHS_MAX ? 7 : 4;
  return date.slice(0, part) !== before.slice(0, part);
}

function startsOf(time: TradingTime): Start[] {
  const { sessions } = time;
  const count = sessions.length;
  const starts = sessions.flatMap(({ date }, i): Start[] => {
    if (!isStart(date, sessions[i - 1]?.date ?? "", count)) return [];
    const [long, short] = textsOf(date, count);
    return [{ at: time.startOf(i), long, short }];
  });
  // What the plot begins with is seldom the beginning of a week or month: its label would crowd.
  const isCut = count > DAYS_MAX && starts.length > 2 &&
    starts[1].at - starts[0].at < 0.8 * (starts[2].at - starts[1].at);
  return isCut ? starts.slice(1) : starts;
}

/** 12:00 and 14:00 of each session, where a date alone would say little. */
function hoursOf(time: TradingTime): Start[] {
  if (time.sessions.length > HOURS_SESSIONS_MAX) return [];
  return time.sessions.flatMap(({ opensAt, closesAt }, i) =>
    HOURS_MIN.map((minutes) => minutes * MINUTE_MS)
      .filter((after) => opensAt + after < closesAt)
      .map((after) => {
        const text = formatMinute(newYorkTime(opensAt + after));
        return { at: time.startOf(i) + after, long: text, short: text };
      })
  );
}

/** Every `every`th label, as long as each ends before the next begins. */
function fits(starts: readonly Start[], every: number, isLong: boolean, pixel: number): boolean {
  for (let i = 0; i + every < starts.length; i += every) {
    const text = isLong ? starts[i].long : starts[i].short;
    const room = (starts[i + every].at - starts[i].at) / pixel;
    if (text.length * CHARACTER_PX + ROOM_PX > room) return false;
  }
  return true;
}

/** What an axis of sessions is labelled with and where its hairlines are. */
export interface SessionMarks {
  readonly labels: readonly AxisLabel[];
  readonly borders: readonly number[];
}

/**
 * Labels at the starts of sessions, weeks, months or years, as many as fit into so many px without
 * touching, and the borders between sessions (or between what is labelled, where sessions are
 * narrow).
 */
export function sessionMarks(time: TradingTime, widthPx: number): SessionMarks {
  if (time.length === 0) return { labels: [], borders: [] };
  const pixel = time.length / Math.max(1, widthPx);
  const starts = [...startsOf(time), ...hoursOf(time)].toSorted((a, b) => a.at - b.at);
  let every = 1;
  const isLong = fits(starts, every, true, pixel);
  while (!isLong && !fits(starts, every, false, pixel) && every < starts.length) every++;
  const shown = starts.filter((_, i) => i % every === 0);
  const labels = shown.map(({ at, long, short }) => ({ at, text: isLong ? long : short }));
  return {
    labels,
    borders: bordersOf(time, pixel) ?? shown.map(({ at }) => at).filter((at) => at > 0),
  };
}

/** Starts of sessions, or else of weeks, that are wide enough; null when neither is. */
function bordersOf(time: TradingTime, pixel: number): number[] | null {
  const { sessions } = time;
  for (
    const isKept of [
      () => true,
      (i: number) => isStart(sessions[i].date, sessions[i - 1].date, WEEKS_MAX),
    ]
  ) {
    const starts = sessions.map((_, i) => i).filter((i) => i > 0 && isKept(i));
    if (time.length / (starts.length + 1) >= BORDER_ROOM_PX * pixel) {
      return starts.map((i) => time.startOf(i));
    }
  }
  return null;
}
