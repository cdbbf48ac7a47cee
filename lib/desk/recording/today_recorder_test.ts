import assert from "node:assert/strict";
import { FakeBook } from "../../../tests/fixtures/fake_book.ts";
import { gapsOf } from "../../portfolio/overview/today_line.ts";
import { TodayRecorder } from "./today_recorder.ts";

function recorded(speed: number, samples: number): TodayRecorder {
  const recorder = new TodayRecorder(speed);
  const book = new FakeBook({ underlyings: 2, accounts: 2, rows: 6, seed: 1 });
  for (let i = 0; i < samples; i++) recorder.sample(book, i * 1000 * speed);
  return recorder;
}

Deno.test("G-068: one sample a second is one line without gaps, at any speed", () => {
  for (const speed of [1, 10, 600]) {
    const points = recorded(speed, 60).read("profit", [0, 1]);

    assert.equal(points.at.length, 60, `speed ${speed}`);
    assert.deepEqual(gapsOf(points), []);
  }
});

Deno.test("P13: what a page carries stays small and reaches back to the start", () => {
  const history = recorded(1, 5_000).history();

  assert.ok(history.at.length <= 500, `${history.at.length} points`);
  assert.equal(history.at[0], 0);
  assert.ok(history.at[history.at.length - 1] >= 4_990_000);
  assert.equal(history.values.length, 2);
  assert.equal(history.values[0][0].length, history.at.length);
});
