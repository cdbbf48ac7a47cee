import assert from "node:assert/strict";
import { SHARED, testWith } from "../../../../../tests/prerequisite.ts";
import { MARKET_EVENT } from "../../../../domain/market_data.ts";
import { decoding } from "./decoding_fixture_test.ts";
import { parseMessage } from "./message.ts";

interface Recorded {
  readonly dir: "in" | "out";
  readonly msg: { readonly type: string; readonly [key: string]: unknown };
}

function recorded(): Recorded[] {
  const text = Deno.readTextFileSync(new URL("data/dxlink/frames.jsonl", SHARED));
  return text.trim().split("\n").map((line) => JSON.parse(line));
}

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
  name: "R34: every recorded frame is read, and every event of it decoded",
  fn: () => {
    const wire = decoding(SYMBOLS);
    // The recorded trades come from a source that did not keep their configuration.
    wire.layouts.merge({ Trade: ["eventSymbol", "price", "size", "time"] });
    let frames = 0;
    for (const { dir, msg } of recorded()) {
      if (dir === "out") continue;
      const text = JSON.stringify(msg);
      const message = parseMessage(text);
      assert.ok(message.ok);
      assert.notEqual(message.value.type, "unknown", text);
      wire.frame(text);
      frames++;
    }

    assert.equal(frames, 13);
    assert.deepEqual(wire.counters.read(), {});
    assert.equal(wire.seen.length, 13);
    const rows = wire.seen.map(({ kind, handle, values }) => [
      kind,
      SYMBOLS[handle - 100],
      ...values.slice(0, 4),
    ]);
    assert.deepEqual(rows[0], [MARKET_EVENT.quote, "AAPL", 168.4, 168.46, 51, 10]);
    assert.deepEqual(rows[1], [MARKET_EVENT.quote, "SPX", 4979.73, 5064.47, null, null]);
    assert.deepEqual(rows[10], [MARKET_EVENT.trade, "./ESU25P900:XCME", null, null, null, null]);
    assert.deepEqual(rows[11], [MARKET_EVENT.quote, ".SPY251114P669", 0.43, 0.44, 147, 339]);
  },
});

testWith(["shared"], {
  name: "map: recorded Greeks are per calendar day and per vol point, by the model's identities",
  fn: () => {
    const wire = decoding(SYMBOLS);
    for (const { dir, msg } of recorded()) if (dir === "in") wire.frame(JSON.stringify(msg));
    const greeks = wire.seen.find(({ kind }) => kind === MARKET_EVENT.greeks);
    assert.ok(greeks !== undefined);
    const [, iv, delta, gamma, theta, vega, rho] = greeks.values.map((value) => value ?? NaN);

    // vega per point = γ S² σ T / 100 and, at low rates, theta per day = −γ S² σ² / 2 / 365:
    // together they give T, which the symbol and the stamp say too (expiry 2025-11-14, 16:00 EST).
    const years = -vega * 100 / (theta * 365) * iv / 2;
    const expected = (Date.UTC(2025, 10, 14, 21) - (greeks.at ?? NaN)) / (365 * 86_400_000);

    assert.ok(Math.abs(years / expected - 1) < 0.05, `${years} against ${expected}`);
    assert.ok(iv > 0.17 && iv < 0.19);
    assert.ok(delta < 0 && gamma > 0 && theta < 0 && vega > 0 && rho < 0);
  },
});
