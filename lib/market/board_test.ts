import { BROKER_GREEKS, BROKER_GREEKS_STRIDE, CODE, CODE_STRIDE } from "../domain/market_data.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import { absenceReason } from "../base/absence.ts";
import { MARK_SOURCES } from "../domain/measures.ts";
import { aBoard, aClose, aQuote, aShare, aTrade, NOW, send } from "./board_fixture_test.ts";
import type { Board } from "./board.ts";

function markOf(board: Board, handle = 0): [number, string, string] {
  const code = (of: number) => board.columns.codes[handle * CODE_STRIDE + of];
  return [
    board.price(handle, "mark"),
    MARK_SOURCES[code(CODE.markSource)],
    absenceReason(code(CODE.markAbsence)),
  ];
}

Deno.test("G-039, G-045: mark: the mid before last and close, when both sides have a price", () => {
  const board = aBoard();

  send(board, [aTrade(99), aClose(98), aQuote(100, 102)]);

  assert.deepEqual(markOf(board), [101, "mid", "present"]);
});

Deno.test("G-045: mark: a mid whose spread is over half of it says so, at exactly half not", () => {
  const board = aBoard();
  send(board, [aClose(1), aTrade(1), aQuote(0.5, 1.5)]);
  assert.deepEqual(markOf(board), [1, "wideMid", "present"]);

  send(board, [aQuote(0.75, 1.25)]);

  assert.deepEqual(markOf(board), [1, "mid", "present"]);
});

Deno.test("mark: a locked quote has a mid", () => {
  const board = aBoard();

  send(board, [aQuote(100, 100)]);

  assert.deepEqual(markOf(board), [100, "mid", "present"]);
});

Deno.test("mark: without a bid the last trade counts up to the ask and not above it", () => {
  const board = aBoard();
  send(board, [aClose(0.02), aTrade(0.04), aQuote(0, 0.05)]);
  assert.deepEqual(markOf(board), [0.04, "last", "present"]);

  send(board, [aTrade(0.06)]);

  assert.deepEqual(markOf(board), [0.02, "previousClose", "present"]);
});

Deno.test("G-039, G-045: mark: without a quote the last trade, without one the close", () => {
  const board = aBoard();
  send(board, [aClose(98)]);
  assert.deepEqual(markOf(board), [98, "previousClose", "present"]);

  send(board, [aTrade(99)]);

  assert.deepEqual(markOf(board), [99, "last", "present"]);
});

Deno.test("DAT-1: a crossed quote is no quote and is counted", () => {
  const board = aBoard();
  send(board, [aQuote(100, 101)]);

  send(board, [aQuote(102, 101)]);

  assert.deepEqual(markOf(board), [NaN, "none", "crossed"]);
  assert.equal(board.dropped().crossed, 1);
});

Deno.test("P14: nothing that is not a price becomes one", () => {
  const garbage = fc.constantFrom(NaN, Infinity, -Infinity, -1, -0.01, 0, 1.797e308);
  fc.assert(fc.property(garbage, garbage, garbage, garbage, (bid, ask, last, close) => {
    const board = aBoard();

    send(board, [aQuote(bid, ask), aTrade(last), aClose(close)]);

    assert.deepEqual(markOf(board), [NaN, "none", "noQuote"]);
    assert.ok(Object.values(board.dropped()).some((count) => count > 0));
  }));
});

Deno.test("X-05: mark: a computed price says that it is derived, its close does not", () => {
  const board = aBoard();
  board.register(0, aShare({ isDerived: true }));

  send(board, [aClose(98)]);
  assert.deepEqual(markOf(board), [98, "previousClose", "present"]);
  send(board, [aTrade(99)]);
  assert.deepEqual(markOf(board), [99, "derived", "present"]);
  send(board, [{ ...aTrade(3), handle: 1 }]);
  assert.deepEqual(markOf(board, 1), [3, "last", "present"]);
});

Deno.test("P14: any quote leaves a mark that is absent or within [bid, ask]", () => {
  const number = fc.double();
  fc.assert(fc.property(number, number, (bid, ask) => {
    const board = aBoard();

    send(board, [aQuote(bid, ask)]);

    const [mark, source] = markOf(board);
    if (source === "none") assert.ok(Number.isNaN(mark));
    else assert.ok(mark >= bid && mark <= ask && mark > 0 && Number.isFinite(mark));
  }));
});

Deno.test("P14: Greeks that no option has are absent one by one, and counted", () => {
  const board = aBoard();

  send(board, [{ kind: "greeks", handle: 1, values: [1, -1, -2, 0.1, -0.1, -1, NaN] }]);

  const { columns } = board;
  assert.ok(Number.isNaN(columns.brokerGreeks[1 * BROKER_GREEKS_STRIDE + BROKER_GREEKS.iv]));
  assert.ok(Number.isNaN(columns.brokerGreeks[1 * BROKER_GREEKS_STRIDE + BROKER_GREEKS.delta]));
  assert.equal(columns.brokerGreeks[1 * BROKER_GREEKS_STRIDE + BROKER_GREEKS.gamma], 0.1);
  assert.ok(
    Number.isNaN(columns.brokerGreeks[1 * BROKER_GREEKS_STRIDE + BROKER_GREEKS.vegaPerPoint]),
  );
  assert.equal(board.dropped().greeksOutOfRange, 2);
  assert.equal(board.dropped().ivOutOfRange, 1);
});

Deno.test("DAT-3: an older event than the stored one is dropped and counted", () => {
  const board = aBoard();
  send(board, [aQuote(100, 102)]);

  send(board, [aQuote(1, 2, NOW - 1)], NOW + 1000);

  assert.equal(markOf(board)[0], 101);
  assert.equal(board.dropped().outOfOrder, 1);
});

Deno.test("DAT-3: a stamp of 1970 or of tomorrow is replaced by the receive time", () => {
  const board = aBoard();

  send(board, [aQuote(100, 102, 0)]);
  assert.equal(board.price(0, "quoteAt"), NOW);
  send(board, [aQuote(100, 104, NOW + 86_400_000)]);

  assert.equal(board.price(0, "quoteAt"), NOW);
  assert.equal(markOf(board)[0], 102);
  assert.equal(board.dropped().badTime, 2);
  assert.equal(board.leadMs, 86_400_000);
});

Deno.test("DAT-3: a stamp ahead of the clock does not shut out what follows", () => {
  const board = aBoard();
  send(board, [aQuote(100, 102, NOW + 50_000)]);

  send(board, [aQuote(104, 106, NOW + 1000)], NOW + 1000);

  assert.equal(markOf(board)[0], 105);
});

Deno.test("board: a source without stamps is timed by arrival", () => {
  const board = aBoard();

  send(board, [aQuote(100, 102, NaN)], NOW + 5);

  assert.equal(board.price(0, "quoteAt"), NOW + 5);
  assert.equal(board.dropped().badTime, 0);
});

Deno.test("board: an option may close at 0, a share may not", () => {
  const board = aBoard();

  send(board, [aClose(0, 0), aClose(0, 1)]);

  assert.ok(Number.isNaN(board.price(0, "previousClose")));
  assert.equal(board.price(1, "previousClose"), 0);
});

Deno.test("board: a close learned by query is used and touched", () => {
  const board = aBoard();
  board.takeTouched();

  board.setPreviousClose(0, 98, NOW);
  board.setPreviousClose(1, NaN, NOW);

  const touched = board.takeTouched();
  assert.equal(touched.count, 1);
  assert.equal(touched.handles[0], 0);
  assert.deepEqual(markOf(board), [98, "previousClose", "present"]);
});

Deno.test("board: unknown handles, kinds and states are counted, not stored", () => {
  const board = aBoard();

  send(board, [
    { ...aQuote(1, 2), handle: 7 },
    { ...aQuote(1, 2), handle: -1 },
    { kind: 9, values: [1] },
    { kind: "status", values: [2] },
  ]);

  assert.equal(board.dropped().unknownHandle, 2);
  assert.equal(board.dropped().unknownKind, 1);
  assert.equal(board.dropped().badStatus, 1);
  assert.equal(board.takeTouched().count, 0);
});

Deno.test("board: touched handles are listed once, in order, with the kinds they got", () => {
  const board = aBoard();

  send(board, [{ ...aQuote(1, 2), handle: 1 }, aTrade(5), { ...aTrade(1.5), handle: 1 }]);

  const touched = board.takeTouched();
  assert.deepEqual([...touched.handles.subarray(0, touched.count)], [1, 0]);
  assert.equal(touched.kinds[1], 0b11);
  assert.equal(touched.kinds[0], 0b10);
  send(board, [aTrade(6)]);
  assert.equal(board.takeTouched().count, 1);
  assert.equal(touched.kinds[1], 0);
});

Deno.test("board: touched handles add up over messages until they are taken", () => {
  const board = aBoard();

  send(board, [aQuote(1, 2)]);
  send(board, [{ ...aQuote(1, 2), handle: 1 }]);

  assert.equal(board.takeTouched().count, 2);
});

Deno.test("board: a handle outside the capacity is refused", () => {
  const board = aBoard();

  assert.deepEqual(board.register(8, aShare()), { ok: false, error: "capacity" });
  assert.deepEqual(board.register(-1, aShare()), { ok: false, error: "capacity" });
});

Deno.test("board: a new session forgets closes and keeps quotes", () => {
  const board = aBoard();
  send(board, [aClose(98), aQuote(100, 102), aClose(3, 1)]);

  board.startSession();

  assert.ok(Number.isNaN(board.price(0, "previousClose")));
  assert.equal(markOf(board)[0], 101);
  assert.deepEqual(markOf(board, 1), [NaN, "none", "noQuote"]);
});

Deno.test("board: a reset forgets all market data and touches every instrument", () => {
  const board = aBoard();
  send(board, [aQuote(100, 102)]);
  board.takeTouched();

  board.reset();

  assert.equal(markOf(board)[1], "none");
  assert.equal(board.takeTouched().count, 2);
  assert.equal(board.isConfirmed(0), false);
});

Deno.test("mark: the broker's valuation stands in for quote and trade, and says so", () => {
  const board = aBoard();
  send(board, [aClose(90), { kind: "brokerMark", values: [95] }]);
  assert.equal(board.price(0, "mark"), 95);
  assert.equal(MARK_SOURCES[board.columns.codes[CODE.markSource]], "brokerMark");
  send(board, [aTrade(96)]);
  assert.equal(board.price(0, "mark"), 96);
  send(board, [{ kind: "brokerMark", values: [-1] }]);
  assert.equal(board.columns.brokerMark[0], 95);
});
