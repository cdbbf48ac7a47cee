import assert from "node:assert/strict";
import { bookHeld, sorted, TastytradeDesk, worldHeld } from "./tastytrade_desk.ts";

Deno.test("T-008: 2,000 positions of 6 accounts load with few calls and are quoted", async () => {
  const desk = await TastytradeDesk.started({ positions: 2_000, accounts: 6, eventRate: 50 });
  const { requests, broker } = desk.run;
  const loading = requests.length;
  assert.ok(loading < 160, `${loading} requests`);
  assert.deepEqual(desk.troubles, []);
  assert.deepEqual(sorted(bookHeld(desk)), sorted(worldHeld(desk)));
  await desk.run.advance(20_000);
  const market = broker.health().find(({ feed }) => feed === "tastytrade");
  assert.equal(market?.state, "live", market?.detail ?? "");
  assert.equal(market?.detail, null);
  const { book, board } = desk.engine;
  const quiet = book.wantedHandles().filter((handle) => !board.isConfirmed(handle));
  assert.deepEqual(quiet.map((handle) => book.instrument(handle).key), []);
  assert.ok(requests.length - loading < 60, "no storm afterwards");
  assert.equal(await desk.end(), 0);
});

Deno.test("T-009: a bond is listed and not valued, a coin is valued", async () => {
  const desk = await TastytradeDesk.started({ rest: { hasOtherKinds: true } });
  await desk.run.advance(5_000);
  const bond = desk.rows().find(({ kind }) => kind === "unsupported");
  assert.equal(bond?.key, "912797KX4");
  assert.ok(Number.isNaN(bond?.marketValue));
  const coin = desk.rows().find(({ key }) => key === "BTC/USD");
  assert.ok((coin?.marketValue ?? 0) > 0);
  assert.equal(await desk.end(), 0);
});

Deno.test("a fill reaches the book within seconds over the account stream", async () => {
  const desk = await TastytradeDesk.started();
  await desk.run.advance(600_000);
  assert.ok(desk.fills.length > 0, "the world trades");
  desk.run.sim.market.isHeld = true;
  await desk.run.advance(3_000);
  assert.deepEqual(sorted(bookHeld(desk)), sorted(worldHeld(desk)));
  const ids = new Set(desk.fills.map(({ execId }) => execId));
  const world = desk.run.sim.accounts;
  const all = world.accounts.flatMap((one) => world.fills(one)).map(({ fillId }) => fillId);
  for (const id of ids) assert.ok(all.includes(id.replace("24_SIM::", "")), id);
  assert.deepEqual(desk.troubles, []);
  assert.equal(await desk.end(), 0);
});

Deno.test("the sandbox loads a book without closes and carry, whose prices are late", async () => {
  const desk = await TastytradeDesk.started({ environment: "sandbox" });
  assert.deepEqual(desk.troubles, []);
  assert.deepEqual(sorted(bookHeld(desk)), sorted(worldHeld(desk)));
  await desk.run.advance(20_000);
  const market = desk.run.broker.health().find(({ feed }) => feed === "tastytrade");
  assert.equal(market?.state, "live");
  assert.match(market?.detail ?? "", /delayed by 15 minutes/);
  const shares = desk.rows().filter(({ kind }) => kind === "equity");
  assert.ok(shares.every(({ marketValue }) => Number.isFinite(marketValue)));
  assert.ok(!desk.run.requests.some((one) => /market-(data|metrics)/.test(one)));
  assert.equal(await desk.end(), 0);
});
