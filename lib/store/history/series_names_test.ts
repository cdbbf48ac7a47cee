import assert from "node:assert/strict";
import { SERIES_MAX, SeriesNames } from "./series_names.ts";

Deno.test("series: the same kind and key have one handle, another kind has its own", () => {
  const names = new SeriesNames();

  assert.equal(names.handleOf("account", "A"), 0);
  assert.equal(names.handleOf("input", "A"), 1);
  assert.equal(names.handleOf("position", "A B"), 2);
  assert.equal(names.handleOf("account", "A"), 0);
  assert.equal(names.handleOf("input", "A"), 1);
});

Deno.test("series: names are told once, and all of them again to who forgot", () => {
  const names = new SeriesNames();
  const first = { handle: 0, kind: "account", key: "A" };
  const second = { handle: 1, kind: "input", key: "A" };
  names.handleOf("account", "A");
  assert.deepEqual(names.takeNew(), [first]);
  assert.deepEqual(names.takeNew(), []);
  names.handleOf("input", "A");
  assert.deepEqual(names.takeNew(), [second]);

  names.forget();

  assert.deepEqual(names.takeNew(), [first, second]);
});

Deno.test("P13: series are bounded, those known keep their handles", () => {
  const names = new SeriesNames();
  for (let i = 0; i < SERIES_MAX; i++) names.handleOf("input", String(i));

  assert.equal(names.handleOf("input", "one more"), -1);
  assert.equal(names.handleOf("account", "one more"), -1);
  assert.equal(names.handleOf("input", "7"), 7);
});
