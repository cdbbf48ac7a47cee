import type { UnixMs } from "../../base/brand.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { TODAY_METRICS, type TodayMetric } from "./metrics.ts";
import { type Range, RANGES } from "./ranges.ts";

/** A line that a client asks for: over a range, or from one time up to another. */
export interface HistoryRequest {
  readonly metric: TodayMetric;
  readonly span: Range | { readonly from: UnixMs; /** Null is now. */ readonly to: UnixMs | null };
  readonly pixels: number;
}

/** What is wrong with a request, and what to send instead. */
export interface RequestProblem {
  readonly error: string;
  readonly fix: string;
}

/** Widest plot that a line is made for. */
export const PIXELS_MAX = 8_192;
/** Width of a line when none is asked for. */
export const PIXELS_DEFAULT = 800;
/** Times that a date can hold, ms. */
const TIME_MAX = 8.64e15;

function problem(error: string, fix: string): Result<never, RequestProblem> {
  return fail({ error, fix });
}

function parseTime(name: string, text: string): Result<UnixMs, RequestProblem> {
  const isIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const at = isIso ? Date.parse(text) : /^-?\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (Math.abs(at) <= TIME_MAX) return ok(at);
  const example = "2025-03-19T14:30:00Z or 1742394600000";
  return problem(`${name} is not a time`, `write ms since 1970 or ISO 8601 with zone: ${example}`);
}

function parseSpan(query: URLSearchParams): Result<HistoryRequest["span"], RequestProblem> {
  const [range, from, to] = [query.get("range"), query.get("from"), query.get("to")];
  if (from === null && to === null) {
    const found = RANGES.find((name) => name === (range ?? "today"));
    if (found !== undefined) return ok(found);
    return problem("no such range", `use one of ${RANGES.join(", ")}, or from and to`);
  }
  if (range !== null) {
    return problem("both a range and times are given", "send range, or from and to, not both");
  }
  if (from === null) return problem("to is given without from", "send from as well");
  const start = parseTime("from", from);
  if (!start.ok) return start;
  const end = to === null ? ok(null) : parseTime("to", to);
  if (!end.ok) return end;
  if (end.value !== null && end.value <= start.value) {
    return problem("from is not before to", "send from < to; to itself is not included");
  }
  return ok({ from: start.value, to: end.value });
}

/** Reads the query of `GET /api/history`, all but its accounts. */
export function parseHistoryRequest(
  query: URLSearchParams,
): Result<HistoryRequest, RequestProblem> {
  const asked = query.get("metric") ?? "profit";
  const metric = TODAY_METRICS.find((name) => name === asked);
  if (metric === undefined) {
    return problem("no such metric", `use one of ${TODAY_METRICS.join(", ")}`);
  }
  const text = query.get("pixels") ?? String(PIXELS_DEFAULT);
  const pixels = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(pixels >= 1 && pixels <= PIXELS_MAX)) {
    return problem("pixels is not a width", `send a whole number from 1 to ${PIXELS_MAX}`);
  }
  const span = parseSpan(query);
  return span.ok ? ok({ metric, span: span.value, pixels }) : span;
}
