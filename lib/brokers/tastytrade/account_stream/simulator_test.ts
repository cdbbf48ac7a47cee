import assert from "node:assert/strict";
import {
  type Fault,
  httpOf,
  type SimOptions,
  socketsOf,
  TastytradeSim,
} from "../../../../sims/tastytrade/mod.ts";
import { REST_DEFAULTS } from "../../../../sims/tastytrade/options.ts";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import { seeded } from "../feed/feed_run_fixture_test.ts";
import { Drift } from "../map/fields.ts";
import type { StreamerNotice } from "../map/notification.ts";
import { Secret } from "../rest/secret.ts";
import { RestTransport } from "../rest/transport.ts";
import { AccountStream } from "./account_stream.ts";

const SEEDS = 40;
const STEP_MS = 500;

const FAULTS: readonly Fault[] = [
  { on: "streamer", do: "mute" },
  { on: "streamer", do: "deaf" },
  { on: "streamer", do: "drop" },
  { on: "streamer", do: "drop", byte: 300 },
  { on: "streamer", do: "drop", code: 1012 },
  { on: "streamer", do: "slow", latencyMs: 300, jitterMs: 1500 },
  { on: "streamer", do: "reorder", when: { share: 0.3 } },
  { on: "streamer", do: "duplicate", when: { share: 0.4 } },
  { on: "streamer", do: "malformed", when: { share: 0.3 } },
  { on: "streamer", do: "malformed", how: "noise", when: { share: 0.3 } },
  { on: "streamer", do: "malformed", how: "array", when: { share: 0.3 } },
  { on: "streamer", do: "refuse", status: 429 },
  { on: "tokens", do: "expireAccess" },
  { on: "rest", do: "mute", when: { path: "/oauth/token" } },
  { on: "rest", do: "html", when: { path: "/oauth/token" } },
  { on: "rest", do: "status", status: 503, when: { path: "/oauth/token" } },
];

async function begin(seed: number, options: Partial<SimOptions> = {}) {
  const time = new VirtualTime(Date.parse("2025-03-19T14:15:00Z"));
  const sim = new TastytradeSim({
    clock: time,
    timers: time,
    seed,
    stepMs: 500,
    eventRate: 4,
    positions: 40,
    ...options,
  });
  const { clientSecret, refreshToken } = REST_DEFAULTS;
  const opened = RestTransport.open({
    http: httpOf(sim),
    clock: time,
    timers: time,
    random: seeded(seed),
    baseUrl: "https://api.tastyworks.com",
    isLoopbackAllowed: false,
    credentials: {
      clientSecret: new Secret(clientSecret),
      refreshToken: new Secret(refreshToken),
    },
    version: "0.0.1",
  });
  assert.ok(opened.ok);
  const transport = opened.value;
  const notices: StreamerNotice[] = [];
  const seen = { subscribed: 0 };
  const stream = new AccountStream({
    id: "tastytrade-account",
    label: "Account stream",
    url: sim.url("streamer"),
    isUrlAllowed: () => true,
    clock: time,
    timers: time,
    random: seeded(seed),
    sockets: socketsOf(sim),
    tokens: transport.tokens,
    accountNumbers: sim.accounts.accounts.map(({ number }) => number),
    source: "deltadesk/0.0.1",
    drift: new Drift(),
    listener: {
      subscribed: () => void seen.subscribed++,
      notice: (notice) => void notices.push(notice),
      health() {},
    },
  });
  stream.start();
  const pass = (ms: number) => time.advanceSettling(ms, STEP_MS);
  const end = async () => {
    stream.close();
    transport.close();
    sim.close();
    // An answer that is being waited for runs out.
    await pass(70_000);
    assert.equal(time.pendingCount, 0, "timers left");
  };
  await pass(2000);
  return { time, sim, stream, transport, notices, seen, pass, end };
}

for (const isBatching of [false, true]) {
  const how = isBatching ? "in batches" : "one by one";
  Deno.test(`fills at the simulator arrive ${how}, with every kind of object`, async () => {
    const run = await begin(1, { eventRate: 50, streamer: { isBatching } });
    await run.pass(600_000);
    const kinds = new Set(run.notices.map(({ type }) => type));
    assert.deepEqual([...kinds].sort(), ["AccountBalance", "CurrentPosition", "Order"]);
    assert.equal(run.stream.health().state, "live");
    assert.equal(run.seen.subscribed, 1);
    assert.equal(run.sim.tried.streamer, 1, "one connection, its idle limit notwithstanding");
    await run.end();
  });
}

for (const closesOnTokenEnd of [false, true]) {
  const how = closesOnTokenEnd ? "closes" : "goes on";
  Deno.test(`R19: two hours of tokens of 15 minutes at a simulator that ${how}`, async () => {
    const run = await begin(1, { eventRate: 1, streamer: { closesOnTokenEnd } });
    for (let hour = 0; hour < 2; hour++) {
      await run.pass(3_600_000);
      assert.equal(run.stream.health().state, "live");
    }
    const dropped = run.stream.health().dropped.error ?? 0;
    assert.equal(dropped, 0, "no message carried an old token");
    // The token of a connect may have lived for up to a fifth of its life before.
    const { streamer } = run.sim.tried;
    if (closesOnTokenEnd) assert.ok(streamer >= 9 && streamer <= 11, `${streamer} connections`);
    else assert.equal(streamer, 1);
    await run.end();
  });
}

Deno.test("BRK-2: a grant withdrawn at the simulator needs a sign-in, with a fix", async () => {
  const run = await begin(1, { eventRate: 1 });
  run.sim.inject({ on: "tokens", do: "revokeRefresh" });
  run.sim.inject({ on: "tokens", do: "expireAccess" });
  await run.pass(600_000);
  const { state, detail } = run.stream.health();
  assert.equal(state, "down");
  assert.match(detail ?? "", /^sign-in at tastytrade needed: check .* refresh token/);
  assert.equal(run.sim.openCount("streamer"), 0);
  await run.end();
});

Deno.test("BRK-8: answers of the simulator without ids end nothing", async () => {
  const run = await begin(1, { eventRate: 1 });
  run.sim.inject({ on: "streamer", do: "override", field: "request-id", value: null });
  await run.pass(60_000);
  assert.equal(run.sim.tried.streamer, 1);
  assert.equal(run.stream.health().state, "live");
  await run.end();
});

Deno.test(`NET-1, NET-4, BRK-1, BRK-8: ${SEEDS} seeds against the simulator end live`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const run = await begin(seed);
    const { next } = seeded(seed);
    const played: string[] = [];
    for (let count = 3; count > 0; count--) {
      const fault = FAULTS[Math.floor(next() * FAULTS.length)];
      played.push(JSON.stringify(fault));
      run.sim.inject(fault);
      await run.pass(2000 + next() * 20_000);
      if (next() < 0.5) run.sim.faults.clear();
    }
    run.sim.faults.clear();
    await run.pass(95_000);
    const where = `seed ${seed}: ${played.join(" ")}`;
    assert.equal(run.stream.health().state, "live", where);
    assert.equal(run.sim.openCount("streamer"), 1, where);
    const before = run.notices.length;
    for (let tries = 0; run.notices.length === before && tries < 40; tries++) {
      await run.pass(60_000);
    }
    assert.ok(run.notices.length > before, `it still tells: ${where}`);
    assert.ok(run.seen.subscribed <= run.sim.tried.streamer + 3, where);
    await run.end();
  }
});
