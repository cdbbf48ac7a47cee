import assert from "node:assert/strict";
import { present } from "../base/assert.ts";
import { listingOf, LISTINGS } from "./listings.ts";
import { Market } from "./market.ts";
import { Prng } from "./prng.ts";
import { atmIv, smileIv } from "./surface.ts";

const MINUTE_MS = 60_000;
const MINUTES = 390;

function uOf(root: string): number {
  return present(listingOf(root), root);
}

/** Daily log returns of some underlyings over many sessions of minute steps. */
function sessionReturns(roots: readonly string[], sessions: number): number[][] {
  const market = new Market(new Prng(11, "test"));
  const returns: number[][] = roots.map(() => []);
  for (let day = 0; day < sessions; day++) {
    const before = roots.map((root) => market.fairLog[uOf(root)]);
    market.gap(1, 0);
    for (let n = 0; n < MINUTES; n++) market.step(MINUTE_MS, 0);
    roots.forEach((root, k) => returns[k].push(market.fairLog[uOf(root)] - before[k]));
  }
  return returns;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (x: readonly number[]) => x.reduce((sum, v) => sum + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  const moment = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
    x.reduce((sum, v, i) => sum + (v - mx) * (y[i] - my), 0);
  return moment(a, ma, b, mb) / Math.sqrt(moment(a, ma, a, ma) * moment(b, mb, b, mb));
}

Deno.test("market: shares move with the index, gold hardly, and at their own volatility", () => {
  const roots = ["SPX", "SPY", "NVDA", "KO", "GLD"];
  const returns = sessionReturns(roots, 250);
  const yearly = returns.map((r) =>
    Math.sqrt(r.reduce((sum, v) => sum + v * v, 0) / r.length * 252)
  );

  assert.ok(correlation(returns[0], returns[1]) > 0.999);
  assert.ok(correlation(returns[0], returns[2]) > 0.4);
  assert.ok(correlation(returns[0], returns[2]) < 0.9);
  assert.ok(Math.abs(correlation(returns[0], returns[4])) < 0.3);
  roots.forEach((root, k) => {
    const ratio = yearly[k] / LISTINGS[uOf(root)].atmIv;
    assert.ok(ratio > 0.5 && ratio < 1.6, `${root} moves at ${yearly[k]}`);
  });
});

Deno.test("market: a fall raises volatility, most at the short end, and a rise lowers it", () => {
  const spx = uOf("SPX");
  const market = new Market(new Prng(2, "test"));
  const before = market.volLevel[spx];
  const short = atmIv(spx, before, 7 / 365);
  const long = atmIv(spx, before, 2);

  market.shock(-0.03, 0);
  const level = market.volLevel[spx];
  const shortRise = atmIv(spx, level, 7 / 365) - short;
  const longRise = atmIv(spx, level, 2) - long;
  assert.ok(shortRise > 0.01, `${shortRise}`);
  assert.ok(longRise > 0 && longRise < shortRise / 2);
  market.shock(0.03, 0);
  assert.ok(Math.abs(market.volLevel[spx] - before) < 1e-12);
});

Deno.test("market: the index smile is steeper on the downside than on the upside", () => {
  const spx = uOf("SPX");
  const iv = (logMoneyness: number) => smileIv(spx, 0.18, 30 / 365, logMoneyness);

  assert.ok(iv(-0.1) > iv(0) + 0.02);
  assert.ok(iv(0.05) < iv(0));
  assert.ok(iv(-2) < 0.5 && iv(2) > 0.08);
});

Deno.test("market: volatility stays in its band and comes back over a year of sessions", () => {
  const market = new Market(new Prng(5, "test"));
  market.shock(-0.2, 0);
  const stressed = market.volLevel[uOf("SPX")];
  let sum = 0;
  for (let day = 0; day < 252; day++) {
    for (let n = 0; n < 39; n++) market.step(10 * MINUTE_MS, 0);
    market.gap(1, 0);
    sum += market.volLevel[uOf("SPX")];
    for (let u = 0; u < LISTINGS.length; u++) {
      assert.ok(market.volLevel[u] > 0 && Number.isFinite(market.fairLog[u]));
    }
  }
  assert.ok(stressed > 0.4);
  assert.ok(sum / 252 < 0.3);
});

Deno.test("market: the future stands above the index by its carry and meets it at expiry", () => {
  const market = new Market(new Prng(1, "test"));
  const at = Date.parse("2025-03-19T14:15:00Z");
  market.futureExpiresAt = Date.parse("2025-06-20T13:30:00Z");
  market.step(50, at);
  const basis = () => market.fairLog[uOf("/ES")] - market.fairLog[uOf("SPX")];

  assert.ok(Math.abs(basis() - (0.043 - 0.0131) * 92.969 / 365) < 1e-6, `${basis()}`);
  market.alignFuture(market.futureExpiresAt);
  assert.equal(basis(), 0);
});
