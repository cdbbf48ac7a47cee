import assert from "node:assert/strict";
import type { JsonObject } from "../json.ts";
import { type HandClient, MemoryRig } from "../memory_rig.ts";

async function connected(rig: MemoryRig): Promise<HandClient> {
  const client = rig.streamer();
  const value = rig.sim.accounts.accounts.map((account) => account.number);
  const token = `Bearer ${await rig.accessToken()}`;
  client.send({ action: "connect", value, "auth-token": token, "request-id": 1 });
  rig.advance(1);
  return client;
}

Deno.test("connect and heartbeat are answered with the request's id", async () => {
  const rig = new MemoryRig();
  const client = await connected(rig);
  const [ack] = client.messages();
  const { status, action, value } = ack;
  assert.deepEqual([status, action, ack["request-id"]], ["ok", "connect", 1]);
  assert.deepEqual(value, rig.sim.accounts.accounts.map((account) => account.number));
  const token = `Bearer ${await rig.accessToken()}`;
  client.send({ action: "heartbeat", "auth-token": token, "request-id": 2 });
  rig.advance(1);
  const beat = client.messages().at(-1)!;
  assert.deepEqual([beat.status, "value" in beat, beat["request-id"]], ["ok", false, 2]);
  rig.close();
});

Deno.test("no connect, an old token and a foreign account are errors", async () => {
  const rig = new MemoryRig();
  const client = rig.streamer();
  const token = `Bearer ${await rig.accessToken()}`;
  client.send({ action: "heartbeat", "auth-token": token });
  client.send({ action: "connect", value: "5WX00000", "auth-token": token });
  client.send({ action: "connect", value: "5WX44417", "auth-token": "Bearer old" });
  rig.advance(1);
  assert.deepEqual(client.messages().map((one) => [one.status, one.message]), [
    ["error", "connect-not-completed"],
    ["error", "failed"],
    ["error", "failed"],
  ]);
  rig.close();
});

Deno.test("a fill is told as order, position and balance, each whole", async () => {
  const rig = new MemoryRig({ eventRate: 50 });
  const client = await connected(rig);
  const token = `Bearer ${await rig.accessToken()}`;
  for (let n = 0; n < 14; n++) {
    rig.advance(50_000);
    client.send({ action: "heartbeat", "auth-token": token });
  }
  const told = client.messages().filter((one) => "type" in one);
  const types = new Set(told.map((one) => one.type));
  assert.deepEqual([...types].sort(), ["AccountBalance", "CurrentPosition", "Order"]);
  const position = told.findLast((one) => one.type === "CurrentPosition")!.data as JsonObject;
  assert.equal(typeof position.quantity, "string");
  const held = `/accounts/${position["account-number"]}/positions`;
  const loaded = (await rig.get(held) as { items: JsonObject[] }).items
    .find((one) => one.symbol === position.symbol)!;
  assert.equal(loaded["updated-at"], position["updated-at"], "a later load is no later change");
  const filled = told.find((one) => (one.data as JsonObject).status === "Filled")!;
  const { market, accounts } = rig.sim;
  const order = filled.data as JsonObject;
  const [leg] = order.legs as JsonObject[];
  const account = accounts.of(order["account-number"] as string)!;
  const fills = leg.fills as JsonObject[];
  const fill = accounts.fills(account).find((one) =>
    `24_SIM::${one.fillId}` === fills[0]["fill-id"]
  );
  assert.equal(Number(fills[0]["fill-price"]), fill?.price);
  assert.equal(market.ofApi(leg.symbol as string)?.id, fill?.instrument);
  rig.close();
});

Deno.test("there is no snapshot on connect, and silence is closed after a minute", async () => {
  const rig = new MemoryRig({ eventRate: 0 });
  const client = await connected(rig);
  assert.equal(client.messages().length, 1);
  rig.advance(62_000);
  assert.equal(client.closes.length, 1);
  rig.close();
});

Deno.test("notifications of one instant come in one message where that is asked for", async () => {
  const rig = new MemoryRig({ eventRate: 50, streamer: { isBatching: true, idleMs: 1e9 } });
  const client = await connected(rig);
  rig.advance(600_000);
  const batches = client.messages().filter((one) => Array.isArray(one.results));
  assert.ok(batches.some((one) => (one.results as unknown[]).length > 1));
  rig.close();
});

for (const closesOnTokenEnd of [false, true]) {
  const then = closesOnTokenEnd ? "closes" : "stays open";
  Deno.test(`when its token ends, messages fail and the connection ${then}`, async () => {
    const rig = new MemoryRig({ streamer: { closesOnTokenEnd } });
    const client = await connected(rig);
    const token = `Bearer ${await rig.accessToken()}`;
    rig.sim.inject({ on: "tokens", do: "expireAccess" });
    client.send({ action: "heartbeat", "auth-token": token, "request-id": 9 });
    rig.advance(1);
    assert.equal(client.isOpen, !closesOnTokenEnd);
    if (!closesOnTokenEnd) {
      const answer = client.messages().at(-1)!;
      assert.deepEqual([answer.status, answer.message, answer["request-id"]], [
        "error",
        "failed",
        9,
      ]);
    }
    rig.close();
  });
}

Deno.test("a told balance holds what the loaded one holds, a coin and a bond too", async () => {
  const rig = new MemoryRig({ fillGapMs: 500, eventRate: 50, rest: { hasOtherKinds: true } });
  const client = await connected(rig);
  const [first] = rig.sim.accounts.accounts;
  const own = () =>
    client.messages().findLast((one) =>
      one.type === "AccountBalance" &&
      (one.data as JsonObject)["account-number"] === first.number
    );
  for (let n = 0; n < 100 && own() === undefined; n++) rig.advance(1_000);
  const told = own()!.data as JsonObject;
  const loaded = await rig.get(`/accounts/${first.number}/balances`) as JsonObject;

  const worth = (balance: JsonObject) => Number(balance["net-liquidating-value"]);
  assert.equal(told["long-bond-value"], loaded["long-bond-value"]);
  assert.ok(Math.abs(worth(told) - worth(loaded)) < 5_000, `${worth(told)} ${worth(loaded)}`);
  rig.close();
});
