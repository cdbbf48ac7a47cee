import assert from "node:assert/strict";
import fc from "fast-check";
import {
  blankInput,
  blankValue,
  type OptionInput,
  optionPrice,
  optionValue,
} from "./black_scholes.ts";
import { normalDistribution } from "./normal.ts";

const GOLDEN: OptionInput = {
  spot: 100,
  strike: 105,
  sign: 1,
  yearsToExpiry: 45 / 365,
  iv: 0.25,
  riskFreeRate: 0.04,
  carry: 0.03,
};

function near(actual: number, expected: number, tolerance = 1e-8): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

function valueOf(input: OptionInput) {
  const out = blankValue();
  optionValue(input, out);
  return out;
}

Deno.test("world pricing: the call of formulas §3 has its golden price and Greeks", () => {
  const call = valueOf(GOLDEN);

  near(call.price, 1.735256149);
  near(optionPrice(GOLDEN), 1.735256149);
  near(call.delta, 0.3188582632);
  near(call.gamma, 0.04064894798);
  near(call.vega, 0.1252878534);
  near(call.theta, -0.03723276928);
  near(call.rho, 0.03717193583);
});

Deno.test("world pricing: the put of formulas §3 has its golden price and Greeks", () => {
  const put = valueOf({ ...GOLDEN, sign: -1 });

  near(put.price, 6.341934324);
  near(put.delta, -0.6799096198);
  near(put.gamma, 0.04064894798);
  near(put.theta, -0.02851887675);
  near(put.rho, -0.09164329681);
});

Deno.test("world pricing: the normal distribution matches published values", () => {
  // Abramowitz and Stegun, table 26.1.
  near(normalDistribution(0), 0.5, 1e-15);
  near(normalDistribution(1), 0.841344746068543, 1e-14);
  near(normalDistribution(-1.96), 0.024997895148220, 1e-14);
  near(normalDistribution(2.5), 0.993790334674224, 1e-14);
  near(normalDistribution(-5), 2.866515719e-7, 1e-16);
});

Deno.test("world pricing: put-call parity holds for any input", () => {
  const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });
  const inputs = fc.record({
    spot: real(1, 6000),
    ratio: real(0.5, 2),
    yearsToExpiry: real(0.0001, 3),
    iv: real(0.05, 2),
    riskFreeRate: real(0, 0.08),
    carry: real(-0.05, 0.08),
  });

  fc.assert(fc.property(inputs, ({ ratio, ...rest }) => {
    const call = { ...rest, strike: rest.spot * ratio, sign: 1 };
    const t = rest.yearsToExpiry;
    const forward = rest.spot * Math.exp((rest.carry - rest.riskFreeRate) * t) -
      call.strike * Math.exp(-rest.riskFreeRate * t);
    const gap = optionPrice(call) - optionPrice({ ...call, sign: -1 }) - forward;
    assert.ok(Math.abs(gap) < 1e-11 * rest.spot + 1e-11);
  }));
});

Deno.test("world pricing: Greeks of an option on a future match numeric bumps", () => {
  const base = { ...GOLDEN, carry: 0, spot: 5650, strike: 5700, sign: -1 };
  const value = valueOf(base);
  const bumped = (change: Partial<OptionInput>) => optionPrice({ ...base, ...change });

  near(value.delta, (bumped({ spot: 5651 }) - bumped({ spot: 5649 })) / 2, 1e-6);
  near(value.rho, (bumped({ riskFreeRate: 0.041 }) - bumped({ riskFreeRate: 0.039 })) / 0.2, 1e-5);
  near(value.vega, (bumped({ iv: 0.251 }) - bumped({ iv: 0.249 })) / 0.2, 1e-4);
  const day = 1 / 365;
  const theta = (bumped({ yearsToExpiry: base.yearsToExpiry - day / 100 }) -
    bumped({ yearsToExpiry: base.yearsToExpiry + day / 100 })) * 50;
  near(value.theta, theta, 1e-4);
});

Deno.test("world pricing: at expiry an option is worth its payoff and has no time Greeks", () => {
  const at = (spot: number, sign: number) =>
    valueOf({ ...blankInput(), spot, strike: 100, sign, iv: 0.2 });

  assert.deepEqual(at(103, 1), { price: 3, delta: 1, gamma: 0, theta: 0, vega: 0, rho: 0 });
  assert.equal(at(103, -1).delta, 0);
  assert.equal(at(100, -1).delta, -0.5);
  assert.equal(at(97, -1).delta, -1);
});
