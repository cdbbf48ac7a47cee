import assert from "node:assert/strict";
import { MemoryRig } from "./memory_rig.ts";

Deno.test("a client that greets and starts gets accounts, an order id and the farms", () => {
  const rig = new MemoryRig();
  const client = rig.client(7);
  assert.deepEqual(client.messages, [
    ["178", "20250319 10:15:00 EDT"],
    ["15", "1", "DU1044417,DU1058203,DU1091136,"],
    ["9", "1", "1"],
    ["4", "2", "-1", "2104", "Market data farm connection is OK:usfarm", ""],
    ["4", "2", "-1", "2106", "HMDS data farm connection is OK:ushmds", ""],
    ["4", "2", "-1", "2158", "Sec-def data farm connection is OK:secdefil", ""],
  ]);
  rig.close();
  assert.equal(client.closed, "lost");
});

Deno.test("the order id may come before the accounts, whose list may end without a comma", () => {
  const rig = new MemoryRig({ isIdFirst: true, hasTrailingComma: false, firstOrderId: 5 });
  const [, id, accounts] = rig.client().messages;
  assert.deepEqual([id, accounts], [["9", "1", "5"], ["15", "1", "DU1044417,DU1058203,DU1091136"]]);
  rig.close();
});

Deno.test("the version is the highest that both know; without one the server closes", () => {
  const versions = { "v157..178": "178", "v100..193": "193", "v157..180 +PACEAPI": "180" };
  for (const [said, agreed] of Object.entries(versions)) {
    const rig = new MemoryRig({ serverVersion: 193 });
    assert.equal(rig.client(1, said).messages[0][0], agreed, said);
    rig.close();
  }
  for (const said of ["v200..210", "v100..176", "v9", "hello"]) {
    const rig = new MemoryRig();
    const client = rig.client(1, said);
    assert.deepEqual([client.messages, client.closed], [[], "closed"], said);
    rig.close();
  }
});

Deno.test("a client id in use gets 326 and no order id, and the first client stays", () => {
  const rig = new MemoryRig();
  const first = rig.client(11);
  const second = rig.client(11);
  rig.advance(1);
  assert.deepEqual(second.errors().map(({ id, code }) => [id, code]), [[-1, 326]]);
  assert.deepEqual([second.of(9), second.of(15), second.closed], [[], [], "closed"]);
  assert.equal(first.isOpen, true);
  first.close();
  rig.advance(1);
  assert.equal(rig.client(11).of(9).length, 1, "the id is free again");
  rig.close();
});

Deno.test("bytes that arrive one by one mean the same", () => {
  const rig = new MemoryRig();
  const client = rig.connect();
  const bytes = [
    ...new TextEncoder().encode("API\0"),
    ...[0, 0, 0, 9, ...new TextEncoder().encode("v157..178")],
    ...[0, 0, 0, 8, ...new TextEncoder().encode("71\x002\x007\x00\0")],
    ...[0, 0, 0, 5, ...new TextEncoder().encode("49\x001\0")],
  ];
  for (const byte of bytes) client.raw(new Uint8Array([byte]));
  rig.advance(2);
  assert.equal(client.messages[0][0], "178");
  assert.deepEqual(client.of(49), [["1", String(Date.parse("2025-03-19T14:15:00Z") / 1000)]]);
  rig.close();
});

Deno.test("an unknown request and one that cannot be read are errors, not the end", () => {
  const rig = new MemoryRig();
  const client = rig.client();
  client.forget();
  client.send(9999, 1);
  client.send(104, "x");
  client.send(104, 5);
  rig.advance(2);
  assert.deepEqual(client.errors().map(({ id, code }) => [id, code]), [[-1, 320], [-1, 320]]);
  assert.deepEqual(client.of(107), [["5", ""]]);
  rig.close();
});

Deno.test("what is no client of this protocol is cut off", () => {
  const rig = new MemoryRig();
  const client = rig.connect();
  client.raw(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
  rig.advance(2);
  assert.deepEqual([client.closed, client.chunks], ["lost", []]);
  rig.close();
});

Deno.test("a client that asks to be paced is not refused for its rate", () => {
  const rig = new MemoryRig();
  const client = rig.client(1, "v157..178 +PACEAPI");
  for (let n = 0; n < 80; n++) client.send(104, n);
  rig.advance(2);
  assert.deepEqual([client.of(107).length, client.isOpen], [80, true]);
  rig.close();
});
