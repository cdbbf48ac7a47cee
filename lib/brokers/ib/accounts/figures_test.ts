import assert from "node:assert/strict";
import { accountIdOf } from "../map/accounts.ts";
import type { IbPortfolioLine } from "../wire/client.ts";
import { AAPL, AccountRig, held, LIVE, ONE, PENCE, PUT, TWO } from "./account_rig_fixture_test.ts";

function line(own: Partial<IbPortfolioLine>): IbPortfolioLine {
  return {
    account: ONE,
    contract: PUT.contract,
    position: -2,
    marketPrice: 3.1,
    marketValue: -620,
    averageCost: 315.65,
    unrealizedPnl: 11.3,
    realizedPnl: 0,
    ...own,
  };
}

Deno.test("IB's own figures are its portfolio, downloaded now, and its P&L", async () => {
  const rig = new AccountRig({
    held: [held(PUT, -2)],
    portfolio: [line({}), line({ contract: AAPL.contract, position: 0 })],
  });
  await rig.load();
  const [pnlId] = rig.link.sentAs("reqPnl")[0];
  rig.accounts.pnl(Number(pnlId), { daily: -12.5, unrealized: 11.3, realized: null });
  const first = await rig.settled(rig.accounts.figures(rig.id, LIVE));
  assert.ok(first.ok);
  const { netLiquidation, cash, dayPnl, positions, currency, unreadCount } = first.value;
  assert.deepEqual([currency, netLiquidation?.value, cash?.value], ["USD", 100000.5, 2100]);
  assert.deepEqual([dayPnl?.value, dayPnl?.source, unreadCount], [-12.5, "P&L", 0]);
  const [put, ...rest] = positions;
  assert.equal(rest.length, 0);
  assert.deepEqual(
    [put.instrumentKey, put.signedQuantity, put.mark?.value, put.marketValue?.value],
    ["SPY 2026-12-18 P 500 x100", -2, 3.1, -620],
  );
  assert.deepEqual([put.unrealizedPnl?.value, put.dayPnl], [11.3, null]);
  const [[singleId]] = rig.link.sentAs("reqPnlSingle");
  rig.accounts.pnlSingle(Number(singleId), {
    position: -2,
    daily: 4,
    unrealized: 11.3,
    realized: null,
    value: -620,
  });
  await rig.pass(5_000);
  rig.world.portfolio = [line({ marketPrice: 3, marketValue: -600 })];
  const second = await rig.settled(rig.accounts.figures(rig.id, LIVE));
  assert.ok(second.ok);
  assert.equal(second.value.positions[0].mark?.value, 3);
  assert.equal(second.value.positions[0].dayPnl?.value, 4);
});

Deno.test("a mark in pence is what IB's value in pounds means", async () => {
  const rig = new AccountRig({
    held: [held(PENCE, 1000, 0.72)],
    portfolio: [
      line({ contract: PENCE.contract, position: 1000, marketPrice: 0.75, marketValue: 750 }),
    ],
  });
  const figures = await rig.settled(rig.accounts.figures(rig.id, LIVE));
  const mark = figures.ok ? figures.value.positions[0].mark?.value ?? 0 : 0;
  assert.ok(Math.abs(mark - 75) < 1e-9);
});

Deno.test("R35: unset figures of a portfolio are absent, never the unset number", async () => {
  const unset = Number.MAX_VALUE;
  const rig = new AccountRig({
    portfolio: [line({ marketPrice: unset, marketValue: null, unrealizedPnl: unset })],
  });
  const [pnlId] = rig.link.sentAs("reqPnl")[0];
  rig.accounts.pnl(Number(pnlId), { daily: unset, unrealized: unset, realized: unset });
  const figures = await rig.settled(rig.accounts.figures(rig.id, LIVE));
  assert.ok(figures.ok);
  const [put] = figures.value.positions;
  assert.deepEqual([put.mark, put.marketValue, put.unrealizedPnl], [null, null, null]);
  assert.equal(figures.value.dayPnl, null);
});

Deno.test("several accounts are listened to in turn, an asked one at once", async () => {
  const rig = new AccountRig({
    accounts: [ONE, TWO],
    portfolio: [line({}), line({ account: TWO, position: 7 })],
  });
  const turns = () => rig.link.sentAs("reqAccountUpdates").map((one) => one.join(" "));
  assert.deepEqual(turns(), [`true ${ONE}`]);
  await rig.pass(21_000);
  assert.deepEqual(turns(), [`true ${ONE}`, `false ${ONE}`, `true ${TWO}`]);
  await rig.pass(5_000);
  const figures = await rig.settled(rig.accounts.figures(accountIdOf(ONE), LIVE));
  assert.equal(figures.ok ? figures.value.positions[0].signedQuantity : 0, -2);
  assert.deepEqual(turns().slice(3), [`false ${TWO}`, `true ${ONE}`]);
  const other = await rig.settled(rig.accounts.figures(accountIdOf(TWO), LIVE));
  assert.equal(other.ok ? other.value.positions[0].signedQuantity : 0, 7);
});

Deno.test("a portfolio that never ends is told so by its deadline", async () => {
  const rig = new AccountRig({ mute: new Set(["reqAccountUpdates"]) });
  const answer = await rig.settled(rig.accounts.figures(rig.id, LIVE), 20_000);
  assert.equal(answer.ok ? "" : answer.error.code, "timeout");
  rig.accounts.close();
  assert.equal(rig.time.pendingCount, 0);
});

Deno.test("single positions are listened to while they are held, a bounded number", async () => {
  const rig = new AccountRig({ held: [held(PUT, -2), held(AAPL, 1)] });
  await rig.load();
  await rig.settled(rig.accounts.figures(rig.id, LIVE));
  assert.equal(rig.link.sentAs("reqPnlSingle").length, 2);
  await rig.pass(15_000);
  rig.push(held(AAPL, 0));
  await rig.settled(rig.accounts.figures(rig.id, LIVE));
  assert.equal(rig.link.sentAs("cancelPnlSingle").length, 1);
  rig.accounts.notice({ id: Number(rig.link.sentAs("reqPnl")[0][0]), code: 321, text: "no" });
  assert.deepEqual(rig.accounts.counts(), { "P&L refused by IB (321)": 1 });
});
