import assert from "node:assert/strict";
import type { Playback } from "../ports/broker.ts";
import { applyPlayback, parsePlaybackRequest } from "./playback_request.ts";

function aPlayback(): Playback & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    state: () => ({ isPaused: calls.at(-1) === "pause", at: 5, from: 0, to: 10, speed: 1 }),
    pause: () => void calls.push("pause"),
    resume: () => void calls.push("resume"),
    seek: (at) => void calls.push(`seek ${at}`),
  };
}

Deno.test("playback: reads pause, resume and seek, and nothing else", () => {
  assert.deepEqual(parsePlaybackRequest('{"action":"pause"}'), {
    ok: true,
    value: { action: "pause" },
  });
  assert.equal(parsePlaybackRequest('{"action":"seek","at":7}').ok, true);
  const bad = [
    "",
    "[]",
    "null",
    '{"action":"stop"}',
    '{"action":"pause","x":1}',
    '{"action":"seek"}',
    '{"action":"seek","at":"7"}',
    '{"action":"seek","at":null}',
    `{"action":"${"x".repeat(2000)}"}`,
  ];
  for (const text of bad) assert.equal(parsePlaybackRequest(text).ok, false, text.slice(0, 40));
});

Deno.test("playback: a seek outside the recording is refused with its bounds", () => {
  const playback = aPlayback();

  const refused = applyPlayback(playback, { action: "seek", at: 11 });

  assert.ok(!refused.ok);
  assert.match(refused.error, /1970-01-01T00:00:00.000Z to 1970-01-01T00:00:00.010Z/);
  assert.deepEqual(playback.calls, []);
});

Deno.test("playback: requests reach the player", () => {
  const playback = aPlayback();

  for (const request of [{ action: "pause" }, { action: "resume" }] as const) {
    assert.ok(applyPlayback(playback, request).ok);
  }
  assert.ok(applyPlayback(playback, { action: "seek", at: 10 }).ok);

  assert.deepEqual(playback.calls, ["pause", "resume", "seek 10"]);
});
