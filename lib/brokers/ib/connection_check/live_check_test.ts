import assert from "node:assert/strict";
import type { ConnectionEnd } from "../connection.ts";
import { outageWords, upstreamWords } from "../outage_words.ts";
import { health, IbCheckRig, IN_SESSION, ON_SUNDAY } from "./check_rig_fixture_test.ts";

/** A rig whose book was loaded and whose connection runs. */
async function loaded(startsAt = IN_SESSION): Promise<IbCheckRig> {
  const rig = new IbCheckRig({}, { startsAt });
  await rig.run("positions");
  rig.session = health({ lastByteAt: rig.time.now() });
  rig.market = health({ feed: "market", lastEventAt: rig.time.now() });
  rig.greeks = { wanted: 12, filled: 10 };
  return rig;
}

Deno.test("a running connection proves its steps, and none is opened beside it", async () => {
  const rig = await loaded();
  const before = rig.tws.openedCount;
  const end = await rig.run();

  assert.ok(end.isPassed);
  assert.equal(rig.tws.openedCount, before, "both would have the same client id");
  assert.deepEqual(rig.states(), Array(8).fill("passed"));
  assert.match(rig.details()[1], /^last message .* ago$/);
  assert.match(rig.details()[6], /^last quote .* ago$/);
  assert.equal(rig.details()[7], "10 of 12 options");
});

/** What a supervisor says of an end, before there was a connection or after. */
function outage(over: Partial<ConnectionEnd>, wasReady = false, forMs = 0): string {
  const end = { code: "closed", detail: "TWS closed the connection", fix: null, port: null };
  const address = "127.0.0.1:7497";
  return outageWords(
    { end: { ...end, ...over } as ConnectionEnd, address, wasReady, since: 0 },
    forMs,
  );
}

const DOWN = [
  [outage({ code: "refused", detail: "connect ECONNREFUSED" }), "port", /nothing listens/],
  [outage({ detail: "client id 7 is in use at TWS (326)" }), "clientId", /client id 7/],
  [upstreamWords(IN_SESSION), "accounts", /no connection to Interactive Brokers/],
  [outage({ code: "version", detail: "Unsupported (506)" }), "handshake", /another version/],
  [outage({ detail: "TWS takes the connection and says nothing" }), "handshake", /API does not/],
  [outage({ detail: "TWS closes the connection before the handshake" }), "handshake", /refuses/],
  [outage({ detail: "TWS does not finish the handshake" }), "clientId", /not ready/],
  [outage({ code: "dead" }, true), "port", /closed or restarts/],
  [outage({ code: "refused" }, true, 3_600_000), "clientId", /not ready/],
  [outage({}), "handshake", /is down: TWS closed the connection/],
] as const;

for (const [detail, step, headline] of DOWN) {
  Deno.test(`a connection that is down by "${detail}" fails at ${step}`, async () => {
    const rig = await loaded();
    rig.session = health({ state: "down", detail });
    const failing = rig.failing();

    assert.equal(failing.id, step);
    assert.match(failing.fault.headline, headline);
    const states = rig.states();
    const at = states.indexOf("failed");
    assert.ok(states.slice(0, at).every((state) => state === "passed"));
    assert.ok(states.slice(at + 1).every((state) => state === "notReached"));
  });
}

Deno.test("market data that is stale fails its own step alone", async () => {
  const rig = await loaded();
  rig.market = health({
    feed: "market",
    label: "IB quotes",
    state: "stale",
    detail: "2103 usfarm",
  });

  assert.equal(rig.failing().id, "marketData");
  assert.match(rig.failing().fault.headline, /IB quotes is stale: 2103 usfarm/);
  assert.equal(rig.states()[7], "passed");
});

Deno.test("what is not counted or not due shows no tick", async () => {
  const rig = await loaded(ON_SUNDAY);
  rig.market = health({ feed: "market", lastEventAt: null });
  rig.greeks = { wanted: 3, filled: 0 };
  assert.deepEqual(rig.states().slice(6), ["notTested", "notTested"]);
  rig.greeks = null;
  assert.equal(rig.states()[7], "notTested");
  rig.greeks = { wanted: 0, filled: 0 };
  assert.match(rig.details()[7], /no option is held/);
  const open = await loaded();
  open.market = health({ feed: "market", lastEventAt: null });
  open.greeks = { wanted: 3, filled: 0 };
  assert.deepEqual(open.states().slice(6), ["running", "running"]);
});

Deno.test("a book that does not load is a failed step with the reason and the fix", async () => {
  const rig = new IbCheckRig();
  await rig.run("positions");
  rig.check.loadingFailed("no rate for SEK", "name it in the settings");

  assert.equal(rig.failing().id, "positions");
  assert.equal(rig.failing().fault.cause, "no rate for SEK.");
  rig.check.forgive();
  assert.equal(rig.retries, 1);
});
