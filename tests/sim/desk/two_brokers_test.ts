import assert from "node:assert/strict";
import { ROW_F64, ROW_F64_AT, ROW_U8, ROW_U8_AT, STALENESS } from "@/lib/domain/measures.ts";
import { brokerParts } from "@/lib/portfolio/broker_parts.ts";
import { allAccounts, measure, portfolioSums } from "@/lib/portfolio/totals.ts";
import { BROKERS, TwoBrokers } from "./two_brokers.ts";

// Loaded before: virtual time does not wait for a module.
await import("@tastytrade/api");

const STALE = STALENESS.indexOf("stale");

/** How the parts of the book stand, by broker. */
function parts(run: TwoBrokers): Record<string, string> {
  const { services } = run;
  return Object.fromEntries(
    brokerParts(services.view(), services.feeds()).map(({ broker, state }) => [broker, state]),
  );
}

/** Open rows that are stale. */
function staleRows({ services }: TwoBrokers): number {
  const view = services.view();
  let count = 0;
  for (let row = 0; row < view.rowCount; row++) {
    const isOpen = view.rowF64[row * ROW_F64.length + ROW_F64_AT.signedQuantity] !== 0;
    const state = view.rowU8[row * ROW_U8.length + ROW_U8_AT.staleness];
    if (isOpen && state === STALE) count++;
  }
  return count;
}

/** Newest event time of a mark. */
function newestMark({ services }: TwoBrokers): number {
  const view = services.view();
  let newest = -Infinity;
  for (let row = 0; row < view.rowCount; row++) {
    newest = Math.max(newest, view.rowF64[row * ROW_F64.length + ROW_F64_AT.markAt]);
  }
  return newest;
}

Deno.test("G-070: one desk, each contract once, both brokers add up to the whole", async () => {
  const run = new TwoBrokers();
  run.live.start();
  await run.pass(20_000);

  assert.equal(run.starts, 1);
  assert.deepEqual(parts(run), { tastytrade: "current", second: "current" });
  for (const { isLoaded, steps } of run.live.connections.state().connections) {
    assert.ok(isLoaded);
    assert.deepEqual(steps.map(({ state }) => state), Array(7).fill("passed"));
  }
  const view = run.services.view();
  const groups = new Set(
    Array.from({ length: view.rowCount }, (_, row) => view.row(row).mergeGroup),
  );
  const keys = new Set(
    Array.from({ length: view.rowCount }, (_, row) => view.instrumentOfRow(row).key),
  );
  assert.equal(groups.size, keys.size);
  assert.ok(groups.size <= view.rowCount / 2, "every contract is held at both");
  const of = (broker: string) =>
    allAccounts(view).filter((a) => view.account(a).account.broker === broker);
  for (const name of ["dollarDelta", "marketValue", "vega", "dayPnl", "legs"] as const) {
    const [one, two] = BROKERS.map((broker) => measure(portfolioSums(view, of(broker)), name));
    const all = measure(portfolioSums(view, allAccounts(view)), name);
    assert.ok(Math.abs(one + two - all) <= 1e-9 * Math.abs(all), name);
    assert.ok(all !== 0, name);
  }
  assert.equal(staleRows(run), 0);
  assert.equal(await run.leftovers(), 0);
});

Deno.test("P2: a broker away at the start is named, and taken in while the desk runs", async () => {
  const run = new TwoBrokers();
  run.sims.second.inject({ on: "rest", do: "status", status: 503, when: { path: "/oauth/token" } });
  run.live.start();
  await run.pass(60_000);

  assert.deepEqual(parts(run), { tastytrade: "current", second: "missing" });
  assert.equal(run.services.accounts().length, 3);
  assert.equal(staleRows(run), 0, "the other one is not disturbed");
  const { isLoaded, connections } = run.live.connections.state();
  assert.ok(isLoaded);
  assert.deepEqual(connections.map((one) => one.isLoaded), [true, false]);
  const missing = run.services.feeds().find(({ broker }) => broker === "second");
  assert.match(missing?.detail ?? "", /second stops at step 1/);
  const before = run.sims.tastytrade.tried.dxlink;
  run.sims.second.faults.clear();
  await run.pass(30_000);

  assert.deepEqual(parts(run), { tastytrade: "current", second: "current" });
  assert.equal(run.services.accounts().length, 6);
  assert.equal(run.starts, 1, "the same desk");
  assert.equal(run.sims.tastytrade.tried.dxlink, before);
  assert.equal(staleRows(run), 0);
  assert.equal(await run.leftovers(), 0);
});

Deno.test("P1, P2: one of two brokers dies and comes back, the other goes on", async () => {
  const run = new TwoBrokers();
  run.live.start();
  await run.pass(20_000);
  run.sims.second.inject({ on: "rest", do: "drop" });
  run.sims.second.inject({ on: "dxlink", do: "refuse" });
  run.sims.second.inject({ on: "streamer", do: "refuse" });
  run.sims.second.inject({ on: "dxlink", do: "drop" });
  run.sims.second.inject({ on: "streamer", do: "drop" });
  await run.pass(60_000);

  assert.deepEqual(parts(run), { tastytrade: "current", second: "old" });
  assert.equal(run.services.accounts().length, 6, "what is known of it stays");
  assert.equal(staleRows(run), 0, "prices come from the other");
  assert.ok(run.time.now() - newestMark(run) < 2_000);
  run.sims.second.faults.clear();
  await run.pass(60_000);

  assert.deepEqual(parts(run), { tastytrade: "current", second: "current" });
  assert.equal(await run.leftovers(), 0);
});

Deno.test("P2: quotes of the other broker stand in for those that fail, and give way", async () => {
  const run = new TwoBrokers();
  run.live.start();
  await run.pass(20_000);
  run.sims.tastytrade.inject({ on: "dxlink", do: "refuse" });
  run.sims.tastytrade.inject({ on: "dxlink", do: "drop" });
  await run.pass(15_000);

  assert.equal(run.feeds("tastytrade").tastytrade === "live", false);
  assert.equal(staleRows(run), 0);
  assert.ok(run.time.now() - newestMark(run) < 2_000);
  const subscribed = () => run.sims.second.tried.dxlink;
  assert.equal(subscribed(), 1, "over the line that it has");
  run.sims.tastytrade.faults.clear();
  await run.pass(150_000);
  run.sims.second.inject({ on: "dxlink", do: "refuse" });
  run.sims.second.inject({ on: "dxlink", do: "drop" });
  await run.pass(15_000);

  assert.equal(staleRows(run), 0, "the preferred one is the source again");
  assert.equal(await run.leftovers(), 0);
});

Deno.test("P1: with both brokers out every price is stale, and both heal", async () => {
  const run = new TwoBrokers();
  run.live.start();
  await run.pass(20_000);
  for (const id of BROKERS) {
    run.sims[id].inject({ on: "dxlink", do: "refuse" });
    run.sims[id].inject({ on: "dxlink", do: "drop" });
    run.sims[id].inject({ on: "streamer", do: "refuse" });
    run.sims[id].inject({ on: "streamer", do: "drop" });
  }
  await run.pass(30_000);
  assert.deepEqual(parts(run), { tastytrade: "old", second: "old" });
  assert.ok(staleRows(run) > 10);
  for (const id of BROKERS) run.sims[id].faults.clear();
  await run.pass(60_000);

  assert.equal(staleRows(run), 0);
  assert.deepEqual(parts(run), { tastytrade: "current", second: "current" });
  assert.equal(await run.leftovers(), 0);
});

Deno.test("BRK-2: a login refused at one broker waits for the user, the other loads", async () => {
  const run = new TwoBrokers();
  run.sims.second.inject({ on: "rest", do: "status", status: 401, when: { path: "/oauth/token" } });
  run.live.start();
  await run.pass(600_000);
  const logins = run.sims.second.rest.seen.filter(({ path }) => path === "/oauth/token").length;
  assert.equal(logins, 3);
  assert.deepEqual(parts(run), { tastytrade: "current", second: "missing" });
  run.sims.second.faults.clear();
  assert.ok(run.live.connections.test({ broker: "second", step: null }).ok);
  await run.pass(30_000);

  assert.equal(run.services.accounts().length, 6);
  assert.equal(await run.leftovers(), 0);
});

Deno.test("a desk of two brokers that is stopped at any moment leaves nothing", async () => {
  for (const atMs of [0, 50, 250, 500, 1_000, 1_500, 2_000, 3_000, 5_000]) {
    const run = new TwoBrokers();
    run.sims.second.inject({ on: "rest", do: "slow", latencyMs: 400 });
    run.live.start();
    await run.pass(atMs);
    assert.equal(await run.leftovers(), 0, `stopped after ${atMs} ms`);
  }
});
