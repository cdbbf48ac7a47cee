import assert from "node:assert/strict";
import { expectedDowntime } from "./expected_downtime.ts";
import { supervised } from "./supervised_fixture_test.ts";

const LIVE = new AbortController().signal;

Deno.test("R25: what is planned at an hour of New York is named, else nothing", () => {
  const at = (text: string) => expectedDowntime(Date.parse(text));
  // Winter and summer time of New York.
  assert.match(at("2025-01-15T04:30:00Z") ?? "", /resets/);
  assert.match(at("2025-07-16T03:30:00Z") ?? "", /resets/);
  assert.match(at("2025-07-16T05:59:00Z") ?? "", /resets/);
  assert.equal(at("2025-07-16T06:01:00Z"), null);
  assert.equal(at("2025-07-16T15:00:00Z"), null);
  assert.match(at("2025-01-18T05:00:00Z") ?? "", /night to Saturday/);
  assert.match(at("2025-01-19T06:30:00Z") ?? "", /this Sunday: log in/);
  assert.match(at("2025-01-20T04:30:00Z") ?? "", /this Sunday/, "Sunday in New York");
  assert.equal(at("2025-01-20T15:00:00Z"), null);
});

Deno.test("R25: the weekly end of logins is said while the gateway is away", () => {
  const { time, tws, supervisor, state } = supervised({
    startAt: Date.parse("2025-01-19T05:55:00Z"),
  });
  supervisor.start();
  time.advance(360_000);
  tws.mood = "refused";
  tws.cut();
  time.advance(1_000);
  assert.match(state("connection"), /IB ended all logins this Sunday: log in to the gateway/);
  time.advance(900_000);
  assert.equal(state("market"), "down: the gateway needs a login");
  supervisor.close();
});

Deno.test("an address that TWS does not trust gets the line that says what to click", async () => {
  const { time, tws, supervisor, state } = supervised();
  tws.mood = "closes";
  const ready = supervisor.whenReady(LIVE);
  supervisor.start();
  time.advance(1);
  const result = await ready;
  assert.equal(result.ok ? "" : result.error.code, "unreachable");
  assert.match(result.ok ? "" : result.error.fix ?? "", /add this machine to "Trusted IPs"/);
  assert.match(state("connection"), /Trusted IPs/);
  supervisor.close();
});

Deno.test("a read-only API is said of the accounts, and changes nothing else", () => {
  const { time, tws, supervisor, state } = supervised();
  supervisor.start();
  time.advance(1_000);
  tws.notice(321, "Error validating request: The API interface is currently in Read-Only mode.", 7);
  assert.equal(state("account"), "live: the API is read-only");
  assert.equal(state("connection"), "live");
  supervisor.close();
});

Deno.test("no account number stands in words about the connection", () => {
  const { time, tws, supervisor, healths } = supervised();
  supervisor.start();
  time.advance(1_000);
  tws.notice(2103, "Market data farm connection is broken:U1234567");
  tws.notice(504, "Not connected for account DU1234567");
  time.advance(1_000);
  const words = healths.map(({ detail }) => detail).join("\n") + JSON.stringify(supervisor.debug());
  assert.ok(!words.includes("1234567"), words);
  assert.match(words, /••••4567/);
  supervisor.close();
});
