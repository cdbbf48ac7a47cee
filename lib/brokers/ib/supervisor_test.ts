import assert from "node:assert/strict";
import { seeded, supervised, WEEKEND } from "./supervised_fixture_test.ts";

const LIVE = new AbortController().signal;

Deno.test("a connection begins with the version, the accounts and nextValidId", async () => {
  const { time, tws, calls, supervisor, state, told } = supervised();
  const ready = supervisor.whenReady(LIVE);
  supervisor.start();
  time.advance(1);
  assert.deepEqual(await ready, { ok: true, value: null });
  assert.deepEqual(calls, ["began DU1234567"]);
  assert.equal(tws.last.address.clientId, 11);
  assert.deepEqual(tws.last.requests, ["reqCurrentTime"]);
  assert.equal(state("connection"), "live");
  assert.deepEqual(told("connection"), ["connecting", "live"]);
  supervisor.close();
  assert.equal(tws.open.length, 0);
  assert.equal(time.pendingCount, 0);
  assert.equal(state("market"), "closed");
});

Deno.test("R03, R26: a gateway that falls silent is replaced within 10 s, same client id", () => {
  for (const quietAfterMs of [0, 1_700, 4_100, 9_900, 33_333]) {
    const { time, tws, calls, supervisor } = supervised();
    supervisor.start();
    time.advance(1 + quietAfterMs);
    tws.last.isMute = true;
    const mute = tws.last;
    time.advance(10_000);
    assert.equal(mute.isOpen, false, `after ${quietAfterMs} ms of life`);
    time.advance(5_000);
    assert.equal(tws.open.length, 1);
    assert.equal(tws.last.address.clientId, 11);
    assert.deepEqual(calls.map((call) => call.split(" ")[0]), ["began", "ended", "began"]);
    supervisor.close();
    assert.equal(time.pendingCount, 0);
  }
});

Deno.test("data that flows proves the gateway for half a minute without an answered probe", () => {
  const { time, tws, supervisor } = supervised();
  tws.answersProbes = false;
  supervisor.start();
  time.advance(1);
  const ticks = time.setPeriodic(1000, () => tws.say((events) => events.tickPrice(1, 1, 2)));
  time.advance(29_000);
  assert.equal(tws.sessions.length, 1);
  time.advance(3_000);
  assert.equal(tws.sessions[0].isOpen, false);
  ticks.cancel();
  supervisor.close();
});

Deno.test("a silent handshake ends after 10 s, with what to click", async () => {
  for (const mood of ["silent", "greets"] as const) {
    const { time, tws, supervisor, state } = supervised();
    tws.mood = mood;
    const ready = supervisor.whenReady(LIVE);
    supervisor.start();
    time.advance(9_999);
    assert.equal(tws.open.length, 1);
    time.advance(1);
    assert.equal(tws.open.length, 0, "the socket is closed");
    const result = await ready;
    const fix = result.ok ? "" : result.error.fix ?? "";
    assert.match(fix, mood === "silent" ? /Trusted IPs/ : /log in/);
    assert.match(state("connection"), /^down: /);
    supervisor.close();
    assert.equal(time.pendingCount, 0);
  }
});

Deno.test("502 and 506 are said in words, and tried again without a storm", async () => {
  for (
    const [mood, words] of [["refused", /nothing answers at 127.0.0.1:4001.*Socket port/], [
      "tooNew",
      /Unsupported Version 199.*update TWS/,
    ]] as const
  ) {
    const { time, tws, supervisor, state, healths } = supervised();
    tws.mood = mood;
    const ready = supervisor.whenReady(LIVE);
    supervisor.start();
    time.advance(1);
    assert.equal((await ready).ok, false);
    time.advance(3_600_000);
    assert.match(state("connection"), words);
    assert.ok(tws.sessions.length <= 6 * 60, `${tws.sessions.length} attempts in an hour`);
    for (let i = 6; i < tws.sessions.length; i++) {
      const minute = tws.sessions[i].openedAt - tws.sessions[i - 6].openedAt;
      assert.ok(minute >= 59_999, `seven attempts within ${minute} ms`);
    }
    const connection = healths.filter(({ feed }) => feed === "ib/connection");
    assert.ok(connection.length <= 3, `${connection.length} messages`);
    tws.mood = "ready";
    time.advance(61_000);
    assert.equal(state("connection"), "live");
    supervisor.close();
  }
});

Deno.test("R18: a client id in use for 90 s is waited for, kept, and then had", () => {
  const { time, tws, supervisor, state } = supervised();
  tws.mood = "clientIdInUse";
  supervisor.start();
  time.advance(90_000);
  assert.match(state("connection"), /client id 11 is in use.*--ib-client-id/);
  tws.mood = "ready";
  time.advance(60_000);
  assert.equal(state("connection"), "live");
  assert.ok(tws.sessions.every(({ address }) => address.clientId === 11));
  for (let i = 1; i < tws.sessions.length; i++) {
    const waited = tws.sessions[i].openedAt - tws.sessions[i - 1].openedAt;
    assert.ok(waited >= 5_000 && waited <= 60_001, `${waited} ms`);
  }
  supervisor.close();
});

Deno.test("R15: 1100 repeated and 1102 are one down and one up, the socket stays", () => {
  const { time, tws, calls, supervisor, state, told } = supervised();
  supervisor.start();
  time.advance(1_000);
  for (let i = 0; i < 5; i++) {
    tws.notice(1100, "Connectivity between IB and TWS has been lost.");
    time.advance(10_000);
  }
  assert.match(state("market"), /^down: TWS has no connection to IB's servers/);
  tws.notice(1102, "Connectivity restored - data maintained.");
  time.advance(10_000);
  assert.deepEqual(calls, ["began DU1234567", "down", "up"]);
  assert.deepEqual(told("market"), ["connecting", "live", "down", "live"]);
  assert.equal(tws.sessions.length, 1);
  supervisor.close();
});

Deno.test("R11: 1101 asks the parts to begin anew, 1102 does not", () => {
  const { time, tws, calls, supervisor, state } = supervised();
  supervisor.start();
  time.advance(1_000);
  tws.notice(1102, "Connectivity restored");
  assert.deepEqual(calls, ["began DU1234567"], "nothing was lost");
  tws.notice(1100);
  tws.notice(1101, "Connectivity restored - data lost.");
  assert.deepEqual(calls.slice(1), ["down", "dataLost"]);
  assert.equal(state("account"), "live");
  supervisor.close();
});

Deno.test("2110 while connecting: the parts begin, and know that nothing comes", () => {
  const { time, tws, calls, supervisor, state } = supervised();
  tws.mood = "greets";
  supervisor.start();
  time.advance(1);
  tws.notice(2110, "Connectivity between TWS and server is broken.");
  tws.say((events) => events.nextValidId(5));
  tws.say((events) => events.managedAccounts(["U1"]));
  assert.deepEqual(calls, ["began U1", "down"]);
  assert.match(state("connection"), /^down/);
  supervisor.close();
});

Deno.test("R16: four hours without IB's servers at night: alive, waiting, and then live", () => {
  const { time, tws, calls, supervisor, state, healths } = supervised({
    startAt: Date.parse("2025-03-19T03:50:00Z"),
  });
  supervisor.start();
  time.advance(60_000);
  const again = time.setPeriodic(30_000, () => tws.notice(1100));
  tws.notice(1100);
  assert.match(state("market"), /resets its servers/);
  const before = healths.length;
  time.advance(4 * 3_600_000);
  again.cancel();
  assert.equal(tws.sessions.length, 1, "the socket stays");
  assert.ok(healths.length - before <= 6, `${healths.length - before} messages`);
  tws.notice(1102);
  assert.equal(state("market"), "live");
  assert.deepEqual(calls.slice(1), ["down", "up"]);
  supervisor.close();
});

Deno.test("R25: a weekend without a gateway: one alert, the words, and back by itself", () => {
  const { time, tws, supervisor, state, healths } = supervised({ startAt: WEEKEND });
  supervisor.start();
  time.advance(120_000);
  healths.length = 0;
  tws.mood = "refused";
  tws.cut();
  assert.match(state("connection"), /^down: TWS or IB Gateway is closed or restarts/);
  const { since } = supervisor.health()[0];
  time.advance(40 * 3_600_000);
  assert.equal(state("connection"), "down: the gateway needs a login");
  const told = healths.filter(({ feed }) => feed === "ib/connection");
  assert.equal(new Set(told.map((one) => one.state)).size, 1);
  assert.ok(told.length <= 3, told.map(({ detail }) => detail).join("\n"));
  assert.equal(supervisor.health()[0].since, since, "down since the beginning");
  tws.mood = "ready";
  time.advance(61_000);
  assert.equal(state("connection"), "live");
  supervisor.close();
});

Deno.test("R17: connections that end inside every callback leave one loop and one session", () => {
  const { time, tws, supervisor } = supervised();
  tws.mood = "closes";
  supervisor.start();
  time.advance(600_000);
  assert.equal(tws.mostOpen, 1);
  assert.ok(time.pendingCount <= 2, "one ticking timer, one waiting");
  tws.mood = "ready";
  time.advance(60_000);
  tws.say((events) => events.notice({ id: -1, code: 504, text: "Not connected" }));
  time.advance(60_000);
  assert.equal(tws.open.length, 1);
  assert.equal(tws.mostOpen, 1);
  supervisor.close();
});

Deno.test("1300 moves to the port that TWS names, and back when nobody is there", () => {
  const { time, tws, supervisor } = supervised();
  supervisor.start();
  time.advance(1_000);
  tws.notice(1300, "Socket port has been reset. Please reconnect on the new port - 4002");
  time.advance(16_000);
  assert.equal(tws.last.address.port, 4002);
  tws.mood = "refused";
  tws.cut();
  time.advance(120_000);
  assert.equal(tws.last.address.port, 4001);
  supervisor.close();
});

Deno.test("507 replaces the connection; error 100 slows the requests down", () => {
  const { time, tws, supervisor } = supervised();
  supervisor.start();
  time.advance(1_000);
  tws.notice(100, "Max rate of messages per second has been exceeded");
  assert.deepEqual(supervisor.debug().pace?.part, 0.5);
  assert.match(supervisor.health()[0].detail ?? "", /^requests go at 50 % of their pace.*100/);
  tws.notice(507, "Bad Message Length");
  assert.equal(tws.open.length, 0);
  time.advance(20_000);
  assert.equal(tws.open.length, 1);
  assert.equal(supervisor.debug().pace?.part, 1, "a new connection has its own pace");
  supervisor.close();
});

Deno.test("farms: a broken one is named and its data stale, one that sleeps is not", () => {
  const { time, tws, supervisor, state } = supervised();
  supervisor.start();
  time.advance(1_000);
  tws.notice(2104, "Market data farm connection is OK:usfarm");
  tws.notice(2108, "Market data farm connection is inactive but should be available:usopt");
  assert.equal(state("market"), "live");
  tws.notice(2103, "Market data farm connection is broken:usfarm");
  assert.equal(state("market"), "stale: market data farm usfarm is broken");
  assert.equal(state("account"), "live");
  tws.notice(2105, "HMDS data farm connection is broken:ushmds");
  tws.notice(2157, "Sec-def data farm connection is broken:secdefil");
  tws.notice(2104, "Market data farm connection is OK:usfarm");
  assert.equal(state("market"), "live: history farm ushmds is broken");
  assert.equal(state("connection"), "live: contract farm secdefil is broken");
  supervisor.close();
});

Deno.test("R24: a competing session is named, and forgotten when data flows again", () => {
  const { time, tws, supervisor, state } = supervised();
  supervisor.start();
  time.advance(1_000);
  tws.notice(10197, "No market data during competing live session", 1_000_007);
  time.advance(90_000);
  assert.match(state("market"), /^stale: another session of this login/);
  assert.equal(tws.sessions.length, 1, "no loop");
  assert.equal(state("connection"), "live");
  tws.say((events) => events.tickPrice(1_000_007, 1, 10));
  time.advance(1_000);
  assert.equal(state("market"), "live");
  supervisor.close();
});

Deno.test("in session the reference's silence over 15 s is stale, then replaced", () => {
  const { time, tws, signs, supervisor, state, healths } = supervised({ isOpen: true });
  supervisor.start();
  signs.isAsked = true;
  time.advance(1_000);
  assert.match(state("market"), /^connecting: no market event yet/);
  signs.tickCount++;
  time.advance(1_000);
  assert.equal(state("market"), "live");
  time.advance(13_000);
  assert.equal(state("market"), "live");
  time.advance(2_500);
  const silent = healths.filter(({ detail }) => detail === "the reference symbol is silent");
  assert.deepEqual([silent[0].feed, silent[0].state], ["ib/market", "stale"]);
  assert.equal(tws.sessions[0].isOpen, false);
  supervisor.close();
});

Deno.test("outside the session and while the reference is halted its silence is no fault", () => {
  const { time, tws, signs, supervisor, state } = supervised({ isOpen: true });
  supervisor.start();
  signs.isAsked = true;
  signs.isHalted = true;
  time.advance(3_600_000);
  assert.equal(tws.sessions.length, 1);
  assert.equal(state("market"), "live");
  supervisor.close();
});

Deno.test("a reference without any data here is no longer believed, and that is said", () => {
  const { time, tws, signs, supervisor, state } = supervised({ isOpen: true });
  signs.isAsked = true;
  supervisor.start();
  time.advance(600_000);
  assert.equal(tws.sessions.length, 2);
  assert.equal(state("market"), "live: the reference symbol has no data");
  supervisor.close();
});

Deno.test("R34: what is not understood is counted, kept and shown with the version", () => {
  const { time, tws, supervisor, state } = supervised();
  supervisor.start();
  time.advance(1_000);
  tws.say((events) => events.undecoded("unprocessed data", "1|6|new"));
  tws.say((events) => events.blank(2, "1"));
  time.advance(1_000);
  assert.match(state("connection"), /^live: TWS of server version 178 sends messages/);
  const { dropped } = supervisor.health()[0];
  assert.deepEqual(dropped, { "messages not understood": 1, "numbers left empty": 2 });
  assert.match(supervisor.debug().quarantine[0].text, /1\|6\|new/);
  supervisor.close();
});

Deno.test("request ids are unique over connections and start far from order ids", () => {
  const { time, tws, supervisor } = supervised();
  supervisor.start();
  const ids = new Set<number>();
  for (let i = 0; i < 5; i++) {
    time.advance(20_000);
    const link = supervisor.link();
    for (let k = 0; k < 10; k++) ids.add(link?.nextId() ?? 0);
    tws.cut();
  }
  assert.equal(ids.size, 50);
  assert.ok(Math.min(...ids) >= 1_000_000);
  supervisor.close();
});

Deno.test("an aborted wait for a connection ends and leaves nothing", async () => {
  const { time, supervisor } = supervised();
  const controller = new AbortController();
  const ready = supervisor.whenReady(controller.signal);
  controller.abort();
  assert.equal((await ready).ok, false);
  supervisor.start();
  supervisor.close();
  supervisor.close();
  time.advance(1);
  assert.equal(time.pendingCount, 0);
  assert.notEqual(seeded(1).next(), seeded(2).next());
});

Deno.test("NET-7: a machine that slept connects anew, and says that it did", () => {
  const { time, tws, supervisor, state } = supervised();
  const real = time.now.bind(time);
  let sleptMs = 0;
  time.now = () => real() + sleptMs;
  supervisor.start();
  time.advance(5_000);
  sleptMs = 3_600_000;
  time.advance(500);
  assert.equal(tws.open.length, 0);
  assert.equal(state("market"), "stale: this machine slept");
  time.advance(2_000);
  assert.equal(tws.open.length, 1);
  assert.equal(state("connection").split(":")[0], "live");
  supervisor.close();
});

Deno.test("retryNow tries at once, within the bound on attempts", () => {
  const { time, tws, supervisor } = supervised();
  tws.mood = "refused";
  supervisor.start();
  time.advance(600_000);
  const before = tws.sessions.length;
  for (let i = 0; i < 20; i++) {
    supervisor.retryNow();
    time.advance(100);
  }
  assert.ok(tws.sessions.length - before <= 2, `${tws.sessions.length - before} attempts`);
  tws.mood = "ready";
  supervisor.retryNow();
  time.advance(16_000);
  assert.equal(tws.open.length, 1);
  supervisor.close();
});
