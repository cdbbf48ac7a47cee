import assert from "node:assert/strict";
import { Persistence } from "./persistence.ts";

const STEP = 15_000;

Deno.test("persistence: a difference lasts once it shows over 45 seconds of comparisons", () => {
  const persistence = new Persistence();
  for (let i = 0; i < 3; i++) persistence.take("A", ["netLiq"], i * STEP);
  assert.equal(persistence.isLasting("A", "netLiq"), false);
  persistence.take("A", ["netLiq"], 3 * STEP);
  assert.equal(persistence.isLasting("A", "netLiq"), true);
  assert.equal(persistence.since("A", "netLiq"), 0);
});

Deno.test("persistence: two comparisons far apart are enough, one is not", () => {
  const persistence = new Persistence();
  persistence.take("A", ["netLiq"], 0);
  assert.equal(persistence.isLasting("A", "netLiq"), false);
  persistence.take("A", ["netLiq"], 60_000);
  assert.equal(persistence.isLasting("A", "netLiq"), true);
});

Deno.test("persistence: a lasting one goes on through a miss and ends with the second", () => {
  const persistence = new Persistence();
  for (let i = 0; i < 4; i++) persistence.take("A", ["netLiq"], i * STEP);
  persistence.take("A", [], 4 * STEP);
  assert.equal(persistence.isLasting("A", "netLiq"), true);
  persistence.take("A", ["netLiq"], 5 * STEP);
  persistence.take("A", [], 6 * STEP);
  assert.equal(persistence.isLasting("A", "netLiq"), true);
  persistence.take("A", [], 7 * STEP);
  assert.equal(persistence.isLasting("A", "netLiq"), false);
  assert.equal(persistence.since("A", "netLiq"), null);
});

Deno.test("persistence: what comes and goes before it lasts begins anew", () => {
  const persistence = new Persistence();
  for (let i = 0; i < 20; i++) {
    persistence.take("A", i % 2 === 0 ? ["netLiq"] : [], i * STEP);
    assert.equal(persistence.isLasting("A", "netLiq"), false);
  }
});

Deno.test("persistence: one account's comparison says nothing of another's; bounded", () => {
  const persistence = new Persistence();
  persistence.take("A", ["netLiq"], 0);
  persistence.take("AB", [], 1);
  assert.equal(persistence.since("A", "netLiq"), 0);
  persistence.take("B", Array.from({ length: 5000 }, (_, i) => `p${i}`), 2);
  assert.equal(persistence.since("B", "p4999"), null);
});
