import assert from "node:assert/strict";
import { ACCOUNT_AT, ACCOUNT_F64 } from "@/lib/domain/measures.ts";
import { bookHeld, sorted, TastytradeDesk, worldHeld } from "./tastytrade_desk.ts";

const SLOW = { positions: 200, stepMs: 5_000, eventRate: 2, dxlink: { keepaliveTimeoutS: 600 } };
const MINUTE = 60_000;

Deno.test("R36: options end at the close as life-cycle events, shares come for them", async () => {
  const startAt = Date.parse("2025-03-21T19:56:00Z");
  const desk = await TastytradeDesk.started({ ...SLOW, startAt });
  const { market, accounts } = desk.run.sim;
  const { world } = market;
  const before = bookHeld(desk);
  const ended: { how: string; key: string; quantity: number }[] = [];
  market.follow({
    happened: (event) => {
      if (event.kind !== "lifecycle") return;
      const { how, instrument, signedQuantity } = event.lifecycle;
      const key = market.apiSymbol(world.instruments()[instrument]);
      ended.push({ how, key, quantity: signedQuantity });
    },
  });
  await desk.run.advance(10 * MINUTE, 500);
  assert.ok(ended.length > 0, "options expire on a third Friday");
  const told = desk.events.filter(({ accountId }) => accountId !== null);
  const cache = desk.run.broker.cache();
  const names = told.map(({ kind, instrumentKey, signedQuantity }) =>
    `${kind} ${cache?.byKey(instrumentKey ?? "")?.apiSymbol} ${signedQuantity}`
  );
  const wanted = ended.map(({ how, key, quantity }) => `${how} ${key} ${quantity}`);
  assert.deepEqual(names.sort(), wanted.sort());
  assert.deepEqual(sorted(bookHeld(desk)), sorted(worldHeld(desk)));
  for (const { instrumentKey } of told) {
    const isHeld = desk.rows().some(({ key }) => key === instrumentKey);
    assert.ok(!isHeld, `${instrumentKey} is over`);
  }
  assert.notDeepEqual(sorted(bookHeld(desk)), sorted(before));
  // The simulator's cash has the variation of futures in it, which no notice tells.
  market.isHeld = true;
  await desk.run.advance(2 * MINUTE, 500);
  const { book } = desk.engine;
  for (const [index, account] of accounts.accounts.entries()) {
    const cash = book.accountF64[index * ACCOUNT_F64.length + ACCOUNT_AT.cash];
    assert.ok(Math.abs(cash - accounts.balances(account).cash) < 0.01, account.nickname);
  }
  assert.deepEqual(desk.troubles, []);
  assert.equal(await desk.end(), 0);
});

Deno.test("a new session forgets fills, learns closes anew and goes on", async () => {
  const startAt = Date.parse("2025-03-20T03:58:00Z");
  const desk = await TastytradeDesk.started({ ...SLOW, startAt });
  const asked = (): number =>
    desk.run.requests.filter((one) => one.includes("/market-data/by-type")).length;
  const before = asked();
  await desk.run.advance(10 * MINUTE, 500);
  assert.ok(asked() > before, "closes");
  assert.deepEqual(sorted(bookHeld(desk)), sorted(worldHeld(desk)));
  const [first] = desk.run.broker.health();
  assert.equal(first.state, "live", first.detail ?? "");
  assert.deepEqual(desk.troubles, []);
  assert.equal(await desk.end(), 0);
});

Deno.test("R36: the day's P&L goes on over deliveries and is what net liq moved by", async () => {
  const startAt = Date.parse("2025-03-21T19:56:00Z");
  const desk = await TastytradeDesk.started({ ...SLOW, startAt });
  const { market } = desk.run.sim;
  const ended = new Set<string>();
  market.follow({
    happened: (event) => {
      if (event.kind === "lifecycle") ended.add(event.lifecycle.how);
    },
  });
  await desk.run.advance(25 * MINUTE, 500);
  market.isHeld = true;
  await desk.run.advance(2 * MINUTE, 500);
  assert.deepEqual([...ended].sort(), ["assigned", "cashSettled", "exercised", "expired"]);

  assert.deepEqual(desk.unexplained(), []);
  assert.deepEqual(desk.troubles, []);
  assert.equal(await desk.end(), 0);
});

Deno.test("R36: a desk started after the close knows the P&L of what ended before", async () => {
  const startAt = Date.parse("2025-03-21T19:56:00Z");
  const desk = new TastytradeDesk({ ...SLOW, startAt });
  await desk.run.advance(25 * MINUTE, 500);
  await desk.start();
  desk.run.sim.market.isHeld = true;
  await desk.run.advance(2 * MINUTE, 500);
  assert.deepEqual(desk.unexplained(), []);
  assert.deepEqual(desk.troubles, []);
  assert.equal(await desk.end(), 0);
});
