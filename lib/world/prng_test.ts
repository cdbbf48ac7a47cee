import assert from "node:assert/strict";
import { Prng } from "./prng.ts";

function take(seed: number, name: string, count: number): number[] {
  const random = new Prng(seed, name);
  return Array.from({ length: count }, () => random.next());
}

Deno.test("prng: one seed and name give one sequence, another seed or name another", () => {
  assert.deepEqual(take(7, "market", 20), take(7, "market", 20));
  assert.notDeepEqual(take(7, "market", 20), take(8, "market", 20));
  assert.notDeepEqual(take(7, "market", 20), take(7, "orders", 20));
});

Deno.test("prng: uniforms and gaussians have the moments of their names", () => {
  const random = new Prng(3, "moments");
  const n = 200_000;
  let uniform = 0;
  let first = 0;
  let second = 0;
  let fourth = 0;
  for (let i = 0; i < n; i++) {
    uniform += random.uniform();
    const g = random.gaussian();
    first += g;
    second += g * g;
    fourth += g ** 4;
  }
  assert.ok(Math.abs(uniform / n - 0.5) < 0.005);
  assert.ok(Math.abs(first / n) < 0.01);
  assert.ok(Math.abs(second / n - 1) < 0.02);
  assert.ok(Math.abs(fourth / n - 3) < 0.12);
});
