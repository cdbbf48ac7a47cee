import assert from "node:assert/strict";
import fc from "fast-check";
import type { Instrument } from "../domain/instrument.ts";
import { anEquity } from "../portfolio/desk_fixture_test.ts";
import { SubscriptionSet } from "./subscription_set.ts";

const CAPACITY = 12;

Deno.test("subscription set: applied changes always lead to exactly what is wanted", () => {
  const step = fc.record({
    wanted: fc.uniqueArray(fc.nat(CAPACITY - 1)),
    described: fc.array(fc.nat(CAPACITY - 1), { maxLength: 3 }),
    unregistered: fc.nat(CAPACITY - 1),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
    const set = new SubscriptionSet(CAPACITY);
    const instruments: Instrument[] = Array.from({ length: CAPACITY }, () => anEquity());
    const registered = new Set<number>();
    const broker = new Map<number, Instrument>();
    for (const { wanted, described, unregistered } of steps) {
      for (const handle of described) {
        instruments[handle] = anEquity();
        set.describe(handle);
      }
      // A place on the board is never lost.
      for (const handle of wanted) if (handle !== unregistered) registered.add(handle);
      const changes = set.changesTo({
        handles: wanted,
        instrument: (handle) => instruments[handle],
        isRegistered: (handle) => registered.has(handle),
      });
      set.apply(changes);
      for (const handle of changes.removed) assert.ok(broker.delete(handle));
      for (const { handle, instrument } of changes.added) {
        assert.notEqual(broker.get(handle), instrument);
        broker.set(handle, instrument);
      }

      const expected = new Map(
        wanted.filter((handle) => registered.has(handle)).map((h) => [h, instruments[h]]),
      );
      const all = new Map(set.all.map(({ handle, instrument }) => [handle, instrument]));
      assert.equal(all.size, set.all.length);
      assert.deepEqual(broker, expected);
      assert.deepEqual(all, expected);
    }
  }));
});
