import assert from "node:assert/strict";
import { absenceReason } from "../base/absence.ts";
import {
  aFill,
  anEquity,
  anOption,
  aPosition,
  close,
  DELIVERY,
  near,
  quote,
  TestDesk,
} from "./desk_fixture_test.ts";

const CALL = anOption();

Deno.test("positions: rows keep their ids while others come and go", () => {
  const desk = new TestDesk().add(anEquity(), CALL);
  desk.hold(aPosition({ signedQuantity: 10 }));
  const { id } = desk.book.row(desk.index("XYZ"));
  const { layout } = desk.book;

  desk.hold(aPosition({ signedQuantity: 10 }), aPosition({ instrumentKey: CALL.key }));

  assert.equal(desk.book.row(desk.index("XYZ")).id, id);
  assert.equal(desk.book.rowIndex(id), desk.index("XYZ"));
  assert.equal(desk.book.layout, layout + 1);
});

Deno.test("positions: the id of a row that went is never given again", () => {
  const desk = new TestDesk().add(anEquity(), CALL).hold(aPosition());
  const { id } = desk.book.row(0);
  desk.book.setPositions("A", []);
  assert.equal(desk.book.rowCount, 0);
  assert.equal(desk.book.rowIndex(id), -1);

  desk.hold(aPosition());

  assert.notEqual(desk.book.row(0).id, id);
});

Deno.test("positions: changes are told once per row, as added, changed or removed", () => {
  const desk = new TestDesk().add(anEquity(), CALL);
  desk.hold(aPosition(), aPosition({ instrumentKey: CALL.key }));
  const [first, second] = desk.book.takeRowChanges();
  assert.deepEqual([first.kind, second.kind], ["added", "added"]);

  desk.hold(aPosition({ signedQuantity: 2 }));

  const changes = desk.book.takeRowChanges().map(({ kind }) => kind).sort();
  assert.deepEqual(changes, ["changed", "removed"]);
  assert.deepEqual(desk.book.takeRowChanges(), []);
});

Deno.test("positions: a change of quantity moves the sums without a new layout", () => {
  const desk = new TestDesk().add(anEquity()).hold(aPosition({ signedQuantity: 10 }));
  desk.send(quote("XYZ", 99.99, 100.01));
  const { layout } = desk.book;

  desk.hold(aPosition({ signedQuantity: -4 }));

  assert.equal(desk.book.layout, layout);
  near(desk.total("marketValue"), -400);
  near(desk.total("shortDollarDelta"), -400);
  assert.equal(desk.total("longDollarDelta"), 0);
});

Deno.test("positions: closing one marks the cell that changed", () => {
  const desk = new TestDesk().add(anEquity(), CALL);
  desk.hold(aPosition({ signedQuantity: 10 }), aPosition({ instrumentKey: CALL.key }));
  desk.send(quote("XYZ", 99.99, 100.01), quote(CALL.key, 2, 2.1));
  const { tick } = desk.book;
  const [callRow] = [desk.index(CALL.key)].map((index) => desk.book.row(index).id);

  desk.hold(aPosition({ signedQuantity: 10 }));

  assert.ok(desk.book.cellChanged[0] > tick);
  assert.ok(desk.book.rowChanged[desk.index("XYZ")] <= tick);
  assert.equal(desk.book.rowIndex(callRow), -1);
});

Deno.test("positions: a quantity that is no number is counted and left out", () => {
  const desk = new TestDesk().add(anEquity()).hold(aPosition({ signedQuantity: NaN }));

  assert.equal(desk.book.rowCount, 0);
  assert.equal(desk.book.dropped().positions, 1);
});

Deno.test("positions: an account that was not added is refused", () => {
  const desk = new TestDesk();

  assert.equal(desk.book.setPositions("C", [aPosition({ accountId: "C" })]), false);
  assert.equal(desk.book.applyFill(aFill({ accountId: "C" })), false);
});

Deno.test("fills: a row sold out today carries its profit and is no leg", () => {
  const desk = new TestDesk().add(anEquity()).hold(aPosition({ signedQuantity: 10 }));
  desk.send(quote("XYZ", 99.99, 100.01), close("XYZ", 98));

  desk.book.applyFill(aFill({ signedQuantity: -10, price: 101, fees: 1 }));
  desk.book.setPositions("A", []);

  assert.equal(desk.book.rowCount, 1);
  assert.equal(desk.total("legs"), 0);
  assert.equal(desk.total("withoutGreeks"), 0);
  near(desk.value("dayPnl", "XYZ"), 10 * (101 - 98) - 1);
  near(desk.total("dayPnl"), 29);
  assert.equal(desk.value("marketValue", "XYZ"), 0);
});

Deno.test("fills: opened and closed within the day leaves its profit", () => {
  const desk = new TestDesk().add(anEquity());
  desk.book.applyFill(aFill({ execId: "e1", signedQuantity: 5, price: 10, fees: 0.5 }));
  desk.book.applyFill(aFill({ execId: "e2", signedQuantity: -5, price: 12, fees: 0.5 }));

  near(desk.total("dayPnl"), 9);
  assert.equal(desk.total("withoutDayPnl"), 0);
});

Deno.test("fills: a correction takes the place of the first, a repetition adds nothing", () => {
  const desk = new TestDesk().add(anEquity());
  desk.hold(aPosition({ signedQuantity: 5, overnightQuantity: 0 }));
  desk.send(quote("XYZ", 12, 12));
  const fill = aFill({ signedQuantity: 5, price: 10 });

  desk.book.applyFill(fill);
  desk.book.applyFill(fill);
  near(desk.total("dayPnl"), 10);
  desk.book.applyFill({ ...fill, price: 11 });

  near(desk.total("dayPnl"), 5);
});

Deno.test("fills: a trade that was not reported makes the day P&L absent, not a profit", () => {
  const desk = new TestDesk().add(anEquity());
  desk.hold(aPosition({ signedQuantity: 5, overnightQuantity: 0 }));

  desk.send(quote("XYZ", 12, 12));

  assert.ok(Number.isNaN(desk.value("dayPnl", "XYZ")));
  assert.equal(absenceReason(desk.code("dayPnlAbsence", "XYZ")), "notReported");
  assert.equal(desk.total("withoutDayPnl"), 1);
});

Deno.test("X-03: a missing previous close makes the day P&L absent with its reason", () => {
  const desk = new TestDesk().add(anEquity()).hold(aPosition());

  desk.send(quote("XYZ", 12, 12));

  assert.equal(absenceReason(desk.code("dayPnlAbsence", "XYZ")), "noClose");
  assert.equal(desk.total("withoutDayPnl"), 1);
  desk.send(close("XYZ", 11));
  near(desk.total("dayPnl"), 1);
});

Deno.test("session: fills are over, what is held was held overnight, empty rows go", () => {
  const desk = new TestDesk().add(anEquity(), CALL);
  desk.hold(aPosition({ signedQuantity: 5, overnightQuantity: 0 }));
  desk.book.applyFill(aFill({ signedQuantity: 5, price: 10 }));
  desk.book.applyFill(aFill({ execId: "e2", instrumentKey: CALL.key, signedQuantity: 0 }));
  assert.equal(desk.book.rowCount, 2);

  desk.book.startSession();
  desk.send(quote("XYZ", 12, 12), close("XYZ", 11));

  assert.equal(desk.book.rowCount, 1);
  near(desk.total("dayPnl"), 5);
});

Deno.test("book: a reset leaves the directory and no rows", () => {
  const desk = new TestDesk().add(anEquity()).hold(aPosition());
  const { layout } = desk.book;

  desk.book.reset();

  assert.equal(desk.book.rowCount, 0);
  assert.ok(desk.book.layout > layout);
  assert.equal(desk.book.handleOf("XYZ"), 0);
  assert.equal(desk.book.accountCount, 2);
});

Deno.test("book: a pinned underlying stands without positions and follows its price", () => {
  const desk = new TestDesk();
  const spy = anEquity({ symbol: "SPY" });
  desk.board.register(desk.book.pinUnderlying(spy), { ...spy, ...DELIVERY });

  desk.send(quote("SPY", 560, 560));

  assert.equal(desk.book.underlyingCount, 1);
  assert.equal(desk.book.underlying(0).instrumentKey, "SPY");
  assert.equal(desk.book.underlyingF64[0], 560);
  assert.deepEqual(desk.book.wantedHandles(), [desk.book.handleOf("SPY")]);
});
