import assert from "node:assert/strict";
import type { Fault } from "./faults/script.ts";
import { type HandClient, IN_SESSION_MS, MemoryRig } from "./memory_rig.ts";
import type { SimOptions } from "./options.ts";
import { streamerSymbol } from "./symbols.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function subscribed(rig: MemoryRig, symbols: readonly string[]): HandClient {
  const client = rig.feed({ acceptDataFormat: "COMPACT", acceptAggregationPeriod: 1 });
  const add = symbols.flatMap((symbol) => ["Quote", "Greeks"].map((type) => ({ type, symbol })));
  for (let n = 0; n < add.length; n += 100) {
    const part = add.slice(n, n + 100);
    client.send({ type: "FEED_SUBSCRIPTION", channel: 1, add: part });
  }
  return client;
}

function liveOptions(rig: MemoryRig): string[] {
  const { world } = rig.sim.market;
  return world.instruments().filter((one) => one.option !== undefined && world.isLive(one.id))
    .map(streamerSymbol);
}

const LONG: Partial<SimOptions> = {
  positions: 300,
  accounts: 6,
  stepMs: 5000,
  eventRate: 2,
  rest: { quoteTokenLifeMs: 30 * DAY_MS },
  dxlink: { keepaliveTimeoutS: 4 * 3600 },
  streamer: { idleMs: Infinity },
};

Deno.test("a week passes by nights: options expire, others come, positions follow", async () => {
  const rig = new MemoryRig(LONG);
  const streamer = rig.streamer();
  const value = rig.sim.accounts.accounts.map((one) => one.number);
  const token = `Bearer ${await rig.accessToken()}`;
  streamer.send({ action: "connect", value, "auth-token": token });
  const before = new Set(liveOptions(rig));
  for (let hour = 0; hour < 7 * 24; hour++) rig.advance(HOUR_MS);
  assert.equal(rig.sim.market.now(), IN_SESSION_MS + 7 * DAY_MS);
  const after = new Set(liveOptions(rig));
  assert.ok([...before].some((symbol) => !after.has(symbol)), "some have expired");
  assert.ok([...after].some((symbol) => !before.has(symbol)), "some are new");
  const told = streamer.messages().filter((one) => one.type === "CurrentPosition");
  assert.ok(told.some((one) => JSON.stringify(one).includes('"Zero"')), "some were closed");
  for (const account of rig.sim.accounts.accounts) {
    const { netLiq } = rig.sim.accounts.balances(account);
    assert.ok(Number.isFinite(netLiq));
  }
  for (const { id } of rig.sim.market.world.accounts()) {
    const own = rig.sim.accounts.accounts.filter((one) => one.worldId === id);
    const sum = own.reduce((total, one) => total + rig.sim.accounts.balances(one).netLiq, 0);
    const world = rig.sim.market.world.balances(id);
    assert.ok(Math.abs(sum - world.cash.USD - world.marketValue.USD) < 1e-5);
  }
  rig.close();
  assert.equal(rig.time.pendingCount, 0);
});

Deno.test("the same seed and script give the same frames, bit for bit", () => {
  const faults: Fault[] = [
    { on: "dxlink", do: "slow", latencyMs: 10, jitterMs: 90 },
    { on: "dxlink", do: "duplicate", when: { share: 0.2 } },
    { on: "dxlink", do: "mute", when: { afterMs: 4000, forMs: 3000 } },
    { on: "dxlink", do: "drop", when: { afterMs: 9000 } },
  ];
  const run = (seed: number): string[] => {
    const rig = new MemoryRig({ seed, positions: 100, eventRate: 1000, faults: { faults } });
    const client = subscribed(rig, liveOptions(rig));
    rig.advance(10_000);
    assert.equal(client.isOpen, false);
    rig.close();
    return client.texts;
  };
  const first = run(11);
  assert.ok(first.length > 10);
  assert.deepEqual(first, run(11));
  assert.notDeepEqual(first, run(12));
});

Deno.test("two thousand positions over six accounts are served, each symbol confirmed", () => {
  const rig = new MemoryRig({ positions: 2000, accounts: 6 });
  const held = rig.sim.accounts.accounts.map((one) => rig.sim.accounts.positions(one).length);
  assert.ok(held.every((count) => count > 50), String(held));
  const symbols = liveOptions(rig);
  const client = subscribed(rig, symbols);
  rig.advance(5000);
  const seen = new Set<string>();
  for (const { data } of client.ofType("FEED_DATA")) {
    const [type, values] = data as [string, unknown[]];
    if (type !== "Quote") continue;
    for (const value of values) {
      if (typeof value === "string" && /^\.\/?[A-Z]/.test(value)) seen.add(value);
    }
  }
  assert.equal(seen.size, symbols.length);
  rig.close();
});
