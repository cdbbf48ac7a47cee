import assert from "node:assert/strict";
import type { ConnectionsState } from "../domain/connection.ts";
import { parseTestRequest } from "./connections.ts";
import { startingAnswer } from "./starting_gate.ts";

const STATE: ConnectionsState = {
  mode: "live",
  isLoaded: false,
  now: 0,
  connections: [{
    id: "tastytrade",
    label: "tastytrade",
    note: "",
    steps: [{
      id: "signIn",
      title: "Sign-in valid",
      state: "failed",
      detail: "",
      at: 0,
      fault: { headline: "the sign-in is refused", cause: "", remedy: [] },
    }],
    isLoaded: false,
    isTesting: false,
    checkedAt: 0,
    nextTestAt: null,
    settings: [],
    howToChange: [],
  }],
};

const asked = (path: string, target = path) => startingAnswer(path, target, () => STATE);

Deno.test("without a book every page leads to the connection page and back later", () => {
  const root = asked("/");
  assert.equal(root?.status, 303);
  assert.equal(root?.headers.get("location"), "/connect");
  const later = asked("/", "/?accounts=ira");
  assert.equal(later?.headers.get("location"), "/connect?next=%2F%3Faccounts%3Dira");
});

Deno.test("without a book the API says which step fails, as JSON", async () => {
  for (const path of ["/api", "/api/data", "/api/stream", "/api/nope"]) {
    const answer = asked(path);
    assert.equal(answer?.status, 503, path);
    assert.equal(answer?.headers.get("retry-after"), "5");
    assert.deepEqual(await answer?.json(), {
      error: "tastytrade stops at step 1: the sign-in is refused.",
      connect: "/connect",
    });
  }
});

Deno.test("without a book the connection page, the sign-in and health answer", () => {
  for (const path of ["/connect", "/login", "/healthz", "/readyz", "/api/connections"]) {
    assert.equal(asked(path), null, path);
  }
  assert.notEqual(asked("/connect/x"), null);
});

Deno.test("a test request is an object with names and nothing else", () => {
  assert.deepEqual(parseTestRequest("{}"), { broker: null, step: null });
  const named = { broker: "tastytrade", step: "feed" };
  assert.deepEqual(parseTestRequest(JSON.stringify(named)), named);
  for (const text of ["", "[]", "null", "7", '{"step":1}', '{"broker":{}}', '{"x":1}', "{"]) {
    assert.equal(parseTestRequest(text), null, text);
  }
});
