import assert from "node:assert/strict";
import { brokerErrorOf } from "./failure.ts";
import { rig, settled, STARTED_AT } from "./scripted_http_fixture_test.ts";

const CALL = { method: "GET", path: "/customers/me/accounts", query: "", body: null } as const;

Deno.test("NET-5: a certificate that is not the broker's ends the call at once", async () => {
  const run = rig(() => "untrusted");
  const reply = await settled(run.time, run.transport.send(CALL, { signal: run.signal }));

  assert(!reply.ok && reply.error.kind === "untrusted");
  assert.equal(run.http.calls.length, 1);
  assert.match(brokerErrorOf(reply.error).fix ?? "", /date of this machine/);
});

Deno.test("transport: a call that wants one try is sent once, whatever it meets", async () => {
  for (const script of ["unreachable", { status: 503, body: "" }] as const) {
    const run = rig(() => script);
    const options = { signal: run.signal, triesMax: 1 };
    const reply = await settled(run.time, run.transport.send(CALL, options));

    assert(!reply.ok && reply.error.kind === "unreachable");
    assert.equal(run.http.calls.length, 1);
  }
});

Deno.test("tokens: say when they are renewed, and nothing while there is none", async () => {
  const run = rig(() => ({}));
  assert.equal(run.transport.tokens.renewsAt, null);
  await settled(run.time, run.transport.tokens.token(run.signal));

  assert.equal(run.transport.tokens.renewsAt, STARTED_AT + 720_000);
});
