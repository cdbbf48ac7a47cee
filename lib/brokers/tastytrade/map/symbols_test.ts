import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type FutureOptionContract,
  futureOptionSymbol,
  futureYear,
  type ListedContract,
  occSymbol,
  parseFuture,
  parseFutureOption,
  parseOcc,
  parseStreamerOption,
  streamerFuture,
  streamerOption,
} from "./symbols.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".split("");
const roots = fc.tuple(
  fc.array(fc.constantFrom(...LETTERS), { minLength: 1, maxLength: 5 }),
  fc.constantFrom("", "1", "2"),
).map(([letters, digit]) => letters.join("") + digit);
const days = fc.integer({ min: 0, max: 3_650 }).map((day) =>
  new Date(Date.UTC(2025, 0, 1) + day * 86_400_000).toISOString().slice(0, 10)
);
const contracts: fc.Arbitrary<ListedContract> = fc.record({
  root: roots,
  expiry: days,
  right: fc.constantFrom("call", "put"),
  // In thousandths, as the symbol has it: up to 99,999.999.
  strike: fc.integer({ min: 1, max: 99_999_999 }).map((thousandths) => thousandths / 1000),
}, { noNullPrototype: true });

Deno.test("T-010: OCC, desk and streamer symbols give the same contract back", () => {
  fc.assert(fc.property(contracts, (contract) => {
    const occ = occSymbol(contract);
    assert.equal(occ.length, 21);
    assert.deepEqual(parseOcc(occ), contract);
    const streamer = streamerOption(contract);
    assert.deepEqual(parseStreamerOption(streamer), contract);
    assert.equal(occSymbol(parseStreamerOption(streamer) ?? contract), occ);
  }));
});

Deno.test("T-010: strikes lose their zeros and nothing else", () => {
  const cases = [
    ["SPY   261218P00500000", ".SPY261218P500"],
    ["F     261218C00012500", ".F261218C12.5"],
    ["F     261218C00012250", ".F261218C12.25"],
    ["X     261218C00000500", ".X261218C0.5"],
    ["AAPL1 261218C00152625", ".AAPL1261218C152.625"],
    ["BRKB  261218C00400000", ".BRKB261218C400"],
    ["SPXW  261106C05900000", ".SPXW261106C5900"],
  ];
  for (const [occ, streamer] of cases) {
    const contract = parseOcc(occ);
    assert(contract !== null, occ);
    assert.equal(streamerOption(contract), streamer);
    assert.equal(occSymbol(parseStreamerOption(streamer) ?? contract), occ);
  }
});

Deno.test("what is no contract reads as none", () => {
  const others = [
    "SPY",
    "SPY 261218P00500000",
    "SPY   261318P00500000",
    "SPY   260230P00500000",
    "SPY   261218X00500000",
    "SPY   261218P00000000",
    "",
    "spy   261218P00500000",
  ];
  for (const symbol of others) assert.equal(parseOcc(symbol), null, symbol);
  for (const symbol of [".SPY", "SPY261218P500", ".SPY261218P500.1234", ".SPY261318P500"]) {
    assert.equal(parseStreamerOption(symbol), null, symbol);
  }
  for (const symbol of ["ESZ6", "/ES", "/ESA6", "/ESZ26:XCME"]) {
    assert.equal(parseFuture(symbol), null, symbol);
  }
});

const futures = fc.tuple(
  fc.constantFrom("ES", "MES", "6E", "CL", "M2K", "ZB", "RTY"),
  fc.constantFrom(..."FGHJKMNQUVXZ".split("")),
  fc.integer({ min: 0, max: 9 }),
).map(([product, month, digit]) => `/${product}${month}${digit}`);
const futureOptions: fc.Arbitrary<FutureOptionContract> = fc.record({
  future: futures,
  root: fc.constantFrom("EW4", "EX3", "EUU", "LO", "E2A", "ES"),
  month: fc.constantFrom(..."FGHJKMNQUVXZ".split("")),
  digit: fc.integer({ min: 0, max: 9 }),
  expiry: days,
  right: fc.constantFrom("call" as const, "put" as const),
  strike: fc.integer({ min: 1, max: 99_999_999 }).map((part) => part / 10_000),
}).map(({ month, digit, ...rest }) => ({ ...rest, code: `${rest.root}${month}${digit}` }));

Deno.test("T-010: a future option's symbol gives the same contract back", () => {
  fc.assert(fc.property(futureOptions, (contract) => {
    assert.deepEqual(parseFutureOption(futureOptionSymbol(contract)), contract);
  }));
  for (
    const symbol of [
      "./ESZ6 EW4X6 261127C5750",
      "./CLJ6 LOJ6  260317P56",
      "./MESM6EX3H6 260320P6450",
      "./6EM6 EUUJ6 260403C1.225",
    ]
  ) {
    const contract = parseFutureOption(symbol);
    assert(contract !== null, symbol);
    assert.equal(futureOptionSymbol(contract), symbol);
  }
});

Deno.test("a future's one digit means the next year that is not over", () => {
  const december = parseFuture("/ESZ6");
  const march = parseFuture("/6EH7");
  assert(december !== null && march !== null);
  assert.deepEqual(march, { product: "6E", month: 3, yearDigit: 7 });
  assert.equal(futureYear(december, "2026-12-18"), 2026);
  assert.equal(futureYear(december, "2027-01-04"), 2036);
  assert.equal(futureYear(march, "2026-12-18"), 2027);
  assert.equal(streamerFuture("/ESZ6", "XCME", "2026-10-30"), "/ESZ26:XCME");
  assert.equal(streamerFuture("/CLF0", "XNYM", "2029-12-01"), "/CLF30:XNYM");
});
