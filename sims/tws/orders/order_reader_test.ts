import assert from "node:assert/strict";
import { FieldError, FieldReader } from "../wire/field_reader.ts";
import { handOrder } from "./hand_order_fixture_test.ts";
import { readOrder } from "./order_reader.ts";
import { isSet, numberOf, textOf } from "./order_terms.ts";

/** The fields of a hand-written message, as the wire has them: a bar stands for each NUL. */
function read(text: string, version: number) {
  const fields = text.split("|").slice(0, -1);
  return readOrder(new FieldReader(["3", ...fields]), version);
}

const CONTRACT = "265598|AAPL|STK||0.0|||SMART||USD|||";
/** A client that writes zeros where it says nothing, and "O" for opening. */
const MAIN = "||BUY|100|STP LMT|10.5|10.2|GTC|g|DU1|O|0|ref|1|4|0|0|0|0|1|0|";
const EXTENDED = [
  ...["", "0.0", "", "20251231 16:00:00", "", "", "", "", "0", "", "-1", "1", "", "", "0", ""],
  ...["", "0", "0", "", "0", "", "", "", "", "", "0", "", "", "", ""],
];
const BEHIND = [
  ...["0", "", "9.9", "", "", "", "", "", "", "", "", "0", "", "", "0", "0", "", "", "0", ""],
  ...["0", "0", "0", "0"],
  ...["", "", "", "", "", "", "0", "", "", "", "", "", "", "", "", "0", "0", "0", "", "", ""],
  ...["0", "", ""],
];

Deno.test("a plain order is read to its last field, at 178 and at 193", () => {
  const text = `${CONTRACT}${MAIN}${[...EXTENDED, ...BEHIND].join("|")}|`;
  const terms = read(text, 178);
  assert.equal(terms.contract.conId, 265598);
  assert.deepEqual(
    [textOf(terms, "orderType"), numberOf(terms, "lmtPrice"), numberOf(terms, "auxPrice")],
    ["STP LMT", 10.5, 10.2],
  );
  assert.deepEqual([textOf(terms, "ocaGroup"), numberOf(terms, "parentId")], ["g", 4]);
  assert.deepEqual([isSet(terms, "transmit"), isSet(terms, "outsideRth")], [true, true]);
  assert.equal(textOf(terms, "goodTillDate"), "20251231 16:00:00");
  assert.equal(numberOf(terms, "trailStopPrice"), 9.9);
  assert.equal(textOf(read(`${text}cust|0|1|2147483647|`, 193), "customerAccount"), "cust");
  assert.throws(() => read(`${text}x|`, 178), FieldError);
  assert.throws(() => read(text.slice(0, -1), 178), FieldError);
  assert.throws(() => read(text, 193), FieldError);
});

Deno.test("every group that only some orders have is read, and nothing is left", () => {
  const [, ...fields] = handOrder(1, { secType: "BAG", symbol: "AAPL", type: "PEG BENCH" });
  const plain = fields.join("|") + "|";
  const [head, behind] = [
    plain.slice(0, plain.indexOf("|0|0|0|")),
    plain.slice(plain.indexOf("|0|0|0|") + 7),
  ];
  const leg = "|1|SELL|SMART|0|0||-1|";
  const bag = `|2|11${leg}12${leg}2|1.5||1|NonGuaranteed|1|`;
  const parts = behind.split("|");
  // Behind 31 extended fields: a delta-neutral type and price, its eight, then seven and scale.
  const extended = [...parts.slice(0, 29), "MKT", ""].join("|");
  const neutral = "5|firm|acct|IB|O|0|0||";
  const scale = "0||||10|5|0.25|1|2|3|1|4|5|1||||D|0.5|";
  const middle = "0|||0|1|77|0.4|101.5|Vwap|1|maxPctVol|0.1||0||0|0|0|";
  const bench = "88|1|0.1|0.2|ISLAND|";
  const conditions = [
    "6|1|a|1|100|265598|SMART|0|",
    "3|o|0|20250320 10:00:00 US/Eastern|4|a|1|30|5|a|STK|SMART|IBM|",
    "6|a|1|1000|265598|SMART|7|a|0|2.5|265598|SMART|1|0|",
  ].join("");
  const late = "|".repeat(24);
  const text = `${head}${bag}${extended}|${neutral}${scale}${middle}${bench}${conditions}${late}`;
  const terms = read(text, 178);
  assert.deepEqual(terms.legs.map(({ conId }) => conId), ["11", "12"]);
  assert.deepEqual([terms.legPrices, terms.smartParams], [["1.5", ""], [["NonGuaranteed", "1"]]]);
  assert.deepEqual([textOf(terms, "dnConId"), textOf(terms, "scaleRandomPercent")], ["5", "1"]);
  assert.deepEqual([textOf(terms, "hedgeParam"), textOf(terms, "hedgePrice")], ["0.5", "101.5"]);
  assert.deepEqual(terms.algoParams, [["maxPctVol", "0.1"]]);
  assert.equal(textOf(terms, "referenceExchangeId"), "ISLAND");
  assert.deepEqual(terms.conditions.map(([type]) => type), ["1", "3", "4", "5", "6", "7"]);
  assert.deepEqual([terms.conditionsIgnoreRth, terms.conditionsCancelOrder], ["1", "0"]);
});

Deno.test("pegged orders and orders of the ATS have their own fields at the end", () => {
  const tail = (order: string[], extra: string, version: number) =>
    read([...order.slice(1), ""].join("|") + extra, version);
  const best = tail(handOrder(1, { type: "PEG BEST" }), "10|0.02|", 178);
  assert.equal(textOf(best, "competeAgainstBestOffset"), "0.02");
  const up = tail(handOrder(1, { type: "PEGBEST" }), "10|Infinity|0.1|0.2|", 178);
  assert.deepEqual([textOf(up, "midOffsetAtWhole"), textOf(up, "midOffsetAtHalf")], ["0.1", "0.2"]);
  const mid = tail(handOrder(1, { type: "PEG MID" }), "0.1|0.2||0|0|2147483647|", 193);
  assert.equal(textOf(mid, "midOffsetAtHalf"), "0.2");
  const ats = tail(handOrder(1, { exchange: "IBKRATS" }), "30|", 178);
  assert.equal(textOf(ats, "minTradeQty"), "30");
});

Deno.test("an order whose lists make no sense is refused", () => {
  const fields = handOrder(1, { secType: "BAG", symbol: "AAPL", legs: [[11, 1, "BUY"]] });
  const at = fields.indexOf("1", 34);
  assert.throws(
    () => readOrder(new FieldReader(["3", ...fields.slice(1).with(at - 1, "999")]), 178),
    FieldError,
  );
});
