import assert from "node:assert/strict";
import fc from "fast-check";
import { LayoutTable } from "./layout.ts";

Deno.test("layout: later configurations change only the types that they name", () => {
  const layouts = new LayoutTable();
  layouts.merge({ Quote: ["eventSymbol", "bidPrice"], Trade: ["price", "eventSymbol"] });
  const { changed } = layouts.merge({ Quote: ["bidPrice", "eventSymbol"] });

  assert.equal(changed, 1);
  assert.equal(layouts.of("Quote")?.symbolAt, 1);
  assert.equal(layouts.of("Trade")?.symbolAt, 1);
  assert.equal(layouts.merge({ Quote: ["bidPrice", "eventSymbol"] }).changed, 0);
});

Deno.test("layout: what is granted beyond and below what was asked is named", () => {
  const fields = ["eventType", "eventSymbol", "tradingStatus", "beta"];
  assert.deepEqual(new LayoutTable().merge({ Profile: fields }).unasked, ["Profile.beta"]);
  const { missing } = new LayoutTable().merge({ Summary: ["eventSymbol", "dayOpenPrice"] });
  assert.deepEqual(missing.toSorted(), [
    "Summary.dayClosePrice",
    "Summary.dayId",
    "Summary.prevDayClosePrice",
  ]);
});

Deno.test("layout: a type that becomes unusable has no layout any more", () => {
  const layouts = new LayoutTable();
  for (const bad of [["bidPrice"], "text", [1], Array(65).fill("eventSymbol"), null, {}]) {
    layouts.merge({ Quote: ["eventSymbol"] });
    assert.equal(layouts.merge({ Quote: bad }).unusable, 1);
    assert.equal(layouts.of("Quote"), undefined);
  }
});

Deno.test("layout: a configuration of any shape is bounded and harmless", () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 100 }), (fields) => {
    const layouts = new LayoutTable();
    layouts.merge(fields);
    const kept = Object.keys(fields).filter((type) => layouts.of(type) !== undefined);
    assert.ok(kept.length <= 64);
  }));
  assert.equal(new LayoutTable().merge(JSON.parse('{"__proto__":["eventSymbol"]}')).unusable, 0);
});
