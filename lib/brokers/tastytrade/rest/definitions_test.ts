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

/** A service of options: lists of so many at most, `refused` by no way, and each by itself. */
async function options(listMax: number, refused: readonly string[] = []) {
  const run = rig(({ url }) => {
    const { pathname, searchParams } = new URL(url);
    const listed = searchParams.getAll("symbol[]");
    const isList = pathname === "/instruments/equity-options";
    const symbols = isList ? listed : [decodeURIComponent(pathname.split("/")[3])];
    const isTaken = symbols.length <= (isList ? listMax : 1) &&
      !symbols.some((one) => refused.includes(one));
    if (!isTaken) return { status: 400, body: { error: { code: "validation_error" } } };
    const items = symbols.map((symbol) => ({
      symbol,
      "underlying-symbol": "SPY",
      "shares-per-contract": 100,
      "option-chain-type": "Standard",
    }));
    return { body: { data: isList ? { items } : items[0] } };
  });
  const { definitions } = await TastytradeServices.load(run.transport);
  return async (count: number) => {
    const symbols = Array.from({ length: count }, (_, at) => `SPY   261218P00${500 + at}000`);
    const before = run.http.calls.length;
    const read = await settled(
      run.time,
      definitions.equityOptions(symbols, () => null, run.signal),
    );
    return {
      found: read.ok ? read.value.length : read.error.code,
      calls: run.http.calls.length - before,
    };
  };
}

Deno.test("BRK-8: a refused list of options is halved, not asked for one by one", async () => {
  const ask = await options(20);
  assert.deepEqual(await ask(50), { found: 50, calls: 7 });
  const withOne = await options(50, ["SPY   261218P00507000"]);
  const { found, calls } = await withOne(50);
  assert.equal(found, 49);
  assert.ok(calls < 20, `${calls} calls`);
});

Deno.test("BRK-8: where no list of options is taken, that is found once", async () => {
  const ask = await options(0);
  const first = await ask(50);
  assert.equal(first.found, 50);
  assert.ok(first.calls < 60, `${first.calls} calls`);
  assert.deepEqual(await ask(50), { found: 50, calls: 50 });
});
