import assert from "node:assert/strict";
import { apiData } from "../../lib/desk/api_data.ts";
import { ROW_F64, ROW_F64_AT } from "../../lib/domain/measures.ts";
import {
  anEquity,
  anOption,
  aPosition,
  quote,
  TestDesk,
} from "../../lib/portfolio/desk_fixture_test.ts";
import type { Book } from "../../lib/portfolio/book.ts";
import { bookAt, differenceOf, digestOf, disagreement } from "./equality.ts";

const CONTEXT = {
  mode: "demo",
  standIn: null,
  referenceKey: "SPY",
  sourceNow: 0,
  stream: { epoch: "e", seq: 7 },
} as const;

function aBook(): Book {
  const call = anOption();
  const desk = new TestDesk().add(anEquity(), call).hold(
    aPosition({ signedQuantity: 60 }),
    aPosition({ instrumentKey: call.key, signedQuantity: -2 }),
    aPosition({ instrumentKey: call.key, signedQuantity: 7, accountId: "B" }),
  );
  desk.book.setCarry({ underlying: "XYZ", riskFreeRate: 0.04, dividendYield: 0.01 });
  return desk.send(quote("XYZ", 99.99, 100.01), quote(call.key, 1.72, 1.75)).book;
}

Deno.test("soak: a copy equals what the API says of the same book", () => {
  const book = aBook();

  const data = apiData(book, [0, 1], CONTEXT);

  assert.equal(differenceOf(bookAt(book, 7), data, true), null);
});

Deno.test("soak: one value in the last place is a difference, named with its row", () => {
  const book = aBook();
  const data = apiData(book, [0, 1], CONTEXT);
  const at = 2 * ROW_F64.length + ROW_F64_AT.positionDelta;
  book.rowF64[at] *= 1 + Number.EPSILON;

  const difference = differenceOf(bookAt(book, 7), data, true);

  assert.ok(difference?.includes(book.row(2).instrument.key), String(difference));
});

Deno.test("soak: a sum that is off by more than rounding is a difference", () => {
  const book = aBook();
  const data = apiData(book, [0, 1], CONTEXT);
  for (let at = 0; at < book.cellF64.length; at++) book.cellF64[at] *= 1 + 1e-6;

  assert.notEqual(differenceOf(bookAt(book, 7), data, true), null);
});

Deno.test("soak: a missing row is a difference where all rows travel", () => {
  const book = aBook();
  const data = apiData(book, [0], CONTEXT);

  assert.match(String(differenceOf(bookAt(book, 7), data, true)), /rows/);
});

Deno.test("soak: positions add up to their group, and one of another flush does not", () => {
  const book = aBook();
  const data = apiData(book, [0, 1], CONTEXT);
  assert.equal(disagreement(data), null);

  const [group] = data.grouped_positions;
  const [first, ...rest] = group.positions;
  const late = { ...first, net_liq: (first.net_liq ?? 0) * 1.001 };
  const grouped = [{ ...group, positions: [late, ...rest] }];

  assert.match(String(disagreement({ ...data, grouped_positions: grouped })), /net_liq/);
});

Deno.test("soak: an answer that lost a position of no value is found by its count", () => {
  const data = apiData(aBook(), [0, 1], CONTEXT);

  assert.match(String(disagreement({ ...data, position_count: 4 })), /3 positions of 4/);
});

Deno.test("soak: digests of equal books are equal, of books one bit apart are not", () => {
  const book = aBook();
  const before = digestOf(book);

  assert.equal(digestOf(aBook()), before);
  book.rowF64[ROW_F64_AT.positionDelta] += 1;
  assert.notEqual(digestOf(book), before);
});
