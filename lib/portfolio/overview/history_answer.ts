import type { UnixMs } from "../../base/brand.ts";
import type { Result } from "../../base/result.ts";
import { type MalformedError, ObjectReader } from "../../stream/protocol/object_reader.ts";
import { TODAY_METRICS, type TodayMetric } from "./metrics.ts";
import type { SessionSpan } from "./ranges.ts";
import type { TodayPoints } from "./today_line.ts";

/** A line of one metric as it travels: what `GET /api/history` answers. Times in ms. */
export interface HistoryAnswer {
  readonly metric: TodayMetric;
  /** "USD", "USD per day". */
  readonly unit: string;
  /** Inclusive. */
  readonly from: UnixMs;
  /** Exclusive. */
  readonly to: UnixMs;
  /** Oldest sample of these accounts in the whole record, null when there is none. */
  readonly since: UnixMs | null;
  /** Regular sessions in the span, ascending; empty outside the calendar. */
  readonly sessions: readonly SessionSpan[];
  readonly at: readonly UnixMs[];
  /** Null breaks the line. */
  readonly value: readonly (number | null)[];
}

/** Members of lists in one answer at most. */
const POINTS_MAX = 40_000;
const SESSIONS_MAX = 10_000;

/** The points of an answer; NaN breaks the line. */
export function pointsOf(answer: HistoryAnswer): TodayPoints {
  return {
    at: Float64Array.from(answer.at),
    value: Float64Array.from(answer.value, (value) => value ?? NaN),
  };
}

function numbers(reader: ObjectReader, name: string): (number | null)[] {
  return reader.array(name, POINTS_MAX).map((value) => {
    if (value === null || typeof value === "number") return value;
    reader.refuse(`${name} holds something else than numbers`);
    return null;
  });
}

/** Reads an answer of the desk, which may be newer than the page. */
export function parseHistoryAnswer(value: unknown): Result<HistoryAnswer, MalformedError> {
  const reader = new ObjectReader(value, "history", false);
  const at = numbers(reader, "at").map((time) => time ?? NaN);
  const values = numbers(reader, "value");
  if (at.length !== values.length || at.some(Number.isNaN)) {
    reader.refuse("at and value do not belong together");
  }
  return reader.finish({
    metric: reader.oneOf("metric", TODAY_METRICS, "profit"),
    unit: reader.string("unit"),
    from: reader.number("from"),
    to: reader.number("to"),
    since: reader.numberOrNull("since"),
    sessions: reader.objects("sessions", SESSIONS_MAX, (item) => ({
      date: item.string("date", 10),
      opensAt: item.number("opensAt"),
      closesAt: item.number("closesAt"),
    })),
    at,
    value: values,
  });
}
