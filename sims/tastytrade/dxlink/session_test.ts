import assert from "node:assert/strict";
import { MemoryRig } from "../memory_rig.ts";

const SETUP = { type: "SETUP", channel: 0, version: "0.1-rig/1", keepaliveTimeout: 60 };

Deno.test("the connection phase goes as the protocol page says", () => {
  const rig = new MemoryRig();
  const client = rig.dxlink();
  client.send({ ...SETUP, acceptKeepaliveTimeout: 60 });
  rig.advance(1);
  assert.deepEqual(client.messages().map((one) => [one.type, one.state]), [
    ["SETUP", undefined],
    ["AUTH_STATE", "UNAUTHORIZED"],
  ]);
  client.send({ type: "AUTH", channel: 0, token: rig.sim.tokens.issueQuote().token });
  client.send({ type: "CHANNEL_REQUEST", channel: 1, service: "FEED", parameters: {} });
  rig.advance(1);
  assert.equal(client.messages()[2].state, "AUTHORIZED");
  const opened = { type: "CHANNEL_OPENED", channel: 1, service: "FEED" };
  const parameters = { contract: "AUTO", subFormat: "LIST" };
  assert.deepEqual(client.messages()[3], { ...opened, parameters });
  client.send({ type: "CHANNEL_CANCEL", channel: 1 });
  rig.advance(1);
  assert.deepEqual(client.messages()[4], { type: "CHANNEL_CLOSED", channel: 1 });
  rig.close();
  assert.equal(rig.time.pendingCount, 0);
});

Deno.test("no SETUP in time, and a client that falls silent, end with TIMEOUT and 1000", () => {
  const rig = new MemoryRig();
  const late = rig.dxlink();
  const silent = rig.feed();
  rig.advance(10_001);
  assert.equal(late.ofType("ERROR")[0].error, "TIMEOUT");
  assert.deepEqual(late.closes.map((one) => one.code), [1000]);
  assert.equal(silent.closes.length, 0);
  rig.advance(55_000);
  assert.match(String(silent.ofType("ERROR")[0].message), /last received \d+ seconds ago/);
  assert.equal(silent.closes[0].code, 1000);
  assert.ok(silent.ofType("KEEPALIVE").length >= 1, "the server keeps its side alive");
  rig.close();
});

Deno.test("a refused token is answered by ERROR and UNAUTHORIZED, then closed after 5 s", () => {
  const rig = new MemoryRig();
  const client = rig.dxlink();
  client.send(SETUP);
  client.send({ type: "AUTH", channel: 0, token: "nobody" });
  rig.advance(1);
  assert.deepEqual(client.ofType("ERROR").map((one) => one.error), ["UNAUTHORIZED"]);
  assert.equal(client.ofType("AUTH_STATE").at(-1)?.state, "UNAUTHORIZED");
  rig.advance(4998);
  assert.equal(client.closes.length, 0);
  rig.advance(5);
  assert.equal(client.closes.length, 1);
  rig.close();
});

Deno.test("what the client must not do is named on the channel it did it on", () => {
  const rig = new MemoryRig();
  const client = rig.dxlink();
  const errors = () => client.ofType("ERROR").map((one) => [one.channel, one.error]);
  client.send(SETUP);
  const request = { type: "CHANNEL_REQUEST", service: "FEED", parameters: { contract: "AUTO" } };
  client.send({ ...request, channel: 3 });
  client.send({ ...request, channel: 2 });
  client.send({ type: "FEED_SETUP", channel: 5 });
  client.send("{");
  client.send("[]");
  rig.advance(1);
  assert.deepEqual(errors(), [
    [3, "UNAUTHORIZED"],
    [0, "BAD_ACTION"],
    [5, "BAD_ACTION"],
    [0, "INVALID_MESSAGE"],
    [0, "INVALID_MESSAGE"],
  ]);
  rig.close();
});

for (const strictness of ["strict", "lenient"] as const) {
  Deno.test(`a ${strictness} server meets a second request for an open channel`, () => {
    const rig = new MemoryRig({ dxlink: { strictness } });
    const client = rig.feed();
    client.send({ type: "CHANNEL_REQUEST", channel: 1, service: "FEED", parameters: {} });
    rig.advance(1);
    const opened = client.ofType("CHANNEL_OPENED").length;
    const errors = client.ofType("ERROR").map((one) => [one.channel, one.error]);
    if (strictness === "strict") assert.deepEqual([opened, errors], [1, [[1, "BAD_ACTION"]]]);
    else assert.deepEqual([opened, errors], [2, []]);
    rig.close();
  });
}

Deno.test("an unknown service is refused and its channel closed", () => {
  const rig = new MemoryRig();
  const client = rig.feed();
  client.send({ type: "CHANNEL_REQUEST", channel: 3, service: "DOM", parameters: {} });
  rig.advance(1);
  assert.deepEqual(client.ofType("ERROR").map((one) => [one.channel, one.error]), [
    [3, "BAD_ACTION"],
  ]);
  assert.deepEqual(client.ofType("CHANNEL_CLOSED"), [{ type: "CHANNEL_CLOSED", channel: 3 }]);
  rig.close();
});

Deno.test("a message that is too long is answered with 1009, another version by its error", () => {
  const rig = new MemoryRig({ dxlink: { messageBytesMax: 8192 } });
  const long = rig.feed();
  long.send({ type: "KEEPALIVE", channel: 0, padding: "x".repeat(8192) });
  const other = rig.dxlink();
  other.send({ ...SETUP, version: "9.0-rig" });
  rig.advance(1);
  assert.deepEqual(long.closes.map((one) => one.code), [1009]);
  assert.equal(other.ofType("ERROR")[0].error, "UNSUPPORTED_PROTOCOL");
  assert.equal(other.closes.length, 1);
  rig.close();
});

Deno.test("a quote token that ends on a live connection takes its channels away", () => {
  const rig = new MemoryRig({ rest: { quoteTokenLifeMs: 30_000 } });
  const client = rig.feed();
  rig.advance(20_000);
  client.send({ type: "KEEPALIVE", channel: 0 });
  assert.equal(client.ofType("AUTH_STATE").at(-1)?.state, "AUTHORIZED");
  rig.advance(11_000);
  assert.equal(client.ofType("AUTH_STATE").at(-1)?.state, "UNAUTHORIZED");
  client.send({ type: "FEED_SETUP", channel: 1 });
  rig.advance(1);
  assert.equal(client.ofType("ERROR").at(-1)?.error, "BAD_ACTION");
  rig.close();
});
