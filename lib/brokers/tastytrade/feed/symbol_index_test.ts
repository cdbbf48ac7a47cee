import assert from "node:assert/strict";
import fc from "fast-check";
import { SymbolIndex } from "./symbol_index.ts";

Deno.test("symbol index: after any puts and removals it answers as a map does", () => {
  const symbol = fc.oneof(
    fc.constantFrom("A", "B", "C", "AA", "BB", ".SPY250417P500", ".SPY250417P501", "é€𐍈"),
    fc.string({ minLength: 1, maxLength: 3 }),
  );
  const step = fc.tuple(symbol, fc.option(fc.nat(1000), { freq: 2 }));
  fc.assert(fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
    const index = new SymbolIndex(24);
    const map = new Map<string, number>();
    for (const [name, id] of steps) {
      if (id === null) {
        index.delete(name);
        map.delete(name);
      } else if (map.has(name) || map.size < 24) {
        index.set(name, id);
        map.set(name, id);
      }
      for (const [key] of steps) assert.equal(index.idOf(key), map.get(key) ?? -1);
      assert.equal(index.size, map.size);
    }
    assert.deepEqual(index.ids().sort(), [...map.values()].sort());
  }));
});

Deno.test("symbol index: more than its bound is refused loudly", () => {
  const index = new SymbolIndex(2);
  index.set("A", 0);
  index.set("B", 1);
  assert.throws(() => index.set("C", 2), /full/);
});
