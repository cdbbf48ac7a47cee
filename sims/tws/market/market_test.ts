import assert from "node:assert/strict";
import { present } from "../../../lib/base/assert.ts";
import { type HandClient, MemoryRig } from "../memory_rig.ts";
import type { Fault } from "../mod.ts";

const REQUEST = 1;
const CANCEL = 2;
const TYPE = 59;

type Options = ConstructorParameters<typeof MemoryRig>[0];

class MarketRig extends MemoryRig {
  readonly viewer: HandClient;

  constructor(options: Options & { startAt?: number } = {}, ...faults: Fault[]) {
    const { startAt, ...rest } = options;
    super({ fillGapMs: 1e12, faults: { faults }, ...rest }, startAt);
    this.viewer = this.client(12);
    this.viewer.forget();
  }

  conId(symbol: string): number {
    const { market, contracts } = this.sim.face;
    const id = present(market.world.instrumentOf(symbol), symbol);
    return contracts.of(market.instrument(id)).conId;
  }

  /** An option of the book. */
  option() {
    const { market } = this.sim.face;
    const found = market.world.instruments().find((one) =>
      one.kind === "option" && market.latest(one).bid > 1 && market.latest(one).greeksAt > 0
    );
    return present(found, "an option");
  }

  ask(reqId: number, conId: number, generics = "", snapshot = 0, client = this.viewer): void {
    client.send(REQUEST, 11, reqId, ...contract(conId), 0, generics, snapshot, 0, "");
    this.advance(2);
  }
}

function contract(conId: number): (string | number)[] {
  return [conId, "", "", "", "", "", "", "SMART", "", "USD", "", ""];
}

/** Numbers of the ticks of a request, of all their messages. */
function tickNumbers(client: HandClient, reqId: number): Set<number> {
  const numbers = [
    ...[1, 2, 45, 46].flatMap((id) => client.of(id)).map(([, req, type]) => [req, type]),
    ...client.of(21).map(([req, type]) => [req, type]),
  ];
  return new Set(numbers.filter(([req]) => req === String(reqId)).map(([, type]) => Number(type)));
}

Deno.test("a line says its type and parameters, then quotes and trades of the market", () => {
  const rig = new MarketRig({ eventRate: 0 });
  const { market } = rig.sim.face;
  const instrument = market.instrument(present(market.world.instrumentOf("AAPL"), "AAPL"));
  rig.ask(1001, rig.conId("AAPL"));
  rig.advance(60);
  const [type, params] = rig.viewer.messages;
  assert.deepEqual(type, ["58", "1", "1001", "1"]);
  assert.deepEqual(params.slice(0, 3), ["81", "1001", "0.01"]);
  const { bid, bidSize, ask, askSize, prevClose } = market.latest(instrument);
  const prices = rig.viewer.of(1);
  assert.deepEqual(prices[0], ["6", "1001", "1", String(bid), String(bidSize), "1"]);
  assert.deepEqual(prices[1], ["6", "1001", "2", String(ask), String(askSize), "1"]);
  assert.deepEqual(prices.find(([, , number]) => number === "9")?.[3], String(prevClose));
  assert.deepEqual(rig.viewer.of(45), [["6", "1001", "49", "0"]]);
  rig.close();
});

Deno.test("updates of a share come every 250 ms at most, of an option every 100 ms", () => {
  const rig = new MarketRig({ eventRate: 20_000 });
  const option = rig.option();
  rig.ask(1, rig.conId("SPY"));
  rig.ask(2, rig.conId(option.symbol));
  rig.advance(300);
  rig.viewer.forget();
  rig.advance(2000);
  const count = (reqId: number): number =>
    new Set(
      rig.viewer.messages.filter(([id, , req]) => id === "1" && req === String(reqId)).map((one) =>
        one.join()
      ),
    ).size;
  assert.ok(count(1) > 0 && count(1) <= 8 * 4, String(count(1)));
  const computed = rig.viewer.of(21).filter(([req, type]) => req === "2" && type === "13").length;
  assert.ok(computed <= 20, String(computed));
  rig.close();
});

Deno.test("an option has computations at bid and ask; the model's are the world's", () => {
  const rig = new MarketRig({ eventRate: 0 });
  const option = rig.option();
  rig.ask(5, rig.conId(option.symbol));
  rig.advance(120);
  const byType = new Map(rig.viewer.of(21).map((fields) => [Number(fields[1]), fields]));
  const [price, iv, delta, gamma, theta, vega] = rig.sim.face.market.latest(option).greeks;
  const [attribute, ...model] = present(byType.get(13), "the model").slice(2).map(Number);
  assert.equal(attribute, 0);
  const wanted = [iv, delta, price, model[3], gamma, vega, theta, model[7]];
  for (const [n, value] of wanted.entries()) {
    assert.ok(Math.abs(model[n] - value) < 1e-7, String(n));
  }
  const bid = present(byType.get(10), "the bid").slice(3).map(Number);
  const ask = present(byType.get(11), "the ask").slice(3).map(Number);
  assert.equal(bid[2], rig.sim.face.market.latest(option).bid);
  assert.ok(bid[0] < ask[0], "a higher price has a higher volatility");
  rig.close();
});

Deno.test("what is not computed travels as -1 and -2, or as unset doubles", () => {
  const sentinels = { on: "market", do: "sentinels" } as const;
  const seen = [false, true].map((isUnset) => {
    const rig = new MarketRig({ eventRate: 0 }, { ...sentinels, isUnset });
    rig.ask(5, rig.conId(rig.option().symbol));
    rig.advance(120);
    const model = rig.viewer.of(21).find(([, type]) => type === "13");
    rig.close();
    return present(model, "the model").slice(3);
  });
  assert.deepEqual(seen[0], ["-1", "-2", "-1", "-1", "-2", "-2", "-2", "-1"]);
  assert.deepEqual(seen[1], new Array(8).fill("1.7976931348623157E308"));
});

Deno.test("Greeks that come late are sentinels first and numbers after twelve seconds", () => {
  const rig = new MarketRig({}, { on: "market", do: "lateGreeks" });
  rig.ask(5, rig.conId(rig.option().symbol));
  rig.advance(11_000);
  const models = () => rig.viewer.of(21).filter(([, type]) => type === "13").map((one) => one[4]);
  assert.deepEqual(new Set(models()), new Set(["-2"]));
  rig.advance(2000);
  assert.ok(Number(models().at(-1)) > -2);
  rig.close();
});

Deno.test("without the underlying's permission: 10091, prices alone; or no level of it", () => {
  const rig = new MarketRig({}, { on: "market", do: "noGreeks", code: 10090 });
  rig.ask(5, rig.conId(rig.option().symbol));
  rig.advance(500);
  assert.deepEqual(rig.viewer.errors().map(({ id, code }) => [id, code]), [[5, 10090]]);
  assert.ok(rig.viewer.of(1).length > 0);
  assert.deepEqual(rig.viewer.of(21), []);
  rig.close();
  const blind = new MarketRig({}, { on: "market", do: "noUnderlying" });
  blind.ask(5, blind.conId(blind.option().symbol));
  blind.advance(500);
  const [model] = blind.viewer.of(21).filter(([, type]) => type === "13");
  assert.equal(model.at(-1), "-1");
  assert.notEqual(model[4], "-2");
  blind.close();
});

Deno.test("the type that a client asks for holds for later requests of its own alone", () => {
  const rig = new MarketRig({ eventRate: 0 }, { on: "market", do: "noData" });
  const other = rig.client(13);
  rig.viewer.send(TYPE, 1, 3);
  rig.ask(1, rig.conId("AAPL"));
  rig.ask(2, rig.conId("AAPL"), "", 0, other);
  rig.advance(300);
  assert.deepEqual(rig.viewer.errors().map(({ id, code }) => [id, code]), [[1, 10167]]);
  assert.deepEqual(rig.viewer.of(58), [["1", "1", "3"]]);
  const numbers = tickNumbers(rig.viewer, 1);
  for (const number of [66, 67, 75, 76, 74, 90]) assert.ok(numbers.has(number), String(number));
  for (const number of [1, 2, 9, 14, 8, 49]) assert.ok(!numbers.has(number), String(number));
  assert.deepEqual(other.errors().filter(({ id }) => id === 2).map(({ code }) => code), [354]);
  assert.deepEqual(other.of(58), []);
  rig.close();
});

Deno.test("delayed options carry 80 to 83; refused twice nothing flows", () => {
  const rig = new MarketRig({}, { on: "market", do: "noData", code: 10168 });
  rig.viewer.send(TYPE, 1, 4);
  rig.ask(1, rig.conId(rig.option().symbol));
  rig.advance(500);
  assert.ok(tickNumbers(rig.viewer, 1).has(83) && !tickNumbers(rig.viewer, 1).has(13));
  rig.close();
  const closed = new MarketRig({}, {
    on: "market",
    do: "noData",
    code: 10186,
    isDelayedToo: true,
  });
  closed.viewer.send(TYPE, 1, 3);
  closed.ask(1, closed.conId("AAPL"));
  closed.advance(500);
  assert.deepEqual(closed.viewer.messages.map(([id]) => id), ["4"]);
  assert.equal(closed.viewer.errors()[0].code, 10186);
  closed.close();
});

Deno.test("at the close a frozen line says so and keeps its quotes, a live one has none", () => {
  const rig = new MarketRig({ startAt: Date.parse("2025-03-19T19:59:58Z") });
  rig.ask(1, rig.conId("AAPL"));
  rig.viewer.send(TYPE, 1, 2);
  rig.ask(2, rig.conId("AAPL"));
  rig.advance(1000);
  assert.deepEqual(rig.viewer.of(58), [["1", "1", "1"], ["1", "2", "1"]]);
  rig.advance(1500);
  rig.viewer.forget();
  rig.advance(500);
  assert.deepEqual(rig.viewer.messages, [], "nothing moves after the close");
  rig.close();
  const later = new MarketRig({ startAt: Date.parse("2025-03-19T19:59:58Z") });
  later.ask(1, later.conId("AAPL"));
  later.viewer.send(TYPE, 1, 2);
  later.ask(2, later.conId("AAPL"));
  later.advance(3000);
  assert.deepEqual(later.viewer.of(58).at(-1), ["1", "2", "2"]);
  const bids = (reqId: string): string[] =>
    later.viewer.of(1).filter(([, req, type]) => req === reqId && type === "1").map((one) =>
      one[3]
    );
  assert.equal(bids("1").at(-1), "-1");
  assert.ok(bids("2").every((bid) => Number(bid) > 0));
  later.close();
});

Deno.test("more lines than allowed, over all clients: 101; a cancelled one makes room", () => {
  const rig = new MarketRig({ lines: 2 });
  const other = rig.client(13);
  rig.ask(1, rig.conId("AAPL"));
  rig.ask(2, rig.conId("SPY"), "", 0, other);
  rig.ask(3, rig.conId("QQQ"));
  assert.deepEqual(rig.viewer.errors().map(({ id, code }) => [id, code]), [[3, 101]]);
  other.send(CANCEL, 2, 2);
  rig.advance(2);
  rig.ask(3, rig.conId("QQQ"));
  rig.ask(1, rig.conId("SPY"));
  rig.viewer.send(CANCEL, 1, 77);
  rig.advance(2);
  const later = rig.viewer.errors().slice(1).map(({ id, code }) => [id, code]);
  assert.deepEqual(later, [[1, 322], [77, 300]]);
  rig.close();
});

Deno.test("a snapshot is ticks, an end and a free line; with generic ticks it is 321", () => {
  const rig = new MarketRig({ lines: 1 });
  rig.ask(1, rig.conId("AAPL"), "100", 1);
  rig.ask(2, rig.conId("AAPL"), "", 1);
  rig.advance(300);
  assert.deepEqual(rig.viewer.errors().map(({ id, code }) => [id, code]), [[1, 321]]);
  assert.deepEqual(rig.viewer.of(57), [["1", "2"]]);
  assert.equal(rig.viewer.messages.at(-1)?.[0], "57");
  rig.ask(3, rig.conId("SPY"));
  assert.equal(rig.viewer.errors().length, 1);
  rig.close();
});

Deno.test("an ambiguous or unknown contract is 200, an unknown generic tick 321", () => {
  const rig = new MarketRig();
  const option = ["", "AAPL", "OPT", "", "", "", "", "SMART", "", "USD", "", ""];
  rig.viewer.send(REQUEST, 11, 1, ...option, 0, "", 0, 0, "");
  rig.viewer.send(REQUEST, 11, 2, ...contract(1), 0, "", 0, 0, "");
  rig.ask(3, rig.conId("AAPL"), "9999");
  assert.deepEqual(rig.viewer.errors().map(({ id, code }) => [id, code]), [
    [1, 200],
    [2, 200],
    [3, 321],
  ]);
  rig.close();
});

Deno.test("generic ticks: volatilities, option volumes, mark, trades, statistics", () => {
  const rig = new MarketRig();
  rig.ask(1, rig.conId("AAPL"), "100,101,104,106,165,221,233,236,456");
  rig.advance(3000);
  const numbers = tickNumbers(rig.viewer, 1);
  for (const number of [29, 30, 27, 28, 23, 24, 20, 21, 37, 46, 89, 59, 48]) {
    assert.ok(numbers.has(number), String(number));
  }
  const [trade] = rig.viewer.of(46).filter(([, , type]) => type === "48");
  assert.match(trade[3], /^[\d.]+;\d+;\d{13};\d+;[\d.]+;true$/);
  rig.close();
});

Deno.test("a combination is quoted from its legs, a credit below zero", () => {
  const rig = new MarketRig({ eventRate: 0 });
  const option = rig.option();
  const share = rig.conId("AAPL");
  const legs = [2, rig.conId(option.symbol), 1, "SELL", "SMART", share, 1, "BUY", "SMART"];
  const bag = [0, "AAPL", "BAG", "", "", "", "", "SMART", "", "USD", "", ""];
  rig.viewer.send(REQUEST, 11, 9, ...bag, ...legs, 0, "", 0, 0, "");
  rig.advance(300);
  const { market } = rig.sim.face;
  const stock = market.latest(market.instrument(present(market.world.instrumentOf("AAPL"), "")));
  const [bid, ask] = rig.viewer.of(1).map((fields) => Number(fields[3]));
  assert.ok(Math.abs(bid - (stock.bid - market.latest(option).ask)) < 1e-9);
  assert.ok(Math.abs(ask - (stock.ask - market.latest(option).bid)) < 1e-9);
  rig.close();
});

Deno.test("another session takes the data: 10197 once, and nothing flows any more", () => {
  const rig = new MarketRig();
  rig.ask(1, rig.conId("SPY"));
  rig.advance(500);
  rig.viewer.forget();
  rig.sim.inject({ on: "market", do: "noData", code: 10197 });
  rig.advance(2000);
  assert.deepEqual(rig.viewer.errors().map(({ id, code }) => [id, code]), [[1, 10197]]);
  assert.ok(rig.viewer.of(1).length <= 2);
  rig.close();
});

Deno.test("after a reset that lost data only what is asked for again flows", () => {
  const rig = new MarketRig();
  rig.ask(1, rig.conId("SPY"));
  rig.advance(300);
  rig.sim.inject({
    on: "gateway",
    do: "reset",
    isDataLost: true,
    when: { afterMs: rig.sim.elapsedMs(), forMs: 1000 },
  });
  rig.advance(1500);
  assert.ok(rig.viewer.errors().some(({ code }) => code === 1101));
  rig.viewer.forget();
  rig.advance(2000);
  assert.deepEqual(rig.viewer.of(1), []);
  rig.ask(1, rig.conId("SPY"));
  rig.advance(300);
  assert.ok(rig.viewer.of(1).length > 0);
  rig.close();
});

Deno.test("a halt is told as 49, and its end; quotes stand meanwhile", () => {
  const rig = new MarketRig({ eventRate: 500 });
  const { world } = rig.sim.face.market;
  rig.ask(1, rig.conId("AAPL"));
  rig.advance(500);
  world.halt("AAPL");
  rig.advance(500);
  rig.viewer.forget();
  rig.advance(2000);
  assert.deepEqual([rig.viewer.of(1), rig.viewer.of(58)], [[], []]);
  world.resume("AAPL");
  rig.advance(500);
  assert.deepEqual(rig.viewer.of(45), [["6", "1", "49", "0"]]);
  rig.close();
});

Deno.test("a frozen line is live again when the next session opens", () => {
  const startAt = Date.parse("2025-03-19T19:59:58Z");
  const rig = new MarketRig({ startAt, pace: "compressed", eventRate: 5, positions: 12 });
  rig.viewer.send(TYPE, 1, 2);
  rig.ask(1, rig.conId("AAPL"));
  rig.advance(18 * 60_000);
  assert.deepEqual(rig.viewer.of(58).map(([, , type]) => type), ["1", "2", "1"]);
  const bids = rig.viewer.of(1).filter(([, , type]) => type === "1").map((fields) => fields[3]);
  assert.ok(bids.every((bid) => Number(bid) > 0));
  rig.close();
});

Deno.test("the rate of two currencies is quoted around the world's, and follows it", () => {
  const rig = new MarketRig();
  const pair = [0, "EUR", "CASH", "", 0, "", "", "IDEALPRO", "", "USD", "", ""];
  rig.viewer.send(REQUEST, 11, 1, ...pair, 0, "", 0, 0, "");
  rig.advance(400);
  const { rate, prevRate } = rig.sim.face.market.world.fxRate();
  const prices = new Map(rig.viewer.of(1).map((fields) => [fields[2], Number(fields[3])]));
  assert.ok(present(prices.get("1"), "bid") < rate && rate < present(prices.get("2"), "ask"));
  assert.ok(Math.abs(present(prices.get("9"), "close") - prevRate) < 1e-4);
  rig.viewer.forget();
  rig.advance(60_000);
  assert.ok(rig.viewer.of(1).length > 0);
  rig.close();
});
