import assert from "node:assert/strict";
import fc from "fast-check";
import { AAPL, AccountRig, held, LIVE, made, ONE, PUT } from "./account_rig_fixture_test.ts";

const BOTH = { AAPL: 100, "SPY 2026-12-18 P 500 x100": -1 };

async function loaded(): Promise<AccountRig> {
  const rig = new AccountRig({ held: [held(AAPL, 100), held(PUT, -1)] });
  await rig.load();
  await rig.pass(15_000);
  return rig;
}

async function now(rig: AccountRig): Promise<Readonly<Record<string, number>>> {
  const answer = await rig.settled(rig.accounts.positions(rig.id, LIVE));
  assert.ok(answer.ok);
  return Object.fromEntries(answer.value.map((one) => [one.instrumentKey, one.signedQuantity]));
}

Deno.test("BRK-5: an empty list after the nightly restart closes nothing", async () => {
  const rig = await loaded();
  rig.drop();
  rig.world.held = [];
  rig.connect();
  await rig.pass(60_000);
  assert.deepEqual(await now(rig), BOTH);
  assert.deepEqual(rig.told.positions, []);
  rig.world.held = [held(AAPL, 90), held(PUT, -1)];
  await rig.pass(60_000);
  assert.equal((await now(rig)).AAPL, 90);
});

Deno.test("BRK-5: a list that stays empty is believed once the doubt is over", async () => {
  const rig = await loaded();
  rig.drop();
  rig.world.held = [];
  rig.connect();
  await rig.pass(300_000);
  assert.deepEqual(Object.values(await now(rig)), [0, 0]);
});

Deno.test("R11: what closes without a fill around 1100 and 1102 is not believed", async () => {
  const rig = await loaded();
  rig.accounts.upstream("down");
  rig.push(held(AAPL, 0, 0));
  rig.push(held(PUT, 0, 0));
  rig.accounts.upstream("up");
  rig.push(held(AAPL, 0, 0));
  await rig.pass(20_000);
  assert.deepEqual(rig.told.positions, []);
  await rig.pass(60_000);
  assert.deepEqual(await now(rig), BOTH);
});

Deno.test("a position that closes by a fill is believed at once in any case", async () => {
  const rig = await loaded();
  rig.accounts.upstream("down");
  rig.accounts.upstream("up");
  rig.execute(made("x.01", AAPL, -100));
  rig.push(held(AAPL, 0, 0));
  await rig.pass();
  assert.equal(rig.shown().AAPL, 0);
});

Deno.test("R13, R11: 1101 renews every subscription, executions first", async () => {
  const rig = await loaded();
  const before = rig.link.sent.length;
  rig.accounts.dataLost();
  const names = rig.link.sent.slice(before).map(([name]) => name);
  assert.equal(names[0], "reqExecutions");
  for (
    const name of [
      "reqAllOpenOrders",
      "reqPositions",
      "reqAccountSummary",
      "reqAccountUpdates",
      "reqPnl",
    ]
  ) assert.ok(names.includes(name), name);
  assert.equal(names.filter((name) => name === "cancelAccountSummary").length, 1);
});

Deno.test("R13: every new connection asks for everything again, with ids of its own", async () => {
  const rig = await loaded();
  const first = rig.link.sentAs("reqExecutions")[0][0];
  rig.drop();
  const link = rig.connect();
  const names = link.sent.map(([name]) => name);
  assert.equal(names[0], "reqExecutions");
  assert.notEqual(link.sentAs("reqExecutions")[0][0], first);
  for (const name of ["reqAllOpenOrders", "reqPositions", "reqAccountSummary", "reqPnl"]) {
    assert.ok(names.includes(name), name);
  }
  assert.equal(link.kinds.every((kind) => kind === "account" || kind === "contract"), true);
});

Deno.test("an account that is not ready answers so, and never as empty", async () => {
  const rig = new AccountRig();
  rig.accounts.accountValue(ONE, "AccountReady", "false", "");
  const empty = await rig.settled(rig.accounts.positions(rig.id, LIVE));
  assert.equal(empty.ok ? "" : empty.error.code, "notConnected");
  rig.accounts.accountValue(ONE, "AccountReady", "true", "");
  const ready = await rig.settled(rig.accounts.positions(rig.id, LIVE));
  assert.deepEqual(ready, { ok: true, value: [] });
});

Deno.test("R34: an unread position closes nothing, and is asked for again", async () => {
  const rig = await loaded();
  rig.drop();
  const link = rig.connect();
  await rig.pass(200_000);
  rig.world.held = [held(PUT, -1)];
  link.answer = ([name]) => {
    if (name !== "reqPositions") return;
    rig.push(held(PUT, -1));
    rig.accounts.undecoded("not read", "61|3");
    rig.accounts.positionEnd();
  };
  rig.accounts.dataLost();
  await rig.pass();
  assert.deepEqual(await now(rig), BOTH);
  assert.equal(rig.accounts.unreadPositions, 1);
  const asked = link.sentAs("reqPositions").length;
  link.answer = ([name]) => {
    if (name !== "reqPositions") return;
    rig.push(held(PUT, -1));
    rig.accounts.positionEnd();
  };
  await rig.pass(61_000);
  assert.ok(link.sentAs("reqPositions").length > asked);
  assert.equal((await now(rig)).AAPL, 0);
  assert.equal(rig.accounts.unreadPositions, 0);
});

Deno.test("nothing is answered before positionEnd; a mute list ends by its deadline", async () => {
  const rig = new AccountRig({ held: [held(AAPL, 1)], mute: new Set(["reqPositions"]) });
  rig.push(held(AAPL, 1));
  const answer = await rig.settled(rig.accounts.positions(rig.id, LIVE), 31_000);
  assert.equal(answer.ok ? "" : answer.error.code, "timeout");
  rig.world.mute.clear();
  await rig.pass(60_000);
  assert.deepEqual(await now(rig), { AAPL: 1 });
});

Deno.test("a connection that ends answers whoever waits, and leaves no timer", async () => {
  const rig = new AccountRig({ mute: new Set(["reqPositions", "reqAccountSummary"]) });
  const waiting = rig.accounts.positions(rig.id, LIVE);
  const balances = rig.accounts.balances(rig.id, LIVE);
  await rig.pass(100);
  rig.drop();
  const answers = [await waiting, await balances];
  assert.deepEqual(answers.map((one) => one.ok ? "" : one.error.code), [
    "notConnected",
    "notConnected",
  ]);
  const after = await rig.accounts.positions(rig.id, LIVE);
  assert.equal(after.ok ? "" : after.error.code, "notConnected");
  rig.accounts.close();
  await rig.pass(100);
  assert.equal(rig.time.pendingCount, 0);
});

Deno.test("property: whatever order of events, what is told last is what TWS holds", async () => {
  const quantity = fc.integer({ min: -5, max: 5 });
  const step = fc.oneof(
    fc.record({ kind: fc.constant("push" as const), quantity }),
    fc.record({ kind: fc.constant("restart" as const), quantity }),
    fc.record({ kind: fc.constant("cut" as const), quantity }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      const rig = new AccountRig({ held: [held(AAPL, 7), held(PUT, -1)] });
      await rig.load();
      for (const { kind, quantity } of steps) {
        const line = held(PUT, quantity);
        rig.world.held = quantity === 0 ? [held(AAPL, 7)] : [held(AAPL, 7), line];
        if (kind === "push") rig.push(line);
        else if (kind === "cut") {
          rig.accounts.upstream("down");
          rig.push(line);
          rig.accounts.upstream("up");
        } else {
          rig.drop();
          rig.connect();
        }
        await rig.pass(500);
      }
      await rig.time.advanceSettling(300_000, 30_000);
      const put = rig.world.held.find(({ contract }) => contract === PUT.contract)?.position ?? 0;
      const shown = await now(rig);
      assert.equal(shown.AAPL, 7);
      assert.equal(shown["SPY 2026-12-18 P 500 x100"] ?? 0, put);
      rig.accounts.close();
    }),
    { numRuns: 25 },
  );
});

Deno.test("positions: a list that TWS never ends after 1101 is asked for again", async () => {
  const rig = await loaded();
  rig.world.mute.add("reqPositions");
  rig.accounts.dataLost();
  await rig.pass(1_000);
  rig.world.mute.clear();
  rig.world.held = [held(AAPL, 40), held(PUT, -1)];
  await rig.pass(61_000);
  assert.equal(rig.shown().AAPL, 40);
});

Deno.test("R11: a position whose change TWS kept back over an outage is asked for", async () => {
  const rig = await loaded();
  rig.accounts.upstream("down");
  rig.world.made = [made("0001.01.01", AAPL, -60)];
  rig.world.held = [held(AAPL, 40), held(PUT, -1)];
  rig.accounts.upstream("up");
  await rig.pass(61_000);
  assert.equal(rig.shown().AAPL, 40);
});
