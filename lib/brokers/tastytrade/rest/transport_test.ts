import assert from "node:assert/strict";
import { brokerErrorOf } from "./failure.ts";
import { CANARIES, get, rig, settled } from "./scripted_http_fixture_test.ts";

const HTML = "<!DOCTYPE html><html><body>Welcome to the hotel network</body></html>";

Deno.test("every call carries product, version and token; the login carries no token", async () => {
  const run = rig(() => ({ body: { data: { email: "a@example.test" } } }));
  const outcome = await settled(run.time, get(run));
  assert(outcome.ok);
  assert.deepEqual(outcome.value, { data: { email: "a@example.test" } });
  const [call] = run.http.calls;
  const [login] = run.http.logins;
  assert.equal(call.url, "https://api.tastyworks.com/customers/me");
  assert.equal(call.headers["User-Agent"], "deltadesk/0.4.0");
  assert.equal(call.headers.Authorization, "Bearer token-1");
  assert.equal(login.headers["User-Agent"], "deltadesk/0.4.0");
  assert.equal(login.headers.Authorization, undefined);
  assert.deepEqual(JSON.parse(login.body ?? ""), {
    grant_type: "refresh_token",
    refresh_token: CANARIES.refreshToken,
    client_secret: CANARIES.clientSecret,
    scope: "read",
  });
  assert.equal(run.time.pendingCount, 0);
});

Deno.test("BRK-2: ten calls at once make one login, and never more than two run", async () => {
  const run = rig(() => ({ afterMs: 50 }));
  const outcomes = await settled(run.time, Promise.all(Array.from({ length: 10 }, () => get(run))));
  assert(outcomes.every(({ ok }) => ok));
  assert.equal(run.http.logins.length, 1);
  assert.equal(run.http.calls.length, 10);
  assert.equal(run.http.runningMax, 2);
});

Deno.test("R19: a token that ends in mid-flight is renewed, the call goes once more", async () => {
  const run = rig((request) =>
    request.headers.Authorization === "Bearer token-1"
      ? { status: 401, body: { error: { code: "token_invalid", message: "expired" } } }
      : {}
  );
  assert((await settled(run.time, get(run))).ok);
  assert.equal(run.http.logins.length, 2);
  assert.equal(run.http.calls.length, 2);
});

Deno.test("BRK-2: calls that meet the same dead token renew it once", async () => {
  const run = rig((request) =>
    request.headers.Authorization === "Bearer token-1" ? { status: 401, body: {} } : {}
  );
  const outcomes = await settled(run.time, Promise.all([get(run), get(run)]));
  assert(outcomes.every(({ ok }) => ok));
  assert.equal(run.http.logins.length, 2);
});

Deno.test("BRK-2: a late 401 of the old token does not end the new one", async () => {
  const run = rig((request, index) =>
    request.headers.Authorization === "Bearer token-1"
      ? { status: 401, body: {}, afterMs: index === 0 ? 0 : 800 }
      : {}
  );
  const outcomes = await settled(run.time, Promise.all([get(run), get(run)]));
  assert(outcomes.every(({ ok }) => ok));
  assert.equal(run.http.calls.length, 4);
  assert.equal(run.http.logins.length, 2);
});

Deno.test("BRK-2: a revoked grant is tried three times, then not until forgiven", async () => {
  const run = rig(() => ({}));
  run.http.login = () => ({ status: 400, body: { error_code: "invalid_grant" } });
  for (let call = 0; call < 8; call++) {
    const outcome = await settled(run.time, get(run));
    assert(!outcome.ok);
    assert.equal(brokerErrorOf(outcome.error).code, "unauthorized");
    await run.time.advanceSettling(5_000, 1_000);
  }
  assert.equal(run.http.logins.length, 3);
  assert.equal(run.http.calls.length, 0);
  const stopped = await settled(run.time, get(run));
  assert(!stopped.ok && stopped.error.kind === "loginNeeded");
  assert.match(brokerErrorOf(stopped.error).fix ?? "", /client secret, refresh token/);
  run.transport.tokens.forgive();
  await settled(run.time, get(run));
  assert.equal(run.http.logins.length, 4);
});

Deno.test("BRK-2: a broker that takes none of its tokens is asked seldom, and heals", async () => {
  let isBroken = true;
  const run = rig(() => isBroken ? { status: 401, body: "<html>nginx</html>" } : {});
  const ask = () => settled(run.time, get(run));
  for (let second = 0; second < 3_600; second += 30) {
    assert(!(await ask()).ok);
    await run.time.advanceSettling(30_000, 1_000);
  }
  const logins = run.http.logins.length;
  assert(logins >= 8 && logins <= 18, `${logins} logins in an hour`);
  assert(!run.transport.tokens.isStopped);

  isBroken = false;
  await run.time.advanceSettling(300_000, 1_000);

  assert((await ask()).ok);
});

Deno.test("BRK-2: refused renewals stop at three while the old token serves", async () => {
  const run = rig(() => ({}));
  await settled(run.time, get(run));
  await run.time.advanceSettling(725_000, 1_000);
  run.http.login = () => ({ status: 401, body: { error: { code: "invalid_credentials" } } });
  for (let call = 0; call < 20; call++) {
    assert((await settled(run.time, get(run))).ok);
    await run.time.advanceSettling(3_000, 1_000);
  }
  assert.equal(run.http.logins.length, 4);
  assert(run.transport.tokens.isStopped);
  await run.time.advanceSettling(200_000, 1_000);
  const over = await settled(run.time, get(run));
  assert(!over.ok && over.error.kind === "loginNeeded");
  assert.equal(run.http.logins.length, 4);
});

Deno.test("a token is renewed ahead while the old one serves", async () => {
  const run = rig(() => ({}));
  await settled(run.time, get(run));
  await run.time.advanceSettling(719_000, 1_000);
  await settled(run.time, get(run));
  assert.equal(run.http.logins.length, 1);
  run.http.login = () => ({ afterMs: 5_000, body: { access_token: "token-2", expires_in: 900 } });
  await run.time.advanceSettling(2_000, 1_000);
  await settled(run.time, get(run));
  assert.equal(run.http.logins.length, 2);
  assert.equal(run.http.calls[2].headers.Authorization, "Bearer token-1");
  await run.time.advanceSettling(6_000, 1_000);
  await settled(run.time, get(run));
  assert.equal(run.http.calls[3].headers.Authorization, "Bearer token-2");
  assert.equal(run.http.logins.length, 2);
});

Deno.test("R19: a machine that slept does not send the token of before", async () => {
  let wallAheadMs = 0;
  const run = rig(() => ({}));
  const { time } = run;
  const clock = { now: () => time.now() + wallAheadMs, monotonic: () => time.monotonic() };
  const slept = rig(() => ({}), { clock, http: run.http });
  await settled(slept.time, get(slept));
  wallAheadMs = 3_600_000;
  await settled(slept.time, get(slept));
  assert.equal(run.http.logins.length, 2);
  assert.equal(run.http.calls[1].headers.Authorization, "Bearer token-2");
});

Deno.test("BRK-1: a mute service ends a read by its deadline, with the timers gone", async () => {
  const run = rig(() => "silent");
  const outcome = await settled(run.time, get(run));
  assert(!outcome.ok);
  assert.equal(brokerErrorOf(outcome.error).code, "timeout");
  assert(run.time.monotonic() <= 60_200);
  assert.equal(run.time.pendingCount, 0);
});

Deno.test("BRK-4: a read is retried over 502 pages, a write is not", async () => {
  const run = rig((request, index) =>
    request.method === "GET" && index === 2 ? {} : { status: 502, body: HTML }
  );
  assert((await settled(run.time, get(run))).ok);
  assert.equal(run.http.calls.length, 3);
  const order = {
    method: "POST",
    path: "/accounts/5WZ00042/orders",
    query: "",
    body: "{}",
  } as const;
  const outcome = await settled(run.time, run.transport.send(order, { signal: run.signal }));
  assert(!outcome.ok && outcome.error.kind === "unreachable" && outcome.error.status === 502);
  assert.equal(run.http.calls.length, 4);
});

Deno.test("retries wait for a random part of a doubling time", async () => {
  const run = rig(() => "unreachable");
  assert(!(await settled(run.time, get(run))).ok);
  const waits = run.http.callTimes.slice(1).map((at, i) => at - run.http.callTimes[i]);
  assert.deepEqual(waits, [500, 1_000, 2_000]);
});

Deno.test("BRK-3: Retry-After holds all calls back and one goes at a time afterwards", async () => {
  const run = rig((_, index) =>
    index === 0
      ? { status: 429, headers: { "retry-after": "7" }, body: { error: { code: "rate_limit" } } }
      : { afterMs: 100 }
  );
  const first = get(run);
  await run.time.advanceSettling(1, 1);
  const others = [get(run), get(run), get(run)];
  const outcomes = await settled(run.time, Promise.all([first, ...others]));
  assert(outcomes.every(({ ok }) => ok));
  assert(run.http.callTimes.slice(1).every((at) => at >= 7_000));
  assert.equal(run.http.runningMax, 1);
});

Deno.test("BRK-3: a wait longer than the call may take is told at once", async () => {
  const run = rig(() => ({ status: 429, headers: { "retry-after": "600" }, body: HTML }));
  const outcome = await settled(run.time, get(run));
  assert(!outcome.ok && outcome.error.kind === "rateLimited");
  assert.equal(outcome.error.retryAfterMs, 600_000);
  const second = await settled(run.time, get(run));
  assert(!second.ok && /wait \d+ s/.test(second.error.message));
  assert.equal(run.http.calls.length, 1);
  assert(run.time.monotonic() < 1_000);
});

Deno.test("a canceled call says so and leaves nothing", async () => {
  const run = rig(() => "silent");
  const abort = new AbortController();
  const call = { method: "GET", path: "/customers/me", query: "", body: null } as const;
  const work = run.transport.send(call, { signal: abort.signal });
  await run.time.advanceSettling(1_000, 100);
  abort.abort();
  const outcome = await work;
  assert(!outcome.ok && outcome.error.kind === "canceled");
  assert.equal(run.time.pendingCount, 0);
  assert.equal(run.http.runningCount, 0);
});

Deno.test("closing ends what is under way", async () => {
  const run = rig(() => "silent");
  const work = get(run);
  await run.time.advanceSettling(100, 10);
  run.transport.close();
  const outcome = await work;
  assert(!outcome.ok && outcome.error.kind === "canceled");
  assert.equal(run.time.pendingCount, 0);
});

Deno.test("what would leave the service's paths is not sent", async () => {
  const run = rig(() => ({}));
  for (
    const path of ["/instruments/equities/../../x", "@elsewhere.test/x", "//elsewhere.test/x?"]
  ) {
    const outcome = await settled(run.time, get(run, path));
    assert(!outcome.ok && outcome.error.kind === "refused", path);
  }
  assert.equal(run.http.calls.length, 0);
});
