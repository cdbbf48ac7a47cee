import assert from "node:assert/strict";
import { expose } from "./exposition.ts";

Deno.test("metrics: families follow the exposition format, labels escaped", () => {
  const text = expose([{
    name: "deltadesk_dropped_total",
    kind: "counter",
    help: "Events dropped",
    samples: [{ value: 3, labels: { cause: 'crossed "quote"\n' } }, { value: 0 }],
  }]);

  assert.equal(
    text,
    "# HELP deltadesk_dropped_total Events dropped\n" +
      "# TYPE deltadesk_dropped_total counter\n" +
      'deltadesk_dropped_total{cause="crossed \\"quote\\"\\n"} 3\n' +
      "deltadesk_dropped_total 0\n",
  );
});

Deno.test("X-03: an unknown measurement is left out, never 0", () => {
  const text = expose([
    { name: "a", kind: "gauge", help: "a", samples: [{ value: NaN }] },
    { name: "b", kind: "gauge", help: "b", samples: [{ value: NaN }, { value: 2 }] },
  ]);

  assert.equal(text, "# HELP b b\n# TYPE b gauge\nb 2\n");
});
