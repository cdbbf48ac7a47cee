import assert from "node:assert/strict";
import { ADDRESS, IbCheckRig, ON_SUNDAY, type TwsScript } from "./check_rig_fixture_test.ts";
import { IB_STEPS, type IbStepId } from "./steps.ts";

const ALL_PASSED = IB_STEPS.map(() => "passed");

Deno.test("G-011: all is well, and every step says what it found", async () => {
  const rig = new IbCheckRig();
  const end = await rig.run();

  assert.deepEqual(end, { isPassed: true, isLoginRefused: false, retryAfterMs: null });
  assert.deepEqual(rig.states(), ALL_PASSED);
  const details = rig.details().map((text) => text.replace(/\d+ ms/, "N ms"));
  assert.deepEqual(details, [
    "127.0.0.1, port 7497, N ms",
    "server version 178, N ms",
    "7 is free",
    "2 accounts",
    "2 legs in 1 account",
    "AAPL",
    "SPY live, N ms",
    "SPY   250321P00560000 live",
  ]);
  assert.deepEqual(rig.tws.asked, ["type 1", "data SPY", "cancel", "data 700", "cancel"]);
});

Deno.test("a test leaves no connection and no timer, and goes as far as it was told", async () => {
  const rig = new IbCheckRig();
  await rig.run("positions");

  assert.deepEqual(rig.states().slice(5), ["notReached", "notReached", "notReached"]);
  assert.deepEqual([rig.tws.asked.length, rig.tws.openedCount], [0, 1]);
  await rig.run();
  assert.deepEqual([rig.tws.openCount, rig.time.pendingCount], [0, 0]);
});

interface Failure {
  readonly name: string;
  readonly script: TwsScript;
  readonly step: IbStepId;
  readonly headline: RegExp;
  /** What the remedy says to click or to set. */
  readonly remedy: RegExp;
}

const LIVE_REFUSED = "Requested market data is not subscribed. Delayed market data is available.";

const FAILURES: readonly Failure[] = [
  {
    name: "nobody listens",
    script: { tcp: "refused" },
    step: "port",
    headline: /^nothing listens at 127\.0\.0\.1:7497$/,
    remedy: /Enable ActiveX and Socket Clients.*7496 live and 7497 paper.*4001 live and 4002 paper/,
  },
  {
    name: "the host has no address",
    script: { tcp: "unknownHost" },
    step: "port",
    headline: /no machine is named 127/,
    remedy: /--ib-host/,
  },
  {
    name: "a firewall drops",
    script: { tcp: "hangs" },
    step: "port",
    headline: /does not answer$/,
    remedy: /firewall/,
  },
  {
    name: "TWS ends between two steps (502)",
    script: { refusal: [502, "connect ECONNREFUSED 127.0.0.1:7497"] },
    step: "handshake",
    headline: /^nothing listens at/,
    remedy: /Start TWS or IB Gateway and log in/,
  },
  {
    name: "an untrusted address waits for the prompt",
    script: { greeting: "never" },
    step: "handshake",
    headline: /the API does not answer/,
    remedy: /Trusted IPs/,
  },
  {
    name: "an untrusted address is closed",
    script: { greeting: "close" },
    step: "handshake",
    headline: /TWS refuses this machine/,
    remedy: /Enable ActiveX and Socket Clients.*Trusted IPs/,
  },
  {
    name: "the version is too new (506)",
    script: { refusal: [506, "Unsupported Version 201"] },
    step: "handshake",
    headline: /another version of its API/,
    remedy: /Update TWS/,
  },
  {
    name: "the client id is taken (326)",
    script: { startRefusal: [326, "Unable to connect as the client id is already in use."] },
    step: "clientId",
    headline: /^client id 7 is used by another program$/,
    remedy: /--ib-client-id 17/,
  },
  {
    name: "TWS waits for its login",
    script: { isNeverReady: true },
    step: "clientId",
    headline: /TWS is not ready/,
    remedy: /finish the login/,
  },
  {
    name: "TWS is cut off (2110)",
    script: { notices: [[2110, "Connectivity between TWS and server is broken."]] },
    step: "accounts",
    headline: /TWS has no connection to Interactive Brokers/,
    remedy: /nightly|reset/,
  },
  {
    name: "the login has no account",
    script: { accounts: [] },
    step: "accounts",
    headline: /TWS tells no account/,
    remedy: /Client Portal/,
  },
  {
    name: "positions do not end",
    script: { positions: "never" },
    step: "positions",
    headline: /does not tell its positions/,
    remedy: /4096 MB/,
  },
  {
    name: "a contract is refused (200)",
    script: { details: [200, "No security definition has been found for the request"] },
    step: "contracts",
    headline: /no contract details of AAPL/,
    remedy: /opens there/,
  },
  {
    name: "contract details do not come",
    script: { details: "never" },
    step: "contracts",
    headline: /no contract details of AAPL/,
    remedy: /farms/,
  },
  {
    name: "the definition farm is broken (2157)",
    script: { details: "never", notices: [[2157, "Sec-def data farm is broken:secdefnj"]] },
    step: "contracts",
    headline: /a data farm of IB is not connected/,
    remedy: /Wait a minute/,
  },
  {
    name: "live and delayed data are refused (354)",
    script: { data: () => ({ notices: [[354, LIVE_REFUSED]] }) },
    step: "marketData",
    headline: /this login gets no market data/,
    remedy: /Market Data Subscriptions.*--md-type 3/,
  },
  {
    name: "another session has the data (10197)",
    script: { data: () => ({ notices: [[10197, "No market data during competing session"]] }) },
    step: "marketData",
    headline: /another session of this user/,
    remedy: /Log out/,
  },
  {
    name: "no line is left (101)",
    script: { data: () => ({ notices: [[101, "Max number of tickers has been reached"]] }) },
    step: "marketData",
    headline: /all market data lines/,
    remedy: /watchlists/,
  },
  {
    name: "the market data farm is broken (2103)",
    script: { data: () => ({}), notices: [[2103, "Market data farm connection is broken:usfarm"]] },
    step: "marketData",
    headline: /a data farm of IB is not connected/,
    remedy: /Ctrl\+Alt\+F/,
  },
  {
    name: "no tick comes in the session",
    script: { data: () => ({}) },
    step: "marketData",
    headline: /no quote comes/,
    remedy: /SPY/,
  },
  {
    name: "Greeks lack the underlying (10091)",
    script: {
      data: ({ conId }) =>
        conId === undefined ? { price: 4 } : {
          price: 4,
          notices: [[10091, "Part of requested market data requires additional subscription"]],
        },
    },
    step: "greeks",
    headline: /no Greeks come/,
    remedy: /OPRA/,
  },
];

for (const { name, script, step, headline, remedy } of FAILURES) {
  Deno.test(`G-011: ${name}: step ${step} fails and says what to click`, async () => {
    const rig = new IbCheckRig(script);
    const end = await rig.run();
    const failing = rig.failing();

    assert.deepEqual([end.isPassed, end.isLoginRefused], [false, false]);
    assert.equal(failing.id, step);
    assert.match(failing.fault.headline, headline);
    assert.match(failing.fault.remedy.join(" "), remedy);
    const at = IB_STEPS.findIndex(({ id }) => id === step);
    assert.deepEqual(rig.states().slice(0, at), ALL_PASSED.slice(0, at));
    assert.ok(rig.states().slice(at + 1).every((state) => state === "notReached"));
    assert.deepEqual([rig.tws.openCount, rig.time.pendingCount], [0, 0]);
  });
}

Deno.test("R18: a used client id is not tried again at once", async () => {
  const rig = new IbCheckRig({ startRefusal: [326, "client id is already in use"] });

  assert.equal((await rig.run()).retryAfterMs, 5_000);
});

Deno.test("G-005: what is refused live is asked for delayed, and the step says so", async () => {
  const rig = new IbCheckRig({
    data: (_contract, type) =>
      type < 3
        ? { notices: [[354, LIVE_REFUSED]] }
        : { notices: [[10167, "Delayed data is shown."]], type: 3, price: 68, greeks: 83 },
  });
  const end = await rig.run();

  assert.ok(end.isPassed);
  assert.match(rig.details()[6], /^SPY delayed, \d+ ms; this login has no live data of it$/);
  assert.match(rig.details()[7], / delayed$/);
  assert.deepEqual(rig.tws.asked.slice(0, 4), ["type 1", "data SPY", "cancel", "type 3"]);
});

Deno.test("G-005: delayed ticks are told as delayed whatever TWS said before", async () => {
  const rig = new IbCheckRig({ data: () => ({ price: 68, greeks: 83 }) }, { marketDataType: 3 });
  await rig.run();

  assert.match(rig.details()[6], /^SPY delayed, \d+ ms$/);
  assert.equal(rig.tws.asked[0], "type 3");
});

Deno.test("after the close silence is no failure, and no step shows a tick for it", async () => {
  const rig = new IbCheckRig({ data: () => ({}) }, { startsAt: ON_SUNDAY });
  const end = await rig.run();

  assert.ok(end.isPassed);
  assert.deepEqual(rig.states().slice(6), ["notTested", "notTested"]);
  assert.match(rig.details()[6], /market closed/);
});

Deno.test("without an option held nothing is said of Greeks", async () => {
  const rig = new IbCheckRig({ positions: [] });
  await rig.run();

  assert.deepEqual(rig.details().slice(4, 6), ["none is held", "SPY"]);
  assert.deepEqual(rig.states()[7], "notTested");
});

Deno.test("paper accounts are told, and a named account that is not there (G-003)", async () => {
  const paper = new IbCheckRig({ accounts: ["DU1", "DU2"] });
  await paper.run();
  assert.equal(paper.details()[3], "2 paper accounts");
  const mixed = new IbCheckRig({ accounts: ["U1", "DU2"] }, { accounts: ["U9"] });
  const end = await mixed.run();

  assert.ok(end.isPassed, "an empty book and a warning");
  assert.match(mixed.details()[3], /^2 accounts, 1 of them paper; no account is named ••••U9,/);
  assert.equal(mixed.details()[4], "none is held");
});

Deno.test("a test that is given up ends at once and leaves nothing", async () => {
  const abort = new AbortController();
  const rig = new IbCheckRig({ greeting: "never" });
  rig.time.setTimer(1_000, () => abort.abort());
  const end = await rig.run(null, abort.signal);

  assert.equal(end.isPassed, false);
  assert.ok(rig.time.monotonic() < 3_000);
  assert.deepEqual([rig.tws.openCount, rig.time.pendingCount], [0, 0]);
  assert.equal(ADDRESS.clientId, 7);
});
