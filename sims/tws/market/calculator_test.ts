import assert from "node:assert/strict";
import { MemoryRig } from "../memory_rig.ts";

const OPTION = ["", "SPX", "OPT", "202504", "5650", "P", "", "SMART", "", "USD", "", "SPX"];

Deno.test("the volatility of a price gives that price back, under tick type 53", () => {
  const rig = new MemoryRig();
  const client = rig.client();
  client.send(54, 3, 5, ...OPTION, 140, 5600, 0, "");
  rig.advance(2);
  const [found] = client.of(21);
  assert.deepEqual(found.slice(0, 3), ["5", "53", "0"]);
  const [iv, delta, price] = found.slice(3).map(Number);
  assert.deepEqual([price, found.at(-1)], [140, "5600"]);
  assert.ok(iv > 0.05 && iv < 1 && delta < 0 && delta > -1);
  client.send(55, 3, 6, ...OPTION, iv, 5600, 0, "");
  client.send(56, 1, 5);
  client.send(57, 1, 6);
  rig.advance(2);
  const [, again] = client.of(21);
  assert.ok(Math.abs(Number(again[5]) - 140) < 1e-4, again[5]);
  assert.deepEqual([again[0], client.errors().at(-1)?.code], ["6", 2158], "no error");
  rig.close();
});

Deno.test("a price without a volatility is not computed, and a share is no option", () => {
  const rig = new MemoryRig();
  const client = rig.client();
  client.send(54, 3, 5, ...OPTION, 9000, 5600, 0, "");
  client.send(
    54,
    3,
    6,
    "",
    "SPY",
    "STK",
    "",
    "",
    "",
    "",
    "SMART",
    "",
    "USD",
    "",
    "",
    5,
    560,
    0,
    "",
  );
  client.send(
    54,
    3,
    7,
    "",
    "NONE",
    "OPT",
    "",
    "",
    "",
    "",
    "SMART",
    "",
    "USD",
    "",
    "",
    5,
    560,
    0,
    "",
  );
  rig.advance(2);
  const [found] = client.of(21);
  assert.deepEqual(found.slice(3, 6), ["-1", "-2", "9000"]);
  assert.deepEqual(client.errors().slice(-2).map(({ id, code }) => [id, code]), [[6, 321], [
    7,
    200,
  ]]);
  rig.close();
});
