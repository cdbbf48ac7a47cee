import assert from "node:assert/strict";
import type { FeedStatus, MarketStatus } from "../../stream/protocol/messages.ts";
import type { HistoryAnswer } from "./history_answer.ts";
import { pointsOf } from "./history_answer.ts";
import type { TodayMetric } from "./metrics.ts";
import { rangeSpan } from "./ranges.ts";
import { sessionDrawing } from "./session_drawing.ts";
import { lineNote, lineSummary, lineTable, pauseText } from "./today_view.ts";

const NOW = Date.UTC(2025, 2, 19, 20);
const MINUTE_MS = 60_000;
const SPAN = rangeSpan("5d", NOW, null);
const [FIRST, SECOND] = SPAN.sessions;

/** A point a minute since a time, with a hole of twelve minutes where one is wanted. */
function words(metric: TodayMetric, since: number | null, holeAt = NaN) {
  const [at, value]: [number[], (number | null)[]] = [[], []];
  for (const { opensAt, closesAt } of since === null ? [] : SPAN.sessions) {
    for (let time = opensAt; time < closesAt; time += MINUTE_MS) {
      if (time < (since ?? 0)) continue;
      const isHole = time > holeAt && time < holeAt + 12 * MINUTE_MS;
      at.push(time);
      value.push(isHole ? null : (time - opensAt) / MINUTE_MS - 100);
    }
  }
  const answer: HistoryAnswer = { metric, unit: "USD", ...SPAN, since, at, value };
  const drawing = sessionDrawing({ ...answer, points: pointsOf(answer), now: NOW, widthPx: 730 });
  return { metric, currency: "USD", drawing, answer, stepMs: 1000, now: NOW, paused: "" };
}

Deno.test("ui §9: a note says how to read the line, since when it is, and what is missing", () => {
  assert.equal(
    lineNote(words("profit", FIRST.opensAt, SECOND.opensAt)),
    "USD, each day from its previous close; since 13 Mar, 1 gap, the longest 12 minutes",
  );
  assert.equal(
    lineNote(words("vega", FIRST.opensAt)),
    "USD per vol point; since 13 Mar, " +
      "no gap over 5 minutes",
  );
});

Deno.test("ui §9: a record that begins inside the range says when; its absence says so", () => {
  assert.equal(
    lineNote(words("netLiq", SECOND.opensAt + 45 * MINUTE_MS)),
    "USD; record begins 14 Mar 10:15, no gap over 5 minutes",
  );
  assert.equal(lineNote(words("netLiq", null)), "USD; nothing is recorded yet");
  assert.equal(lineSummary(words("netLiq", null)), "Net liq: no point yet");
});

Deno.test("ui §7: the summary has value, range, beginning and gaps; the table has dates", () => {
  const line = words("profit", FIRST.opensAt, SECOND.opensAt);

  assert.equal(
    lineSummary(line),
    "Profit +289 USD, between \u2212100 and +289, since 13 Mar, 1 gap, the longest 12 minutes",
  );
  const [[time, value]] = lineTable(line);
  assert.deepEqual([time, value], ["19 Mar 15:59:00", "+289"]);
  assert.ok(lineTable(line).length <= 60);
});

Deno.test("X-01: a line that does not grow says which feed it waits for", () => {
  const feed = (label: string, state: FeedStatus["state"]): FeedStatus => ({
    feed: label,
    label,
    state,
    since: NOW,
    lastByteAt: null,
    lastHeartbeatAt: null,
    lastEventAt: null,
    dropped: {},
    detail: null,
    eventsPerSecond: null,
  });
  const market = (session: "regular" | "closed"): MarketStatus => ({
    session,
    sessionDate: "2025-03-19",
    since: null,
    until: null,
    sourceSpeed: 1,
  });
  const feeds = [feed("tastytrade market data", "live"), feed("tastytrade accounts", "connecting")];
  const paused = pauseText(feeds, market("regular"));
  assert.equal(paused, "no new point while tastytrade accounts is not live");
  assert.equal(pauseText(feeds, market("closed")), "");
  assert.equal(pauseText(feeds.slice(0, 1), market("regular")), "");

  const empty = { ...words("profit", null), answer: null, paused };
  assert.equal(lineSummary(empty), `Profit: no point yet; ${paused}`);
  assert.ok(lineNote(empty).endsWith(`; ${paused}`), lineNote(empty));
});
