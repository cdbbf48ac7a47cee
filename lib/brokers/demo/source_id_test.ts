import assert from "node:assert/strict";
import { demoSourceId } from "./source_id.ts";

Deno.test("demo source id: seed, first session and positions name the market", () => {
  const start = { seed: 1, date: "2025-03-19", positions: 120 };

  assert.equal(demoSourceId(start), "demo-s1-2025-03-19-120");
  assert.equal(demoSourceId({ ...start, seed: 42 }), "demo-s42-2025-03-19-120");
  assert.equal(demoSourceId({ ...start, positions: 9 }), "demo-s1-2025-03-19-9");
});

Deno.test("demo source id: a date without session is the market of the next one", () => {
  const id = (date: string) => demoSourceId({ seed: 1, date, positions: 120 });

  assert.equal(id("2025-03-22"), "demo-s1-2025-03-24-120");
  assert.equal(id("2025-03-22"), id("2025-03-24"));
  assert.notEqual(id("2025-03-21"), id("2025-03-24"));
});

Deno.test("demo source id: rate and speed are no part of it", () => {
  const start = { seed: 1, date: "2025-03-19", positions: 120 };
  const runs = [{ eventRate: 5, speed: 1 }, { eventRate: 900, speed: 60 }];

  assert.equal(new Set(runs.map((run) => demoSourceId({ ...start, ...run }))).size, 1);
});
