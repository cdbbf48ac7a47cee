import assert from "node:assert/strict";
import { ServerOutput } from "./server_output.ts";

Deno.test("soak: the ready line is found in pieces", async () => {
  const output = new ServerOutput();
  const take = output.reader();
  const takeOther = output.reader();

  take("starting\nDeltadesk ready at http://127.0.");
  takeOther("a warning\n");
  take("0.1:8765/ (demo)\nmore");

  assert.equal(await output.ready.promise, "http://127.0.0.1:8765/");
});

Deno.test("soak: every forced collection is answered by the next line of it", async () => {
  const output = new ServerOutput();
  const take = output.reader();
  for (const heapBytes of [1, 2]) {
    const collected = output.collected();
    take(`collected {"heapBytes":${heapBytes},"externalBytes":3}\n`);

    assert.deepEqual(await collected, { heapBytes, externalBytes: 3 });
  }
});

Deno.test("soak: of what is printed the end is kept", () => {
  const output = new ServerOutput();
  const take = output.reader();
  for (let i = 0; i < 100; i++) take("x".repeat(1_000));
  take("the end");

  assert.ok(output.text.length <= 20_000);
  assert.ok(output.text.endsWith("the end"));
});
