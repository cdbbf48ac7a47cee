import assert from "node:assert/strict";
import fc from "fast-check";
import { compare } from "./compared.ts";
import { told } from "./reconcile_fixture_test.ts";

const money = fc.double({ min: -1e7, max: 1e7, noNaN: true });
const tolerance = fc.double({ min: 0, max: 1e4, noNaN: true });

Deno.test("compare: what is within the tolerance never differs, whatever the doubt", () => {
  fc.assert(
    fc.property(money, tolerance, fc.double({ min: -1, max: 1, noNaN: true }), (a, t, x) => {
      const { state, cause } = compare({ theirs: told(a), ours: a + x * t, tolerance: t });
      assert.equal(state, "agrees");
      assert.equal(cause, null);
    }),
  );
});

Deno.test("compare: what is beyond the tolerance never agrees", () => {
  fc.assert(fc.property(money, tolerance, fc.boolean(), (a, t, isAbove) => {
    const by = (t + 1) * (isAbove ? 1 : -1);
    assert.equal(compare({ theirs: told(a), ours: a + by, tolerance: t }).state, "differs");
  }));
});

Deno.test("compare: the difference is antisymmetric and the finding symmetric", () => {
  fc.assert(fc.property(money, money, tolerance, (a, b, t) => {
    const one = compare({ theirs: told(a), ours: b, tolerance: t });
    const other = compare({ theirs: told(b), ours: a, tolerance: t });
    assert.equal(one.difference, b - a);
    assert.ok((one.difference ?? NaN) === -(other.difference ?? NaN));
    assert.equal(one.state, other.state);
  }));
});

Deno.test("compare: what is not told is never 0 and differs from nothing", () => {
  for (const ours of [0, 5, -3]) {
    const { theirs, difference, state, doubt } = compare({ theirs: null, ours, tolerance: 0 });
    assert.deepEqual([theirs, difference, state, doubt], [
      null,
      null,
      "notComparable",
      "absentTheirs",
    ]);
  }
  for (const ours of [null, NaN]) {
    const found = compare({ theirs: told(0), ours, tolerance: 1 });
    assert.deepEqual([found.ours, found.state, found.doubt], [null, "notComparable", "absentOurs"]);
  }
  const broken = compare({ theirs: told(NaN), ours: 1, tolerance: 9 });
  assert.deepEqual([broken.theirs, broken.doubt], [null, "absentTheirs"]);
});

Deno.test("compare: a doubt makes a difference incomparable and still shows it", () => {
  const found = compare({ theirs: told(100), ours: 130, tolerance: 1, doubt: "staleOurs" });
  assert.deepEqual([found.state, found.doubt, found.difference, found.cause], [
    "notComparable",
    "staleOurs",
    30,
    null,
  ]);
});
