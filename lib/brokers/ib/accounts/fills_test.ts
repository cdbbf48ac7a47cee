import assert from "node:assert/strict";
import fc from "fast-check";
import type { Fill } from "../../../domain/position.ts";
import { details } from "../contracts/details_fixture_test.ts";
import { AAPL, AccountRig, held, LIVE, made, PUT, SAP } from "./account_rig_fixture_test.ts";

async function fills(rig: AccountRig): Promise<readonly Fill[]> {
  const answer = await rig.settled(rig.accounts.fillsToday(rig.id, LIVE));
  assert.ok(answer.ok, answer.ok ? "" : answer.error.message);
  return answer.value;
}

function cost(execId: string, commission: number, currency = "USD") {
  return { execId, commission, currency, realizedPnl: null };
}

Deno.test("§1: sold is below 0, the time is UTC, the cost in the own currency", async () => {
  const rig = new AccountRig({
    made: [
      made("0001.01.01", PUT, -2, { price: 3.15 }),
      made("0002.01.01", SAP, 10, { time: "20261120 16:00:00 MET", price: 240 }),
    ],
    costs: [cost("0001.01.01", 1.3), cost("0002.01.01", 2.2, "USD")],
  });
  const [put, sap] = await fills(rig);
  assert.deepEqual(put, {
    execId: "0001.01",
    accountId: rig.id,
    instrumentKey: "SPY 2026-12-18 P 500 x100",
    signedQuantity: -2,
    price: 3.15,
    fees: 1.3,
    filledAt: Date.UTC(2026, 10, 20, 14, 45),
  });
  assert.equal(sap.filledAt, Date.UTC(2026, 10, 20, 15));
});

Deno.test("a cost in another currency than the instrument's is turned into it", async () => {
  const rig = new AccountRig({
    made: [made("1.01", SAP, 10), made("2.01", AAPL, 1)],
    costs: [cost("1.01", 2.2), cost("2.01", 150, "JPY")],
  });
  await rig.load();
  const [sap, apple] = await fills(rig);
  assert.ok(Math.abs(sap.fees - 2) < 1e-12);
  assert.equal(apple.fees, 0);
  assert.ok(rig.accounts.counts()["commission in a currency without a rate"] > 0);
});

Deno.test("R26: after a reconnect fills of the gap are told, known ones are not", async () => {
  const rig = new AccountRig({ held: [held(AAPL, 100)], made: [made("1.01", AAPL, 40)] });
  await rig.load();
  rig.drop();
  rig.world.made.push(made("2.01", AAPL, 60));
  rig.world.held = [held(AAPL, 160)];
  const link = rig.connect();
  await rig.pass();
  assert.deepEqual(rig.told.fills.map(({ execId }) => execId), ["2"]);
  assert.equal(rig.shown().AAPL, 160);
  const names = link.sent.map(([name]) => name);
  assert.ok(names.indexOf("reqExecutions") < names.indexOf("reqPositions"));
  assert.deepEqual((await fills(rig)).map(({ execId }) => execId), ["1", "2"]);
});

Deno.test("a correction takes the place of what it corrects, an older one none", async () => {
  const rig = new AccountRig({ made: [made("7.01.01", AAPL, 40, { price: 10 })] });
  await rig.load();
  rig.execute(made("7.01.02", AAPL, 30, { price: 11 }));
  await rig.pass();
  rig.execute(made("7.01.01", AAPL, 40, { price: 10 }));
  rig.execute(made("7.01.02", AAPL, 30, { price: 11 }));
  await rig.pass();
  assert.deepEqual(rig.told.fills.map((one) => [one.execId, one.signedQuantity, one.price]), [
    ["7.01", 30, 11],
  ]);
  assert.equal((await fills(rig)).length, 1);
});

Deno.test("a cost that comes later is told with its fill, an older one is not", async () => {
  const rig = new AccountRig();
  await rig.load();
  rig.execute(made("9.01", AAPL, 10));
  await rig.pass();
  rig.accounts.commission(cost("9.01", 1.05));
  await rig.pass();
  rig.accounts.commission(cost("9.01", 1.05));
  await rig.pass();
  assert.deepEqual(rig.told.fills.map(({ fees }) => fees), [0, 1.05]);
  rig.accounts.commission(cost("8.02", 2));
  rig.accounts.commission(cost("8.01", 1));
  rig.execute(made("8.02", AAPL, 5));
  await rig.pass();
  assert.deepEqual(rig.told.fills.at(-1)?.fees, 2);
});

Deno.test("the line of a combination counts nothing: its legs carry the fills", async () => {
  const spread = details({ conId: 28812380, symbol: "SPY", secType: "BAG" });
  const rig = new AccountRig({
    made: [made("1.01", spread, -1), made("2.01", PUT, -1), made("3.01", AAPL, 1)],
  });
  assert.deepEqual((await fills(rig)).map(({ execId }) => execId), ["2", "3"]);
  assert.deepEqual(rig.accounts.counts(), {});
});

Deno.test("R35: an execution without quantity or price is counted, and no fill", async () => {
  const rig = new AccountRig({
    made: [
      made("1.01", AAPL, 1, { shares: NaN }),
      made("2.01", AAPL, 1, { shares: 0 }),
      made("3.01", AAPL, 1, { price: NaN }),
      made("4.01", AAPL, 1, { time: "20261120 09:45:00" }),
    ],
    costs: [cost("4.01", Number.MAX_VALUE)],
  });
  const [only, ...rest] = await fills(rig);
  assert.deepEqual([only.execId, only.fees, rest.length], ["4", 0, 0]);
  assert.equal(only.filledAt, rig.time.now() - 1000);
  assert.deepEqual(rig.accounts.counts(), {
    "execution without a quantity": 2,
    "execution without a price": 1,
    "execution without a time zone": 1,
    "commission without a number": 1,
  });
});

Deno.test("property: executions in any order and repetition make the same fills", async () => {
  const one = fc.record({
    lineage: fc.integer({ min: 1, max: 5 }),
    correction: fc.integer({ min: 1, max: 3 }),
    isPushed: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(one, { maxLength: 20 }), async (list) => {
      const rig = new AccountRig();
      await rig.load();
      const last = new Map<string, number>();
      for (const { lineage, correction, isPushed } of list) {
        const id = `${lineage}.0${correction}`;
        const fill = made(id, AAPL, lineage * 10 + correction);
        if (isPushed) rig.execute(fill);
        else {
          rig.world.made = [fill];
          rig.drop();
          rig.connect();
        }
        await rig.pass(100);
        last.set(String(lineage), Math.max(correction, last.get(String(lineage)) ?? 0));
      }
      const known = new Map((await fills(rig)).map((fill) => [fill.execId, fill.signedQuantity]));
      const expected = new Map(
        [...last].map(([lineage, correction]) => [lineage, Number(lineage) * 10 + correction]),
      );
      assert.deepEqual(known, expected);
      const told = new Map(rig.told.fills.map((fill) => [fill.execId, fill.signedQuantity]));
      assert.deepEqual(told, expected);
      rig.accounts.close();
    }),
    { numRuns: 30 },
  );
});
