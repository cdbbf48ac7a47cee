import assert from "node:assert/strict";
import fc from "fast-check";
import { aHello } from "@/tests/fixtures/stream.ts";
import { readDirectory } from "./directory.ts";
import { STREAM_LIMITS } from "./limits.ts";
import { parseClientMessage } from "./parse_client.ts";
import { readServerMessage } from "./parse_server.ts";

function refused(text: string): boolean {
  return !parseClientMessage(text).ok;
}

Deno.test("client message: a hello with and without a resume is read", () => {
  const resume = { epoch: "e1", scope: "all", seq: 4, eventSeq: 2 };

  const bare = parseClientMessage('{"type":"hello","version":1,"rows":"all"}');
  const full = parseClientMessage(
    JSON.stringify({ type: "hello", version: 1, rows: [7, 3, 3], resume, intervalMs: 250 }),
  );

  assert.deepEqual(bare, {
    ok: true,
    value: { type: "hello", version: 1, rows: "all", resume: null, intervalMs: 0 },
  });
  assert.deepEqual(full, {
    ok: true,
    value: { type: "hello", version: 1, rows: [3, 7], resume, intervalMs: 250 },
  });
});

Deno.test("MAL-2: unknown types, members, kinds and __proto__ are refused", () => {
  const texts = [
    "",
    "null",
    "[]",
    '"hello"',
    '{"type":"order"}',
    '{"type":"ping"}',
    '{"type":"ping","id":-1}',
    '{"type":"ping","id":1.5}',
    '{"type":"ping","id":1,"more":1}',
    '{"type":"ping","id":1,"__proto__":{"x":1}}',
    '{"__proto__":{"type":"ping","id":1}}',
    '{"type":"rate","intervalMs":60001}',
    '{"type":"rate","intervalMs":"50"}',
    '{"type":"subscribe"}',
    '{"type":"subscribe","rows":"some"}',
    '{"type":"subscribe","rows":[1,"2"]}',
    '{"type":"subscribe","rows":[4294967296]}',
    '{"type":"hello","version":1,"rows":"all","resume":{"epoch":"e"}}',
    '{"type":"hello","version":1,"rows":"all","resume":[]}',
  ];

  for (const text of texts) assert.equal(refused(text), true, text);
});

Deno.test("MAL-2: a million subscriptions, deep nesting and long texts are refused", () => {
  const many = Array.from({ length: STREAM_LIMITS.subscribedUnderlyings + 1 }, (_, i) => i);
  const deep = `{"type":"ping","id":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;

  assert.equal(refused(JSON.stringify({ type: "subscribe", rows: many })), true);
  assert.equal(refused(JSON.stringify({ type: "subscribe", rows: many.slice(1) })), false);
  assert.equal(refused(deep), true);
  assert.equal(refused(`{"type":"ping","id":1${" ".repeat(STREAM_LIMITS.inboundBytes)}}`), true);
});

Deno.test("MAL-2: any text gets an answer and never a polluted prototype", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
    parseClientMessage(text);
    assert.equal(Object.keys(Object.prototype).length, 0);
  }));
});

Deno.test("server message: what JSON carries is what is read, for each type", () => {
  const event = {
    seq: 3,
    previous: 2,
    flush: 9,
    at: 1742393700000,
    kind: "fill",
    severity: "info",
    accountId: 1,
    text: "Sold 2 SPY",
    facts: { price: 1.25, isPartial: false, note: null },
  };
  const messages = [
    aHello,
    { type: "events", missed: 0, through: 3, events: [event] },
    { type: "pong", id: 1, serverTime: 5, sourceTime: 6 },
    { type: "error", code: "malformed", message: "no" },
    { type: "bye", reason: "restart" },
  ];

  for (const message of messages) {
    const read = readServerMessage(JSON.parse(JSON.stringify(message)));
    assert.ok(read.ok, read.ok ? "" : read.error.message);
    assert.deepEqual(read.value, message);
  }
});

Deno.test("directory: a feed is read with its broker and notice, and without them", () => {
  const plain = {
    feed: "tastytrade-account",
    label: "tastytrade accounts",
    state: "live",
    since: 1742393700000,
    lastByteAt: null,
    lastHeartbeatAt: null,
    lastEventAt: null,
    eventsPerSecond: null,
    dropped: {},
    detail: null,
  };
  const whole = {
    ...plain,
    broker: "tastytrade",
    carries: "accounts",
    notice: "An account is new.",
  };
  const read = readDirectory(JSON.parse(JSON.stringify({ feeds: [plain, whole] })));
  assert.ok(read.ok, read.ok ? "" : read.error.message);
  assert.deepEqual(read.value.feeds, [plain, whole]);
});

Deno.test("directory: an account is paper money where it says so, else not", () => {
  const real = {
    id: 20,
    account: {
      id: "ib-4417-0ab",
      broker: "ib",
      number: "••••4417",
      nickname: "Paper Individual",
      type: "Paper Individual",
      currency: "USD",
    },
  };
  const paper = { id: 21, account: { ...real.account, isPaper: true } };
  const read = readDirectory(JSON.parse(JSON.stringify({ accounts: [real, paper] })));
  assert.ok(read.ok, read.ok ? "" : read.error.message);
  assert.deepEqual(read.value.accounts, [real, paper]);
});

Deno.test("server message: members and types of a newer server pass", () => {
  const more = readServerMessage({ type: "bye", reason: "restart", code: 9 });
  const newer = readServerMessage({ type: "weather", sun: true });

  assert.deepEqual(more, { ok: true, value: { type: "bye", reason: "restart" } });
  assert.deepEqual(newer, { ok: true, value: null });
});
