import assert from "node:assert/strict";
import {
  type DailyBar,
  type DailyEntry,
  SAMPLE_COLUMNS,
  type Samples,
} from "../../ports/history.ts";
import { DailyBars } from "./daily_bars.ts";

const NET_LIQ = SAMPLE_COLUMNS.account.indexOf("netLiq");
const PROFIT = SAMPLE_COLUMNS.account.indexOf("profit");

/** Keeps bars as the history does: a later one of the same session replaces it. */
class Shelf {
  readonly bars = new Map<string, DailyBar>();
  writes = 0;

  recordDaily(entries: readonly DailyEntry[]): void {
    this.writes++;
    for (const entry of entries) {
      this.bars.set(`${entry.key} ${entry.column} ${entry.session}`, entry);
    }
  }

  daily(of: { key: string; column: string }, countMax: number) {
    const found = [...this.bars].filter(([id]) => id.startsWith(`${of.key} ${of.column} `));
    const value = found.map(([, bar]) => bar).slice(-countMax);
    return Promise.resolve({ ok: true, value } as const);
  }
}

function sample(at: number, netLiq: number, profit: number): Samples {
  const values = new Float64Array(SAMPLE_COLUMNS.account.length).fill(NaN);
  values[NET_LIQ] = netLiq;
  values[PROFIT] = profit;
  return { kind: "account", at, stepMs: 1000, series: new Int32Array(1), values };
}

const A = ["acct"];
const TUESDAY = "2025-03-18";
const WEDNESDAY = "2025-03-19";

Deno.test("a session's bar has its first, greatest, least and last value", () => {
  const shelf = new Shelf();
  const daily = new DailyBars(shelf);
  const values = [100, 104, 97, 101];
  values.forEach((value, i) => daily.take(sample(i * 1000, value, value - 100), A, TUESDAY));
  daily.close(sample(4000, 102, 2), A, TUESDAY);

  const { open, high, low, close, closedAt, isOfficial } = shelf.bars.get(
    `acct netLiq ${TUESDAY}`,
  ) ?? assert.fail("no bar");
  assert.deepEqual([open, high, low, close, closedAt, isOfficial], [100, 104, 97, 102, 4000, true]);
  assert.equal(shelf.bars.get(`acct profit ${TUESDAY}`)?.low, -3);
});

Deno.test("P9: after a restart the bar goes on with its open and extremes", async () => {
  const shelf = new Shelf();
  const first = new DailyBars(shelf);
  first.take(sample(0, 100, 0), A, TUESDAY);
  first.take(sample(60_000, 120, 20), A, TUESDAY);
  first.take(sample(120_000, 90, -10), A, TUESDAY);

  const second = new DailyBars(shelf);
  await second.restore(A, TUESDAY);
  second.take(sample(600_000, 95, -5), A, TUESDAY);

  const bar = shelf.bars.get(`acct netLiq ${TUESDAY}`);
  assert.deepEqual([bar?.open, bar?.high, bar?.low, bar?.close], [100, 120, 90, 95]);
});

Deno.test("the previous close is that of the session before, seen to close, or none", async () => {
  const shelf = new Shelf();
  const daily = new DailyBars(shelf);
  daily.take(sample(0, 100, 0), A, TUESDAY);
  assert.equal(daily.previousNetLiq("acct", WEDNESDAY), null, "not closed yet");
  daily.close(sample(1000, 100, 0), A, TUESDAY);

  assert.equal(daily.previousNetLiq("acct", WEDNESDAY), 100);
  assert.equal(daily.previousNetLiq("acct", "2025-03-20"), null, "a session in between is missing");
  const restarted = new DailyBars(shelf);
  await restarted.restore(A, WEDNESDAY);
  assert.equal(restarted.previousNetLiq("acct", WEDNESDAY), 100);
});

Deno.test("a desk that starts after the close knows it when the next session opens", async () => {
  const shelf = new Shelf();
  const first = new DailyBars(shelf);
  first.take(sample(-86_400_000, 90, 0), A, "2025-03-17");
  first.close(sample(-86_400_000, 90, 0), A, "2025-03-17");
  first.take(sample(0, 100, 10), A, TUESDAY);
  first.close(sample(1000, 100, 10), A, TUESDAY);
  assert.equal(first.previousNetLiq("acct", TUESDAY), 90);
  // While the market is closed its session is the last one.
  const overnight = new DailyBars(shelf);
  await overnight.restore(A, TUESDAY);

  assert.equal(overnight.previousNetLiq("acct", WEDNESDAY), 100);
  assert.equal(overnight.previousNetLiq("acct", TUESDAY), 90, "in the evening still Monday's");
  overnight.take(sample(86_400_000, 110, 10), A, WEDNESDAY);
  assert.equal(overnight.previousNetLiq("acct", WEDNESDAY), 100);
});

Deno.test("P1: a close after an hour of silence is not official, and stays as last seen", () => {
  const shelf = new Shelf();
  const daily = new DailyBars(shelf);
  daily.take(sample(0, 100, 0), A, TUESDAY);
  daily.close(sample(3_600_000, 170, 70), A, TUESDAY);

  const { close, closedAt, isOfficial } = shelf.bars.get(`acct netLiq ${TUESDAY}`) ??
    assert.fail("no bar");
  assert.deepEqual([close, closedAt, isOfficial], [100, 0, false]);
  assert.equal(daily.previousNetLiq("acct", WEDNESDAY), null);
});

Deno.test("a desk that slept over a session makes no bar of it", () => {
  const shelf = new Shelf();
  const daily = new DailyBars(shelf);
  daily.take(sample(0, 100, 0), A, TUESDAY);
  daily.close(sample(100_000_000, 100, 0), A, WEDNESDAY);

  assert.equal(shelf.bars.has(`acct netLiq ${WEDNESDAY}`), false);
  assert.equal(daily.previousNetLiq("acct", "2025-03-20"), null);
});

Deno.test("an unknown value leaves the bar as it was, and none is made of it", () => {
  const shelf = new Shelf();
  const daily = new DailyBars(shelf);
  daily.take(sample(0, NaN, NaN), A, TUESDAY);
  daily.close(sample(1000, NaN, NaN), A, TUESDAY);
  assert.equal(shelf.bars.size, 0);
});

Deno.test("bars are written once a minute, not with every sample", () => {
  const shelf = new Shelf();
  const daily = new DailyBars(shelf);
  for (let i = 0; i < 120; i++) daily.take(sample(i * 1000, 100 + i, i), A, TUESDAY);
  assert.equal(shelf.writes, 2);
});
