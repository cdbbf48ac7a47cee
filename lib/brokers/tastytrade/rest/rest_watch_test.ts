import assert from "node:assert/strict";
import { fail, ok, type Result } from "../../../base/result.ts";
import type { HttpFailure, HttpReply } from "../../../ports/http.ts";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import { RestWatch } from "./rest_watch.ts";

const START = Date.UTC(2026, 9, 30, 14);

function begin() {
  const time = new VirtualTime(START);
  const told: string[] = [];
  const next: { answer: Result<HttpReply, HttpFailure> } = { answer: fail("unreachable") };
  const watch = new RestWatch({
    id: "rest",
    label: "requests",
    http: { send: () => Promise.resolve(next.answer) },
    clock: time,
    tell: ({ state, detail }) => void told.push(detail === null ? state : `${state}: ${detail}`),
  });
  const ask = async (answer: number | HttpFailure, skewMs = 0, path = "/customers/me") => {
    const url = `https://api.tastyworks.com${path}`;
    const request = { method: "GET", url, headers: {}, body: null } as const;
    const date = new Date(time.now() + skewMs).toUTCString();
    next.answer = typeof answer === "number"
      ? ok({ status: answer, text: "", header: (name) => name === "date" ? date : null })
      : fail(answer);
    await watch.send(request, new AbortController().signal);
  };
  return { time, told, watch, ask };
}

Deno.test("requests are down after three failures running, live with an answer", async () => {
  const { watch, told, ask } = begin();
  assert.equal(watch.health().state, "connecting");
  await ask(200);
  for (const failure of [503, "unreachable", "canceled", 404, 503, 503] as const) {
    await ask(failure);
  }
  assert.deepEqual(told, ["live"]);
  await ask("untrusted");
  await ask(200);
  assert.deepEqual(told, ["live", "down: the other side's certificate is not trusted", "live"]);
  assert.deepEqual(watch.health().dropped, { "failed requests": 5 });
  assert.equal(watch.health().lastByteAt, START);
});

Deno.test("a wrong clock is named from a minute on; closed is the last word", async () => {
  const { watch, told, ask } = begin();
  await ask(200, 59_000);
  assert.equal(watch.skewMs, 0);
  await ask(200, -300_000);
  assert.equal(watch.skewMs, -300_000);
  watch.close();
  await ask(200);
  assert.deepEqual(told, [
    "live",
    "live: this machine's clock is 300 s ahead of the broker's",
    "closed",
  ]);
});

Deno.test("BRK-2: a refused login is said at once and until one succeeds", async () => {
  const { told, ask } = begin();
  const login = (status: number) => ask(status, 0, "/oauth/token");
  await login(200);
  await login(400);
  await ask(200);
  assert.deepEqual(told, ["live", "stale: the login is refused (HTTP 400)"]);
  await login(503);
  await login(400);
  await login(403);
  await ask(200);
  assert.deepEqual(told.slice(2), ["down: the login is refused (HTTP 403)"]);
  await login(200);
  assert.deepEqual(told.slice(3), ["live"]);
});

Deno.test("BRK-2: what was never live is not live by a refused login", async () => {
  const { told, ask } = begin();
  for (let tries = 0; tries < 3; tries++) await ask(400, 0, "/oauth/token");
  assert.deepEqual(told, [
    "connecting: the login is refused (HTTP 400)",
    "down: the login is refused (HTTP 400)",
  ]);
});
