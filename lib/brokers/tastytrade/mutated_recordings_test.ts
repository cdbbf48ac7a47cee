import assert from "node:assert/strict";
import fc from "fast-check";
import { SHARED, testWith } from "../../../tests/prerequisite.ts";
import { parseFrame } from "./account_stream/frames.ts";
import { readAccounts } from "./map/accounts.ts";
import { readBalances } from "./map/balances.ts";
import { readChains } from "./map/chains.ts";
import { readEquity, readFuture } from "./map/definitions.ts";
import { Drift, Fields } from "./map/fields.ts";
import { readStreamerFrame } from "./map/notification.ts";
import { readOrder } from "./map/orders.ts";
import { heldInstrument, readHeldRow, readHeldRows } from "./map/positions.ts";
import { readTransactions } from "./map/transactions.ts";
import { outcomeOf } from "./rest/outcome.ts";
import { decoding } from "./wire/dxlink/decoding_fixture_test.ts";
import { parseMessage } from "./wire/dxlink/message.ts";

type Json = Record<string, unknown>;

const FOLDER = new URL("data/", SHARED);
const DEEP = "[".repeat(50_000) + "]".repeat(50_000);

/** What no reader may take for a number, for a name or for a sign. */
const NASTY: readonly unknown[] = [
  null,
  "",
  "abc",
  "NaN",
  "Infinity",
  "-Infinity",
  "1e999",
  "0x10",
  "1,000",
  "１２",
  "\u202e1",
  " 1",
  "__proto__",
  "constructor",
  "Debit ",
  "short",
  true,
  [],
  [1],
  {},
  { other: 1 },
  "9".repeat(400),
  "x".repeat(100_000),
];

function body(name: string): Json {
  return JSON.parse(Deno.readTextFileSync(new URL(`tastytrade_api/${name}.json`, FOLDER)));
}

function inner(json: unknown): unknown {
  const outer = json as Json | null;
  const data = outer?.data ?? outer;
  return (data as Json | null)?.items ?? data;
}

function one<T>(read: (fields: Fields) => T) {
  return (json: unknown, drift: Drift) => {
    const fields = Fields.of(inner(json), "test", drift);
    return fields === null ? null : read(fields);
  };
}

function listed<T>(read: (fields: Fields) => T) {
  return (json: unknown, drift: Drift) => Fields.listOf(inner(json), "test", drift).map(read);
}

type Reader = (json: unknown, drift: Drift) => unknown;

const READERS: Readonly<Record<string, Reader>> = {
  accounts: (json, drift) => readAccounts(inner(json), drift),
  balance: (json, drift) => readBalances(inner(json), drift),
  positions: (json, drift) => {
    const { rows } = readHeldRows(inner(json), drift);
    return rows.map((row) => ({ ...row, held: heldInstrument(row, null).instrument }));
  },
  equities: listed(readEquity),
  futures: listed(readFuture),
  transactions_page: (json, drift) => readTransactions(inner(json), drift),
  nested_option_chain_SPY: (json, drift) => readChains(inner(json), drift),
  lean_StreamFilledOrderMessage: one(readOrder),
  "stream_current-position_derived": one(readHeldRow),
};

/** Every number in what was read, by the name under which it stands. */
function numbersIn(value: unknown, name = "", found = new Set<string>()): Set<string> {
  if (typeof value === "number" && !Number.isNaN(value)) found.add(`${name} ${value}`);
  if (typeof value === "object" && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      numbersIn(part, Array.isArray(value) ? name : key, found);
    }
  }
  return found;
}

/** Puts `nasty` in one place of a copy; `pick` chooses it. Answers the name of the place. */
function spoiled(json: unknown, pick: number, nasty: unknown): { json: unknown; name: string } {
  const copy = structuredClone(json);
  const places: { at: Json; key: string }[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, part] of Object.entries(value)) {
      places.push({ at: value as Json, key });
      walk(part);
    }
  };
  walk(copy);
  const { at, key } = places[pick % places.length];
  at[key] = nasty;
  return { json: copy, name: key };
}

/** Sums; the smallest price step, 0 for none; 1 for the multiplier of what is not valued. */
const DERIVED = /^(fees \S+|tickSize \S+|multiplier 1)$/;

for (const [name, read] of Object.entries(READERS)) {
  testWith(["shared"], {
    name: `BRK-8: ${name} spoiled anywhere gives the numbers it had, or none`,
    fn() {
      const json = body(name);
      const known = numbersIn(read(json, new Drift()));
      const nasties = fc.constantFrom(...NASTY);
      fc.assert(
        fc.property(fc.nat(), nasties, (pick, nasty) => {
          const spoilt = spoiled(json, pick, nasty);
          const drift = new Drift();
          const seen = numbersIn(read(spoilt.json, drift));
          for (const number of seen) {
            if (known.has(number) || DERIVED.test(number)) continue;
            assert.fail(`${number} from ${JSON.stringify(nasty)} in ${spoilt.name}`);
          }
        }),
        { numRuns: 300 },
      );
    },
  });
}

testWith(["shared"], {
  name: "BRK-8: a text in any form, cut or garbled anywhere, ends no reader",
  fn() {
    const texts = ["accounts", "positions", "stream_order_documented"].map((name) =>
      JSON.stringify(body(name))
    );
    const fragments = [
      '"__proto__":{"quantity":-1},',
      "\u0000",
      "\ud800",
      DEEP,
      '"',
      "}",
      "1e999,",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.nat(),
        fc.nat(2000),
        fc.constantFrom("", ...fragments),
        (text, from, length, fragment) => {
          const at = from % text.length;
          const garbled = `${text.slice(0, at)}${fragment}${text.slice(at + length)}`;
          const frame = parseFrame(garbled);
          if (frame.ok) readStreamerFrame(frame.value, new Drift());
          parseMessage(garbled);
          const reply = { status: 200, text: garbled, header: () => null };
          outcomeOf(reply, { label: "GET /x", secrets: [], now: 0 });
        },
      ),
      { numRuns: 300 },
    );
  },
});

const SYMBOLS = [
  "AAPL",
  "SPX",
  ".SPXW240417C1400",
  ".SPXW240417C2400",
  ".SPXW240417P2400",
  ".SPXW240417P3400",
  "AMZN",
  "TSLA",
  "./ESU25P900:XCME",
  ".SPY251114P669",
];

testWith(["shared"], {
  name: "BRK-8, R35: a recorded frame spoiled anywhere brings its numbers or none, counted",
  fn() {
    const frames: { msg: Json }[] = Deno.readTextFileSync(new URL("dxlink/frames.jsonl", FOLDER))
      .trim().split("\n").map((line) => JSON.parse(line)).filter(({ dir }) => dir === "in");
    const told = (messages: readonly unknown[]) => {
      const wire = decoding(SYMBOLS);
      for (const message of messages) wire.frame(JSON.stringify(message));
      const numbers = wire.seen.flatMap(({ kind, handle, values }) =>
        values.flatMap((value, slot) =>
          value === null ? [] : [`${kind} ${handle} ${slot} ${value}`]
        )
      );
      const counts = Object.values(wire.counters.read()).reduce((sum, count) => sum + count, 0);
      return { numbers: new Set(numbers), counts };
    };
    const messages = frames.map(({ msg }) => msg);
    const known = told(messages);
    // An empty block holds no rows, and says so in good order.
    const isSoft = (nasty: unknown) => nasty === null || nasty === "NaN" || String(nasty) === "";
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.constantFrom(...NASTY), (which, pick, nasty) => {
        const at = which % messages.length;
        const spoilt = spoiled(messages[at], pick, nasty);
        const seen = told(messages.with(at, spoilt.json as Json));
        for (const number of seen.numbers) {
          assert.ok(known.numbers.has(number), `${number} from ${JSON.stringify(nasty)}`);
        }
        const isData = messages[at].type === "FEED_DATA" && /^\d+$/.test(spoilt.name);
        if (seen.numbers.size === known.numbers.size || isSoft(nasty) || !isData) return;
        assert.ok(
          seen.counts > known.counts,
          `not counted: ${JSON.stringify(spoilt.json).slice(0, 500)}`,
        );
      }),
      { numRuns: 1000 },
    );
  },
});

Deno.test("nesting without an end in an index that needs its digits ends no decoder", () => {
  const wire = decoding(["SPY"]);
  wire.layouts.merge({ Candle: ["eventSymbol", "index", "close"] });
  wire.frame(
    `{"type":"FEED_DATA","channel":1,"data":["Candle",["SPY{=m}",7235129486797176832,${DEEP}]]}`,
  );
  assert.deepEqual(wire.candles, []);
  assert.deepEqual(wire.counters.read(), { badSymbol: 1 });
});
