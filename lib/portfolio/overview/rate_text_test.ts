import assert from "node:assert/strict";
import { rateAge, rateText } from "./rate_text.ts";

const EURO = { currency: "EUR", base: "USD", rate: 1.08573, asOf: 10_000 };

Deno.test("G-058: a rate is said in full, with how long ago it held", () => {
  assert.equal(rateText(EURO), "1 EUR = 1.0857 USD");
  assert.match(rateAge(EURO, 22_000), /^12.s$/);
  assert.equal(rateAge({ ...EURO, asOf: NaN }, 22_000), "");
});
