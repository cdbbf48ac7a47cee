import assert from "node:assert/strict";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import { FakeBook } from "@/tests/fixtures/fake_book.ts";
import { bookContent } from "@/tests/fixtures/fake_book_shape.ts";
import { aHello } from "@/tests/fixtures/stream.ts";
import { aDesk, join, MemorySocket } from "@/tests/fixtures/stream_link.ts";
import { BookCopy } from "../client/book_copy.ts";

const START = 1742393700000;

/** A desk whose viewers at full rate get changed fields only. */
function aDeskAtRate() {
  const time = new VirtualTime(START);
  const book = new FakeBook({ underlyings: 2, accounts: 1, rows: 6, seed: 7 });
  const desk = aDesk(book, time);
  const other = join(desk.hub);
  for (let i = 0; i < 5; i++) {
    book.move();
    time.advance(50);
  }
  return { time, book, hub: desk.hub, other };
}

function follow(socket: MemorySocket, copy = new BookCopy()): BookCopy {
  copy.adopt(aHello);
  for (const frame of socket.frames) {
    const { kind } = copy.apply(frame);
    assert.notEqual(kind, "gap");
  }
  return copy;
}

Deno.test("P12: a value that leaves and returns around a snapshot is not left away", () => {
  const { time, book, hub } = aDeskAtRate();
  // Until then the first viewer's snapshot is shared.
  time.advance(3_020);
  book.flicker();
  const { socket } = join(hub);
  time.advance(1);
  book.flicker();

  time.advance(100);

  assert.deepEqual(bookContent(follow(socket)), bookContent(book));
});

/** What a copy holds after each of the frames, by flush. */
function contents(socket: MemorySocket, copy: BookCopy): Map<number | null, unknown> {
  const known = new Map<number | null, unknown>();
  for (const frame of socket.frames) {
    copy.apply(frame);
    known.set(copy.seq, bookContent(copy));
  }
  return known;
}

/** A copy of two flushes ago, and the viewer that resumes from it in the middle of a flush. */
function resumed() {
  const desk = aDeskAtRate();
  const { time, book, hub, other } = desk;
  const [copy, stayed] = [follow(other.socket), follow(other.socket)];
  const point = { ...copy.resumePoint(0), epoch: "e1", scope: "all" };
  other.socket.sent.length = 0;
  for (let i = 0; i < 2; i++) {
    book.move();
    time.advance(50);
  }
  time.advance(20);
  book.flicker();
  const { socket } = join(hub, undefined, { resume: point });
  return { ...desk, copy, stayed, socket };
}

Deno.test("P12: a value that leaves and returns around a resume is not left away", () => {
  const { time, book, copy, socket } = resumed();
  time.advance(1);
  book.flicker();

  time.advance(100);

  assert.deepEqual(bookContent(follow(socket, copy)), bookContent(book));
});

Deno.test("P12: the diff that answers a resume holds the values of the flush that it names", () => {
  const { time, copy, stayed, socket, other } = resumed();
  time.advance(30);
  const whole = contents(other.socket, stayed);
  const answered = contents(socket, copy);

  assert.equal(answered.size, 1);
  for (const [seq, content] of answered) assert.deepEqual(content, whole.get(seq), `flush ${seq}`);
});
