import assert from "node:assert/strict";
import type { Fault } from "./faults/script.ts";
import { type HandClient, MemoryRig } from "./memory_rig.ts";
import type { TwsOptions } from "./options.ts";

function run(
  faults: Fault[],
  options: Partial<TwsOptions> = {},
): { rig: MemoryRig; client: HandClient } {
  const rig = new MemoryRig({ faults: { faults }, positions: 20, ...options });
  return { rig, client: rig.client() };
}

function codes(client: HandClient): number[] {
  return client.errors().map(({ code }) => code);
}

Deno.test("muted, TWS says nothing and the connection stays; then it goes on", () => {
  const { rig, client } = run([{ on: "wire", do: "mute", when: { afterMs: 100, forMs: 5000 } }]);
  rig.advance(100);
  client.forget();
  client.send(49, 1);
  rig.advance(4000);
  assert.deepEqual([client.messages, client.isOpen], [[], true]);
  rig.advance(1000);
  client.send(49, 1);
  rig.advance(2);
  assert.equal(client.of(49).length, 1);
  rig.close();
});

Deno.test("deaf, TWS hears nothing, not even a greeting", () => {
  const { rig, client } = run([{ on: "wire", do: "deaf", when: { connection: 2 } }]);
  const second = rig.client(8);
  rig.advance(1000);
  assert.deepEqual([second.messages, second.isOpen, client.of(9).length], [[], true, 1]);
  rig.close();
});

Deno.test("a drop at byte N ends the connection inside the frame that holds it", () => {
  const { rig, client } = run([{ on: "wire", do: "drop", byte: 50 }]);
  const bytes = client.chunks.reduce((sum, { length }) => sum + length, 0);
  assert.deepEqual([bytes, client.closed, client.of(9)], [50, "lost", []]);
  assert.equal(rig.client().of(9).length, 1, "it happens once");
  rig.close();
});

Deno.test("a drop at an instant ends the connections of that moment alone", () => {
  const { rig, client } = run([
    { on: "wire", do: "drop", isClean: true, when: { afterMs: 3000 } },
  ]);
  rig.advance(2900);
  assert.equal(client.isOpen, true);
  rig.advance(200);
  assert.equal(client.closed, "closed");
  const after = rig.client();
  rig.advance(5000);
  assert.equal(after.isOpen, true);
  rig.close();
});

Deno.test("cut and joined at seeded places, frames are the same frames", () => {
  const download = (faults: Fault[]): HandClient => {
    const { rig, client } = run(faults, { faults: { seed: 5, faults } });
    rig.sim.face.market.isHeld = true;
    client.send(6, 2, 1, "DU1044417");
    client.send(61, 1);
    rig.advance(2000);
    rig.close();
    return client;
  };
  const plain = download([]);
  const cut = download([{ on: "wire", do: "fragment", when: { share: 0.8 } }]);
  assert.deepEqual(cut.messages, plain.messages);
  assert.ok(cut.chunks.length > plain.chunks.length);
  assert.deepEqual(download([{ on: "wire", do: "fragment", when: { share: 0.8 } }]).chunks, [
    ...cut.chunks,
  ], "the same seed, the same bytes");
});

Deno.test("coalesced, what belongs to half a second comes in one chunk", () => {
  const when = { afterMs: 50 };
  const { rig, client } = run([{ on: "wire", do: "coalesce", latencyMs: 500, when }]);
  rig.advance(100);
  client.forget();
  for (const reqId of [1, 2, 3]) {
    client.send(104, reqId);
    rig.advance(50);
  }
  assert.deepEqual(client.chunks, []);
  rig.advance(400);
  assert.deepEqual([client.chunks.length, client.of(107).length], [1, 3]);
  rig.close();
});

Deno.test("slow, frames come late and in order", () => {
  const { rig, client } = run([
    { on: "wire", do: "slow", latencyMs: 300, jitterMs: 200, when: { afterMs: 50 } },
  ]);
  rig.advance(100);
  client.forget();
  for (const reqId of [1, 2, 3, 4]) client.send(104, reqId);
  rig.advance(299);
  assert.deepEqual(client.messages, []);
  rig.advance(1000);
  assert.deepEqual(client.of(107).map(([reqId]) => reqId), ["1", "2", "3", "4"]);
  rig.close();
});

Deno.test("a damaged message has a field too many, too few, empty or no number", () => {
  const damaged = (more: Partial<Fault>): string[] => {
    const { rig, client } = run([{ on: "wire", do: "malformed", message: 49, ...more }]);
    client.send(49, 1);
    rig.advance(2);
    rig.close();
    return client.of(49)[0];
  };
  const whole = String(Date.parse("2025-03-19T14:15:00Z") / 1000);
  assert.deepEqual(damaged({ how: "extra" }), ["1", whole, "0"]);
  assert.deepEqual(damaged({ how: "missing" }), ["1"]);
  assert.deepEqual(damaged({ how: "empty", field: 2 }), ["1", ""]);
  assert.deepEqual(damaged({ how: "noise", field: 2 }), ["1", "\u00bf?"]);
});

Deno.test("a handshake is answered late, or never", () => {
  const { rig, client } = run([
    { on: "gateway", do: "handshake", latencyMs: 400, when: { connection: 1 } },
    { on: "gateway", do: "handshake", when: { connection: 2 } },
  ]);
  const never = rig.connect();
  never.hello();
  rig.advance(390);
  assert.deepEqual([client.messages, never.messages], [[], []]);
  rig.advance(60_000);
  assert.equal(client.of(9).length, 1, "startApi waited its turn");
  assert.deepEqual([never.messages, never.isOpen], [[], true]);
  rig.close();
});

Deno.test("refused, a connection opens and is closed without a word", () => {
  const { rig, client } = run([{ on: "gateway", do: "refuse", when: { connection: 1 } }]);
  assert.deepEqual([client.messages, client.closed], [[], "closed"]);
  assert.equal(rig.client().of(9).length, 1);
  rig.close();
});

Deno.test("a client id is in use as often as the script says", () => {
  const { rig, client } = run([{ on: "gateway", do: "clientInUse", when: { times: 2 } }]);
  const second = rig.client();
  rig.advance(1);
  assert.deepEqual([codes(client), codes(second)], [[326], [326]]);
  assert.equal(rig.client().of(9).length, 1);
  rig.close();
});

Deno.test("the nightly reset repeats 1100 and ends with 1102; who joins hears 2110", () => {
  const { rig, client } = run([
    { on: "gateway", do: "reset", when: { afterMs: 1000, forMs: 25_000 } },
  ]);
  rig.advance(900);
  client.forget();
  rig.advance(24_000);
  assert.deepEqual(codes(client), [1100, 2103, 2105, 2157, 1100, 1100]);
  assert.equal(rig.sim.face.gateway.isLinkUp, false);
  const late = rig.client(8);
  assert.deepEqual(codes(late), [2103, 2105, 2157, 2110]);
  client.forget();
  rig.advance(2000);
  assert.deepEqual(codes(client), [2104, 2106, 2158, 1102]);
  assert.match(client.errors()[3].text, /data maintained.*usfarm/);
  rig.close();
});

Deno.test("after 1101 account subscriptions are gone until they are asked for again", () => {
  const { rig, client } = run([
    { on: "gateway", do: "reset", isDataLost: true, when: { afterMs: 1000, forMs: 2000 } },
  ]);
  client.send(92, 5, "DU1044417", "");
  rig.advance(900);
  assert.ok(client.of(94).length >= 1);
  rig.advance(2300);
  assert.equal(codes(client).at(-1), 1101);
  client.forget();
  rig.advance(5000);
  assert.deepEqual(client.of(94), []);
  client.send(92, 6, "DU1044417", "");
  rig.advance(2000);
  assert.ok(client.of(94).length >= 2);
  rig.close();
});

Deno.test("farms break and come back one by one, and TWS says what it is told to", () => {
  const { rig, client } = run([
    { on: "gateway", do: "farm", when: { afterMs: 100, forMs: 500 } },
    { on: "gateway", do: "farm", farm: "euhmds", when: { afterMs: 200, forMs: 500 } },
    { on: "gateway", do: "say", code: 2107, text: "inactive", when: { afterMs: 300 } },
  ]);
  client.forget();
  rig.advance(450);
  assert.deepEqual(codes(client), [2103, 2105, 2107]);
  const { gateway } = rig.sim.face;
  assert.deepEqual([gateway.isFarmUp("market"), gateway.isFarmUp("secDef")], [false, true]);
  rig.advance(5000);
  assert.deepEqual(codes(client), [2103, 2105, 2107, 2104, 2106]);
  rig.close();
});

Deno.test("a restart closes everything, and nobody listens until it is over", () => {
  const { rig, client } = run([
    { on: "gateway", do: "restart", when: { afterMs: 1000, forMs: 3000 } },
  ]);
  rig.advance(1100);
  assert.equal(client.closed, "lost");
  assert.equal(rig.client().closed, "refused");
  rig.advance(3000);
  assert.equal(rig.client().of(9).length, 1);
  rig.close();
});

Deno.test("a restart may move the next order id back below what was used", () => {
  const { rig, client } = run([
    { on: "gateway", do: "restart", forgetsIds: true, when: { afterMs: 1000, forMs: 1000 } },
  ], { firstOrderId: 3 });
  rig.sim.face.orderIds.used(7, 41);
  client.send(8, 1, 1);
  rig.advance(2500);
  assert.deepEqual([client.of(9), rig.client().of(9)], [[["1", "3"], ["1", "42"]], [["1", "3"]]]);
  rig.close();
});

Deno.test("accounts that load say so with zeros, and positions may be missing for a while", () => {
  const { rig, client } = run([
    { on: "accounts", do: "notReady", when: { afterMs: 0, forMs: 3000 } },
    { on: "accounts", do: "emptyPositions", when: { afterMs: 0, forMs: 3000 } },
  ]);
  client.send(6, 2, 1, "DU1044417");
  client.send(61, 1);
  rig.advance(2);
  const value = (key: string): string | undefined =>
    client.of(6).findLast(([, name]) => name === key)?.[2];
  assert.deepEqual([value("AccountReady"), value("NetLiquidation")], ["false", "0.00"]);
  assert.deepEqual([client.of(61).length, client.of(62).length, client.of(7).length], [0, 1, 0]);
  rig.advance(3100);
  assert.equal(value("AccountReady"), "true");
  assert.ok(Number(value("NetLiquidation")) > 0);
  const { accounts } = rig.sim.face;
  const held = accounts.accounts.flatMap((one) => accounts.positions(one)).length;
  assert.deepEqual([client.of(61).length, client.of(62).length], [held, 1]);
  assert.equal(client.of(7).length, accounts.positions(accounts.accounts[0]).length);
  rig.close();
});

Deno.test("over fifty messages a second are 100, and the third time the end", () => {
  const { rig, client } = run([]);
  client.forget();
  for (let second = 0; second < 3; second++) {
    for (let n = 0; n < 60; n++) client.send(104, n);
    rig.advance(1000);
  }
  assert.deepEqual(codes(client), [100, 100, 100]);
  assert.ok(client.of(107).length <= 150);
  assert.equal(client.closed, "closed");
  rig.close();
});
