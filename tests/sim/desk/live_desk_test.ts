import assert from "node:assert/strict";
import type { Fault } from "@/sims/tastytrade/mod.ts";
import { LiveDeskRun } from "./live_desk_run.ts";

// Loaded before: virtual time does not wait for a module.
await import("@tastytrade/api");

Deno.test("live desk: one login tests the steps and loads the book", async () => {
  const run = new LiveDeskRun();
  run.live.start();
  await run.pass(10_000);

  assert.ok(run.desk !== null, JSON.stringify(run.live.connections.state()));
  assert.equal(run.logins(), 1);
  assert.deepEqual(run.states(), Array(7).fill("passed"));
  assert.equal(run.sim.tried.dxlink, 1, "no second socket while the feed lives");
  assert.equal(run.desk.services.accounts().length, 3);
  assert.equal(await run.leftovers(), 0);
});

const FAULTS: readonly Fault[] = [
  { on: "rest", do: "status", status: 503, when: { path: "/oauth/token" } },
  { on: "rest", do: "status", status: 502, body: "html", when: { path: "/customers" } },
  { on: "rest", do: "status", status: 500, when: { path: "/accounts/" } },
  { on: "rest", do: "html" },
  { on: "rest", do: "mute", when: { path: "/oauth" } },
  { on: "rest", do: "drop", when: { times: 1_000 } },
  { on: "rest", do: "malformed", when: { path: "/customers/me/accounts" } },
];

for (const fault of FAULTS) {
  const { do: what, status = "", when } = fault;
  const name = `NET-5, P2: the book loads when ${what} ${status} ${when?.path ?? ""} ends`;
  Deno.test(name, async () => {
    const run = new LiveDeskRun();
    run.sim.inject(fault);
    run.live.start();
    await run.pass(90_000);
    assert.equal(run.desk, null);
    assert.ok(run.states().includes("failed") || run.states().includes("running"));
    assert.equal(run.sim.openCount("dxlink") + run.sim.openCount("streamer"), 0);
    run.sim.faults.clear();
    await run.pass(40_000);

    assert.ok(run.desk !== null);
    assert.deepEqual(run.states(), Array(7).fill("passed"));
    assert.equal(await run.leftovers(), 0);
  });
}

Deno.test("BRK-2: a wrong refresh token is sent three times, then not by itself", async () => {
  const run = new LiveDeskRun({ sim: { rest: { refreshToken: "another" } } });
  run.live.start();
  await run.pass(900_000);
  assert.equal(run.logins(), 3);
  assert.ok(run.live.connections.test({ broker: null, step: null }).ok);
  await run.pass(300_000);

  assert.equal(run.logins(), 4);
  assert.equal(run.desk, null);
  assert.equal(await run.leftovers(), 0);
});

Deno.test("live desk: a stop at any moment of the start leaves nothing", async () => {
  for (const slow of [0, 400]) {
    for (const atMs of [0, 50, 250, 500, 1_000, 1_500, 2_000, 3_000, 5_000]) {
      const run = new LiveDeskRun();
      if (slow > 0) run.sim.inject({ on: "rest", do: "slow", latencyMs: slow });
      run.live.start();
      await run.pass(atMs);
      assert.equal(await run.leftovers(), 0, `stopped after ${atMs} ms, answers take ${slow} ms`);
    }
  }
});

Deno.test("live desk: no secret and no account number is in its state", async () => {
  const run = new LiveDeskRun();
  run.live.start();
  await run.pass(10_000);
  run.sim.inject({ on: "rest", do: "status", status: 500, when: { path: "/accounts/" } });
  assert.ok(run.live.connections.test({ broker: null, step: null }).ok);
  await run.pass(5_000);
  const text = JSON.stringify(run.live.connections.state());

  assert.match(text, /HTTP 500/);
  const numbers = run.sim.accounts.accounts.map(({ number }) => number);
  for (const secret of ["CANARY", "Bearer", ...numbers]) assert.ok(!text.includes(secret), secret);
  assert.equal(await run.leftovers(), 0);
});

Deno.test("live desk: an account that is not there is the failing step", async () => {
  const run = new LiveDeskRun({ accounts: ["pension"] });
  run.live.start();
  await run.pass(5_000);
  const step = run.live.connections.state().connections[0].steps[1];

  assert.match(step.fault?.headline ?? "", /no account is named pension/);
  assert.equal(await run.leftovers(), 0);
});

Deno.test("live desk: quotes refused for long come soon after they are granted", async () => {
  const run = new LiveDeskRun();
  run.sim.inject({ on: "rest", do: "status", status: 403, when: { path: "/api-quote-tokens" } });
  run.live.start();
  await run.pass(600_000);
  assert.ok(run.desk !== null, "the book needs no quotes");
  assert.deepEqual(run.states().slice(0, 4), ["passed", "passed", "passed", "failed"]);
  assert.notEqual(run.states()[4], "passed");
  run.sim.faults.clear();
  await run.pass(90_000);

  assert.deepEqual(run.states(), Array(7).fill("passed"));
  assert.equal(await run.leftovers(), 0);
});

Deno.test("live desk: an account stream that lets nobody in fails its step and heals", async () => {
  const run = new LiveDeskRun();
  run.sim.inject({ on: "streamer", do: "refuse", status: 503 });
  run.live.start();
  await run.pass(30_000);
  const step = run.live.connections.state().connections[0].steps[6];
  assert.deepEqual([step.id, step.state], ["accountStream", "failed"]);
  assert.match(step.fault?.headline ?? "", /accounts is down/);
  run.sim.faults.clear();
  await run.pass(60_000);

  assert.deepEqual(run.states(), Array(7).fill("passed"));
  assert.equal(await run.leftovers(), 0);
});
