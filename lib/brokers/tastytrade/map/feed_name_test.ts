import assert from "node:assert/strict";
import { SHARED, testWith } from "@/tests/prerequisite.ts";
import { isSameContract } from "./feed_name.ts";

const SAME = [
  ["SPY   261218P00500000", ".SPY261218P500"],
  ["BRKB  261218C00490500", ".BRKB261218C490.5"],
  ["AAPL1 261218C00150000", ".AAPL1261218C150"],
  ["/ESZ6", "/ESZ26:XCME"],
  ["./ESZ6 EW4X6 261127C5750", "./EW4X26C5750:XCME"],
  ["./6EM6 EUUJ6 260403C1.225", "./EUUJ26C1.225:XCME"],
  ["SPY", "SPY"],
  ["BRK/B", "BRK/B"],
  ["BTC/USD", "BTC/USD:CXTALP"],
] as const;

const OTHER = [
  ["SPY   261218P00500000", ".SPY261218C500"],
  ["SPY   261218P00500000", ".SPY261218P50"],
  ["SPY   261218P00500000", ".SPY261219P500"],
  ["SPX   261218P05000000", ".SPXW261218P5000"],
  ["SPY   261218P00500000", "SPY"],
  ["/ESZ6", "/ESH26:XCME"],
  ["/ESZ6", "/ESZ27:XCME"],
  ["/ESZ6", "SPY"],
  ["./ESZ6 EW4X6 261127C5750", "./EW4X26P5750:XCME"],
  ["./ESZ6 EW4X6 261127C5750", "./EW4Z26C5750:XCME"],
  ["./ESZ6 EW4X6 261127C5750", "/ESZ26:XCME"],
  ["SPY", ".SPY261218P500"],
] as const;

Deno.test("DAT-5: the feed's name is checked against the contract that it stands for", () => {
  for (const [api, feed] of SAME) assert.ok(isSameContract(api, feed), `${api} is ${feed}`);
  for (const [api, feed] of OTHER) assert.ok(!isSameContract(api, feed), `${api} is not ${feed}`);
});

/** Every pair of names that stands in what was recorded. */
function recordedNames(value: unknown): [string, string][] {
  if (typeof value !== "object" || value === null) return [];
  const row = value as Record<string, unknown>;
  const pairs = [["symbol", "streamer-symbol"], ["call", "call-streamer-symbol"], [
    "put",
    "put-streamer-symbol",
  ]].flatMap(([api, feed]): [string, string][] =>
    typeof row[api] === "string" && typeof row[feed] === "string" ? [[row[api], row[feed]]] : []
  );
  return [...pairs, ...Object.values(row).flatMap(recordedNames)];
}

testWith(["shared"], {
  name: "DAT-5: every pair of names that was recorded is of one contract",
  fn() {
    const files = ["equities", "futures", "lean_FutureResponse", "nested_option_chain_SPY"];
    for (const file of files) {
      const url = new URL(`data/tastytrade_api/${file}.json`, SHARED);
      const names = recordedNames(JSON.parse(Deno.readTextFileSync(url)));
      assert.ok(names.length > 0, file);
      for (const [api, feed] of names) assert.ok(isSameContract(api, feed), `${api} is ${feed}`);
    }
  },
});
