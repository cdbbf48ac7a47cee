import assert from "node:assert/strict";
import { type RunningDesk, startDesk } from "../e2e/desk.ts";

const SECRETS = {
  DELTADESK_TASTYTRADE_CLIENT_SECRET: "cs_CANARY_start",
  DELTADESK_TASTYTRADE_REFRESH_TOKEN: "rt_CANARY_start",
};

function startLive(origin: string): Promise<RunningDesk> {
  return startDesk(["--brokers", "tastytrade", "--tastytrade-url", origin], null, SECRETS);
}

/** Waits until something holds; fails with `what` after 20 s. */
async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !await holds(); tries++) {
    assert.ok(tries < 400, `not within 20 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Asks as a tool with the login code. */
function ask(desk: RunningDesk, path: string, init: RequestInit = {}): Promise<Response> {
  const code = /with the code (\S+)/.exec(desk.output())?.[1] ?? "";
  const headers = { authorization: `Bearer ${code}`, ...init.headers };
  return fetch(new URL(path, desk.url), { ...init, headers, redirect: "manual" });
}

function post(desk: RunningDesk, body: string, headers: Record<string, string> = {}) {
  const type = { "content-type": "application/json" };
  return ask(desk, "api/connections/test", {
    method: "POST",
    body,
    headers: { ...type, ...headers },
  });
}

async function endsWell(desk: RunningDesk): Promise<void> {
  const from = performance.now();
  desk.kill("SIGTERM");
  assert.equal(await desk.ended, 0, desk.output());
  const tookMs = performance.now() - from;
  assert.ok(tookMs < 10_000, `${tookMs} ms`);
  assert.doesNotMatch(desk.output(), /CANARY|cut short|failed:/);
}

Deno.test("NET-5: a desk whose broker is not there starts, says so, and ends well", async () => {
  // A port that was free a moment ago.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const desk = await startLive(`http://127.0.0.1:${port}`);
  try {
    await until("the code is printed", () => /with the code/.test(desk.output()));
    await until("the first step fails", async () => {
      const { connections } = await (await ask(desk, "api/connections")).json();
      return connections[0].steps[0].state === "failed";
    });
    const page = await ask(desk, "?accounts=ira");
    await page.body?.cancel();
    assert.equal(page.status, 303);
    assert.equal(page.headers.get("location"), "/connect?next=%2F%3Faccounts%3Dira");
    const connect = await (await ask(desk, "connect")).text();
    assert.match(connect, /stops at step 1: there is no connection to http:\/\/127/);
    assert.doesNotMatch(connect, /CANARY/);
    const data = await ask(desk, "api/data");
    assert.equal(data.status, 503);
    assert.match((await data.json()).error, /stops at step 1/);
    const ready = await ask(desk, "readyz");
    assert.equal(ready.status, 503);
    assert.match((await ready.json()).causes[0].message, /stops at step 1/);
    assert.equal(await (await ask(desk, "healthz")).text(), "ok\n");

    const wrong = await post(desk, '{"step":"tea"}');
    assert.equal(wrong.status, 400);
    await wrong.body?.cancel();
    const foreign = await post(desk, "{}", { origin: "http://evil.example", "x-deltadesk": "1" });
    assert.equal(foreign.status, 403);
    await foreign.body?.cancel();
    const statuses: number[] = [];
    for (let tries = 0; tries < 8; tries++) {
      const answer = await post(desk, "{}");
      statuses.push(answer.status);
      await answer.body?.cancel();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(statuses.includes(429), statuses.join());
    assert.ok(statuses.every((status) => status === 202 || status === 429), statuses.join());
    await endsWell(desk);
  } finally {
    await desk.stop();
  }
});

Deno.test("live start: SIGTERM in the middle of an attempt ends the desk, code 0", async () => {
  const held: (() => void)[] = [];
  const mute = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    return new Promise<Response>((resolve) => held.push(() => resolve(new Response(""))));
  });
  const desk = await startLive(`http://127.0.0.1:${mute.addr.port}`);
  try {
    await until("a call is under way", () => held.length > 0);
    await endsWell(desk);
  } finally {
    await desk.stop();
    for (const release of held) release();
    await mute.shutdown();
  }
});
