import assert from "node:assert/strict";
import { present } from "../../../lib/base/assert.ts";
import { type HandClient, MemoryRig } from "../memory_rig.ts";
import type { Fault } from "../mod.ts";

const ASK = 20;
const CANCEL = 25;

type Options = ConstructorParameters<typeof MemoryRig>[0];

interface Asked {
  readonly end?: string;
  readonly size?: string;
  readonly duration?: string;
  readonly shown?: string;
  readonly format?: number;
  readonly keep?: number;
}

class HistoryRig extends MemoryRig {
  readonly reader: HandClient;

  constructor(options: Options & { startAt?: number } = {}, ...faults: Fault[]) {
    const { startAt, ...rest } = options;
    super({ fillGapMs: 1e12, faults: { faults }, ...rest }, startAt);
    this.reader = this.client(12);
    this.reader.forget();
  }

  conId(symbol: string): number {
    const { market, contracts } = this.sim.face;
    const id = present(market.world.instrumentOf(symbol), symbol);
    return contracts.of(market.instrument(id)).conId;
  }

  bars(symbol: string, count: number) {
    const { world } = this.sim.face.market;
    return world.bars(present(world.instrumentOf(symbol), symbol), count);
  }

  ask(reqId: number, conId: number, asked: Asked = {}): void {
    const { end = "", size = "1 day", duration = "1 M", shown = "TRADES" } = asked;
    const contract = [conId, "", "", "", "", "", "", "SMART", "", "USD", "", ""];
    const what = [0, end, size, duration, 1, shown, asked.format ?? 1];
    this.reader.send(ASK, reqId, ...contract, ...what, asked.keep ?? 0, "");
    this.advance(70);
  }

  /** Bars of an answer, each as its eight fields; empty before it. */
  answer(reqId: number): string[][] {
    const found = this.reader.of(17).find(([id]) => id === String(reqId));
    if (found === undefined) return [];
    const fields = found.slice(4);
    const bars = Array.from({ length: Number(found[3]) }, (_, n) => fields.slice(8 * n, 8 * n + 8));
    assert.equal(fields.length, 8 * bars.length, "eight fields a bar");
    return bars;
  }
}

function codes(client: HandClient): number[][] {
  return client.errors().map(({ id, code }) => [id, code]);
}

Deno.test("daily bars are the world's, dated yyyymmdd in both formats, today's bar last", () => {
  const rig = new HistoryRig();
  rig.ask(1, rig.conId("AAPL"), { duration: "10 D" });
  rig.ask(2, rig.conId("AAPL"), { duration: "10 D", format: 2 });
  const bars = rig.answer(1);
  assert.equal(bars.length, 10);
  assert.deepEqual(bars, rig.answer(2));
  const past = rig.bars("AAPL", 9);
  const told = bars.slice(0, 9).map((
    [date, ...prices],
  ) => [date, ...prices.slice(0, 5).map(Number)]);
  assert.deepEqual(
    told,
    past.map((bar) => {
      const { date, open, high, low, close, volume } = bar;
      return [date.replaceAll("-", ""), open, high, low, close, volume];
    }),
  );
  assert.equal(bars[9][0], "20250319");
  rig.close();
});

Deno.test("smaller bars of a past day join to its daily bar, in local text and in seconds", () => {
  const rig = new HistoryRig();
  const [day] = rig.bars("AAPL", 1);
  const end = "20250318 16:00:00 US/Eastern";
  const sizes = { "1 min": 390, "5 mins": 78, "15 mins": 26, "30 mins": 13, "1 hour": 7 };
  for (const [n, [size, count]] of Object.entries(sizes).entries()) {
    rig.ask(10 + n, rig.conId("AAPL"), { size, duration: "1 D", end });
    const bars = rig.answer(10 + n);
    assert.equal(bars.length, count, size);
    assert.deepEqual(Number(bars[0][1]), day.open, size);
    assert.deepEqual(Number(bars.at(-1)?.[4]), day.close, size);
    assert.equal(Math.max(...bars.map((bar) => Number(bar[2]))), day.high, size);
    assert.equal(Math.min(...bars.map((bar) => Number(bar[3]))), day.low, size);
    assert.equal(bars.reduce((sum, bar) => sum + Number(bar[5]), 0), day.volume, size);
  }
  const hours = rig.answer(14).map(([date]) => date);
  assert.deepEqual(hours.slice(0, 2), [
    "20250318 09:30:00 US/Eastern",
    "20250318 10:00:00 US/Eastern",
  ]);
  rig.ask(20, rig.conId("AAPL"), { size: "1 hour", duration: "1 D", end, format: 2 });
  assert.equal(rig.answer(20)[0][0], String(Date.parse("2025-03-18T13:30:00Z") / 1000));
  rig.close();
});

Deno.test("every bar size of the interface is answered, and only those", () => {
  const rig = new HistoryRig();
  const small = ["1 secs", "5 secs", "10 secs", "15 secs", "30 secs"];
  const middle = ["1 min", "2 mins", "3 mins", "5 mins", "10 mins", "15 mins", "20 mins"];
  const large = ["30 mins", "1 hour", "2 hours", "3 hours", "4 hours", "8 hours"];
  const days = ["1 day", "1 week", "1 month"];
  let reqId = 1;
  const conId = rig.conId("SPY");
  for (const size of small) rig.ask(reqId++, conId, { size, duration: "60 S" });
  for (const size of [...middle, ...large]) rig.ask(reqId++, conId, { size, duration: "2 D" });
  for (const size of days) rig.ask(reqId++, conId, { size, duration: "1 Y" });
  for (let id = 1; id < reqId; id++) assert.ok(rig.answer(id).length > 0, `request ${id}`);
  assert.deepEqual(rig.reader.errors(), []);
  for (const size of ["1 mins", "7 mins", "1 hours", "day"]) rig.ask(reqId++, conId, { size });
  rig.ask(reqId++, conId, { duration: "1 Q" });
  rig.ask(reqId++, conId, { size: "1 secs", duration: "1 D" });
  assert.deepEqual(rig.reader.errors().map(({ code }) => code), [321, 321, 321, 321, 321, 162]);
  rig.close();
});

Deno.test("weeks and months are dated by their last session and hold all of their days", () => {
  const rig = new HistoryRig();
  rig.ask(1, rig.conId("AAPL"), { size: "1 week", duration: "3 M" });
  rig.ask(2, rig.conId("AAPL"), { size: "1 month", duration: "1 Y" });
  const days = rig.bars("AAPL", 300);
  const february = days.filter(({ date }) => date.startsWith("2025-02"));
  const month = present(rig.answer(2).find(([date]) => date === "20250228"), "February");
  assert.equal(Number(month[1]), february[0].open);
  assert.equal(Number(month[2]), Math.max(...february.map(({ high }) => high)));
  assert.equal(Number(month[4]), february.at(-1)?.close);
  const weeks = rig.answer(1).map(([date]) => date);
  assert.deepEqual(weeks.slice(-3), ["20250307", "20250314", "20250319"]);
  rig.close();
});

Deno.test("bid lies under the mid, ask over it; quotes have no volume: -1", () => {
  const rig = new HistoryRig();
  const asked = { size: "30 mins", duration: "1 D", end: "20250318 16:00:00 US/Eastern" };
  for (const [n, shown] of ["BID", "MIDPOINT", "ASK", "TRADES"].entries()) {
    rig.ask(n, rig.conId("AAPL"), { ...asked, shown });
  }
  const [bid, mid, ask, trades] = [0, 1, 2, 3].map((n) => rig.answer(n)[4].map(Number));
  assert.ok(bid[4] < mid[4] && mid[4] < ask[4]);
  assert.deepEqual(mid.slice(5), [-1, -1, -1]);
  assert.ok(trades[5] > 0 && trades[6] > 0 && trades[7] > 0);
  rig.close();
});

Deno.test("an option's bars end near its present price; an index has no quotes: 162", () => {
  const rig = new HistoryRig();
  const { market } = rig.sim.face;
  const option = present(
    market.world.instruments().find((one) =>
      one.kind === "option" && market.latest(one).bid > 3 && market.latest(one).greeksAt > 0
    ),
    "an option",
  );
  rig.ask(1, rig.conId(option.symbol), { size: "1 hour", duration: "2 D" });
  const close = Number(rig.answer(1).at(-1)?.[4]);
  const { bid, ask } = market.latest(option);
  assert.ok(Math.abs(close - (bid + ask) / 2) < 0.1 * ask, `${close} in ${bid} ${ask}`);
  rig.ask(2, rig.conId("SPX"), { shown: "BID" });
  rig.ask(3, rig.conId("SPX"));
  assert.deepEqual(codes(rig.reader), [[2, 162]]);
  assert.match(rig.reader.errors()[0].text, /no data/);
  assert.ok(rig.answer(3).length > 0);
  rig.close();
});

Deno.test("a kept query goes on: updates of its bar, in another order, then the next bar", () => {
  const rig = new HistoryRig();
  const asked = { size: "1 min", duration: "600 S", keep: 1, format: 2 };
  rig.advance(10_000);
  rig.ask(1, rig.conId("SPY"), asked);
  const before = rig.answer(1);
  rig.advance(70_000);
  const updates = rig.reader.of(90).filter(([id]) => id === "1");
  assert.ok(updates.length > 10);
  const dates = [...new Set(updates.map((update) => update[2]))].map(Number);
  assert.deepEqual(dates, [Number(before.at(-1)?.[0]), Number(before.at(-1)?.[0]) + 60]);
  for (const update of updates) {
    const [open, close, high, low] = update.slice(3, 7).map(Number);
    assert.ok(high >= Math.max(open, close) && low <= Math.min(open, close));
  }
  const first = updates.filter((update) => Number(update[2]) === dates[0]);
  assert.deepEqual(new Set(first.map((update) => update[3])).size, 1, "its open stands");
  rig.reader.forget();
  rig.reader.send(CANCEL, 1, 1);
  rig.advance(10_000);
  rig.reader.send(CANCEL, 1, 1);
  rig.advance(5);
  assert.deepEqual(codes(rig.reader), [[1, 162], [1, 366]]);
  assert.match(rig.reader.errors()[0].text, /cancelled: 1/);
  assert.deepEqual(rig.reader.of(90), []);
  rig.close();
});

Deno.test("a kept daily query keeps dates as dates", () => {
  const rig = new HistoryRig();
  rig.ask(1, rig.conId("SPY"), { duration: "5 D", keep: 1, format: 2 });
  rig.advance(20_000);
  const updates = rig.reader.of(90);
  assert.ok(updates.length > 2);
  assert.ok(updates.every((update) => update[2] === "20250319"));
  rig.close();
});

Deno.test("pacing: the same small bars twice within 15 s are a violation", () => {
  const rig = new HistoryRig();
  const asked = { size: "5 secs", duration: "60 S" };
  rig.ask(1, rig.conId("SPY"), asked);
  rig.ask(2, rig.conId("SPY"), asked);
  rig.ask(3, rig.conId("QQQ"), asked);
  rig.advance(16_000);
  rig.ask(4, rig.conId("SPY"), asked);
  assert.deepEqual(codes(rig.reader), [[2, 162]]);
  assert.match(rig.reader.errors()[0].text, /pacing violation/);
  assert.ok([1, 3, 4].every((id) => rig.answer(id).length > 0));
  rig.close();
});

Deno.test("pacing: six of a series in 2 s, sixty in ten minutes; BID_ASK counts twice", () => {
  const rig = new HistoryRig();
  for (let n = 0; n < 6; n++) {
    rig.ask(n, rig.conId("SPY"), { size: "5 secs", duration: `${60 + n} S` });
  }
  assert.deepEqual(codes(rig.reader), [[5, 162]]);
  rig.close();
  const long = new HistoryRig({ messagesPerS: 500 });
  for (let n = 0; n < 31; n++) {
    long.ask(n, long.conId("SPY"), { size: "5 secs", duration: `${60 + n} S`, shown: "BID_ASK" });
    long.advance(1000);
  }
  assert.deepEqual(codes(long.reader), [[30, 162]]);
  long.close();
});

Deno.test("what is wrong with a request is said: its end, zone, contract, permission", () => {
  const rig = new HistoryRig({}, { on: "market", do: "noData", symbol: "QQQ" });
  rig.ask(1, rig.conId("SPY"), { keep: 1, end: "20250318 16:00:00 US/Eastern" });
  rig.ask(2, rig.conId("SPY"), { end: "20250318 16:00:00" });
  rig.ask(3, 4711);
  rig.ask(4, rig.conId("QQQ"));
  rig.ask(5, rig.conId("SPY"), { end: "20250318-20:00:00", duration: "2 D" });
  rig.ask(6, rig.conId("SPY"), { end: "yesterday" });
  assert.deepEqual(codes(rig.reader), [[1, 321], [2, 2174], [3, 200], [4, 162], [6, 321]]);
  assert.deepEqual(rig.answer(5).map(([date]) => date), ["20250317", "20250318"]);
  rig.close();
});

Deno.test("the first time of data is UTC text or seconds", () => {
  const rig = new HistoryRig();
  const contract = [rig.conId("SPY"), "", "", "", "", "", "", "SMART", "", "USD", "", ""];
  rig.reader.send(87, 1, ...contract, 0, 1, "TRADES", 1);
  rig.reader.send(87, 2, ...contract, 0, 1, "TRADES", 2);
  rig.advance(5);
  const [[, text], [, seconds]] = rig.reader.of(88);
  assert.match(text, /^\d{8}-1[34]:30:00$/);
  assert.equal(new Date(Number(seconds) * 1000).toISOString().slice(11, 19), text.slice(9));
  rig.close();
});

Deno.test("real-time bars come every five seconds, each once it is over", () => {
  const rig = new HistoryRig();
  const contract = [rig.conId("SPY"), "", "", "", "", "", "", "SMART", "", "USD", "", ""];
  rig.reader.send(50, 3, 7, ...contract, 5, "TRADES", 1, "");
  rig.advance(31_000);
  const bars = rig.reader.of(50);
  assert.equal(bars.length, 6);
  const times = bars.map((bar) => Number(bar[2]));
  assert.ok(times.every((time, n) => time === times[0] + 5 * n && time % 5 === 0));
  rig.reader.send(51, 1, 7);
  rig.advance(20_000);
  assert.equal(rig.reader.of(50).length, 6);
  rig.close();
});
