import assert from "node:assert/strict";
import { BROKER_GREEKS, BROKER_GREEKS_STRIDE } from "../domain/market_data.ts";
import { STALENESS } from "../domain/measures.ts";
import { aBoard, aQuote, aShare, aTrade, NOW, send } from "./board_fixture_test.ts";
import type { Board } from "./board.ts";
import { refreshSessions } from "./sessions.ts";

const HOUR_MS = 3_600_000;

function greeksStateOf(board: Board): string {
  return STALENESS[board.greeksStaleness(1, NOW)];
}

function stateOf(board: Board, now: number, handle = 0): string {
  return STALENESS[board.staleness(handle, now)];
}

Deno.test("staleness: a quiet symbol on a live feed stays current", () => {
  const board = aBoard();
  send(board, [aQuote(100, 101)]);

  assert.equal(stateOf(board, NOW + HOUR_MS), "current");
  assert.equal(board.stalenessReason(0, NOW + HOUR_MS), "present");
});

Deno.test("staleness: a symbol that nothing confirmed is stale", () => {
  const board = aBoard();

  assert.equal(stateOf(board, NOW), "stale");
  assert.equal(board.stalenessReason(0, NOW), "notSubscribed");
});

Deno.test("staleness: an explicit no-data confirms a symbol", () => {
  const board = aBoard();

  send(board, [aQuote(NaN, NaN)]);

  assert.equal(board.isConfirmed(0), true);
  assert.equal(stateOf(board, NOW), "current");
});

Deno.test("staleness: a feed that is not proven live makes its symbols stale", () => {
  const board = aBoard();
  send(board, [aQuote(100, 101)]);

  assert.equal(board.setFeedState("f", "stale", NOW + 1), true);

  assert.equal(stateOf(board, NOW + 1), "stale");
  assert.equal(board.stalenessReason(0, NOW + 1), "feedDown");
  assert.equal(board.setFeedState("f", "stale", NOW + 2), false);
});

Deno.test("staleness: after a mute spell the old values are current again", () => {
  const board = aBoard();
  send(board, [aQuote(100, 101)]);
  board.setFeedState("f", "stale", NOW + 1);

  board.setFeedState("f", "live", NOW + 2);

  assert.equal(stateOf(board, NOW + 2), "current");
});

Deno.test("staleness: after a reconnect each symbol waits for its own confirmation", () => {
  const board = aBoard();
  send(board, [aQuote(100, 101), { ...aQuote(1, 2), handle: 1 }]);
  board.setFeedState("f", "down", NOW + 1);
  board.setFeedState("f", "live", NOW + 2);

  send(board, [aQuote(100, 101)], NOW + 3);

  assert.equal(stateOf(board, NOW + 3), "current");
  assert.equal(stateOf(board, NOW + 3, 1), "stale");
});

Deno.test("staleness: a halted symbol is stale and says so, until it trades again", () => {
  const board = aBoard();
  send(board, [aQuote(100, 101), { kind: "status", values: [1] }]);
  assert.equal(stateOf(board, NOW), "stale");
  assert.equal(board.stalenessReason(0, NOW), "halted");

  send(board, [{ kind: "status", values: [0] }], NOW + 1);

  assert.equal(stateOf(board, NOW + 1), "current");
});

Deno.test("staleness: a declared cadence c is stale after max(budget, 2c)", () => {
  const board = aBoard();
  board.register(0, aShare({ cadenceMs: 60_000 }));
  board.register(1, aShare({ cadenceMs: 1_000 }));
  send(board, [aQuote(100, 101), { ...aQuote(1, 2), handle: 1 }]);

  assert.equal(stateOf(board, NOW + 120_000), "current");
  assert.equal(stateOf(board, NOW + 120_001), "stale");
  assert.equal(stateOf(board, NOW + 5_000, 1), "current");
  assert.equal(stateOf(board, NOW + 5_001, 1), "stale");
  assert.equal(board.stalenessReason(1, NOW + 5_001), "stale");
});

Deno.test("staleness: Greeks have their own budget under a cadence", () => {
  const board = aBoard();
  board.register(1, aShare({ kind: "option", cadenceMs: 1_000 }));
  send(board, [{ kind: "greeks", handle: 1, values: [1, 0.2, 0.5, 0.1, -0.1, 0.1, 0.1] }]);

  assert.equal(STALENESS[board.greeksStaleness(1, NOW + 60_000)], "current");
  assert.equal(STALENESS[board.greeksStaleness(1, NOW + 60_001)], "stale");
});

Deno.test("staleness: a closed market is its own state, by the hours of the class", () => {
  const board = aBoard();
  send(board, [aQuote(100, 101), { ...aQuote(1, 2), handle: 1 }]);
  const at1610 = Date.UTC(2025, 2, 19, 20, 10);

  const changesAt = refreshSessions(board, at1610);

  assert.equal(stateOf(board, at1610), "closed");
  assert.equal(stateOf(board, at1610, 1), "current");
  assert.equal(changesAt, Date.UTC(2025, 2, 19, 20, 15));
});

Deno.test("staleness: a feed that says closed is closed, a dead feed after hours too", () => {
  const board = aBoard();
  send(board, [aQuote(100, 101)]);
  board.setFeedState("f", "closed", NOW);
  assert.equal(stateOf(board, NOW), "closed");

  board.setFeedState("f", "down", NOW);
  board.setSessionOpen("equity", false);

  assert.equal(stateOf(board, NOW), "closed");
});

Deno.test("sessions: outside the years of the calendar nothing is closed", () => {
  const board = aBoard();
  send(board, [aQuote(100, 101)]);

  assert.equal(refreshSessions(board, Date.UTC(2050, 0, 1)), Infinity);

  assert.equal(stateOf(board, NOW), "current");
});

Deno.test("DAT-4: delayed data has its level, frozen and withheld data is stale", () => {
  const board = aBoard();
  send(board, [aQuote(100, 101), { kind: "delivery", values: [1] }]);
  assert.equal(stateOf(board, NOW), "current");
  assert.equal(board.columns.dataLevel[0], 1);

  for (const level of [2, 3]) {
    send(board, [{ kind: "delivery", values: [level] }]);
    assert.equal(stateOf(board, NOW), "stale");
  }
  send(board, [{ kind: "delivery", values: [0] }]);
  assert.equal(stateOf(board, NOW), "current");
  send(board, [{ kind: "delivery", values: [4] }, { kind: "delivery", values: [NaN] }]);
  assert.equal(board.dropped().badStatus, 2);
});

Deno.test("delivery: a cadence declared later bounds the age, and its end lifts the bound", () => {
  const board = aBoard();
  send(board, [aQuote(100, 101), { kind: "delivery", values: [0, 60_000] }]);
  assert.equal(stateOf(board, NOW + 120_000), "current");
  assert.equal(stateOf(board, NOW + 120_001), "stale");
  send(board, [{ kind: "delivery", values: [0, NaN] }], NOW + 120_001);
  assert.equal(stateOf(board, NOW + HOUR_MS), "current");
});

Deno.test("delivery: how data comes confirms no symbol", () => {
  const board = aBoard();
  send(board, [{ kind: "delivery", values: [0] }]);
  assert.equal(board.isConfirmed(0), false);
});

Deno.test("delivery: the level of one source says nothing of the next", () => {
  const board = aBoard();
  send(board, [aQuote(100, 101), { kind: "delivery", values: [1] }]);
  board.register(0, aShare());
  assert.equal(board.columns.dataLevel[0], 1);
  board.register(0, aShare({ feed: "other" }));
  assert.equal(board.columns.dataLevel[0], 0);
});

Deno.test("the first price of a source clears what another one said", () => {
  const board = aBoard();
  board.setFeedState("other", "live", NOW);
  const greeks = { handle: 1, kind: "greeks", values: [5, 0.2, 0.5, 0.02, -0.1, 0.6] } as const;
  send(board, [{ ...aQuote(9, 9.2), handle: 1 }, { ...aTrade(9.1), handle: 1 }, greeks]);
  board.register(1, aShare({ kind: "option", sessionClass: "lateOption", feed: "other" }));
  assert.equal(board.price(1, "bid"), 9, "it stays until the new source speaks");

  send(board, [{ ...aQuote(8, NaN, NOW - 10), handle: 1 }]);

  assert.deepEqual([board.price(1, "last"), board.price(1, "bid")], [NaN, 8]);
  assert.deepEqual([stateOf(board, NOW, 1), greeksStateOf(board)], ["current", "stale"]);
  send(board, [{ ...greeks, values: [5, 0.2, 0.6, 0.02, -0.1, 0.6], at: NOW - 5_000 }]);
  assert.equal(greeksStateOf(board), "current");
  const at = BROKER_GREEKS_STRIDE + BROKER_GREEKS.delta;
  assert.equal(board.columns.brokerGreeks[at], 0.6, "its clock may be behind the other one's");
});

Deno.test("staleness: after a reconnect a quote says nothing of the Greeks before it", () => {
  const board = aBoard();
  const greeks = { handle: 1, kind: "greeks", values: [5, 0.2, 0.5, 0.02, -0.1, 0.6] } as const;
  send(board, [{ ...aQuote(9, 9.2), handle: 1 }, greeks]);
  board.setFeedState("f", "down", NOW);
  board.setFeedState("f", "live", NOW);
  send(board, [{ ...aQuote(9, 9.2), handle: 1 }]);
  assert.deepEqual([stateOf(board, NOW, 1), greeksStateOf(board)], ["current", "stale"]);
  send(board, [greeks]);
  assert.equal(greeksStateOf(board), "current");
});
