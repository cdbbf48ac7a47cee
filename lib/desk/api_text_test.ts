import assert from "node:assert/strict";
import fc from "fast-check";
import { FakeBook } from "../../tests/fixtures/fake_book.ts";
import { anEquity, anOption, aPosition, quote, TestDesk } from "../portfolio/desk_fixture_test.ts";
import { apiData, apiState } from "./api_data.ts";
import { apiText } from "./api_text.ts";

const CONTEXT = {
  mode: "demo",
  standIn: null,
  referenceKey: "XYZ",
  sourceNow: Date.UTC(2025, 2, 19, 14, 15),
  stream: { epoch: "e", seq: 7 },
} as const;

/** As a client reads it: a fake book has sums that are no numbers, and JSON has none of those. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

Deno.test("T-018: the parts of an answer are the whole answer, however they are cut", () => {
  const shape = fc.record({
    underlyings: fc.integer({ min: 1, max: 4 }),
    accounts: fc.integer({ min: 1, max: 3 }),
    rows: fc.integer({ min: 0, max: 40 }),
    seed: fc.integer(),
  });
  fc.assert(fc.property(shape, fc.integer({ min: 1, max: 50 }), (of, rowsAtOnce) => {
    const book = new FakeBook(of);
    const chosen = Array.from({ length: of.accounts }, (_, a) => a).filter((a) => a !== 1);

    const parts = [...apiText(apiState(book, chosen, CONTEXT), rowsAtOnce)];

    assert.deepEqual(JSON.parse(parts.join("")), asJson(apiData(book, chosen, CONTEXT)));
    for (const part of parts) {
      const positions = part.match(/"original_symbol":/g) ?? [];
      assert.ok(positions.length <= rowsAtOnce);
    }
  }));
});

Deno.test("T-018: a name that looks like the list itself cuts nothing wrong", () => {
  const book = new FakeBook({ underlyings: 1, accounts: 1, rows: 3, seed: 1 });
  const context = { ...CONTEXT, referenceKey: '"grouped_positions":[]' };

  const text = [...apiText(apiState(book, [0], context), 1)].join("");

  assert.deepEqual(JSON.parse(text), asJson(apiData(book, [0], context)));
});

/** What is written between parts: the book is as far as `move` has brought it by then. */
function writtenWhile(desk: TestDesk, move: (step: number) => void): string {
  const parts = apiText(apiState(desk.book, [0, 1], CONTEXT), 1);
  let text = "";
  let step = 0;
  for (const part of parts) {
    text += part;
    move(step++);
  }
  assert.ok(step > 4, "written in several parts");
  return text;
}

Deno.test("T-018: an answer is of one flush although the book moves while it is written", () => {
  const call = anOption();
  const put = anOption({ right: "put" });
  const desk = new TestDesk().add(anEquity(), call, put).hold(
    aPosition({ signedQuantity: 60 }),
    aPosition({ instrumentKey: call.key, signedQuantity: -2 }),
    aPosition({ instrumentKey: put.key, signedQuantity: 7, accountId: "B" }),
  );
  desk.book.setCarry({ underlying: "XYZ", riskFreeRate: 0.04, dividendYield: 0.01 });
  desk.send(quote("XYZ", 99.99, 100.01), quote(call.key, 1.72, 1.75), quote(put.key, 1.5, 1.6));
  const before = apiData(desk.book, [0, 1], CONTEXT);

  const text = writtenWhile(desk, (step) => {
    desk.send(quote("XYZ", 100.99 + step, 101.01 + step), quote(call.key, 2 + step, 2.1 + step));
    // Rows, too, come and go: what was a row is another one by then.
    desk.book.setPositions("A", step % 2 === 0 ? [] : [aPosition({ signedQuantity: step })]);
    // Read, so that the columns of the book are really written anew.
    assert.ok(desk.book.rowF64.length >= 0);
  });

  assert.deepEqual(JSON.parse(text), before);
  assert.notDeepEqual(apiData(desk.book, [0, 1], CONTEXT), before);
});
