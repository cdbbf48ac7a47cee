import assert from "node:assert/strict";
import { browserProgram } from "./browser.ts";
import { realClock } from "./clock.ts";
import { realRandom } from "./random.ts";
import { realTimers } from "./timers.ts";

function programOn(os: string, environment: Readonly<Record<string, string>>): string | null {
  return browserProgram({ os, environment: new Map(Object.entries(environment)) });
}

Deno.test("a browser is opened where there is a display, and never in CI", () => {
  assert.equal(programOn("linux", { DISPLAY: ":0" }), "xdg-open");
  assert.equal(programOn("linux", { WAYLAND_DISPLAY: "wayland-0" }), "xdg-open");
  assert.equal(programOn("linux", {}), null);
  assert.equal(programOn("linux", { DISPLAY: "" }), null);
  assert.equal(programOn("darwin", {}), "open");
  assert.equal(programOn("darwin", { CI: "true" }), null);
  assert.equal(programOn("linux", { DISPLAY: ":0", CI: "1" }), null);
  assert.equal(programOn("darwin", { CI: "false" }), "open");
});

Deno.test("the real clock, randomness and timers keep their contracts", async () => {
  const before = realClock.monotonic();
  assert.ok(Math.abs(realClock.now() - Date.now()) < 1000);
  assert.equal(realRandom.bytes(16).length, 16);
  const draws = Array.from({ length: 100 }, () => realRandom.next());
  assert.ok(draws.every((one) => one >= 0 && one < 1));
  assert.ok(new Set(draws).size > 90);

  realTimers.setTimer(1, () => assert.fail("was cancelled")).cancel();
  await new Promise<void>((resolve) => void realTimers.setTimer(1, resolve));
  await new Promise<void>((resolve) => {
    const periodic = realTimers.setPeriodic(1, () => {
      periodic.cancel();
      resolve();
    });
  });

  assert.ok(realClock.monotonic() > before);
});
