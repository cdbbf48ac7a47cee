import assert from "node:assert/strict";
import { ROW_F64 } from "@/lib/domain/measures.ts";
import type { BookView } from "@/lib/domain/book_view.ts";
import { BookCopy } from "@/lib/stream/client/book_copy.ts";
import { Audience } from "@/lib/stream/hub/audience.ts";
import { WHOLE_SCOPE } from "@/lib/stream/protocol/audience.ts";
import { FRAME_KIND, STRIDE } from "@/lib/stream/protocol/frame.ts";
import { FrameWriter } from "@/lib/stream/protocol/frame_writer.ts";
import { encodeSnapshot } from "@/lib/stream/protocol/page_snapshot.ts";
import { FakeBook } from "@/tests/fixtures/fake_book.ts";
import { aHello } from "@/tests/fixtures/stream.ts";

const ROWS = 500;
const CHANGED = 8;

/** Shortest time of one call over rounds, in ms: the figure that other load disturbs least. */
function shortest(work: () => void): number {
  let best = Infinity;
  for (let round = 0; round < 40; round++) {
    const startedMs = performance.now();
    for (let i = 0; i < 10; i++) work();
    best = Math.min(best, (performance.now() - startedMs) / 10);
  }
  return best;
}

function aTickingBook() {
  const book = new FakeBook({ underlyings: 20, accounts: 3, rows: ROWS, seed: 1 });
  const { rowF64, rowChanged } = book;
  // Columns as own members, as a real book has them; nothing but rows changes.
  const view: BookView = Object.create(book, {
    ...Object.getOwnPropertyDescriptors({ ...book }),
    rowCount: { value: ROWS },
    underlyingCount: { value: 20 },
    accountCount: { value: 3 },
    row: { value: (index: number) => book.row(index) },
    underlying: { value: (index: number) => book.underlying(index) },
    account: { value: (index: number) => book.account(index) },
    underlyingOfRow: { value: (index: number) => book.underlyingOfRow(index) },
  });
  const change = (tick: number) => {
    for (let row = 0; row < ROWS; row++) {
      rowChanged[row] = tick;
      for (let i = 0; i < CHANGED; i++) rowF64[row * STRIDE.rowF64 + i] = row + i + tick * 0.123;
    }
  };
  return { book, view, change };
}

function asObjects(book: FakeBook): string {
  const rows = [];
  for (let row = 0; row < ROWS; row++) {
    const object: Record<string, number> = { id: book.rowIds[row] };
    for (let i = 0; i < CHANGED; i++) {
      object[ROW_F64[i].name] = book.rowF64[row * STRIDE.rowF64 + i];
    }
    rows.push(object);
  }
  return JSON.stringify(rows);
}

Deno.test("stream: a frame of 500 rows × 8 values costs a fraction of JSON objects", () => {
  const { book, view, change } = aTickingBook();
  const context = {
    scope: WHOLE_SCOPE,
    rows: "all" as const,
    feeds: [],
    market: null,
    recording: null,
  };
  const page = encodeSnapshot(book, { hello: { ...aHello, seq: 0 }, ...context });
  const copy = BookCopy.fromSnapshot(page.text);
  assert.ok(copy.ok);
  const audience = new Audience(view, WHOLE_SCOPE, "all", 0);
  audience.remember(view, 0);
  const writer = new FrameWriter();
  let seq = 0;
  let frame = new Uint8Array();
  const encode = () => {
    change(++seq + 1);
    writer.reset();
    audience.put(writer, view, { seq: seq - 1, tick: seq, isExact: true }, seq);
    const stamp = { eventSeq: 0, serverTime: 0, sourceTime: 0 };
    const header = { kind: FRAME_KIND.diff, flags: 0, seq, previous: seq - 1 };
    frame = writer.finish({ ...header, ...stamp }, "");
  };
  let text = "";
  const decode = () => {
    const header = new DataView(frame.buffer);
    header.setUint32(8, copy.value.seq ?? 0, true);
    header.setUint32(4, (copy.value.seq ?? 0) + 1, true);
    assert.equal(copy.value.apply(frame).kind, "applied");
  };

  const encodeMs = shortest(encode);
  const decodeMs = shortest(decode);
  const jsonMs = shortest(() => {
    change(++seq + 1);
    text = asObjects(book);
  });
  const parseMs = shortest(() => JSON.parse(text));

  assert.equal(frame.length, 64 + ROWS * (8 + 8 * CHANGED));
  const ratio = { encode: encodeMs / jsonMs, decode: decodeMs / parseMs };
  assert.ok(ratio.encode <= 0.5, `encode ${ratio.encode} of JSON`);
  assert.ok(ratio.decode <= 0.5, `decode ${ratio.decode} of JSON`);
});
