import assert from "node:assert/strict";
import { FakeBook } from "@/tests/fixtures/fake_book.ts";
import { bookContent } from "@/tests/fixtures/fake_book_shape.ts";
import { aHello, diffFrame } from "@/tests/fixtures/stream.ts";
import { WHOLE_SCOPE } from "../protocol/audience.ts";
import { STRIDE } from "../protocol/frame.ts";
import { encodeSnapshot } from "../protocol/page_snapshot.ts";
import { BookCopy, copyFromSnapshot } from "./book_copy.ts";

function aBook(): FakeBook {
  return new FakeBook({ underlyings: 3, accounts: 2, rows: 12, seed: 5 });
}

function copyOf(book: FakeBook, seq = 10): BookCopy {
  const { text } = encodeSnapshot(book, {
    hello: { ...aHello, seq },
    scope: WHOLE_SCOPE,
    rows: "all",
    feeds: [],
    market: null,
    recording: null,
  });
  const copy = copyFromSnapshot(text);
  assert.ok(copy.ok, copy.ok ? "" : copy.error.message);
  return copy.value;
}

Deno.test("copy: a page's snapshot is equal to the book and names epoch and sequence", () => {
  const book = aBook();

  const copy = copyOf(book);

  assert.deepEqual(bookContent(copy), bookContent(book));
  assert.deepEqual(copy.resumePoint(3), { epoch: "e1", scope: "all", seq: 10, eventSeq: 3 });
});

Deno.test("G-058: rates and the brokers of feeds travel as they were told", () => {
  const rates = [{ currency: "EUR", base: "USD", rate: 1.0857, asOf: 7 }];
  const feed = {
    feed: "ib/account",
    label: "IB accounts",
    state: "down",
    since: 5,
    lastByteAt: null,
    lastHeartbeatAt: null,
    lastEventAt: null,
    eventsPerSecond: null,
    dropped: {},
    detail: "closed",
    broker: "ib",
    carries: "accounts",
  } as const;
  const { text } = encodeSnapshot(aBook(), {
    hello: aHello,
    scope: WHOLE_SCOPE,
    rows: "all",
    feeds: [feed],
    market: null,
    recording: null,
    rates,
  });
  const copy = copyFromSnapshot(text);
  assert.ok(copy.ok);
  assert.deepEqual(copy.value.rates, rates);
  assert.deepEqual(copy.value.feeds, [feed]);
});

Deno.test("copy: a page's snapshot never holds a whole account number", () => {
  const book = aBook();
  const { text } = encodeSnapshot(book, {
    hello: aHello,
    scope: WHOLE_SCOPE,
    rows: "all",
    feeds: [],
    market: null,
    recording: null,
  });

  for (let a = 0; a < book.accountCount; a++) {
    assert.equal(text.includes(book.account(a).account.number), false);
  }
});

Deno.test("copy: a diff changes what it names, marks it, and nothing else", () => {
  const book = aBook();
  const copy = copyOf(book);
  const before = bookContent(copy);
  const id = book.rowIds[4];

  const applied = copy.apply(diffFrame({ seq: 11, previous: 10, row: { id, mark: 4.25 } }));

  assert.equal(applied.kind, "applied");
  const index = copy.rowIndex(id);
  assert.equal(copy.rowF64[index * STRIDE.rowF64 + 1], 4.25);
  assert.equal(copy.rowChanged[index], copy.tick);
  const after = bookContent(copy);
  before.rows.delete(id);
  after.rows.delete(id);
  assert.deepEqual(after, before);
});

Deno.test("CLI-2: a duplicate is dropped, a gap refuses everything until a snapshot", () => {
  const book = aBook();
  const copy = copyOf(book);
  const id = book.rowIds[0];

  const first = copy.apply(diffFrame({ seq: 11, previous: 10, row: { id, mark: 1 } }));
  const again = copy.apply(diffFrame({ seq: 11, previous: 10, row: { id, mark: 2 } }));
  const gap = copy.apply(diffFrame({ seq: 13, previous: 12, row: { id, mark: 3 } }));
  const next = copy.apply(diffFrame({ seq: 14, previous: 13, row: { id, mark: 4 } }));

  assert.deepEqual(
    [first.kind, again.kind, gap.kind, next.kind],
    ["applied", "duplicate", "gap", "gap"],
  );
  assert.equal(copy.rowF64[copy.rowIndex(id) * STRIDE.rowF64 + 1], 1);
  assert.equal(copy.seq, null);
});

Deno.test("copy: a frame that covers several flushes applies when it starts at or before", () => {
  const book = aBook();
  const copy = copyOf(book);
  const id = book.rowIds[0];

  const applied = copy.apply(diffFrame({ seq: 20, previous: 8, row: { id, mark: 9 } }));

  assert.equal(applied.kind, "applied");
  assert.equal(copy.seq, 20);
});

Deno.test("CLI-2: a hello of another epoch keeps the display and waits for a snapshot", () => {
  const book = aBook();
  const copy = copyOf(book);
  const content = bookContent(copy);

  const goesOn = copy.adopt({ ...aHello, epoch: "e2", seq: 10 });
  const diff = copy.apply(
    diffFrame({ seq: 11, previous: 10, row: { id: book.rowIds[0], mark: 1 } }),
  );

  assert.equal(goesOn, false);
  assert.equal(diff.kind, "gap");
  assert.equal(copy.resumePoint(0), null);
  assert.deepEqual(bookContent(copy), content);
});

Deno.test("copy: a frame that names an unknown row is refused and needs a snapshot", () => {
  const copy = copyOf(aBook());

  const applied = copy.apply(diffFrame({ seq: 11, previous: 10, row: { id: 4_000, mark: 1 } }));

  assert.equal(applied.kind, "malformed");
  assert.equal(copy.seq, null);
});

Deno.test("copy: malformed page text is an error, not a throw", () => {
  for (const text of ["", "{}", "[]", '{"hello":1}', "{".repeat(50)]) {
    assert.equal(copyFromSnapshot(text).ok, false);
  }
});
