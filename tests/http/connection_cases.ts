import assert from "node:assert/strict";
import { header } from "./raw_http.ts";
import { ask, HOST, ORIGIN } from "./shared_desk.ts";

const JSON_TYPE: [string, string] = ["content-type", "application/json"];

Deno.test("connections: a demo says that none is connected, on its page and as JSON", async () => {
  const page = await ask("/connect");
  assert.equal(page.status, 200);
  assert.match(page.body, /The demo market runs; no broker is connected\./);
  assert.match(page.body, /--brokers tastytrade/);
  const state = await ask("/api/connections");
  assert.equal(state.status, 200);
  const { mode, isLoaded, connections } = JSON.parse(state.body);
  assert.deepEqual([mode, isLoaded, connections], ["demo", true, []]);
});

Deno.test("connections: a test takes POST alone, by the guard's rules", async () => {
  const target = "/api/connections/test";
  const get = await ask(target);
  assert.equal(get.status, 405);
  assert.equal(header(get, "allow"), "OPTIONS, POST");
  const wish = { method: "POST", body: "{}" };
  assert.equal((await ask(target, { ...wish, headers: [JSON_TYPE] })).status, 409);
  assert.equal((await ask(target, { ...wish, headers: [] })).status, 415);
  const foreign: [string, string][] = [JSON_TYPE, ["origin", "http://evil.example"]];
  assert.equal((await ask(target, { ...wish, headers: foreign })).status, 403);
  const bare: [string, string][] = [JSON_TYPE, ["origin", ORIGIN]];
  assert.equal((await ask(target, { ...wish, headers: bare })).status, 403, HOST);
  assert.equal((await ask("/api/connections/other")).status, 404);
});
