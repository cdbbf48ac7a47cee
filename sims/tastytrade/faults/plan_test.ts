import assert from "node:assert/strict";
import { FaultPlan } from "./plan.ts";
import { malformed } from "./malformed.ts";
import { parseScript } from "./script.ts";

function planOf(faults: unknown[], seed = 1) {
  const script = parseScript(JSON.stringify({ faults }));
  assert.ok(script.ok, script.ok ? "" : script.error);
  const state = { elapsedMs: 0 };
  return { plan: new FaultPlan(script.value, seed, () => state.elapsedMs), state };
}

Deno.test("a fault holds inside its window, on its connection, from its frame on", () => {
  const when = { afterMs: 100, forMs: 50, connection: 2, frame: 3 };
  const { plan, state } = planOf([{ on: "dxlink", do: "mute", when }]);
  const take = (connection: number, frame: number) =>
    plan.take("dxlink", "mute", { connection, frame }) !== null;
  assert.equal(take(2, 3), false);
  state.elapsedMs = 100;
  assert.deepEqual([take(1, 3), take(2, 2), take(2, 3), take(2, 9)], [false, false, true, true]);
  state.elapsedMs = 150;
  assert.equal(take(2, 3), false);
});

Deno.test("a fault happens at most so many times and names its requests", () => {
  const { plan } = planOf([
    { on: "rest", do: "status", status: 429, when: { path: "/accounts", times: 2 } },
  ]);
  const take = (path: string) => plan.take("rest", "status", { path })?.status ?? null;
  const seen = [take("/customers/me"), take("/accounts/1"), take("/accounts/1"), take("/accounts")];
  assert.deepEqual(seen, [null, 429, 429, null]);
  assert.equal(plan.firedCount(plan.faults[0]), 2);
});

Deno.test("the same seed strikes the same frames, another seed others", () => {
  const hits = (seed: number) => {
    const { plan } = planOf([{ on: "dxlink", do: "duplicate", when: { share: 0.3 } }], seed);
    return Array.from({ length: 200 }, () => plan.take("dxlink", "duplicate", {}) !== null);
  };
  assert.deepEqual(hits(7), hits(7));
  assert.notDeepEqual(hits(7), hits(8));
  const count = hits(7).filter(Boolean).length;
  assert.ok(count > 30 && count < 90, String(count));
});

Deno.test("a script that is wrong is answered with the fault and what it lacks", () => {
  const error = (fault: unknown) => {
    const script = parseScript(JSON.stringify({ faults: [fault] }));
    return script.ok ? null : script.error;
  };
  assert.match(error({ on: "moon", do: "mute" }) ?? "", /fault 1: "on" is one of rest/);
  assert.match(error({ on: "rest", do: "trimFields" }) ?? "", /"do" on rest is one of status/);
  assert.match(error({ on: "rest", do: "status" }) ?? "", /needs "status"/);
  assert.match(error({ on: "dxlink", do: "mute", when: { afterMs: "1" } }) ?? "", /"afterMs"/);
  assert.equal(parseScript("{").ok, false);
});

Deno.test("each way of damage leaves what a decoder must refuse", () => {
  const text = JSON.stringify({ type: "FEED_DATA", channel: 1, data: ["Quote", ["SPY", 1, 2]] });
  assert.throws(() => JSON.parse(malformed(text, "truncated", 0.5)));
  assert.throws(() => JSON.parse(malformed(text, "noise", 0.5)));
  assert.ok(Array.isArray(JSON.parse(malformed(text, "array", 0))));
  assert.deepEqual(JSON.parse(malformed(text, "shortRow", 0)).data, ["Quote", ["SPY", 1]]);
});
