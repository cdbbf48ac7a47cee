import assert from "node:assert/strict";
import type { Position } from "../../../domain/position.ts";
import { details } from "../contracts/details_fixture_test.ts";
import {
  AAPL,
  AccountRig,
  CALL,
  held,
  LIVE,
  made,
  ONE,
  PENCE,
  PUT,
  SAP,
  TWO,
} from "./account_rig_fixture_test.ts";

async function positions(rig: AccountRig): Promise<readonly Position[]> {
  const answer = await rig.settled(rig.accounts.positions(rig.id, LIVE));
  assert.ok(answer.ok, answer.ok ? "" : answer.error.message);
  return answer.value;
}

Deno.test("T-005, G-030: short puts are held with their sign and multiplier", async () => {
  const rig = new AccountRig({ held: [held(PUT, -2, 315.65)] });
  const [put] = await positions(rig);
  const listed = rig.contracts.byKey(put.instrumentKey)?.instrument;
  assert.equal(put.signedQuantity, -2);
  assert.equal(listed?.multiplier, 100);
  // −2 contracts of delta −0.30 on 100 shares: +60 shares.
  assert.equal(put.signedQuantity * (listed?.multiplier ?? 0) * -0.3, 60);
  assert.ok(Math.abs((put.averagePrice ?? 0) - 3.1565) < 1e-12);
});

Deno.test("G-046, G-047: shares of any currency are held by the unit", async () => {
  const rig = new AccountRig({
    held: [held(AAPL, 150, 180.5), held(SAP, 10.25, 240), held(PENCE, 1000, 0.72)],
  });
  const [apple, sap, vodafone] = await positions(rig);
  assert.deepEqual([apple.instrumentKey, apple.averagePrice], ["AAPL", 180.5]);
  assert.deepEqual([sap.instrumentKey, sap.signedQuantity], ["SAP:EUR", 10.25]);
  // 0.72 pounds are 72 pence, in which it is quoted.
  assert.ok(Math.abs((vodafone.averagePrice ?? 0) - 72) < 1e-9);
});

Deno.test("T-009: what IB does not define is listed, in words, and can be described", async () => {
  const pair = details({ conId: 12087792, symbol: "EUR", secType: "CASH", localSymbol: "EUR.USD" });
  const gone = details({ conId: 55, symbol: "GONE", secType: "STK", localSymbol: "GONE" });
  const rig = new AccountRig({ held: [held(pair, 20_000), held(gone, 5)], listed: [pair] });
  const keys = (await positions(rig)).map(({ instrumentKey }) => instrumentKey);
  assert.deepEqual(keys, ["ib:12087792", "ib:55"]);
  const described = await rig.settled(rig.contracts.instruments(keys, LIVE));
  assert.deepEqual(described.ok ? described.value.map(({ kind }) => kind) : [], [
    "unsupported",
    "unsupported",
  ]);
});

Deno.test("DAT-5: an option whose details do not come is told by its OCC symbol", async () => {
  const rig = new AccountRig({ held: [held(CALL, 1), held(SAP, 1)], listed: [] });
  const keys = (await positions(rig)).map(({ instrumentKey }) => instrumentKey);
  assert.deepEqual(keys, ["AAPL 2026-12-18 C 250 x100", "ib:14204"]);
});

Deno.test("G-048: a position that opens in TWS is told within a second", async () => {
  const rig = new AccountRig({ held: [held(AAPL, 100)] });
  await rig.load();
  const before = rig.time.now();
  rig.push(held(PUT, -1));
  await rig.pass(500);
  assert.ok(rig.time.now() - before < 1000);
  assert.deepEqual(rig.shown(), { AAPL: 100, "SPY 2026-12-18 P 500 x100": -1 });
  rig.push(held(AAPL, 0, 0));
  await rig.pass();
  assert.deepEqual(rig.shown(), { "SPY 2026-12-18 P 500 x100": -1 });
});

Deno.test("what did not change is told with the same objects, and not at all alone", async () => {
  const rig = new AccountRig({ held: [held(AAPL, 100), held(PUT, -1)] });
  await rig.load();
  const first = await positions(rig);
  rig.push(held(AAPL, 100));
  await rig.pass();
  assert.equal(rig.told.positions.length, 0);
  rig.push(held(AAPL, 200));
  await rig.pass();
  assert.equal(rig.told.positions.at(-1)?.[1].includes(first[1]), true);
});

Deno.test("§6: overnight is what is held less today's fills, closed ones included", async () => {
  const rig = new AccountRig({
    held: [held(AAPL, 100), held(PUT, -3)],
    made: [
      made("a.01", AAPL, 40),
      made("b.01", PUT, -3),
      made("c.01", CALL, -2),
      made("d.01", AAPL, 500, { time: "20261119 15:00:00 US/Eastern" }),
    ],
  });
  const overnight = (await positions(rig)).map((
    one,
  ) => [one.signedQuantity, one.overnightQuantity]);
  assert.deepEqual(overnight, [[100, 60], [-3, 0], [0, 2]]);
});

Deno.test("what is delivered by day is not taken for held overnight", async () => {
  const rig = new AccountRig({ held: [held(PUT, -1)] });
  await rig.load();
  await rig.pass(15_000);
  rig.push(held(AAPL, 100));
  await rig.pass();
  const apple = rig.told.positions.at(-1)?.[1].find((one) => one.instrumentKey === "AAPL");
  assert.deepEqual([apple?.signedQuantity, apple?.overnightQuantity], [100, 0]);
});

Deno.test("a position that moved without its fill makes executions be asked for", async () => {
  const rig = new AccountRig({ held: [held(AAPL, 100)] });
  await rig.load();
  await rig.pass(15_000);
  rig.world.made.push(made("m.01", AAPL, 50, { clientId: 0, time: "20261120 10:01:00 EST" }));
  const before = rig.link.sentAs("reqExecutions").length;
  rig.push(held(AAPL, 150));
  await rig.pass();
  assert.equal(rig.link.sentAs("reqExecutions").length, before + 1);
  assert.deepEqual(rig.told.fills.map(({ execId, signedQuantity }) => [execId, signedQuantity]), [
    ["m", 50],
  ]);
});

Deno.test("a new session counts all as held overnight, without yesterday's fills", async () => {
  const rig = new AccountRig({ held: [held(AAPL, 100)], made: [made("a.01", AAPL, 40)] });
  await rig.load();
  await rig.pass(3 * 86_400_000);
  rig.accounts.startSession();
  await rig.pass();
  const [apple] = rig.told.positions.at(-1)?.[1] ?? [];
  assert.deepEqual([apple.signedQuantity, apple.overnightQuantity], [100, 100]);
  const fills = await rig.settled(rig.accounts.fillsToday(rig.id, LIVE));
  assert.deepEqual(fills, { ok: true, value: [] });
});

Deno.test("accounts of the list are shown, others are ignored, the empty one is none", async () => {
  const numbers = [TWO, ONE, ""];
  const rig = new AccountRig({
    accounts: numbers,
    held: [held(AAPL, 1), held(AAPL, 2, 100, TWO)],
  }, { allowed: [TWO.toLowerCase()] });
  const accounts = await rig.settled(rig.accounts.accounts(LIVE));
  assert.ok(accounts.ok);
  assert.deepEqual(accounts.value.map(({ number }) => number), [TWO]);
  const [shown] = accounts.value;
  assert.deepEqual([shown.broker, shown.type, shown.currency], ["ib", "Paper Individual", "USD"]);
  assert.ok(!shown.id.includes(TWO) && shown.id.startsWith("ib-0002-"));
  const own = await rig.settled(rig.accounts.positions(shown.id, LIVE));
  assert.deepEqual(own.ok ? own.value.map((one) => one.signedQuantity) : [], [2]);
  const other = await rig.settled(rig.accounts.positions(rig.id, LIVE));
  assert.equal(other.ok ? "" : other.error.code, "unknownAccount");
});

Deno.test("G-003: an allow-list with no account of the login leaves an empty book", async () => {
  const rig = new AccountRig({ accounts: [ONE] }, { allowed: ["U1"] });
  const answer = await rig.settled(rig.accounts.accounts(LIVE));
  assert.deepEqual(answer.ok ? answer.value : answer.error, []);
});
