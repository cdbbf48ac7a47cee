import assert from "node:assert/strict";
import { CANDLE_TIMES, openOf } from "./candles.ts";
import { expected } from "./expected.ts";
import type { Listing } from "./listing.ts";
import { BARE, EMPTY_ACCOUNT, FULL_ACCOUNT, SPARE } from "./stranger.ts";
import { type SeenRow, StrangerDesk } from "./stranger_desk.ts";

function near(actual: number, wanted: number, what: string): void {
  const tolerance = 1e-9 * Math.max(1, Math.abs(wanted));
  assert.ok(Math.abs(actual - wanted) <= tolerance, `${what}: ${actual}, not ${wanted}`);
}

function assertValued(row: SeenRow, quantity: number, multiplier: number, listed: Listing): void {
  const units = quantity * multiplier;
  const mid = (listed.bid + listed.ask) / 2;
  const [delta, , theta, vega] = listed.greeks ?? [1, 0, 0, 0];
  assert.deepEqual([row.signedQuantity, row.multiplier], [quantity, multiplier], row.key);
  near(row.mark, mid, `mark of ${row.key}`);
  near(row.marketValue, row.kind === "future" ? 0 : units * mid, `value of ${row.key}`);
  near(row.positionDelta, units * delta, `delta of ${row.key}`);
  near(row.thetaPerDay, units * theta, `theta of ${row.key}`);
  near(row.vega, units * vega, `vega of ${row.key}`);
}

/** The whole book: what is valued, what has no data, and what cannot be valued. */
function assertBook(desk: StrangerDesk): void {
  const rows = new Map(desk.rows().map((row) => [row.key, row]));
  assert.ok(desk.rows().every(({ account }) => account === FULL_ACCOUNT));
  for (const [key, quantity, multiplier, listed] of expected(desk.stranger)) {
    const row = rows.get(key);
    assert.ok(row !== undefined, `no ${key} in ${[...rows.keys()]}`);
    assertValued(row, quantity, multiplier, listed);
    // Nobody dates a close, so none is made up.
    assert.ok(Number.isNaN(row.dayPnl) && row.dayPnlAbsence > 0, `${key} has a day P&L`);
    rows.delete(key);
  }
  const { symbol } = desk.stranger.listings.all.adjusted;
  for (
    const [key, quantity] of [["912797KX4", 1000], ["KX-TEMP-NYC", 2], [symbol, 4], ["QUIET", 5]]
  ) {
    const row = rows.get(String(key));
    assert.equal(row?.signedQuantity, quantity, String(key));
    assert.ok(Number.isNaN(row?.mark) && (row?.markAbsence ?? 0) > 0, `${key} has a mark`);
    rows.delete(String(key));
  }
  assert.deepEqual([...rows.keys()], []);
}

/** The Quiet symbol is named, nothing else is missing, and nothing was asked wrongly. */
function assertCalm(desk: StrangerDesk): void {
  assert.deepEqual(desk.troubles, []);
  assert.deepEqual(desk.stranger.problems, []);
  const { detail } = desk.broker.health()[0];
  assert.equal(detail, "no market data for QUIET");
  const { asked } = desk.stranger.rest;
  assert.ok(asked.length < 250, `${asked.length} requests`);
}

/** Bars of a snapshot in two parts, by a name and with flags that nobody asked for. */
async function assertBars(desk: StrangerDesk): Promise<void> {
  const times = CANDLE_TIMES;
  const query = { instrumentKey: "SPY", size: "1m", from: times[0], to: times[4] + 1 } as const;
  const bars = await desk.broker.bars(query, new AbortController().signal);
  assert.ok(bars.ok, bars.ok ? "" : bars.error.message);
  const told = bars.value.map(({ startsAt, open, close }) => [startsAt, open, close]);
  const wanted = times.map((at, index) => [at, openOf(index), openOf(index) + 0.5]);
  assert.deepEqual(told.slice(-3), wanted.slice(-3));
  assert.deepEqual(told, wanted);
}

async function assertAbsences(desk: StrangerDesk): Promise<void> {
  const { signal } = new AbortController();
  const carry = await desk.broker.carry(["SPY", "/ES"], signal);
  assert.deepEqual(carry, { ok: true, value: [] });
  const closes = await desk.broker.previousCloses(["SPY", "BTC/USD"], signal);
  assert.deepEqual(closes, { ok: true, value: [] });
  const accounts = await desk.broker.accounts(signal);
  assert.ok(accounts.ok);
  assert.deepEqual(accounts.value.map(({ number }) => number).sort(), [
    EMPTY_ACCOUNT,
    FULL_ACCOUNT,
  ]);
  for (const [number, cash] of [[FULL_ACCOUNT, 1000], [EMPTY_ACCOUNT, -2500.5]] as const) {
    const id = accounts.value.find((one) => one.number === number)?.id ?? "";
    const balances = await desk.broker.balances(id, signal);
    assert.ok(balances.ok);
    assert.deepEqual(
      balances.value.cash,
      [{ currency: "USD", amount: cash, previousClose: null }],
      number,
    );
    assert.equal(balances.value.netLiquidation, 123_456.78);
    assert.equal(balances.value.previousNetLiquidation, null);
  }
}

for (const [name, choices] of Object.entries({ spare: SPARE, bare: BARE })) {
  Deno.test(`BRK-8, DAT-5: a stranger's ${name} simulator fills the book`, async () => {
    const desk = new StrangerDesk(choices);
    try {
      await desk.start();
      await desk.until("all is valued", () => {
        const missing = desk.rows().filter(({ mark }) => Number.isNaN(mark));
        return missing.length === 4;
      });
      assertBook(desk);
      assertCalm(desk);
      await assertAbsences(desk);
      await assertBars(desk);
      // The feed's other format brings the same book.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      assertBook(desk);
    } finally {
      await desk.stop();
    }
  });
}

Deno.test("BRK-7: a stranger's notice, bundled with nothing, turns a position round", async () => {
  const desk = new StrangerDesk(SPARE);
  try {
    await desk.start();
    const { stranger } = desk;
    const { rows } = stranger;
    const at = rows.findIndex(({ symbol }) => symbol === "SPY");
    rows[at] = { ...rows[at], quantity: "60", "quantity-direction": "Short" };
    for (const stream of stranger.stream.open) {
      stream.notice("QuantumLeap", { "account-number": FULL_ACCOUNT }, false);
      stream.notice("OrderChain", { "account-number": FULL_ACCOUNT }, false);
      stream.notice("CurrentPosition", rows[at], true);
    }
    const held = () => desk.rows().find(({ key }) => key === "SPY")?.signedQuantity;
    await desk.until("short 60", () => held() === -60);
    // The leap, and in the bundle a type that is a number.
    assert.equal(desk.broker.services()?.drift.counts()["streamer.type: unknown"], 2);
  } finally {
    await desk.stop();
  }
});

Deno.test("R10: a stranger that ends every connection finds the same book afterwards", async () => {
  const desk = new StrangerDesk(BARE);
  try {
    await desk.start();
    const { feed, stream } = desk.stranger;
    const states = () => desk.broker.health().map(({ state }) => state);
    feed.drop();
    stream.drop();
    await desk.until("the desk knows", () => states().some((state) => state !== "live"));
    await desk.until("it is back", () => states().every((state) => state === "live"));
    await desk.until("each symbol spoke again", () => desk.open().length === 0);
    assertBook(desk);
    assertCalm(desk);
    assert.equal(feed.open.size, 1);
    assert.equal(stream.open.size, 1);
  } finally {
    await desk.stop();
  }
});
