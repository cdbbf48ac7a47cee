import assert from "node:assert/strict";
import type { Answer } from "@/lib/ports/broker.ts";
import { EXPECTED, FIRST, LISTED, type Listed, RATES, SECOND, UNVALUED } from "./listing.ts";
import { type SeenRow, StrangerDesk } from "./stranger_desk.ts";

const LIVE = new AbortController().signal;

async function told<T>(answer: Answer<T>): Promise<T> {
  const result = await answer;
  assert.ok(result.ok, result.ok ? "" : JSON.stringify(result.error));
  return result.value;
}

function near(actual: number, wanted: number, what: string): void {
  const tolerance = 1e-9 * Math.max(1, Math.abs(wanted));
  assert.ok(Math.abs(actual - wanted) <= tolerance, `${what}: ${actual}, not ${wanted}`);
}

function assertValued(row: SeenRow, quantity: number, perPoint: number, listed: Listed): void {
  const { bid, ask, greeks, voice, secType } = listed;
  const units = quantity * perPoint;
  const rate = listed.currency in RATES
    ? RATES[listed.currency as keyof typeof RATES] / RATES.USD
    : NaN;
  const mark = (bid + ask) / 2;
  assert.deepEqual([row.signedQuantity, row.multiplier], [quantity, perPoint], row.key);
  near(row.mark, mark, `mark of ${row.key}`);
  near(row.marketValue, secType === "FUT" ? 0 : units * mark * rate, `value of ${row.key}`);
  if (voice === "noGreeks") {
    // The desk's own: a short call.
    assert.ok(row.positionDelta < -20 && row.positionDelta > -80, `delta of ${row.key}`);
    return;
  }
  if (listed.magnifier === 1) {
    near(row.positionDelta, units * (greeks?.delta ?? 1), `delta of ${row.key}`);
  }
  near(row.thetaPerDay, units * (greeks?.theta ?? 0), `theta of ${row.key}`);
  near(row.vega, units * (greeks?.vega ?? 0), `vega of ${row.key}`);
}

/** The whole book: what is valued, what is not, and nothing of an account that nobody named. */
function assertBook(desk: StrangerDesk): void {
  const rows = new Map(desk.rows().map((row) => [`${row.account} ${row.key}`, row]));
  for (const [key, account, quantity, perPoint, listed] of EXPECTED) {
    const row = rows.get(`${account} ${key}`);
    assert.ok(row !== undefined, `no ${account} ${key} in ${[...rows.keys()]}`);
    assertValued(row, quantity, perPoint, listed);
    rows.delete(`${account} ${key}`);
  }
  for (const [key, account, quantity] of UNVALUED) {
    const row = rows.get(`${account} ${key}`);
    assert.equal(row?.signedQuantity, quantity, key);
    assert.ok(Number.isNaN(row?.mark) && (row?.markAbsence ?? 0) > 0, `${key} has a mark`);
    rows.delete(`${account} ${key}`);
  }
  assert.deepEqual([...rows.keys()], []);
}

/** The book is there: every row that can have a mark and Greeks has them. */
async function filled(desk: StrangerDesk): Promise<void> {
  await desk.until("all is valued", () => {
    const open = desk.rows().filter(({ mark, positionDelta }) =>
      Number.isNaN(mark + positionDelta)
    );
    return desk.isLive() && open.length === UNVALUED.length;
  });
}

function assertCalm(desk: StrangerDesk): void {
  const { stranger, troubles, broker } = desk;
  assert.deepEqual(stranger.problems, []);
  assert.deepEqual(troubles, []);
  const [connection, accounts] = broker.health();
  assert.deepEqual([connection.dropped, connection.detail], [{}, null]);
  // An unset commission is none, and no message of an unknown kind.
  assert.equal(accounts.dropped["commission without a number"], 2);
}

async function assertMoney(desk: StrangerDesk): Promise<void> {
  const { broker } = desk;
  const accounts = await told(broker.accounts(LIVE));
  assert.deepEqual(accounts.map(({ number, currency }) => [number, currency]), [
    [FIRST, "EUR"],
    [SECOND, "EUR"],
  ]);
  for (const { id, number } of accounts) {
    const { cash, netLiquidation } = await told(broker.balances(id, LIVE));
    const amounts = cash.map(({ currency, amount }) => [currency, amount]).sort();
    assert.deepEqual(amounts, [["EUR", -250.25], ["USD", 1000.5]], number);
    assert.equal(netLiquidation, 123_456.78);
  }
  const rates = await told(broker.fxRates(LIVE));
  const byCurrency = new Map(rates.map(({ currency, base, rate }) => [`${currency}${base}`, rate]));
  assert.deepEqual([...byCurrency.keys()].sort(), ["EURUSD", "GBPUSD"]);
  near(byCurrency.get("EURUSD") ?? NaN, 1 / RATES.USD, "EURUSD");
  near(byCurrency.get("GBPUSD") ?? NaN, RATES.GBP / RATES.USD, "GBPUSD");
}

async function assertTrades(desk: StrangerDesk): Promise<void> {
  const { broker } = desk;
  const [first, second] = await told(broker.accounts(LIVE));
  const fills = await told(broker.fillsToday(first.id, LIVE));
  const shown = fills.map((fill) => [
    ...[fill.execId, fill.instrumentKey, fill.signedQuantity, fill.price, fill.fees],
    new Date(fill.filledAt).toISOString(),
  ]).sort();
  const put = "AAPL 2026-12-18 P 250 x100";
  assert.deepEqual(shown, [
    ["0000e0d5.1.01", put, 2, 4.35, 1.1, "2026-11-18T14:47:01.000Z"],
    ["0000e0d5.2.01", put, -1, 4.4, 1.05, "2026-11-18T14:47:01.000Z"],
    ["0000e0d5.3.01", "SPY", 0.25, 600, 0, "2026-11-18T14:47:01.000Z"],
    ["0000e0d5.6.01", put, 3, 4.4, 0, "2026-11-18T15:01:00.000Z"],
  ]);
  assert.deepEqual(await told(broker.fillsToday(second.id, LIVE)), []);
  const orders = await told(broker.orders(first.id, LIVE));
  assert.deepEqual(
    orders.map((
      { instrumentKey, signedQuantity, filledQuantity, limitPrice },
    ) => [instrumentKey, signedQuantity, filledQuantity, limitPrice]),
    [[put, -3, -1, 4.5]],
  );
}

async function assertBars(desk: StrangerDesk): Promise<void> {
  const from = Date.parse("2026-11-10T00:00:00Z");
  const to = Date.parse("2026-11-18T00:00:00Z");
  const query = { size: "1d", from, to } as const;
  const bars = await told(desk.broker.bars({ ...query, instrumentKey: "SPY" }, LIVE));
  assert.deepEqual(bars.map(({ open, high, low, close }) => [open, high, low, close]), [
    [598, 601, 596, 599],
    [600, 603, 598, 601],
  ]);
  const none = await desk.broker.bars({ ...query, instrumentKey: "/ESZ6" }, LIVE);
  assert.ok(!none.ok || none.value.length === 0);
}

/** What one-sided lines and lines of other levels say, and nothing that nobody said. */
function assertQuotes(desk: StrangerDesk, type: 1 | 3): void {
  const level = type === 1 ? "live" : "delayed";
  const { bid, ask } = LISTED.spy;
  assert.deepEqual(desk.quoteOf("SPY"), { bid, ask, last: NaN, level });
  const own = LISTED.apple.ask;
  assert.deepEqual(desk.quoteOf("AAPL"), { bid: NaN, ask: own, last: own, level });
  assert.equal(desk.quoteOf("VOD:GBP").level, "delayed");
  // Its line says what it is by its ticks alone, or by 10167.
  assert.equal((LISTED.spy.conId + 2) % 3, 0);
}

/** What TWS itself says the holdings are worth: shares only, the rest is unset. */
async function assertFigures(desk: StrangerDesk): Promise<void> {
  const [, { id }] = await told(desk.broker.accounts(LIVE));
  const figures = await told(desk.broker.figures(id, LIVE));
  assert.equal(figures.currency, "EUR");
  assert.equal(figures.netLiquidation?.value, 123_456.78);
  assert.equal(figures.dayPnl, null);
  const shown = figures.positions.map((
    { instrumentKey, signedQuantity, marketValue },
  ) => [instrumentKey, signedQuantity, marketValue?.value ?? null]);
  assert.deepEqual(shown.sort(), [
    ["AAPL 2026-12-18 P 250 x100", 5, null],
    ["SPY", -40, -40 * LISTED.spy.bid],
    [`ib:${LISTED.gone.conId}`, 7, null],
  ]);
}

Deno.test("BRK-5, DAT-5, G-058: a stranger's TWS of three versions fills the book", async () => {
  const runs = [[178, 1], [193, 3], [176, 1]] as const;
  await Promise.all(runs.map(async ([version, type]) => {
    const choices = { version, isLiveSold: type === 1 };
    const desk = new StrangerDesk(choices, { marketDataType: type });
    try {
      await desk.start();
      await filled(desk);
      assertBook(desk);
      await assertMoney(desk);
      await assertTrades(desk);
      await assertBars(desk);
      await assertFigures(desk);
      assertQuotes(desk, type);
      assertCalm(desk);
    } finally {
      await desk.stop();
    }
  }));
});
