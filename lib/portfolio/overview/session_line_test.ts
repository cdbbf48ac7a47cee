import assert from "node:assert/strict";
import fc from "fast-check";
import { rangeSpan, type SessionSpan } from "./ranges.ts";
import { sessionLine } from "./session_line.ts";
import { sessionMarks } from "./session_labels.ts";
import { gapsOf, type TodayPoints } from "./today_line.ts";
import { TradingTime } from "./trading_time.ts";

const NOW = Date.UTC(2025, 2, 19, 20);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const FIVE = new TradingTime(rangeSpan("5d", NOW, null).sessions);
const ZONE_YEAR = new TradingTime(rangeSpan("1y", NOW, null).sessions);
const OPTIONS = { startsAnew: true, now: NOW, pixelMs: 1 };

/** A point a minute in these sessions, less what `isThere` leaves out; a NaN where it begins. */
function minutes(
  sessions: readonly SessionSpan[],
  isThere: (at: number) => boolean = () => true,
): TodayPoints {
  const [at, value]: [number[], number[]] = [[], []];
  let before = NaN;
  for (const { opensAt, closesAt } of sessions) {
    for (let time = opensAt; time < closesAt; time += MINUTE_MS) {
      if (!isThere(time)) continue;
      if (time - before > 3 * MINUTE_MS) {
        at.push(before + 1);
        value.push(NaN);
      }
      at.push(time);
      value.push((time - opensAt) / MINUTE_MS);
      before = time;
    }
  }
  return { at: Float64Array.from(at), value: Float64Array.from(value) };
}

Deno.test("G-068: nights and weekends have no width, sessions the width of their hours", () => {
  assert.equal(FIVE.length, 5 * 6.5 * HOUR_MS);
  const early = ZONE_YEAR.sessions.findIndex(({ date }) => date === "2024-11-29");
  assert.equal(ZONE_YEAR.startOf(early + 1) - ZONE_YEAR.startOf(early), 3.5 * HOUR_MS);
  const [thursday, friday] = FIVE.sessions;
  assert.equal(FIVE.position(thursday.closesAt), FIVE.position(friday.opensAt));
  assert.equal(FIVE.position(thursday.closesAt + 5 * HOUR_MS), FIVE.position(friday.opensAt));
  assert.equal(FIVE.position(0), 0);
  assert.equal(FIVE.position(NOW + 1e10), FIVE.length);
});

Deno.test("G-068: positions never fall, and a trading time is found again from its own", () => {
  const span = { min: Date.UTC(2024, 1, 1), max: NOW + 20 * 24 * HOUR_MS };
  fc.assert(
    fc.property(fc.integer(span), fc.integer(span), (a, b) => {
      const [first, second] = [Math.min(a, b), Math.max(a, b)];
      const [from, to] = [ZONE_YEAR.position(first), ZONE_YEAR.position(second)];

      assert.ok(from <= to && from >= 0 && to <= ZONE_YEAR.length);
      assert.ok(to - from <= second - first);
      const session = ZONE_YEAR.sessionAt(a);
      const isInside = session >= 0 && a < ZONE_YEAR.sessions[session].closesAt;
      if (isInside) assert.equal(ZONE_YEAR.timeAt(ZONE_YEAR.position(a)), a);
      else assert.ok(ZONE_YEAR.isTrading(ZONE_YEAR.timeAt(ZONE_YEAR.position(a))));
    }),
  );
});

Deno.test("ui §7: a day's result starts anew in each session, a level is joined overnight", () => {
  const points = minutes(FIVE.sessions);
  const result = sessionLine(points, FIVE, OPTIONS);
  const level = sessionLine(points, FIVE, { ...OPTIONS, startsAnew: false });

  assert.equal(result.points.value.filter(Number.isNaN).length, 4);
  assert.equal(level.points.value.filter(Number.isNaN).length, 0);
  assert.deepEqual([result.bands, level.bands], [[], []]);
});

Deno.test("ui §7: what is missing inside a session is a band with its length", () => {
  const hole = FIVE.sessions[2].opensAt + HOUR_MS;
  const isThere = (at: number) => at < hole || at >= hole + 12 * MINUTE_MS;
  const { bands, points } = sessionLine(minutes(FIVE.sessions, isThere), FIVE, OPTIONS);

  assert.deepEqual(bands, [{
    from: FIVE.startOf(2) + HOUR_MS - MINUTE_MS,
    to: FIVE.startOf(2) + HOUR_MS + 12 * MINUTE_MS,
    text: "no data 13 minutes",
    length: "13 minutes",
  }]);
  assert.ok(gapsOf(points).some(({ from }) => from === bands[0].from), "the line breaks there");
});

Deno.test("ui §7: sessions without a sample are one band that counts them", () => {
  const [, second, , fourth] = FIVE.sessions;
  const isThere = (at: number) => at < second.opensAt || at >= fourth.opensAt;
  const { bands } = sessionLine(minutes(FIVE.sessions, isThere), FIVE, OPTIONS);

  assert.deepEqual(bands.map(({ text }) => text), ["2 sessions not recorded"]);
  assert.ok(Math.abs(bands[0].from - FIVE.startOf(1)) <= MINUTE_MS);
  assert.equal(bands[0].to, FIVE.startOf(3));
});

Deno.test("ui §7: a gap over a night is counted in trading time, as one band", () => {
  const [first, second] = FIVE.sessions;
  const [from, to] = [first.closesAt - HOUR_MS, second.opensAt + HOUR_MS];
  const isThere = (at: number) => at < from || at >= to;
  const { bands } = sessionLine(minutes(FIVE.sessions, isThere), FIVE, OPTIONS);

  assert.deepEqual(bands.map(({ text }) => text), ["no data 2 hours"]);
});

Deno.test("ui §7: before the record and since it ended is not recorded; the future is not", () => {
  const isThere = (at: number) => at >= FIVE.sessions[3].opensAt;
  const middle = FIVE.sessions[4].opensAt + HOUR_MS;
  const recorded = minutes(FIVE.sessions, (at) => isThere(at) && at <= middle);
  const live = sessionLine(recorded, FIVE, { ...OPTIONS, now: middle + 1000 });
  const ended = sessionLine(recorded, FIVE, { ...OPTIONS, now: middle + 2 * HOUR_MS });
  const none = sessionLine(minutes([]), FIVE, OPTIONS);

  assert.deepEqual(live.bands.map(({ text }) => text), ["3 sessions not recorded"]);
  assert.deepEqual(ended.bands.map(({ text }) => text), [
    "3 sessions not recorded",
    "no data 2 hours",
  ]);
  assert.deepEqual(none.bands.map(({ text }) => text), ["5 sessions not recorded"]);
});

Deno.test("ui §7: whatever is missing, positions grow and each hole of the line is a band", () => {
  const holes = fc.array(fc.tuple(fc.nat(1_900), fc.integer({ min: 5, max: 400 })), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(holes, fc.boolean(), (list, startsAnew) => {
      const missing = list.map(([at, length]) => [at * MINUTE_MS, (at + length) * MINUTE_MS]);
      const isThere = (at: number) =>
        missing.every(([from, to]) => FIVE.position(at) < from || FIVE.position(at) >= to);
      const { points, bands } = sessionLine(minutes(FIVE.sessions, isThere), FIVE, {
        ...OPTIONS,
        startsAnew,
      });
      for (let i = 1; i < points.at.length; i++) assert.ok(points.at[i] >= points.at[i - 1]);
      for (const { from, to } of bands) assert.ok(from < to && from >= 0 && to <= FIVE.length);
      for (const [from, to] of missing) {
        const middle = (from + Math.min(to, FIVE.length)) / 2;
        assert.ok(bands.some((band) => band.from <= middle && middle <= band.to), `${middle}`);
      }
      for (let i = 1; i < points.at.length; i++) {
        const isJoined = !Number.isNaN(points.value[i]) && !Number.isNaN(points.value[i - 1]);
        if (isJoined) assert.ok(points.at[i] - points.at[i - 1] <= 3 * MINUTE_MS);
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("ui §7: labels stand at starts of sessions, weeks, months or years", () => {
  const texts = (time: TradingTime, width: number) =>
    sessionMarks(time, width).labels.map(({ text }) => text);

  assert.deepEqual(texts(FIVE, 730), [
    "Thu 13 Mar",
    "Fri 14 Mar",
    "Mon 17 Mar",
    "Tue 18 Mar",
    "Wed 19 Mar",
  ]);
  assert.deepEqual(texts(FIVE, 232), ["Thu 13", "Fri 14", "Mon 17", "Tue 18", "Wed 19"]);
  const month = new TradingTime(rangeSpan("1m", NOW, null).sessions);
  assert.deepEqual(texts(month, 730), ["24 Feb", "3 Mar", "10 Mar", "17 Mar"]);
  assert.deepEqual(texts(ZONE_YEAR, 730).slice(-3), ["2025", "Feb", "Mar"]);
  assert.equal(texts(ZONE_YEAR, 232).length, 6);
  const one = new TradingTime(FIVE.sessions.slice(0, 1));
  assert.deepEqual(texts(one, 232), ["Thu 13 Mar", "12:00", "14:00"]);
});

Deno.test("ui §7: labels fit at every width of every range, borders are never a grey area", () => {
  const ranges = fc.constantFrom("5d", "1m", "3m", "1y", "all");
  fc.assert(
    fc.property(ranges, fc.integer({ min: 150, max: 1_600 }), (range, width) => {
      const since = Date.UTC(2014, 3, 1);
      const time = new TradingTime(rangeSpan(range, NOW, since).sessions);
      const { labels, borders } = sessionMarks(time, width);
      const px = (at: number) => at / time.length * width;

      assert.ok(labels.length > 0);
      for (let i = 1; i < labels.length; i++) {
        const room = px(labels[i].at - labels[i - 1].at);
        assert.ok(room >= labels[i - 1].text.length * 6, `${range} ${width}`);
      }
      assert.ok(borders.length <= width / 16, `${borders.length} in ${width} px`);
    }),
  );
});
