import assert from "node:assert/strict";
import { DATA_LEVELS } from "../domain/market_data.ts";
import { UNDERLYING_AT, UNDERLYING_F64 } from "../domain/measures.ts";
import { anEquity, anOption, aPosition, quote, TestDesk } from "./desk_fixture_test.ts";

const XYZ = anEquity();
const CALL = anOption();

function aDesk(): TestDesk {
  return new TestDesk().add(XYZ, CALL)
    .hold(aPosition(), aPosition({ instrumentKey: CALL.key }))
    .send(quote("XYZ", 99, 101), quote(CALL.key, 2, 2.2));
}

function levelOf(desk: TestDesk, key: string): string {
  return DATA_LEVELS[desk.code("dataLevel", key)];
}

function underlyingLevel({ book }: TestDesk): string {
  return DATA_LEVELS[book.underlyingF64[UNDERLYING_AT.dataLevel]] ?? `of ${UNDERLYING_F64.length}`;
}

Deno.test("G-005: a delayed option says so, its live underlying does not", () => {
  const desk = aDesk();
  desk.send({ key: CALL.key, kind: "delivery", values: [DATA_LEVELS.indexOf("delayed"), NaN] });
  assert.equal(levelOf(desk, CALL.key), "delayed");
  assert.equal(levelOf(desk, "XYZ"), "live");
  assert.equal(underlyingLevel(desk), "live");
});

Deno.test("G-005: a delayed underlying marks every leg that it drives, until it is live", () => {
  const desk = aDesk();
  desk.send({ key: "XYZ", kind: "delivery", values: [DATA_LEVELS.indexOf("delayed"), NaN] });
  assert.deepEqual([levelOf(desk, CALL.key), levelOf(desk, "XYZ")], ["delayed", "delayed"]);
  assert.equal(underlyingLevel(desk), "delayed");
  desk.send({ key: "XYZ", kind: "delivery", values: [DATA_LEVELS.indexOf("live"), NaN] });
  assert.deepEqual([levelOf(desk, CALL.key), levelOf(desk, "XYZ")], ["live", "live"]);
});
