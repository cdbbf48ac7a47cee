import assert from "node:assert/strict";
import { BROKER_GREEKS, BROKER_GREEKS_STRIDE } from "@/lib/domain/market_data.ts";
import { isOption } from "@/lib/domain/instrument.ts";
import {
  LEAF,
  MARK_SOURCES,
  ROW_F64,
  ROW_U8,
  ROW_U8_AT,
  STALENESS,
} from "@/lib/domain/measures.ts";
import { pnlIdentity } from "@/lib/portfolio/pnl_identity.ts";
import { priceEuropean } from "@/lib/pricing/european.ts";
import { accountSum, dayPnl, type DemoDesk, startDemoDesk, sumOf } from "./demo_desk.ts";

function assertBooksAgree(desk: DemoDesk, when: string): void {
  const own = sumOf(desk, LEAF.marketValue) + accountSum(desk, "cash");
  const broker = accountSum(desk, "netLiquidation");
  const previous = accountSum(desk, "previousNetLiquidation");
  const flows = accountSum(desk, "externalFlows");
  assert.ok(Math.abs(own - broker) < 0.01, `${when}: net liq ${own}, broker ${broker}`);
  const pnl = dayPnl(desk);
  assert.ok(Math.abs(pnl - (broker - previous - flows)) < 0.01, `${when}: day P&L ${pnl}`);
  const { book } = desk.engine;
  const identity = pnlIdentity(book, [...Array(book.accountCount).keys()]);
  assert.ok(Math.abs(identity.profit - pnl) < 1e-6, `${when}: profit ${identity.profit}`);
  assert.ok(Math.abs(identity.difference) < 0.01, `${when}: differs by ${identity.difference}`);
}

/** Lets balances and marks be of one instant: a second of a market without events. */
async function settle(desk: DemoDesk): Promise<void> {
  await desk.advance(50);
}

Deno.test("T-003: net liq from cash and positions is the broker's figure", async () => {
  const desk = await startDemoDesk({ eventRate: 0 });
  await desk.advance(3_000);

  assertBooksAgree(desk, "start");
  assert.equal(sumOf(desk, LEAF.legs), 96);
  assert.equal(sumOf(desk, LEAF.withoutMark), 0);
  assert.equal(sumOf(desk, LEAF.withoutGreeks), 0);
  await desk.engine.stop();
});

Deno.test("day P&L identity holds over sessions, expiry, assignment and deposits", async () => {
  const desk = await startDemoDesk({ seed: 3, speed: 240, eventRate: 2 });
  const dates = new Set<string>();
  for (let step = 0; step < 160; step++) {
    await desk.advance(2_000);
    // What was opened this instant stands at its previous close until its first quote comes.
    if (isAtPreviousClose(desk)) await desk.advance(100);
    assert.equal(isAtPreviousClose(desk), false);
    // Balances travel once a second and marks with every event; compare where both are fresh.
    for (const account of await accountIds(desk)) {
      const balances = await desk.adapter.balances(account, new AbortController().signal);
      assert.ok(balances.ok);
      desk.engine.balances(balances.value);
    }
    dates.add(new Date(desk.adapter.clock.now()).toISOString().slice(0, 10));
    assertBooksAgree(desk, new Date(desk.adapter.clock.now()).toISOString());
  }

  assert.ok(dates.size >= 3, `sessions seen: ${[...dates].join(", ")}`);
  for (const kind of ["expired", "sessionOpened", "sessionClosed"]) {
    assert.ok(desk.told.includes(`lifecycle ${kind}`), kind);
  }
  assert.ok(desk.told.some((line) => /lifecycle (exercised|assigned|cashSettled)/.test(line)));
  assert.ok(desk.told.includes("lifecycle sessionOpened"));
  assert.deepEqual(desk.told.filter((line) => line.startsWith("trouble")), []);
  assert.ok(desk.engine.verify().maxRelative < 1e-9);
  await desk.engine.stop();
});

function isAtPreviousClose({ engine: { book } }: DemoDesk): boolean {
  const code = MARK_SOURCES.indexOf("previousClose");
  for (let row = 0; row < book.rowCount; row++) {
    const isHeld = book.rowF64[row * ROW_F64.length] !== 0;
    if (isHeld && book.rowU8[row * ROW_U8.length + ROW_U8_AT.markSource] === code) return true;
  }
  return false;
}

async function accountIds(desk: DemoDesk): Promise<string[]> {
  const accounts = await desk.adapter.accounts(new AbortController().signal);
  return accounts.ok ? accounts.value.map(({ id }) => id) : [];
}

Deno.test("broker and model price alike by calendar, carry and pricing", async () => {
  const desk = await startDemoDesk({ eventRate: 0 });
  await desk.advance(3_000);
  const { book, board } = desk.engine;
  const { columns } = board;
  let compared = 0;
  for (let index = 0; index < book.rowCount; index++) {
    const { instrument } = book.row(index);
    if (!isOption(instrument)) continue;
    const handle = book.handleOf(instrument.key);
    const driver = book.handleOf(instrument.underlyingKey);
    const carries = await desk.adapter.carry([instrument.underlying], new AbortController().signal);
    assert.ok(carries.ok);
    const isOnFuture = instrument.kind === "futureOption";
    const model = priceEuropean({
      right: instrument.right,
      spot: board.price(driver, "mark"),
      strike: instrument.strike,
      yearsToExpiry: (instrument.expiresAt -
        columns.brokerGreeks[handle * BROKER_GREEKS_STRIDE + BROKER_GREEKS.at]) /
        (365 * 86_400_000),
      volatility: columns.brokerGreeks[handle * BROKER_GREEKS_STRIDE + BROKER_GREEKS.iv],
      riskFreeRate: carries.value[0].riskFreeRate,
      dividendYield: carries.value[0].dividendYield,
      isOnFuture,
    });
    assert.ok(typeof model === "number", instrument.key);
    const [bid, ask] = [board.price(handle, "bid"), board.price(handle, "ask")];
    const slack = instrument.tickSize;
    assert.ok(
      model >= (Number.isNaN(bid) ? 0 : bid) - slack && model <= ask + slack,
      `${instrument.key}: model ${model}, quote ${bid} to ${ask}`,
    );
    compared++;
  }

  assert.ok(compared >= 70, `${compared} options compared`);
  assert.deepEqual(desk.engine.divergences, []);
  await desk.engine.stop();
});

Deno.test("a closed market is its own state: figures stand, nothing is stale", async () => {
  const desk = await startDemoDesk({ speed: 600, eventRate: 2 });
  // 10:15 to 16:20 New York at 600 times.
  await desk.advance((6 * 3600 + 5 * 60) * 1000 / 600);
  await settle(desk);
  const { book } = desk.engine;
  const states = new Set<string>();
  for (let index = 0; index < book.rowCount; index++) {
    states.add(STALENESS[book.rowU8[index * ROW_U8.length + ROW_U8_AT.staleness]]);
  }

  assert.ok(desk.told.includes("feed closed"));
  assert.equal(sumOf(desk, LEAF.staleLegs), 0);
  assert.ok(!states.has("stale"), [...states].join(", "));
  assert.ok(sumOf(desk, LEAF.marketValue) !== 0);
  await desk.engine.stop();
});

Deno.test("T-006: the account setting limits the book and must name accounts", async () => {
  const desk = await startDemoDesk({ accounts: ["ira"] });

  assert.equal(desk.engine.book.accountCount, 1);
  assert.equal(desk.engine.book.account(0).account.nickname, "IRA");
  await desk.engine.stop();
  await assert.rejects(startDemoDesk({ accounts: ["nobody"] }), /no account is named nobody/);
});

Deno.test("P15: the same seed gives the same book, another one another", async () => {
  const run = async (seed: number) => {
    const desk = await startDemoDesk({ seed });
    await desk.advance(5_000);
    const rows = Array.from(
      desk.engine.book.rowF64.subarray(0, desk.engine.book.rowCount * ROW_F64.length),
    );
    await desk.engine.stop();
    return rows;
  };

  const [first, again, other] = [await run(5), await run(5), await run(6)];

  assert.deepEqual(again, first);
  assert.notDeepEqual(other, first);
});

Deno.test("G-048: a fill's position is in the book within a second", async () => {
  const desk = await startDemoDesk({ seed: 2, speed: 30, eventRate: 50 });
  const before = new Set<string>();
  for (let i = 0; i < desk.engine.book.rowCount; i++) {
    before.add(desk.engine.book.row(i).instrument.key);
  }
  for (let step = 0; step < 120 && !desk.told.some((t) => t.startsWith("fill")); step++) {
    await desk.advance(1_000);
  }
  await desk.advance(1_000);

  assert.ok(desk.told.some((line) => line.startsWith("fill")), "a fill happened");
  const { book } = desk.engine;
  for (let i = 0; i < book.rowCount; i++) {
    assert.notEqual(book.row(i).instrument.kind, "unsupported");
  }
  assert.equal(sumOf(desk, LEAF.withoutMark), 0);
  await desk.engine.stop();
});
