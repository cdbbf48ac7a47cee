import assert from "node:assert/strict";
import { playbackAt, readPlayback } from "./playback.ts";

const VIEW = { isPaused: false, at: 50, from: 10, to: 100, speed: 60 };

Deno.test("playback: follows the source's time inside the recording", () => {
  assert.equal(playbackAt(VIEW, 70).at, 70);
  assert.equal(playbackAt(VIEW, 5).at, 10);
  assert.equal(playbackAt(VIEW, 500).at, 100);
  assert.equal(playbackAt(VIEW, NaN).at, 50);
});

Deno.test("playback: an answer that is none is null", () => {
  assert.deepEqual(readPlayback({ ...VIEW, isPaused: true }), { ...VIEW, isPaused: true });
  for (const raw of [null, "x", {}, { ...VIEW, at: "1" }, { error: "no" }]) {
    assert.equal(readPlayback(raw), null);
  }
});
