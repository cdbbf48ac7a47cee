import assert from "node:assert/strict";
import type { FeedHealth } from "../../../ports/broker.ts";
import { signInNeeded } from "../rest/failure.ts";
import { settled } from "../rest/scripted_http_fixture_test.ts";
import { CheckRig, IN_SESSION, ON_SUNDAY } from "./check_rig_fixture_test.ts";

function health(change: Partial<FeedHealth> = {}): FeedHealth {
  return {
    feed: "tastytrade",
    label: "DXLink",
    state: "live",
    since: IN_SESSION,
    lastByteAt: IN_SESSION - 300,
    lastHeartbeatAt: null,
    lastEventAt: IN_SESSION - 500,
    dropped: {},
    detail: null,
    ...change,
  };
}

Deno.test("check: a live feed proves its steps by its health, without a socket", async () => {
  const rig = new CheckRig();
  [rig.market, rig.stream] = [health(), health({ feed: "account", lastByteAt: null })];
  const end = await rig.run();
  const [, , , , feed, quote, stream] = rig.check.steps();

  assert.ok(end.isPassed);
  assert.equal(rig.sim.tried.dxlink, 0);
  assert.deepEqual([feed.state, quote.state, stream.state], ["passed", "passed", "passed"]);
  assert.match(feed.detail, /^last frame [\d.]+\u202fs ago$/);
  assert.match(quote.detail, /^last quote [\d.]+\u202fs ago$/);
  assert.equal(await rig.leftovers(), 0);
});

Deno.test("check: a feed that goes down fails its step untested, and heals so", async () => {
  const rig = new CheckRig();
  rig.market = health();
  await rig.run();
  rig.market = health({ state: "down", detail: "the feed refused the quote token" });
  const [, , , , feed, quote] = rig.check.steps();

  assert.equal(feed.state, "failed");
  assert.match(feed.detail, /^down for/);
  assert.match(feed.fault?.headline ?? "", /refuses the quote token/);
  assert.equal(quote.state, "notReached");
  rig.market = health({ state: "stale", detail: "the reference symbol is silent" });
  assert.match(rig.failing().fault.headline, /DXLink is stale: the reference symbol is silent/);
  rig.market = health();
  assert.equal(rig.states()[4], "passed");
  assert.equal(await rig.leftovers(), 0);
});

Deno.test("BRK-2: a withdrawn grant fails the sign-in at its first refusal, and once", async () => {
  const rig = new CheckRig();
  await rig.run();
  assert.equal(rig.states()[0], "passed");
  rig.sim.inject({ on: "tokens", do: "revokeRefresh" });
  const { tokens } = rig.transport;
  const asked = () => settled(rig.time, tokens.token(new AbortController().signal));
  const held = await asked();
  if (held.ok) tokens.rejected(held.value);
  const detail = signInNeeded("make a new grant");
  [rig.market, rig.stream] = [health({ state: "down", detail }), health({ feed: "account" })];
  await asked();

  const { id, fault } = rig.failing();
  assert.equal(id, "signIn");
  assert.match(fault.remedy.join(), /Create Grant/);
  const feed = rig.check.steps()[4];
  assert.match(feed.fault?.headline ?? "", /waits for the sign-in/);
  assert.equal(await rig.leftovers(), 0);
});

Deno.test("check: a feed without a quote waits in session, and is not tested outside", () => {
  for (const [startsAt, state] of [[IN_SESSION, "running"], [ON_SUNDAY, "notTested"]] as const) {
    const rig = new CheckRig({ startsAt });
    rig.market = health({ lastEventAt: null });
    assert.equal(rig.states()[5], state);
    rig.sim.close();
  }
});

Deno.test("BRK-2: after three refused sign-ins nothing is sent until the user asks", async () => {
  const rig = new CheckRig({ sim: { rest: { refreshToken: "another" } } });
  const logins = () => rig.sim.rest.seen.filter(({ path }) => path === "/oauth/token").length;
  for (let tries = 0; tries < 6; tries++) {
    await rig.run();
    await rig.time.advanceSettling(6_000, 1_000);
  }

  assert.equal(logins(), 3);
  assert.match(rig.failing().fault.headline, /three times and is not tried any more/);
  assert.match(rig.failing().fault.remedy.join(), /Test again/);
  rig.check.forgive();
  await rig.run();
  assert.equal(logins(), 4);
  assert.equal(await rig.leftovers(), 0);
});

Deno.test("check: a failing step keeps its words while it is tested again", async () => {
  const rig = new CheckRig();
  rig.sim.inject({ on: "rest", do: "status", status: 503, when: { path: "/customers" } });
  await rig.run();
  const before = rig.failing();
  rig.sim.inject({ on: "rest", do: "mute", when: { path: "/customers" } });
  const again = rig.check.run({ through: null, signal: new AbortController().signal });
  await rig.time.advanceSettling(100, 100);
  const meanwhile = rig.failing();

  assert.deepEqual([meanwhile.id, meanwhile.state], ["accounts", "running"]);
  assert.deepEqual(meanwhile.fault, before.fault);
  await rig.time.advanceSettling(11_000, 1_000);
  assert.equal((await again).isPassed, false);
  assert.match(rig.failing().fault.headline, /does not answer in time/);
  assert.equal(await rig.leftovers(), 0);
});

Deno.test("check: a test that is given up changes nothing and leaves nothing", async () => {
  const rig = new CheckRig();
  rig.sim.inject({ on: "dxlink", do: "mute", when: { frame: 2 } });
  const abort = new AbortController();
  const work = rig.check.run({ through: null, signal: abort.signal });
  await rig.time.advanceSettling(1_000, 100);
  assert.equal(rig.states()[4], "running");
  abort.abort();

  assert.equal((await work).isPassed, false);
  assert.equal(await rig.leftovers(), 0);
});

Deno.test("check: a book that cannot be loaded is a failed step with the broker's words", () => {
  const rig = new CheckRig();
  rig.check.loadingFailed("no instrument XYZ", "look for a newer version");

  assert.equal(rig.failing().id, "positions");
  assert.match(rig.failing().fault.cause, /no instrument XYZ\./);
  assert.deepEqual(rig.failing().fault.remedy, ["look for a newer version"]);
  rig.sim.close();
});
