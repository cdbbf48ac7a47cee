import assert from "node:assert/strict";
import { madeHistory, type MadeRecord } from "@/tests/fixtures/year_record.ts";
import { fail } from "../base/result.ts";
import { parseHistoryAnswer } from "../portfolio/overview/history_answer.ts";
import { RANGES } from "../portfolio/overview/ranges.ts";
import { TradingTime } from "../portfolio/overview/trading_time.ts";
import { readHistoryLine } from "./history_line.ts";
import type { MetricQuery } from "./services.ts";

const NOW = Date.UTC(2025, 2, 19, 18, 30);
const YEAR: MadeRecord = { since: Date.UTC(2023, 0, 9, 14, 30), now: () => NOW, holes: [] };

async function read(record: MadeRecord, span: typeof RANGES[number], pixels: number) {
  const request = { metric: "profit", span, pixels } as const;
  const line = await readHistoryLine(madeHistory(record), request, [0]);
  assert.ok(line.ok);
  return line.value;
}

Deno.test("G-068: a year of seconds at 390 pixels is at most four points a pixel", async () => {
  const line = await read(YEAR, "1y", 390);
  const time = new TradingTime(line.sessions);

  assert.ok(line.at.length <= 4 * 390, `${line.at.length}`);
  assert.ok(line.at.length > 390, `${line.at.length}`);
  assert.equal(line.at.length, line.value.length);
  // Every session has a part in it: none is thinned away.
  const seen = new Set(line.at.map((at) => time.sessionAt(at)));
  assert.ok(seen.size >= line.sessions.length - 2, `${seen.size} of ${line.sessions.length}`);
  assert.equal(line.sessions.length, 250);
});

Deno.test("G-068: five sessions fill the plot, though most hours do not trade", async () => {
  const { at, sessions } = await read(YEAR, "5d", 390);
  const time = new TradingTime(sessions);
  const columns = new Set(at.map((one) => Math.floor(time.position(one) / time.length * 390)));

  assert.ok(at.length <= 4 * 390);
  // The last session has run for five hours of its six and a half.
  assert.ok(columns.size >= 355, `${columns.size} of 390 pixels`);
});

Deno.test("G-068: the whole record begins where it begins", async () => {
  const since = Date.UTC(2025, 2, 17, 15);
  const { sessions, from, ...line } = await read({ ...YEAR, since }, "all", 200);

  assert.deepEqual(sessions.map(({ date }) => date), ["2025-03-17", "2025-03-18", "2025-03-19"]);
  assert.equal(from, sessions[0].opensAt);
  assert.equal(line.since, since);
  assert.equal(line.at[0], since);
});

Deno.test("G-068: an answer is read back as it was sent, and nothing else is", async () => {
  const line = await read({ ...YEAR, holes: [{ from: NOW - 9e6, to: NOW - 6e6 }] }, "5d", 100);
  const back = parseHistoryAnswer(JSON.parse(JSON.stringify(line)));

  assert.ok(back.ok);
  assert.deepEqual(back.value, line);
  assert.ok(line.value.includes(null));
  for (
    const bad of [null, [], {}, { ...line, at: [1] }, { ...line, at: "x" }, {
      ...line,
      value: ["1"],
    }]
  ) {
    assert.ok(!parseHistoryAnswer(bad).ok);
  }
});

Deno.test("history: an unreadable record is an answer, with what helps", async () => {
  const problem = { message: "the disk cannot be read", fix: "check the disk" };
  const desk = { ...madeHistory(YEAR), history: () => Promise.resolve(fail(problem)) };
  for (const span of RANGES) {
    const line = await readHistoryLine(desk, { metric: "vega", span, pixels: 10 }, [0]);

    assert.deepEqual(line, { ok: false, error: problem });
  }
});

Deno.test("G-068: no more pixels are asked of the record than it takes", async () => {
  const asked: MetricQuery[] = [];
  const made = madeHistory({ ...YEAR, since: NOW - 1000 });
  const desk = {
    ...made,
    history: (query: MetricQuery) => {
      asked.push(query);
      return made.history(query);
    },
  };
  for (const span of [...RANGES, { from: 0, to: 8.64e15 }, { from: 5, to: 6 }]) {
    await readHistoryLine(desk, { metric: "profit", span, pixels: 8_192 }, [0]);
  }
  assert.ok(asked.length > RANGES.length);
  for (const { pixels, from, to } of asked) {
    assert.ok(Number.isInteger(pixels) && pixels >= 1 && pixels <= 8_192, `${pixels}`);
    assert.ok(from < to);
  }
});
