import assert from "node:assert/strict";
import { header, joined } from "./raw_http.ts";
import { desk, port } from "./shared_desk.ts";
import {
  type Ending,
  frameBytes,
  type FrameToSend,
  handshake,
  OPCODE,
  RawSocket,
} from "./raw_web_socket.ts";
import { serverMemoryMiB } from "./desk_processes.ts";

const HELLO = { type: "hello", version: 1, rows: "all" };

/** Closed by the desk with this code, after an error message or without one. */
interface Case {
  readonly name: string;
  readonly frames: readonly FrameToSend[];
  readonly code: number;
}

const text = (payload: string): FrameToSend => ({ payload });

const REFUSED: readonly Case[] = [
  { name: "no JSON", frames: [text("{")], code: 4400 },
  { name: "an empty text", frames: [text("")], code: 4400 },
  { name: "an unknown type", frames: [text('{"type":"order"}')], code: 4400 },
  { name: "an unknown member", frames: [text('{"type":"ping","id":1,"x":1}')], code: 4400 },
  { name: "no hello first", frames: [text('{"type":"snapshot"}')], code: 4400 },
  {
    name: "another version",
    frames: [text('{"type":"hello","version":2,"rows":"all"}')],
    code: 4426,
  },
  { name: "__proto__", frames: [text('{"type":"ping","id":1,"__proto__":{"a":1}}')], code: 4400 },
  {
    name: "a constructor",
    frames: [text('{"type":"ping","id":1,"constructor":{"prototype":{"a":1}}}')],
    code: 4400,
  },
  {
    name: "deep JSON",
    frames: [text(`{"type":"ping","id":${"[".repeat(20_000)}${"]".repeat(20_000)}}`)],
    code: 4400,
  },
  {
    name: "2,001 subscriptions",
    frames: [text(JSON.stringify({ ...HELLO, rows: Array.from({ length: 2001 }, (_, i) => i) }))],
    code: 4400,
  },
  {
    name: "a million subscriptions",
    frames: [text(JSON.stringify({ ...HELLO, rows: Array.from({ length: 1e6 }, (_, i) => i) }))],
    code: 1009,
  },
  { name: "a number for an id", frames: [text('{"type":"ping","id":1e999}')], code: 4400 },
  { name: "binary garbage", frames: [binary(512)], code: 4400 },
  { name: "64 KiB and a byte", frames: [text(" ".repeat(65_537))], code: 1009 },
  { name: "4 MiB", frames: [text("x".repeat(4 << 20))], code: 1009 },
  {
    name: "64 KiB and a byte in pieces",
    frames: [
      { payload: " ".repeat(32_768), isFinal: false },
      { opcode: OPCODE.continuation, payload: " ".repeat(32_769) },
    ],
    code: 1009,
  },
  {
    name: "a second hello",
    frames: [text(JSON.stringify(HELLO)), text(JSON.stringify(HELLO))],
    code: 4400,
  },
];

function binary(length: number): FrameToSend {
  const payload = new Uint8Array(length).map((_, i) => (i * 167 + 13) & 0xff);
  return { opcode: OPCODE.binary, payload };
}

const BROKEN: readonly Case[] = [
  // The platform reads an unmasked frame; what it says is judged like any other.
  { name: "no mask", frames: [{ payload: "{}", isMasked: false }], code: 4400 },
  {
    name: "a reserved bit, as compression sets it",
    frames: [{ payload: "{}", reserved: 4 }],
    code: 1002,
  },
  { name: "a reserved opcode", frames: [{ payload: "{}", opcode: 3 }], code: 1002 },
  { name: "a reserved control opcode", frames: [{ payload: "{}", opcode: 11 }], code: 1002 },
  { name: "a long ping", frames: [{ payload: "x".repeat(126), opcode: OPCODE.ping }], code: 1002 },
  { name: "a ping in pieces", frames: [{ opcode: OPCODE.ping, isFinal: false }], code: 1002 },
  { name: "a continuation of nothing", frames: [{ payload: "{}", opcode: 0 }], code: 1002 },
  { name: "invalid UTF-8", frames: [{ payload: new Uint8Array([0xc3, 0x28, 0xff]) }], code: 1007 },
  {
    name: "2^62 bytes announced",
    frames: [{ payload: "x", announced: 1n << 62n }],
    code: 1009,
  },
  {
    name: "a close without room for a code",
    frames: [{ opcode: OPCODE.close, payload: "x" }],
    code: 1002,
  },
];

async function tryOnce({ frames }: Case): Promise<Ending> {
  using socket = await RawSocket.open(port);
  assert.equal(socket.answer.status, 101);
  // In one go: what is still being sent when the desk closes would cut the close frame off.
  await socket.sendBytes(joined(frames.map(frameBytes)));
  return await socket.untilEnd();
}

/** Does it on a new connection; waits while the desk takes no more of them. */
async function provoke(one: Case): Promise<Ending> {
  for (;;) {
    const ending = await tryOnce(one);
    if (ending.code !== 1013) return ending;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A client that does nothing wrong. */
async function openWitness(): Promise<RawSocket> {
  const socket = await RawSocket.open(port, handshake(port), "/api/stream?format=json");
  await socket.sendJson(HELLO);
  await socket.nextOfType("hello");
  return socket;
}

let pings = 0;

async function assertServed(witness: RawSocket): Promise<void> {
  const id = ++pings;
  await witness.sendJson({ type: "ping", id });
  assert.equal((await witness.nextOfType("pong")).id, id);
}

Deno.test("MAL-2: what no client may say closes with its code, others go on", async () => {
  using witness = await openWitness();
  for (const one of REFUSED) {
    const { code, texts } = await provoke(one);

    assert.equal(code, one.code, one.name);
    assert.match(texts[0], /^\{"type":"hello"/, one.name);
    if (code === 4400) assert.match(texts.at(-1) ?? "", /"code":"malformed"/, one.name);
    await assertServed(witness);
  }
});

Deno.test("MAL-2: frames that RFC 6455 forbids end the connection, others go on", async () => {
  using witness = await openWitness();
  for (const one of BROKEN) {
    const { code, texts } = await provoke(one);

    // The server's WebSocket may cut the connection without a code, but never go on with it.
    assert.ok(code === null || code === one.code, `${one.name}: ${code}`);
    assert.ok(texts.every((said) => !said.includes('"pong"')), one.name);
    await assertServed(witness);
  }
});

Deno.test("MAL-2: a flood is ended after the burst that is allowed, others go on", async () => {
  using witness = await openWitness();
  const frames = Array.from({ length: 400 }, (_, id) => text(JSON.stringify({ type: "ping", id })));

  const { code, texts } = await provoke({ name: "a flood", frames, code: 4429 });

  // What arrives after the close makes the platform cut the connection, often before the code.
  assert.ok(code === null || code === 4429, String(code));
  const pongs = texts.filter((said) => said.startsWith('{"type":"pong"')).length;
  assert.ok(pongs <= 70, `${pongs} answers`);
  await assertServed(witness);
});

Deno.test("MAL-2: a handshake that is none gets 426 and no socket", async () => {
  const changes: [string, string | null][] = [
    ["upgrade", "h2c"],
    ["connection", "keep-alive"],
    ["sec-websocket-key", null],
    ["sec-websocket-key", "short"],
    ["sec-websocket-version", "8"],
    ["sec-websocket-version", null],
  ];
  for (const [name, value] of changes) {
    const others = handshake(port).filter(([known]) => known !== name);
    using socket = await RawSocket.open(port, value === null ? others : [...others, [name, value]]);

    assert.equal(socket.answer.status, 426, `${name}: ${value}`);
    assert.equal(header(socket.answer, "sec-websocket-version"), "13");
  }
});

Deno.test("MAL-2: fifty oversized messages leave memory where it was", async () => {
  using witness = await openWitness();
  const one = { name: "1 MiB", frames: [text("y".repeat(1 << 20))], code: 1009 };
  for (let i = 0; i < 5; i++) await provoke(one);
  const before = serverMemoryMiB(desk.pid);

  for (let i = 0; i < 50; i++) assert.equal((await provoke(one)).code, 1009);

  const after = serverMemoryMiB(desk.pid);
  assert.ok(after - before < 100, `${before} MiB grew to ${after} MiB`);
  await assertServed(witness);
});
