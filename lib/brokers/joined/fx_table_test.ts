import assert from "node:assert/strict";
import fc from "fast-check";
import { FxTable } from "./fx_table.ts";

function aRate(currency: string, base: string, rate: number, asOf = 1_000) {
  return { currency, base, rate, previousClose: rate, asOf };
}

Deno.test("G-058: rates of a broker with another base are crossed into the desk's", () => {
  const table = new FxTable("USD", 2);
  assert.deepEqual(table.take(1, aRate("GBP", "EUR", 1.2)), [], "EUR in USD is not known yet");
  const told = table.take(1, aRate("USD", "EUR", 0.8, 500));

  const byCurrency = new Map(told.map((one) => [one.currency, one]));
  assert.equal(byCurrency.get("EUR")?.rate, 1.25);
  assert.ok(Math.abs((byCurrency.get("GBP")?.rate ?? 0) - 1.5) < 1e-12);
  assert.equal(byCurrency.get("GBP")?.asOf, 500, "as old as its older part");
  assert.ok(told.every(({ base }) => base === "USD"));
});

Deno.test("G-058: the preferred broker tells a rate; the other one where it has none", () => {
  const table = new FxTable("USD", 2);
  table.take(1, aRate("EUR", "USD", 1.1));
  table.take(1, aRate("CHF", "USD", 1.2));
  assert.equal(table.take(0, aRate("EUR", "USD", 1.09))[0].rate, 1.09);
  assert.deepEqual(table.take(1, aRate("EUR", "USD", 1.11)), [], "told by the other");
  assert.deepEqual(table.rates().map(({ currency }) => currency).sort(), ["CHF", "EUR"]);
});

Deno.test("P14: a rate of 0 or none crosses nothing", () => {
  for (const rate of [0, NaN, -1, Infinity]) {
    const table = new FxTable("USD", 1);
    assert.deepEqual(table.take(0, aRate("USD", "EUR", rate)), []);
    assert.deepEqual(table.take(0, aRate("GBP", "EUR", 1.2)), []);
  }
});

Deno.test("property: crossed money is the same whether it goes through the base or not", () => {
  const rate = fc.double({ min: 0.01, max: 100, noNaN: true });
  fc.assert(fc.property(rate, rate, (dollarInEuro, poundInEuro) => {
    const table = new FxTable("USD", 1);
    table.take(0, aRate("USD", "EUR", dollarInEuro));
    table.take(0, aRate("GBP", "EUR", poundInEuro));
    const [euro, pound] = ["EUR", "GBP"].map((name) =>
      table.rates().find(({ currency }) => currency === name)?.rate ?? NaN
    );
    assert.ok(Math.abs(pound / euro / poundInEuro - 1) < 1e-12);
  }));
});
