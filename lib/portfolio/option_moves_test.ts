import assert from "node:assert/strict";
import { type Absent, isAbsent } from "../base/absence.ts";
import { isOption, type Option } from "../domain/instrument.ts";
import { apiData } from "../desk/api_data.ts";
import type { ApiPosition } from "../desk/api_types.ts";
import { priceEuropean } from "../pricing/european.ts";
import {
  aFuture,
  anEquity,
  anOption,
  aPosition,
  close,
  EXPIRES_AT,
  near,
  quote,
  START_AT,
  TestDesk,
} from "./desk_fixture_test.ts";
import { drivingPrice, moveToDoublePct, moveToItmPct } from "./option_moves.ts";
import { tableLines } from "./overview/order.ts";
import { BookScope } from "./overview/scope.ts";
import { legSource } from "./overview/source.ts";
import { tableCsv } from "./overview/table_csv.ts";
import { legValue, optionFigures } from "./overview/values.ts";

const CARRY = { underlying: "XYZ", riskFreeRate: 0.04, dividendYield: 0.01 };
const CALL = anOption();
const PUT = anOption({ right: "put", strike: 95 });
const CALL_PRICE = 1.735256149;

function quoted(key: string, price: number) {
  return quote(key, price - 0.005, price + 0.005);
}

/** A call of formulas §3 and a put that are out of the money, spot 100. */
function aDesk(): TestDesk {
  const desk = new TestDesk().add(anEquity(), CALL, PUT);
  desk.book.setCarry(CARRY);
  desk.hold(
    aPosition({ instrumentKey: CALL.key, signedQuantity: 2 }),
    aPosition({ instrumentKey: PUT.key, signedQuantity: -3 }),
  );
  desk.send(close("XYZ", 99), close(CALL.key, 1.5), close(PUT.key, 1.5));
  return desk.send(quoted("XYZ", 100), quoted(CALL.key, CALL_PRICE), quoted(PUT.key, 1.6));
}

function figuresOf(desk: TestDesk, option: Option) {
  return optionFigures(desk.book, desk.index(option.key), option, desk.now);
}

function apiOf(desk: TestDesk): Map<string, ApiPosition> {
  const context = {
    mode: "demo",
    standIn: null,
    referenceKey: "XYZ",
    sourceNow: desk.now,
    stream: { epoch: "e", seq: 1 },
  } as const;
  const positions = apiData(desk.book, [0, 1], context).grouped_positions
    .flatMap((group) => group.positions);
  return new Map(positions.map((one) => [one.original_symbol, one]));
}

/** Cells of the exported table, by the leg's right. */
function csvOf(desk: TestDesk): Map<string, string[]> {
  const scope = new BookScope(desk.book, [0, 1]);
  const lines = tableLines(scope, [0], new Set(["XYZ"]));
  const moment = { today: "2025-03-19", now: desk.now };
  const context = { ...moment, measure: "dollarDelta", barScale: 1, closedAt: null } as const;
  const columns = ["name", "days", "toItm", "toDouble", "source"] as const;
  const stamp = { mode: "demo", now: desk.now } as const;
  const rows = tableCsv(scope, lines, columns, context, stamp).trimEnd().split("\r\n").slice(2);
  return new Map(rows.map((row) => row.split(",")).map((cells) => [cells[6], cells]));
}

function number(value: number | Absent): number {
  assert.ok(!isAbsent(value), JSON.stringify(value));
  return value;
}

function why(value: number | Absent): string {
  return isAbsent(value) ? value.why : String(value);
}

Deno.test("G-042: the table, its CSV and the API say how far a call and a put are out", () => {
  const desk = aDesk();
  const scope = new BookScope(desk.book, [0, 1]);
  const moment = { today: "2025-03-19", now: desk.now };
  const [api, csv] = [apiOf(desk), csvOf(desk)];
  for (const [option, expected] of [[CALL, 5], [PUT, -5]] as const) {
    near(legValue(scope, desk.index(option.key), "toItm", moment) ?? NaN, expected, 1e-12);
    near(api.get(option.key)?.move_to_itm_pct ?? NaN, expected, 1e-12);
    near(Number(csv.get(option.right)?.[8]), expected, 1e-12);
  }
  desk.send(quoted("XYZ", 110));
  assert.equal(apiOf(desk).get(CALL.key)?.move_to_itm_pct, 0);
});

Deno.test("G-043: moved as far as the row says, the option is worth twice its price", () => {
  const desk = aDesk();
  for (const option of [CALL, PUT]) {
    const figures = figuresOf(desk, option);
    const move = number(moveToDoublePct(figures));
    const terms = {
      right: option.right,
      spot: 100,
      strike: option.strike,
      yearsToExpiry: (EXPIRES_AT - START_AT) / (365 * 86_400_000),
      volatility: figures.iv,
      riskFreeRate: 0.04,
      dividendYield: 0.01,
    };
    const before = number(priceEuropean(terms));
    near(before, option === CALL ? CALL_PRICE : 1.6, 1e-5);
    near(number(priceEuropean({ ...terms, spot: 100 + move })) / before, 2, 1e-9);
    assert.equal(move > 0, option.right === "call");
    assert.equal(apiOf(desk).get(option.key)?.move_to_double_pct, move);
    assert.equal(Number(csvOf(desk).get(option.right)?.[9]), move);
  }
});

Deno.test("G-043: where there is no move to double, its reason stands in API and CSV", () => {
  const desk = aDesk();
  const { book } = new TestDesk().add(anEquity(), CALL).hold(
    aPosition({ instrumentKey: CALL.key }),
  );
  const empty = optionFigures(book, 0, CALL, START_AT);
  assert.equal(why(moveToDoublePct(empty)), "noUnderlying");
  assert.equal(why(moveToItmPct(empty)), "noUnderlying");
  assert.equal(why(moveToDoublePct({ ...figuresOf(desk, CALL), iv: NaN })), "noGreeks");
  const rateless = {
    ...figuresOf(desk, CALL),
    underlying: (field: string) => field === "price" ? 100 : NaN,
  };
  assert.equal(why(moveToDoublePct(rateless)), "noRate");

  desk.send(quoted("XYZ", 40), quoted(PUT.key, 55));
  const put = apiOf(desk).get(PUT.key);
  assert.deepEqual([put?.move_to_double_pct, put?.moves_reason], [null, "outOfBounds"]);
  const cells = csvOf(desk).get("put");
  assert.equal(cells?.[9], "");
  assert.match(cells?.at(-1) ?? "", /; move to double absent: out of bounds$/);
});

Deno.test("G-042: an option on a later future moves from that future's price", () => {
  const near3 = aFuture();
  const far = aFuture({
    key: "ESZ5",
    symbol: "ESZ5",
    expiresAt: near3.expiresAt + 182 * 86_400_000,
  });
  const option = anOption({
    kind: "futureOption",
    underlying: "ES",
    underlyingKey: far.key,
    strike: 6_600,
    multiplier: 50,
  });
  const desk = new TestDesk().add(near3, far, option);
  desk.book.setCarry({ underlying: "ES", riskFreeRate: 0.04, dividendYield: 0.04 });
  desk.hold(aPosition({ instrumentKey: near3.key }), aPosition({ instrumentKey: option.key }));
  desk.send(quoted(near3.key, 5_900), quoted(far.key, 6_000), quoted(option.key, 20));

  near(drivingPrice(figuresOf(desk, option)), 6_000, 1e-9);
  near(number(moveToItmPct(figuresOf(desk, option))), 10, 1e-9);
});

Deno.test("G-044: days count down to 0 and stay; expired rows settle, then are gone", () => {
  const desk = aDesk();
  const shown = () => {
    const scope = new BookScope(desk.book, [0, 1]);
    const today = new Date(desk.now).toISOString().slice(0, 10);
    const row = desk.index(CALL.key);
    return [
      legValue(scope, row, "days", { today, now: desk.now }),
      apiOf(desk).get(CALL.key)?.days_to_expiry,
      legSource(desk.book, row, { closedAt: null, now: desk.now }).label,
      apiOf(desk).get(CALL.key)?.state,
    ];
  };
  assert.deepEqual(shown().slice(0, 2), [45, 45]);
  desk.now = EXPIRES_AT - 1;
  desk.board.setFeedState("f", "live", desk.now);
  desk.send(quoted("XYZ", 100), quoted(CALL.key, 0.5));
  assert.deepEqual(shown().slice(0, 3), [0, 0, "model"], "0DTE is 0 to its last moment");
  desk.now = EXPIRES_AT;
  desk.book.advanceTime(desk.now);
  assert.deepEqual(shown(), [0, 0, "settling", "settling"]);
  assert.equal(why(moveToDoublePct(figuresOf(desk, CALL))), "expired");
  assert.match(csvOf(desk).get("call")?.at(-1) ?? "", /^settling/);
  desk.now += 86_400_000;
  desk.book.advanceTime(desk.now);
  assert.deepEqual(shown(), [0, 0, "settling", "settling"], "never below 0");

  desk.hold(aPosition({ instrumentKey: PUT.key, signedQuantity: -3 }));
  assert.equal(apiOf(desk).has(CALL.key), false);
  assert.equal(csvOf(desk).has("call"), false);
  assert.equal(isOption(desk.book.row(desk.index(PUT.key)).instrument), true);
});
