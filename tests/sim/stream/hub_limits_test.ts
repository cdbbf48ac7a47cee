import assert from "node:assert/strict";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import { ADMISSION_LIMITS } from "@/lib/stream/hub/admission.ts";
import { CLOSE, STREAM_LIMITS } from "@/lib/stream/protocol/limits.ts";
import { BookCopy } from "@/lib/stream/client/book_copy.ts";
import { FakeBook } from "@/tests/fixtures/fake_book.ts";
import { bookContent } from "@/tests/fixtures/fake_book_shape.ts";
import { aHello } from "@/tests/fixtures/stream.ts";
import { aDesk, aFill, aViewer, join, type MemorySocket } from "@/tests/fixtures/stream_link.ts";

const START = 1742393700000;
const PLACES = ADMISSION_LIMITS.socketsPerPrincipal;

function aWorld(sizes: { rows?: number; underlyings?: number } = {}) {
  const time = new VirtualTime(START);
  const book = new FakeBook({ underlyings: 4, accounts: 2, rows: 40, seed: 3, ...sizes });
  const desk = aDesk(book, time);
  return { time, book, hub: desk.hub };
}

/** Changes everything every 50 ms for a while. */
function trade(world: ReturnType<typeof aWorld>, flushes: number): void {
  for (let i = 0; i < flushes; i++) {
    world.book.move();
    world.time.advance(50);
  }
}

function copyOf(socket: MemorySocket): BookCopy {
  const copy = new BookCopy();
  copy.adopt(aHello);
  for (const frame of socket.frames) copy.apply(frame);
  return copy;
}

Deno.test("R75: a stalled reader holds at most 1 MiB, then is closed with 1013", () => {
  const world = aWorld({ rows: 400 });
  const { socket } = join(world.hub);
  trade(world, 10);
  socket.isStalled = true;
  let highest = 0;

  for (let i = 0; i < 12_000 && socket.closeCode === null; i++) {
    trade(world, 1);
    highest = Math.max(highest, socket.bufferedAmount);
  }

  assert.equal(socket.closeCode, CLOSE.tryLater);
  assert.ok(highest > STREAM_LIMITS.pauseBytes && highest <= STREAM_LIMITS.closeBytes);
  assert.equal(world.hub.metrics().clients, 0);
  assert.equal(world.hub.metrics().dropped.stalled, 1);
  const sent = socket.sent.length;
  trade(world, 20);
  assert.equal(socket.sent.length, sent);
});

Deno.test("stream: a reader that drains slowly but steadily is not closed and ends equal", () => {
  const world = aWorld({ rows: 400 });
  const { socket } = join(world.hub);
  trade(world, 10);
  socket.isStalled = true;
  trade(world, 100);
  assert.ok(socket.bufferedAmount > STREAM_LIMITS.pauseBytes);

  for (let i = 0; i < 40; i++) {
    socket.bufferedAmount -= 4_000;
    trade(world, 20);
  }
  assert.equal(socket.closeCode, null);
  assert.equal(world.hub.metrics().paused, 1);
  socket.drain();
  trade(world, 2);

  assert.deepEqual(bookContent(copyOf(socket)), bookContent(world.book));
});

Deno.test("P12: while one reader stalls the others get every flush, byte for byte the same", () => {
  const alone = aWorld({ rows: 200 });
  const lone = join(alone.hub);
  trade(alone, 300);
  const world = aWorld({ rows: 200 });
  const stalled = join(world.hub);
  const healthy = join(world.hub);
  stalled.socket.isStalled = true;

  trade(world, 300);

  const frames = healthy.socket.frames;
  assert.equal(frames.length, lone.socket.frames.length);
  for (const [i, frame] of frames.entries()) assert.deepEqual(frame, lone.socket.frames[i]);
  assert.ok(stalled.socket.sent.length < healthy.socket.sent.length / 2);
});

Deno.test("stream: viewers of one scope share one encoding, and get one send per flush", () => {
  const world = aWorld();
  const viewers = Array.from({ length: 50 }, () => join(world.hub));
  trade(world, 5);
  const before = { ...world.hub.metrics() };
  const counts = viewers.map(({ socket }) => socket.sent.length);

  trade(world, 20);

  const after = world.hub.metrics();
  assert.equal(after.framesEncoded - before.framesEncoded, 20);
  assert.equal(after.framesSent - before.framesSent, 20 * 50);
  viewers.forEach(({ socket }, i) => assert.equal(socket.sent.length - counts[i], 20));
  assert.equal(viewers[0].socket.frames.at(-1), viewers[49].socket.frames.at(-1));
});

Deno.test("stream: nothing is sent while nothing changes, but a sign of life every second", () => {
  const world = aWorld();
  const { socket } = join(world.hub);
  world.time.advance(2_000);
  const before = socket.frames.length;

  world.time.advance(10_000);

  const frames = socket.frames.slice(before);
  assert.ok(frames.length >= 9 && frames.length <= 10, `${frames.length} frames`);
  assert.ok(frames.every((frame) => frame.length === 64));
  const times = frames.map((frame) => new DataView(frame.buffer).getFloat64(24, true));
  for (let i = 1; i < times.length; i++) assert.ok(times[i] - times[i - 1] <= 1_050);
});

Deno.test("R77: a close that comes twice cleans up once and never counts below zero", () => {
  const world = aWorld();
  const first = join(world.hub);
  const second = join(world.hub);

  first.closed();
  first.closed();
  first.receive('{"type":"ping","id":1}');
  world.hub.stop("end");
  second.closed();

  assert.equal(world.hub.metrics().clients, 0);
  assert.equal(first.socket.closeCount, 0);
  assert.equal(second.socket.closeCount, 1);
  assert.equal(second.socket.closeCode, CLOSE.restart);
  assert.equal(second.socket.texts.at(-1)?.type, "bye");
});

Deno.test("R77: sockets that closed twice leave exactly their own place to others", () => {
  const time = new VirtualTime(START);
  const book = new FakeBook({ underlyings: 1, accounts: 1, rows: 1, seed: 1 });
  const { hub } = aDesk(book, time, {
    admission: { sockets: 3, socketsPerPrincipal: 3, connects: { burst: 100, perSecond: 10 } },
  });
  const full = [join(hub), join(hub), join(hub)];

  full[0].closed();
  full[0].closed();
  const fourth = join(hub);
  const fifth = join(hub);

  assert.equal(fourth.socket.closeCode, null);
  assert.equal(fifth.socket.closeCode, CLOSE.tryLater);
});

Deno.test("R76: peers that never answer a close keep their places, so they cannot pile up", () => {
  const world = aWorld({ rows: 400 });
  const mute = Array.from({ length: PLACES }, () => join(world.hub));
  for (const { socket } of mute) socket.isStalled = true;
  trade(world, 600);
  assert.ok(mute.every(({ socket }) => socket.closeCode === CLOSE.tryLater));

  const refused = join(world.hub);
  assert.deepEqual([world.hub.metrics().clients, world.hub.metrics().closing], [0, PLACES]);
  assert.equal(refused.socket.closeCode, CLOSE.tryLater);
  for (const { closed } of mute) {
    closed();
    closed();
  }
  const taken = join(world.hub);

  assert.equal(taken.socket.closeCode, null);
  assert.equal(world.hub.metrics().closing, 0);
});

Deno.test("R76: a thousand connections that come and go leave nothing behind", () => {
  const world = aWorld();
  for (let i = 0; i < 1_000; i++) {
    const { closed } = join(world.hub);
    if (i % 2 === 0) world.time.advance(100);
    closed();
    world.time.advance(100);
  }

  assert.equal(world.hub.metrics().clients, 0);
  assert.equal(world.hub.metrics().connects, 1_000);
  assert.equal(world.time.pendingCount, 1);
  world.hub.stop("end");
  assert.equal(world.time.pendingCount, 0);
});

Deno.test("CLI-1: 50 tabs that come back at once are served, more than the cap refused", () => {
  const world = aWorld();

  const tabs = Array.from({ length: 50 }, () => join(world.hub));
  const more = Array.from({ length: PLACES - 44 }, () => join(world.hub));
  const other = join(world.hub, { ...aViewer, principal: { id: "other", roles: [] } });

  assert.ok(tabs.every(({ socket }) => socket.closeCode === null));
  assert.equal(more.filter(({ socket }) => socket.closeCode === CLOSE.tryLater).length, 6);
  assert.equal(other.socket.closeCode, null);
});

Deno.test("CLI-1: 5,000 connects a minute are thinned, those of another user pass", () => {
  const world = aWorld();
  const other = { ...aViewer, principal: { id: "other", roles: [] } };
  let taken = 0;
  let others = 0;
  for (let i = 0; i < 5_000; i++) {
    const { socket, closed } = join(world.hub);
    if (socket.closeCode === null) taken++;
    closed();
    if (i % 100 === 0) {
      const visit = join(world.hub, other);
      if (visit.socket.closeCode === null) others++;
      visit.closed();
    }
    world.time.advance(12);
  }

  assert.equal(others, 50);
  assert.ok(taken > 1_000 && taken < 1_400, `${taken} taken`);
});

Deno.test("R81: a tab hidden for an hour gets one frame when it is shown, not the hour", () => {
  const world = aWorld({ rows: 4, underlyings: 1 });
  const { socket, receive } = join(world.hub);
  trade(world, 5);
  receive('{"type":"rate","intervalMs":60000}');
  trade(world, 2);
  const before = socket.sent.length;
  trade(world, 72_000);
  assert.ok(socket.sent.length - before <= 61);
  const hidden = socket.sent.length;

  receive('{"type":"rate","intervalMs":0}');
  world.time.advance(60);

  assert.ok(socket.sent.length - hidden <= 2);
  assert.deepEqual(bookContent(copyOf(socket)), bookContent(world.book));
});

Deno.test("R81: a frozen tab that comes back by a resume gets one frame", () => {
  const world = aWorld();
  const first = join(world.hub);
  trade(world, 5);
  const copy = copyOf(first.socket);
  first.closed();
  trade(world, 1_000);

  const resume = copy.resumePoint(0);
  const back = join(world.hub, aViewer, { resume });
  world.time.advance(50);

  assert.equal(back.socket.frames.length, 1);
  assert.equal(copy.apply(back.socket.frames[0]).kind, "applied");
  trade(world, 3);
  for (const frame of back.socket.frames) copy.apply(frame);
  assert.deepEqual(bookContent(copy), bookContent(world.book));
  assert.equal(world.hub.metrics().resumes, 1);
});

Deno.test("stream: a resume of another epoch, scope or unknown time is a snapshot", () => {
  const world = aWorld();
  trade(world, 10);
  const point = { epoch: "e1", scope: "all", seq: world.hub.seq, eventSeq: 0 };
  const bad = [
    { ...point, epoch: "e0" },
    { ...point, scope: "IRA" },
    { ...point, seq: world.hub.seq + 1 },
  ];
  for (const resume of bad) {
    const { socket } = join(world.hub, aViewer, { resume });
    world.time.advance(10);
    assert.equal(socket.frames.at(0)?.[1], 2, JSON.stringify(resume));
  }
  trade(world, STREAM_LIMITS.resumeFlushes);
  const { socket } = join(world.hub, aViewer, { resume: point });
  world.time.advance(10);
  assert.equal(socket.frames.at(0)?.[1], 2);
  assert.equal(world.hub.metrics().resumes, 0);
});

Deno.test("R79: a client that joins after 31,000 events gets none of them, a late one few", () => {
  const world = aWorld();
  world.hub.publish(aFill("first"));
  for (let i = 0; i < 31_000; i++) world.hub.publish(aFill(`fill ${i} ${"x".repeat(300)}`));
  const point = { epoch: "e1", scope: "all", seq: world.hub.seq, eventSeq: 1 };

  const fresh = join(world.hub);
  const late = join(world.hub, aViewer, { resume: point });
  world.time.advance(100);

  assert.equal(fresh.socket.texts.filter((text) => text.type === "events").length, 0);
  const [replay] = late.socket.texts.filter((text) => text.type === "events");
  const text = JSON.stringify(replay);
  assert.ok(text.length <= STREAM_LIMITS.resumeEventBytes, `${text.length} bytes`);
  assert.equal(replay.through, 31_001);
  assert.ok(Array.isArray(replay.events) && Number(replay.missed) > 0);
  assert.equal(Number(replay.missed) + replay.events.length, 31_000);
});

Deno.test("R79: a book of 2,000 rows arrives in messages of at most 256 KiB, in both forms", () => {
  for (const format of ["binary", "json"] as const) {
    const world = aWorld({ rows: 2_000, underlyings: 20 });
    const { socket } = join(world.hub, { ...aViewer, format });
    const hello = socket.sent.length;
    world.time.advance(1);
    const chunks = socket.sent.slice(hello);

    assert.ok(chunks.length > 3, `${chunks.length} chunks`);
    assert.ok(chunks.every((chunk) => new Blob([chunk]).size <= STREAM_LIMITS.chunkBytes));
    if (format === "binary") {
      assert.deepEqual(bookContent(copyOf(socket)), bookContent(world.book));
      const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
      assert.ok(total < 2 * 1024 * 1024, `${total} bytes`);
    }
  }
});

Deno.test("stream: beyond 2,000 rows whole underlyings travel, named to the client", () => {
  const world = aWorld({ rows: 2_600, underlyings: 4 });
  const { socket } = join(world.hub);
  world.time.advance(50);

  const copy = copyOf(socket);

  assert.ok(Array.isArray(copy.rowsOf) && copy.rowsOf.length === 3);
  assert.ok(copy.rowCount > 1_500 && copy.rowCount <= 2_000);
  assert.equal(copy.underlyingCount, 4);
  for (let i = 0; i < copy.rowCount; i++) assert.ok(copy.rowsOf.includes(copy.row(i).underlyingId));
});

Deno.test("stream: a socket with over 1 MiB unsent is closed at the next flush", () => {
  const world = aWorld();
  const { socket } = join(world.hub);
  trade(world, 2);

  socket.bufferedAmount = STREAM_LIMITS.closeBytes + 1;
  trade(world, 1);

  assert.equal(socket.closeCode, CLOSE.tryLater);
  assert.equal(world.hub.metrics().dropped.slow, 1);
});

Deno.test("stream: a client behind more removals than are remembered gets a snapshot", () => {
  const world = aWorld({ rows: 3, underlyings: 1 });
  const { socket, receive } = join(world.hub);
  trade(world, 5);
  receive('{"type":"rate","intervalMs":60000}');
  trade(world, 2);
  const copy = copyOf(socket);
  const sent = socket.frames.length;
  // A full minute of removals, so that none of them was told in between.
  world.time.advance(60_000 - 200);
  for (let i = 0; i < 6_000; i++) {
    world.book.addRow();
    world.book.removeRow();
    world.hub.flush();
  }

  receive('{"type":"rate","intervalMs":0}');
  world.time.advance(1_500);

  const frames = socket.frames.slice(sent);
  assert.ok(frames.some((frame) => frame[1] === 2), "a snapshot");
  for (const frame of frames) copy.apply(frame);
  assert.deepEqual(bookContent(copy), bookContent(world.book));
});
