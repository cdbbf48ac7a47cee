import assert from "node:assert/strict";
import fc from "fast-check";
import { MemoryRig } from "./memory_rig.ts";
import { REQUEST } from "./wire/message_ids.ts";

const field = fc.oneof(
  fc.constantFrom("", "0", "1", "-1", "2147483647", "1.7976931348623157E308", "1e300", "NaN"),
  fc.constantFrom("SPY", "STK", "OPT", "FOP", "BAG", "SMART", "USD", "C", "DU1044417", "All"),
  fc.constantFrom("20250321", "202504", "2025-99-99", "20250319 10:00:00 US/Eastern", "1 D", "LMT"),
  fc.integer().map(String),
  fc.array(fc.integer({ min: 1, max: 0xffff }), { maxLength: 8 })
    .map((codes) => String.fromCharCode(...codes)),
);
const ids = Object.values(REQUEST);

/** Twelve fields of a contract, each one that some contract has or none. */
const contract = fc.tuple(
  fc.constantFrom("", "0", "1", "2147483647", "-5"),
  fc.constantFrom("", "SPY", "SPX", "ES", "AMC", "SAP", "EUR", "?"),
  fc.constantFrom("", "STK", "OPT", "FUT", "FOP", "IND", "CASH", "BAG", "?"),
  fc.constantFrom("", "20250321", "202504", "2025", "20250399", "x"),
  fc.constantFrom("", "0.0", "560", "5600", "3", "-1", "1.7976931348623157E308"),
  fc.constantFrom("", "C", "PUT", "?"),
  fc.constantFrom("", "100", "10", "x"),
  fc.constantFrom("", "SMART", "CBOE", "CME", "IBIS", "?"),
  fc.constantFrom("", "ARCA", "?"),
  fc.constantFrom("", "USD", "EUR"),
  fc.constantFrom("", "SPX   250417P05650000", "E3DJ5 C5600", "SPY", "E", "      000000C00000000"),
  fc.constantFrom("", "SPX", "SPXW", "EW3", "AMC1"),
);
const details = contract.map((fields): [number, string[]] => [
  REQUEST.contractDetails,
  ["8", "5", ...fields, "0", "", "", ""],
]);
const marketData = contract.map((fields): [number, string[]] => [
  REQUEST.mktData,
  ["11", "6", ...fields, "0", "", "0", "0", ""],
]);
const chain = fc.tuple(contract, fc.nat()).map(([[, symbol, secType], conId]): [
  number,
  string[],
] => [REQUEST.secDefOptParams, ["7", symbol, "", secType, String(conId)]]);

Deno.test("whatever fields a request has, TWS answers the next one", () => {
  const rig = new MemoryRig({ messagesPerS: Infinity });
  const client = rig.client();
  const noise = fc.tuple(fc.constantFrom(...ids), fc.array(field, { maxLength: 40 }));
  const request = fc.oneof(noise, details, marketData, chain);
  fc.assert(
    fc.property(fc.array(request, { minLength: 1, maxLength: 8 }), (requests) => {
      for (const [id, fields] of requests) client.send(id, ...fields);
      client.send(REQUEST.currentTime, 1);
      rig.advance(60);
      assert.equal(client.isOpen, true);
      assert.equal(client.of(49).length > 0, true);
      client.forget();
    }),
    { numRuns: 300 },
  );
  rig.close();
});

Deno.test("whatever bytes come, TWS stays for the others", () => {
  const rig = new MemoryRig();
  const good = rig.client(1);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (bytes, isGreeted) => {
      const client = rig.connect();
      if (isGreeted) client.hello();
      client.raw(bytes);
      rig.advance(5);
      client.close();
      good.forget();
      good.send(REQUEST.currentTime, 1);
      rig.advance(1000);
      assert.equal(good.of(49).length, 1);
    }),
    { numRuns: 100 },
  );
  assert.equal(rig.sim.openCount, 1, "nobody is left behind");
  rig.close();
});
