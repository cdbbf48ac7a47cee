import assert from "node:assert/strict";
import fc from "fast-check";
import {
  aManifest,
  barRow,
  bars,
  callRow,
  opened,
  quotes,
  WITH_INDEX,
} from "../../../tests/contract/replay_folder.ts";
import { paritySpot } from "./derived_spot.ts";
import type { ReplayData } from "./open.ts";
import { FLAW, FLAW_COUNT } from "./recording.ts";

function total(data: ReplayData, flaw: keyof typeof FLAW): number {
  const { flaws } = data.recording;
  let sum = 0;
  for (let at = FLAW[flaw]; at < flaws.length; at += FLAW_COUNT) sum += flaws[at];
  return sum;
}

function pairRow(minute: number, right: string, bid: string, ask: string): string {
  return `2025-03-19T10:0${minute}:00,IDXW,2025-03-21,1500,${right},${bid},${ask},1,1`;
}

Deno.test("recording: each flaw of a quote counts once, the row stays as it is", async () => {
  const data = await opened({
    "quotes.csv": quotes(
      callRow(0, "2.10", "2.00"),
      callRow(1, "0", "0.05"),
      callRow(2, "", "0.05"),
      callRow(3, "2.00", "2.00"),
    ),
    "bars.csv": bars(barRow(0, 98), barRow(1, 98), barRow(2, 98), barRow(3, 98)),
  });

  assert.equal(total(data, "crossed"), 1);
  assert.equal(total(data, "zeroBid"), 1);
  assert.equal(total(data, "oneSided"), 1);
  assert.equal(total(data, "missing"), 0);
  assert.equal(data.recording.rowsFrom[4], 8);
});

Deno.test("recording: missing minutes count per instrument that has not expired", async () => {
  const soon = (minute: string) => `2025-03-19T${minute}:00,ACME,2025-03-19,99,put,1,1.1,1,1`;
  const call = (minute: string) => `2025-03-19T${minute}:00,ACME,2025-04-17,100,call,2,2.1,1,1`;
  const data = await opened({
    "manifest.json": aManifest({ barFiles: [] }),
    // 15:57 both, 15:58 nobody, 15:59 the call alone, 16:00 and later the put has expired.
    "quotes.csv": quotes(soon("15:57"), call("15:57"), call("15:59"), call("16:00")),
  });

  assert.equal(total(data, "missing"), 3);
});

Deno.test("recording: rows are put in order; of repeated ones the last wins", async () => {
  const data = await opened({
    "quotes.csv": quotes(
      callRow(1, "3", "3.1"),
      callRow(0, "2", "2.1"),
      callRow(1, "4", "4.1"),
    ),
  });
  const { recording } = data;

  assert.deepEqual([...recording.startsAt], [...recording.startsAt].sort());
  assert.equal(total(data, "duplicate"), 1);
  assert.deepEqual([...recording.rowsFrom], [0, 2, 4]);
  assert.deepEqual([recording.values[1 * 5], recording.values[3 * 5]], [2, 4]);
});

Deno.test("recording: unknown columns are named, not read", async () => {
  const [header, ...rows] = quotes(callRow(0, "2", "2.1")).split("\n");
  const text = [`${header},venue`, `${rows[0]},X`, ""].join("\n");

  const data = await opened({ "quotes.csv": text });

  assert.deepEqual(data.unknownColumns, ['quotes.csv: "venue"']);
});

Deno.test("derived spot: parity of the recorded pair, absent when a leg has no mid", async () => {
  const data = await opened({
    "manifest.json": aManifest(WITH_INDEX),
    "quotes.csv": quotes(
      pairRow(0, "call", "9", "9.4"),
      pairRow(0, "put", "7", "7.2"),
      pairRow(1, "call", "9", "9.4"),
      pairRow(2, "call", "9", "9.4"),
      pairRow(2, "put", "7.2", "7"),
      pairRow(3, "call", "0", "9.4"),
      pairRow(3, "put", "7", "7.2"),
    ),
  });
  const [{ spot }] = data.derivedSpots;
  const years = (Date.UTC(2025, 2, 21, 20) - Date.UTC(2025, 2, 19, 14, 1)) / (365 * 86_400_000);
  const expected = 1500 * Math.exp(-0.03 * years) + (9.2 - 7.1) * Math.exp(0.02 * years);

  assert.ok(Math.abs(spot[0] - expected) < 1e-9, `${spot[0]} ${expected}`);
  assert.deepEqual([...spot.subarray(1)], [NaN, NaN, NaN]);
  assert.equal(total(data, "withoutSpot"), 3);
});

Deno.test("derived spot: what prices the pair at a spot gives that spot back", () => {
  const rate = fc.double({ min: -0.02, max: 0.15, noNaN: true });
  const terms = { spot: fc.double({ min: 1, max: 1e4, noNaN: true }), rate, dividendYield: rate };
  fc.assert(fc.property(fc.record({ ...terms, days: fc.integer({ min: 0, max: 800 }) }), (c) => {
    const years = c.days / 365;
    const strike = 100;
    const difference = c.spot * Math.exp(-c.dividendYield * years) -
      strike * Math.exp(-c.rate * years);
    const pair = {
      strike,
      expiresAt: c.days * 86_400_000,
      riskFreeRate: c.rate,
      dividendYield: c.dividendYield,
    };

    const spot = paritySpot(pair, { call: 50 + difference, put: 50 }, 0);

    assert.ok(Math.abs(spot - c.spot) <= 1e-12 * Math.max(c.spot, strike) * 10);
  }));
  const expired = { strike: 1, expiresAt: 0, riskFreeRate: 0, dividendYield: 0 };
  assert.ok(Number.isNaN(paritySpot(expired, { call: 1, put: 1 }, 1)));
});
