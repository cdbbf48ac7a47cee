import assert from "node:assert/strict";
import { rig, settled } from "./scripted_http_fixture_test.ts";
import { TastytradeServices } from "./services.ts";

/** A service that takes lists of so many symbols, and none with a name in `refused`. */
async function serving(symbolsMax: number, refused: readonly string[] = []) {
  const run = rig(({ url }) => {
    const symbols = new URL(url).searchParams.getAll("symbol[]");
    const isTaken = symbols.length <= symbolsMax && !symbols.some((one) => refused.includes(one));
    if (!isTaken) return { status: 400, body: { error: { code: "validation_error" } } };
    return { body: { data: { items: symbols.map((symbol) => ({ symbol })) } } };
  });
  const services = await TastytradeServices.load(run.transport);
  return async (count: number) => {
    const symbols = Array.from({ length: count }, (_, at) => `S${at}`);
    const before = run.http.calls.length;
    const read = await settled(run.time, services.definitions.equities(symbols, run.signal));
    return {
      found: read.ok ? read.value.map(({ apiSymbol }) => apiSymbol) : read.error.code,
      calls: run.http.calls.length - before,
    };
  };
}

Deno.test("BRK-8: a list that is too long for the service is asked for in halves", async () => {
  const ask = await serving(4);
  const { found, calls } = await ask(50);
  assert.deepEqual(found, Array.from({ length: 50 }, (_, at) => `S${at}`));
  assert.ok(calls < 40, `${calls} calls`);
});

Deno.test("BRK-8: one symbol that is refused takes no other with it", async () => {
  const ask = await serving(50, ["S7"]);
  const { found, calls } = await ask(20);
  assert.deepEqual(found, Array.from({ length: 20 }, (_, at) => `S${at}`).toSpliced(7, 1));
  assert.ok(calls < 14, `${calls} calls`);
});

Deno.test("what is refused in every part is given up after few calls", async () => {
  const ask = await serving(0);
  const { found, calls } = await ask(50);
  assert.equal(found, "refused");
  assert.ok(calls < 14, `${calls} calls`);
});
