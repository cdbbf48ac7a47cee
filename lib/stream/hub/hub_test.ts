import assert from "node:assert/strict";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import { BookCopy } from "../client/book_copy.ts";
import { CLOSE, STREAM_LIMITS } from "../protocol/limits.ts";
import { FakeBook } from "@/tests/fixtures/fake_book.ts";
import { bookContent } from "@/tests/fixtures/fake_book_shape.ts";
import { aDesk, aFeed, aFill, aViewer, join, MemorySocket } from "@/tests/fixtures/stream_link.ts";
import { aHello } from "@/tests/fixtures/stream.ts";

function aWorld() {
  const time = new VirtualTime(1742393700000);
  const book = new FakeBook({ underlyings: 4, accounts: 2, rows: 40, seed: 3 });
  return { time, book, desk: aDesk(book, time) };
}

function copyOf(socket: MemorySocket): BookCopy {
  const copy = new BookCopy();
  copy.adopt(aHello);
  for (const frame of socket.frames) copy.apply(frame);
  return copy;
}

Deno.test("hub: the first message is a hello with epoch, clocks, fields and codes", () => {
  const { desk } = aWorld();

  const [hello] = join(desk.hub).socket.texts;

  assert.deepEqual(hello, {
    ...JSON.parse(JSON.stringify(aHello)),
    seq: 0,
    serverTime: 1742393700000,
    sourceTime: 1742393699500,
  });
});

Deno.test("hub: nothing of the book is sent before the client's hello, and none means 4408", () => {
  const { desk, time, book } = aWorld();
  const socket = new MemorySocket();
  desk.hub.connect(socket, aViewer);

  for (let i = 0; i < 100; i++) {
    book.move();
    time.advance(50);
  }
  assert.equal(socket.sent.length, 1);
  time.advance(STREAM_LIMITS.helloMs);

  assert.equal(socket.closeCode, CLOSE.timeout);
});

Deno.test("MAL-2: malformed, binary, large, early and double messages close, others go on", () => {
  const { desk, time, book } = aWorld();
  const other = join(desk.hub);
  const cases: [unknown, number][] = [
    ["{", CLOSE.badMessage],
    [new ArrayBuffer(8), CLOSE.badMessage],
    ['{"type":"hello","version":1,"rows":"all"}', CLOSE.badMessage],
    ['{"type":"rate","intervalMs":50,"__proto__":{}}', CLOSE.badMessage],
    ["x".repeat(STREAM_LIMITS.inboundBytes + 1), CLOSE.tooLarge],
    ["é".repeat(STREAM_LIMITS.inboundBytes / 2 + 1), CLOSE.tooLarge],
    ["[".repeat(STREAM_LIMITS.inboundBytes), CLOSE.badMessage],
  ];

  for (const [data, code] of cases) {
    const { socket, receive } = join(desk.hub);
    receive(data);
    assert.equal(socket.closeCode, code, String(data).slice(0, 40));
    receive('{"type":"ping","id":1}');
    assert.notEqual(socket.texts.at(-1)?.type, "pong");
  }
  const early = new MemorySocket();
  const connection = desk.hub.connect(early, aViewer);
  if (connection.ok) connection.value.receive('{"type":"snapshot"}');
  assert.equal(early.closeCode, CLOSE.badMessage);
  book.step();
  time.advance(100);
  assert.equal(other.socket.closeCode, null);
  assert.deepEqual(bookContent(copyOf(other.socket)), bookContent(book));
});

Deno.test("MAL-2: a flood of messages closes with 4429, a busy client does not", () => {
  const { desk, time } = aWorld();
  const busy = join(desk.hub);
  const flood = join(desk.hub);

  for (let i = 0; i < 100; i++) {
    busy.receive(`{"type":"ping","id":${i}}`);
    flood.receive(`{"type":"ping","id":${i}}`);
    flood.receive(`{"type":"ping","id":${i}}`);
    time.advance(50);
  }

  assert.equal(busy.socket.closeCode, null);
  assert.equal(flood.socket.closeCode, CLOSE.tooManyMessages);
});

Deno.test("hub: another protocol version is told so and closed with 4426", () => {
  const { desk } = aWorld();

  const { socket } = join(desk.hub, aViewer, { version: 2 });

  assert.equal(socket.closeCode, CLOSE.version);
  assert.equal(socket.texts.at(-1)?.code, "version");
});

Deno.test("hub: a client that asks for snapshots without end gets one a second", () => {
  const { desk, time } = aWorld();
  const { receive } = join(desk.hub);
  time.advance(100);
  const before = desk.hub.metrics().snapshots;

  for (let i = 0; i < 100; i++) {
    receive('{"type":"snapshot"}');
    time.advance(50);
  }

  const taken = desk.hub.metrics().snapshots - before;
  assert.ok(taken >= 4 && taken <= 5, `${taken} snapshots`);
});

Deno.test("hub: a subscription of one underlying brings its rows and every cell", () => {
  const { desk, time, book } = aWorld();
  const { socket, receive } = join(desk.hub);
  time.advance(2_000);
  const wanted = book.underlyingIds[1];

  receive(JSON.stringify({ type: "subscribe", rows: [wanted] }));
  for (let i = 0; i < 50; i++) {
    book.step();
    time.advance(50);
  }

  const copy = copyOf(socket);
  const whole = bookContent(book);
  const rows = [...whole.rows].filter(([id]) =>
    book.row(book.rowIndex(id)).underlyingId === wanted
  );
  assert.deepEqual(copy.rowsOf, [wanted]);
  assert.deepEqual(bookContent(copy), { ...whole, rows: new Map(rows) });
});

Deno.test("hub: a scope shows its accounts with their rows and events, nothing else", () => {
  const { desk, time, book } = aWorld();
  const seen = book.account(0).account.id;
  const hidden = book.account(1).account.id;
  const info = { ...aViewer, scope: { id: "one", accounts: [seen] } };
  const { socket } = join(desk.hub, info);
  time.advance(100);
  desk.hub.publish(aFill("mine", seen));
  desk.hub.publish(aFill("other", hidden));
  desk.hub.publish(aFill("everybody"));
  for (let i = 0; i < 60; i++) {
    book.step();
    time.advance(50);
  }

  const copy = copyOf(socket);
  const texts = JSON.stringify(socket.texts);
  assert.equal(copy.accountCount, 1);
  assert.equal(copy.account(0).id, book.accountIds[0]);
  for (let i = 0; i < copy.rowCount; i++) assert.equal(copy.row(i).accountId, book.accountIds[0]);
  const whole = bookContent(book);
  for (const [id, row] of bookContent(copy).rows) assert.deepEqual(row, whole.rows.get(id));
  const own = [...whole.rows.keys()].filter((id) =>
    book.row(book.rowIndex(id)).accountId === book.accountIds[0]
  );
  assert.equal(copy.rowCount, own.length);
  assert.deepEqual(["mine", "other", "everybody"].map((t) => texts.includes(`"${t}"`)), [
    true,
    false,
    true,
  ]);
  const events = socket.texts.flatMap((t) => t.type === "events" ? t.events : []);
  assert.deepEqual(
    JSON.parse(JSON.stringify(events)).map((e: { seq: number; previous: number }) => [
      e.previous,
      e.seq,
    ]),
    [[0, 1], [1, 3]],
  );
});

Deno.test("hub: an event goes at once and names the flush that it precedes", () => {
  const { desk, time, book } = aWorld();
  const { socket } = join(desk.hub);
  time.advance(120);
  book.move();

  desk.hub.publish(aFill("now"));
  const at = socket.sent.length - 1;
  time.advance(50);

  const message = JSON.parse(String(socket.sent[at]));
  const next = socket.sent[at + 1];
  assert.ok(next instanceof Uint8Array);
  const view = new DataView(next.buffer);
  assert.equal(message.events[0].flush, view.getUint32(4, true));
  assert.equal(view.getUint32(12, true), message.events[0].seq);
});

Deno.test("hub: 200 fills between two flushes are 200 events and one frame", () => {
  const { desk, time, book } = aWorld();
  const { socket } = join(desk.hub);
  time.advance(120);
  const before = socket.frames.length;
  book.move();

  for (let i = 0; i < 200; i++) desk.hub.publish(aFill(`fill ${i}`));
  time.advance(50);

  const events = socket.texts.flatMap((text) => text.type === "events" ? [text.events] : []);
  assert.equal(events.length, 200);
  assert.equal(socket.frames.length - before, 1);
});

Deno.test("hub: a feed that breaks is told with the next flush when reported", () => {
  const { desk, time } = aWorld();
  const { socket } = join(desk.hub);
  time.advance(1_500);
  const before = socket.frames.length;

  desk.feeds = [{ ...aFeed, state: "down", detail: "no answer for 30 s" }];
  desk.hub.statusChanged();
  time.advance(50);

  assert.equal(socket.frames.length - before, 1);
  assert.equal(copyOf(socket).feeds[0].state, "down");
});

Deno.test("hub: revoking a principal closes its sockets with 4401 and no other", () => {
  const { desk } = aWorld();
  const own = join(desk.hub);
  const other = join(desk.hub, { ...aViewer, principal: { id: "other", roles: [] } });

  desk.hub.revoke("local");

  assert.equal(own.socket.closeCode, CLOSE.unauthorized);
  assert.equal(other.socket.closeCode, null);
});

Deno.test("R27: a large snapshot is encoded one bounded chunk per turn of the event loop", () => {
  const book = new FakeBook({ underlyings: 20, accounts: 3, rows: 2_000, seed: 3 });
  const turns: { encoded: number; bytes: number }[] = [];
  const time = new class extends VirtualTime {
    override setTimer(delayMs: number, work: () => void) {
      return super.setTimer(delayMs, () => {
        const before = desk.hub.metrics();
        work();
        const after = desk.hub.metrics();
        const encoded = after.framesEncoded - before.framesEncoded;
        turns.push({ encoded, bytes: after.bytesSent - before.bytesSent });
      });
    }
  }(0);
  const desk = aDesk(book, time);
  const { socket } = join(desk.hub);

  time.advance(1);

  assert.deepEqual(bookContent(copyOf(socket)), bookContent(book));
  assert.ok(turns.length >= 4, `${turns.length} turns`);
  assert.ok(turns.every((turn) => turn.encoded === 1));
  assert.ok(turns.every((turn) => turn.bytes <= 256 * 1024), JSON.stringify(turns));
});
