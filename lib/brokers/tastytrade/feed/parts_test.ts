import assert from "node:assert/strict";
import fc from "fast-check";
import { fail, ok } from "../../../base/result.ts";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import { Backoff } from "../../feed/backoff.ts";
import { seeded } from "./feed_run_fixture_test.ts";
import { judge } from "./liveness.ts";
import { isDelayed, isFeedUrl, quoteTokensFrom, renewAfterMs } from "./quote_tokens.ts";
import { TokenRequest } from "./token_request.ts";

Deno.test("P3: whatever fails how fast, at most six attempts fall into any minute", () => {
  fc.assert(fc.property(
    fc.nat(),
    fc.array(fc.tuple(fc.nat(12_000), fc.boolean()), { minLength: 20, maxLength: 60 }),
    (seed, failures) => {
      const backoff = new Backoff(seeded(seed));
      const at: number[] = [];
      let now = 0;
      for (const [tookMs, isRefusal] of failures) {
        backoff.attempt(now);
        at.push(now);
        now += tookMs;
        const delayMs = backoff.failed(now, isRefusal);
        assert.ok(delayMs <= 60_000);
        now += delayMs;
      }
      for (let i = 6; i < at.length; i++) assert.ok(at[i] - at[i - 6] >= 60_000);
    },
  ));
});

Deno.test("P3: pauses are spread over their whole range, and start small after a reset", () => {
  const first: number[] = [];
  const later: number[] = [];
  for (let seed = 0; seed < 300; seed++) {
    const backoff = new Backoff(seeded(seed));
    first.push(backoff.failed(0, true));
    for (let i = 0; i < 9; i++) later.push(backoff.failed(0, true));
    backoff.reset();
    first.push(backoff.failed(0, true));
  }
  assert.ok(Math.max(...first) <= 1000 && Math.max(...first) > 900 && Math.min(...first) < 100);
  assert.ok(Math.max(...later) > 55_000 && Math.max(...later) <= 60_000);
});

Deno.test("liveness: a proof never outlives its budget, in the session or outside", () => {
  const age = fc.nat(90_000);
  fc.assert(fc.property(age, age, age, fc.boolean(), (frame, reference, opened, isDue) => {
    const now = 200_000;
    const verdict = judge({
      now,
      isReferenceDue: isDue,
      dueSince: 0,
      isLiveBefore: false,
      openedAt: now - opened,
      lastReferenceAt: now - reference,
      lastFrameAt: now - frame,
      keepaliveTimeoutS: 60,
    });
    if (verdict === "live") assert.ok(isDue ? reference <= 15_000 : frame <= 30_000);
    if (frame > 60_000) assert.equal(verdict, "dead");
  }));
});

Deno.test("R19: renewal comes ahead of the end by the broker's own stamps", () => {
  const token = { token: "t", url: "", issuedAt: 5e12, expiresAt: 5e12 + 86_400_000 };
  assert.equal(renewAfterMs(token, 0), 82_800_000);
  assert.equal(renewAfterMs(token, 1), 82_800_000 - 1_800_000);
  assert.equal(renewAfterMs({ ...token, issuedAt: null }, 0), 82_800_000);
  assert.equal(renewAfterMs({ ...token, expiresAt: token.issuedAt + 60_000 }, 0), 54_000);
  assert.equal(renewAfterMs({ ...token, expiresAt: 4e12 }, 0), 82_800_000);
});

Deno.test("MAL-5: only the broker's feed hosts over TLS, this machine only when allowed", () => {
  const hosts = ["dxfeed.com"];
  const allowed = (url: string, isLoopback = false) => isFeedUrl(url, hosts, isLoopback);
  assert.ok(allowed("wss://tasty-openapi-ws.dxfeed.com/realtime"));
  assert.ok(allowed("ws://127.0.0.1:9001/x", true) && allowed("ws://[::1]:9001/", true));
  for (
    const url of [
      "ws://tasty-openapi-ws.dxfeed.com/realtime",
      "wss://dxfeed.com.evil.example/",
      "wss://evildxfeed.com/",
      "wss://user@dxfeed.com/",
      "https://dxfeed.com/",
      "ws://127.0.0.1:9001/x",
      "nonsense",
    ]
  ) assert.ok(!allowed(url), url);
});

Deno.test("token request: late, canceled and repeated answers count once at most", async () => {
  const time = new VirtualTime();
  const replies: ((token: Awaited<ReturnType<typeof answer>>) => void)[] = [];
  const answer = () => Promise.resolve(fail({ code: "timeout", message: "", fix: null } as const));
  const request = new TokenRequest({
    request(reply) {
      replies.push(reply);
      return { cancel() {} };
    },
  }, time);
  const got: unknown[] = [];
  request.send((reply) => void got.push(reply));
  time.advance(20_000);
  replies[0](await answer());
  request.send((reply) => void got.push(reply));
  request.cancel();
  replies[1](await answer());

  assert.deepEqual(got, [null]);
  assert.equal(time.pendingCount, 0);
});

Deno.test("quote tokens: an answer after the cancel is not delivered", async () => {
  const token = { token: "t", url: "wss://x/", issuedAt: null, expiresAt: null };
  const answers = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let calls = 0;
  const tokens = quoteTokensFrom(async () => {
    await answers[calls++].promise;
    return ok(token);
  });
  const got: unknown[] = [];
  tokens.request((reply) => void got.push(reply)).cancel();
  tokens.request((reply) => void got.push(reply));
  for (const { resolve } of answers) resolve();
  await Promise.all(answers.map(({ promise }) => promise));
  for (let i = 0; i < 5; i++) await Promise.resolve();

  assert.deepEqual(got, [ok(token)]);
});

Deno.test("DAT-4: late data is known by the address or by the level of its token", () => {
  const url = "wss://feed.dxfeed.com/realtime";
  assert.ok(isDelayed({ url: "wss://demo.dxfeed.com/delayed" }));
  assert.ok(isDelayed({ url, level: "api-delayed" }));
  for (const level of ["api", "demo", null]) assert.ok(!isDelayed({ url, level }));
});
