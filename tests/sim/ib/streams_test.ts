import assert from "node:assert/strict";
import { LIVE, value } from "@/tests/contract/broker_subject.ts";
import { ConnectedBroker } from "./connected_broker.ts";

/** Message ids of the requests that make streams. Source: ib.md section 3. */
const ASKS = {
  marketData: 1,
  marketDataType: 59,
  allOpenOrders: 16,
  executions: 7,
  positions: 61,
  summary: 62,
  pnl: 92,
};

Deno.test("R13: after a restart each kind of stream comes again", async () => {
  const desk = await ConnectedBroker.start();
  const { run } = desk;
  await run.during(run.broker.figures(desk.accountIds[0], LIVE));
  desk.forget();
  run.sim.inject({ on: "gateway", do: "restart", when: { afterMs: 0, forMs: 20_000 } });
  await run.advance(10_000);
  assert.equal(desk.count("quote"), 0, "nothing comes");
  assert.match(desk.state("market"), /^down/);
  await run.advance(60_000);
  assert.equal(desk.state("connection"), "live");
  const before = run.sim.tried;
  for (const [name, id] of Object.entries(ASKS)) {
    assert.equal(desk.asked(id).at(-1), before, `${name} is asked of the new connection`);
  }
  desk.forget();
  await run.advance(200_000, 1_000);
  assert.ok(desk.count("quote") > 0, "quotes");
  assert.ok(desk.count("greeks") > 0, "Greeks");
  assert.ok(desk.calls("balances") > 0, "account values");
  value(await run.during(run.broker.figures(desk.accountIds[0], LIVE)));
  value(await run.during(run.broker.orders(desk.accountIds[0], LIVE)));
  assert.deepEqual(desk.sink.broken, []);
  assert.equal(await desk.end(), 0);
});

Deno.test("R26: a connection lost without a word is replaced, its fills recovered", async () => {
  const desk = await ConnectedBroker.start({ fillGapMs: 4_000 });
  const { run } = desk;
  const first = run.sim.tried;
  run.sim.inject({ on: "wire", do: "mute", when: { afterMs: 0, connection: first } });
  run.sim.inject({ on: "wire", do: "deaf", when: { afterMs: 0, connection: first } });
  await run.advance(10_500);
  assert.match(desk.state("connection"), /^(down|live)/);
  await run.advance(30_000);
  assert.equal(desk.state("connection"), "live");
  assert.ok(desk.asked(ASKS.executions).includes(run.sim.tried));
  let fills = 0;
  for (const id of desk.accountIds) {
    const of = value(await run.during(run.broker.fillsToday(id, LIVE)));
    const positions = value(await run.during(run.broker.positions(id, LIVE)));
    fills += of.length;
    for (const one of positions) {
      const filled = of.filter(({ instrumentKey }) => instrumentKey === one.instrumentKey)
        .reduce((sum, { signedQuantity }) => sum + signedQuantity, 0);
      assert.equal(one.signedQuantity, one.overnightQuantity + filled, one.instrumentKey);
    }
  }
  assert.ok(fills > 2, `${fills} fills`);
  assert.equal(await desk.end(), 0);
});

Deno.test("R24: a competing session is named, asked once a minute, and ends", async () => {
  const desk = await ConnectedBroker.start();
  const { run } = desk;
  await run.advance(10_000);
  const before = desk.asked(ASKS.marketData).length;
  run.sim.inject({
    on: "market",
    do: "noData",
    code: 10197,
    when: { afterMs: run.sim.elapsedMs(), forMs: 150_000 },
  });
  await run.advance(30_000);
  assert.match(desk.state("market"), /^stale: .*10197/);
  assert.equal(desk.state("connection"), "live");
  await run.advance(100_000, 250);
  const lines = new Set(desk.positions.map(({ instrumentKey }) => instrumentKey)).size + 1;
  const asked = desk.asked(ASKS.marketData).length - before;
  assert.ok(asked <= 3 * lines, `${asked} requests for ${lines} lines`);
  assert.equal(run.sim.tried, 1, "the connection is kept");
  await run.advance(150_000, 250);
  assert.match(desk.state("market"), /^live/);
  assert.equal(await desk.end(), 0);
});

Deno.test("R11: 1101 asks for everything anew, 1102 for nothing that ticks", async () => {
  const desk = await ConnectedBroker.start();
  const { run } = desk;
  const asked = () => desk.asked(ASKS.marketData).length;
  const reset = (isDataLost: boolean) => ({
    on: "gateway",
    do: "reset",
    isDataLost,
    when: { afterMs: run.sim.elapsedMs(), forMs: 20_000 },
  } as const);
  const lines = asked();
  run.sim.inject(reset(true));
  await run.advance(15_000);
  assert.match(desk.state("market"), /^down: TWS has no connection/);
  await run.advance(45_000);
  assert.ok(asked() >= 2 * lines, `${asked()} requests, ${lines} lines`);
  assert.equal(desk.asked(ASKS.positions).length, 2);
  assert.match(desk.state("market"), /^live/);
  assert.equal(run.sim.tried, 1);
  assert.equal(await desk.end(), 0);
});

Deno.test("R15: a pair of 1100 and 1102 is one down and one up of every feed", async () => {
  const desk = await ConnectedBroker.start();
  const { run } = desk;
  await run.advance(10_000);
  desk.forget();
  run.sim.inject({
    on: "gateway",
    do: "reset",
    everyMs: 5_000,
    when: { afterMs: run.sim.elapsedMs(), forMs: 30_000 },
  });
  await run.advance(60_000);
  for (const feed of ["ib/connection", "ib/account", "ib/market"]) {
    const states = desk.sink.healths.filter((health) => health.feed === feed)
      .map(({ state }) => state).filter((state, index, all) => state !== all[index - 1]);
    assert.deepEqual(states, ["down", "live"], feed);
  }
  assert.equal(await desk.end(), 0);
});

Deno.test("order ids and request ids share their numbers and never collide", async () => {
  const desk = await ConnectedBroker.start();
  const { run } = desk;
  run.sim.inject({ on: "wire", do: "drop" });
  await run.advance(40_000);
  // The field behind the version, where a request has both; see ib.md section 4.
  const place: Record<string, number> = { "1": 2, "9": 2, "7": 2, "62": 2, "92": 1, "94": 1 };
  const ids = run.sim.seen.flatMap(({ fields }) =>
    fields[0] in place ? [Number(fields[place[fields[0]]])] : []
  );
  assert.ok(ids.length > 20);
  assert.equal(new Set(ids).size, ids.length, "each id once, over both connections");
  assert.ok(Math.min(...ids) >= 1_000_000);
  assert.equal(await desk.end(), 0);
});
