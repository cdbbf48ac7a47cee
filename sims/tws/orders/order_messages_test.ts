import assert from "node:assert/strict";
import { BLANK_SPEC } from "../wire/contract_fields.ts";
import type { FieldWriter } from "../wire/field_writer.ts";
import { commissionReport, correctedId, execDetails, isWanted } from "./execution.ts";
import type { OrderField } from "./order_terms.ts";
import { completedOrder, openOrder, type OrderEcho } from "./order_writer.ts";

/** The fields of a message with a bar behind each, where the wire has a NUL. */
function wire(message: FieldWriter): string {
  return message.values.map((field) => `${field}|`).join("");
}

const SHARE = ["265598", "AAPL", "STK", "", "0", "?", "", "SMART", "USD", "AAPL", "NMS"];
const U = "1.7976931348623157E308|";

function order(values: readonly (readonly [OrderField, string])[] = []): OrderEcho {
  const plain: [OrderField, string][] = [
    ["action", "BUY"],
    ["totalQuantity", "100"],
    ["orderType", "LMT"],
    ["lmtPrice", "10.5"],
    ["orderRef", "k-1"],
  ];
  return {
    orderId: 12,
    clientId: 7,
    permId: 1817000001,
    parentId: 0,
    account: "DU1",
    status: "Submitted",
    contract: SHARE,
    legsDescription: "",
    terms: {
      contract: BLANK_SPEC,
      values: new Map([...plain, ...values]),
      legs: [],
      legPrices: [],
      smartParams: [],
      algoParams: [],
      conditions: [],
      conditionsIgnoreRth: "",
      conditionsCancelOrder: "",
    },
    whatIf: null,
    warning: "",
  };
}

/** A plain order at 178, group by group as the protocol page lists its fields. */
const OPEN_ORDER = [
  "5|12|265598|AAPL|STK||0|?||SMART|USD|AAPL|NMS|",
  "BUY|100|LMT|10.5|0.0|DAY||DU1||0|k-1|7|1817000001|0|0|0||",
  "||||||||| 0||-1|".replaceAll(" ", ""),
  "0|||||||0|0|0||3|0|0||",
  "0|0||0|None|0.0|",
  "0||||?|0|0||",
  "0|0||||||",
  "0|0|0|",
  "|||",
  "|0||IB|0|0||",
  `0|0|Submitted|${U.repeat(9)}`,
  "|||||0|0|",
  "0|",
  `None|${U.repeat(6)}0|`,
  "||||0|0|0|0|",
  "2147483647|2147483647|0||||||",
].join("");

Deno.test("wire: a plain openOrder at 178 and at 193", () => {
  assert.equal(wire(openOrder(order(), 178)), OPEN_ORDER);
  assert.equal(wire(openOrder(order(), 193)), `${OPEN_ORDER}|0||0||2147483647|`);
  assert.equal(wire(openOrder(order(), 183)), `${OPEN_ORDER}|`);
});

Deno.test("wire: what an openOrder has between the fields of every order", () => {
  const odd: OrderEcho = {
    ...order([
      ["scalePriceIncrement", "0.5"],
      ["hedgeType", "D"],
      ["hedgeParam", "2"],
      ["algoStrategy", "Adaptive"],
      ["hedgeConId", "4"],
      ["hedgeDelta", "0.5"],
      ["hedgePrice", "9"],
    ]),
    legsDescription: "1|1,2|-1",
  };
  const terms = {
    ...odd.terms,
    algoParams: [["adaptivePriority", "Normal"]] as const,
    conditions: [["3", "a", "1", "20250320 10:00:00 US/Eastern"]],
    conditionsIgnoreRth: "1",
    legs: [{
      ...{ conId: "1", ratio: "1", action: "BUY", exchange: "SMART", openClose: "" },
      ...{ shortSaleSlot: "", designatedLocation: "", exemptCode: "" },
    }],
    legPrices: ["1.5"],
    smartParams: [["NonGuaranteed", "1"]] as const,
  };
  const text = wire(openOrder({ ...odd, terms }, 178));
  for (
    const part of [
      "1|1,2|-1|1|1|1|BUY|SMART|0|0||-1|1|1.5|1|NonGuaranteed|1|",
      "||0.5||||0|||0|D|2|0|",
      "|IB|0|1|4|0.5|9|Adaptive|1|adaptivePriority|Normal|0|0|Submitted|",
      "|0|0|1|3|a|1|20250320 10:00:00 US/Eastern|1|0|None|",
    ]
  ) assert.ok(text.includes(part), part);
});

Deno.test("wire: a what-if carries nine margins, the commission and its currency", () => {
  const margins = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
  const costs = { commission: "1.5", minCommission: "", maxCommission: "", currency: "USD" };
  const told = { ...order(), permId: 0, status: "PreSubmitted" as const };
  const text = wire(openOrder({ ...told, whatIf: { margins, ...costs } }, 178));
  assert.ok(text.includes("|0|1|PreSubmitted|1|2|3|4|5|6|7|8|9|1.5|||USD||0|0|"), text);
});

Deno.test("wire: a completedOrder at 178 and at 193", () => {
  const end = {
    filledQuantity: 100,
    parentPermId: 0,
    completedTime: "20250319 10:16:00 US/Eastern",
    completedStatus: "Filled Size: 100",
  };
  const expected = [
    "101|265598|AAPL|STK||0|?||SMART|USD|AAPL|NMS|",
    "BUY|100|LMT|10.5|0.0|DAY||DU1||0|k-1|1817000001|0|0|0||",
    "||||||||0||-1|",
    "||||||",
    "0|0||3|0||0|None|0.0|0|0|0||0|0|||",
    "|0|0|0|",
    "||||",
    "|IB|0|0||0|Filled|0|0|0|",
    `${U}${U}|0|0||100|0|0||0|0|`,
    "0|20250319 10:16:00 US/Eastern|Filled Size: 100||||||",
  ].join("");
  const filled = { ...order(), status: "Filled" as const };
  assert.equal(wire(completedOrder(filled, end, 178)), expected);
  assert.equal(wire(completedOrder(filled, end, 193)), `${expected}|0|`);
});

const EXECUTION = {
  execId: "0000e001.65000001.01.01",
  orderId: 12,
  clientId: 7,
  permId: 1817000001,
  orderRef: "k-1",
  account: "DU1",
  contract: SHARE,
  exchange: "NASDAQ",
  side: "BOT",
  shares: 40,
  price: 10.25,
  cumQty: 40,
  avgPrice: 10.25,
  at: Date.parse("2025-03-19T14:16:00Z"),
  time: "20250319 10:16:00 US/Eastern",
} as const;

Deno.test("wire: an execution and its cost; nothing realised is an unset double", () => {
  const contract = "265598|AAPL|STK||0|?||SMART|USD|AAPL|NMS|";
  const fill = "0000e001.65000001.01.01|20250319 10:16:00 US/Eastern|DU1|NASDAQ|BOT|40|10.25|";
  assert.equal(
    wire(execDetails(-1, EXECUTION)),
    `11|-1|12|${contract}${fill}1817000001|7|0|40|10.25|k-1||||1|0|`,
  );
  const cost = { execId: "e.01.01", amount: 1.3, currency: "USD", realizedPnl: null };
  assert.equal(wire(commissionReport(cost)), `59|1|e.01.01|1.3|USD|${U}${U}|`);
  assert.equal(
    wire(commissionReport({ ...cost, realizedPnl: -12.5 })),
    `59|1|e.01.01|1.3|USD|-12.5|${U}|`,
  );
});

Deno.test("a correction has the next number behind the last dot", () => {
  assert.equal(correctedId("a.b.01.01"), "a.b.01.02");
  assert.equal(correctedId("a.b.01.09"), "a.b.01.10");
});

Deno.test("executions are asked for by client, account, time, symbol, type, exchange, side", () => {
  const all = {
    clientId: 0,
    account: "",
    from: 0,
    symbol: "",
    secType: "",
    exchange: "",
    side: "",
  };
  assert.equal(isWanted(EXECUTION, all), true);
  for (const one of [{ clientId: 7 }, { side: "BUY" }, { symbol: "AAPL" }, { account: "DU1" }]) {
    assert.equal(isWanted(EXECUTION, { ...all, ...one }), true, JSON.stringify(one));
  }
  const others = [{ clientId: 8 }, { side: "SELL" }, { symbol: "SPY" }, { secType: "OPT" }];
  for (const one of [...others, { account: "DU2" }, { exchange: "CBOE" }, { from: Infinity }]) {
    assert.equal(isWanted(EXECUTION, { ...all, ...one }), false, JSON.stringify(one));
  }
});
