import assert from "node:assert/strict";
import { ROW_F64, ROW_F64_AT, ROW_U8, ROW_U8_AT, STALENESS } from "@/lib/domain/measures.ts";
import { isOption } from "@/lib/domain/instrument.ts";
import { pnlIdentity } from "@/lib/portfolio/pnl_identity.ts";
import { LiveDesk } from "./live_desk.ts";

const SMALL = { positions: 30, eventRate: 60, stepMs: 250 };

/** Rows of the book by their state, "current" and so on. */
function states(desk: LiveDesk): Record<string, number> {
  const { book } = desk.engine;
  const counts: Record<string, number> = {};
  for (let row = 0; row < book.rowCount; row++) {
    if (book.rowF64[row * ROW_F64.length + ROW_F64_AT.signedQuantity] === 0) continue;
    const state = STALENESS[book.rowU8[row * ROW_U8.length + ROW_U8_AT.staleness]] ?? "unknown";
    counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts;
}

function feedState(desk: LiveDesk, feed: string): string {
  return desk.run.broker.health().find((one) => one.feed === feed)?.state ?? "none";
}

Deno.test("X-01: a quiet desk holds the broker's book and market to the last bit", async () => {
  const desk = await LiveDesk.start({ positions: 60, accounts: 6 });
  await desk.run.advance(20_000);
  await desk.settle();

  assert.equal(desk.engine.book.accountCount, 6);
  assert.ok(desk.engine.book.rowCount > 40);
  assert.deepEqual(desk.positionDifferences(), []);
  assert.deepEqual(desk.marketDifferences(), []);
  await desk.stop();
});

Deno.test("T-003: the day's P&L of each account is what its net liq moved by", async () => {
  for (const accounts of [3, 6] as const) {
    const desk = await LiveDesk.start({ positions: 60, accounts, seed: 3 });
    const { run, engine: { book } } = desk;
    await run.advance(90_000, 250);
    run.sim.market.isHeld = true;
    await run.advance(3_000);
    for (let a = 0; a < book.accountCount; a++) {
      const { account } = book.account(a);
      const now = await run.during(run.broker.balances(account.id, new AbortController().signal));
      assert.ok(now.ok);
      const { netLiquidation, previousNetLiquidation, externalFlows } = now.value;
      assert.ok(netLiquidation !== null && previousNetLiquidation !== null);
      const moved = netLiquidation - previousNetLiquidation - (externalFlows ?? 0);
      const { profit } = pnlIdentity(book, [a]);
      const where = `${accounts} accounts, ${account.nickname}: ${profit}, net liq moved ${moved}`;
      assert.ok(Math.abs(profit - moved) < 1, where);
    }
    await desk.stop();
  }
});

Deno.test("T-005: a short put has positive delta and negative market value", async () => {
  const desk = await LiveDesk.start({ positions: 60 });
  await desk.run.advance(20_000);

  const { book } = desk.engine;
  let seen = 0;
  for (let row = 0; row < book.rowCount; row++) {
    const { instrument } = book.row(row);
    const at = (name: keyof typeof ROW_F64_AT) =>
      book.rowF64[row * ROW_F64.length + ROW_F64_AT[name]];
    if (!isOption(instrument) || instrument.right !== "put" || !(at("signedQuantity") < 0)) {
      continue;
    }
    if (Number.isNaN(at("positionDelta")) || instrument.kind !== "option") continue;
    seen++;
    assert.ok(at("positionDelta") >= 0, `${instrument.key}: delta ${at("positionDelta")}`);
    assert.ok(at("marketValue") <= 0, `${instrument.key}: value ${at("marketValue")}`);
  }
  assert.ok(seen >= 3, `${seen} short puts`);
  await desk.stop();
});

Deno.test("R01: a mute feed is stale in 15 s and replaced in 75 s, with all symbols", async () => {
  const desk = await LiveDesk.start(SMALL);
  const { run } = desk;
  await run.advance(10_000);
  const before = states(desk);
  run.sim.inject({ on: "dxlink", do: "mute" });
  await run.advance(16_500);

  assert.ok(desk.told.includes("feed tastytrade stale"));
  assert.notEqual(feedState(desk, "tastytrade"), "live");
  assert.equal(states(desk).current ?? 0, 0, "nothing of it is current");
  run.sim.faults.clear();
  await run.advance(58_500);

  assert.equal(feedState(desk, "tastytrade"), "live");
  assert.deepEqual(states(desk), before);
  await desk.settle();
  assert.deepEqual(desk.marketDifferences(), []);
  await desk.stop();
});

Deno.test("BRK-7: what no notice told is found by asking, within a minute and a half", async () => {
  const desk = await LiveDesk.start({ ...SMALL, eventRate: 400 });
  const { run } = desk;
  await run.advance(5_000);
  run.sim.inject({ on: "streamer", do: "override", field: "type", value: "NoSuchNotice" });
  const [account] = run.sim.accounts.accounts;
  const known = run.sim.accounts.fills(account).length;
  for (
    let minute = 0;
    minute < 20 && run.sim.accounts.fills(account).length < known + 3;
    minute++
  ) {
    await run.advance(60_000, 250);
  }
  await run.advance(90_000, 250);
  await desk.settle();

  assert.deepEqual(desk.positionDifferences(), []);
  await desk.stop();
});

Deno.test("BRK-2: a revoked grant ends in a login needed, not in a hammered login", async () => {
  const desk = await LiveDesk.start(SMALL);
  const { run } = desk;
  await run.advance(5_000);
  const body = { error: "invalid_grant", message: "Grant revoked" };
  run.sim.inject({ on: "rest", do: "status", status: 400, when: { path: "/oauth" }, ...body });
  run.sim.inject({ on: "tokens", do: "expireAccess" });
  run.sim.inject({ on: "tokens", do: "expireQuote" });
  run.sim.inject({ on: "dxlink", do: "drop" });
  const before = run.requests.filter((text) => text === "POST /oauth/token").length;
  await run.advance(30 * 60_000, 1_000);

  const logins = run.requests.filter((text) => text === "POST /oauth/token").length - before;
  assert.ok(logins >= 1 && logins <= 3, `${logins} logins in half an hour`);
  assert.notEqual(feedState(desk, "tastytrade"), "live");
  assert.equal(states(desk).current ?? 0, 0, "nothing is shown as current");
  run.sim.faults.clear();
  run.broker.retryNow();
  await run.advance(60_000);
  assert.equal(feedState(desk, "tastytrade"), "live");
  await desk.settle();
  assert.deepEqual(desk.marketDifferences(), []);
  await desk.stop();
});

Deno.test("DAT-4: the late feed of the sandbox says that it is late", async () => {
  const desk = await LiveDesk.start({ ...SMALL, environment: "sandbox" });
  await desk.run.advance(20_000);

  const health = desk.run.broker.health().find(({ feed }) => feed === "tastytrade");
  assert.match(`${health?.label} ${health?.detail}`, /delay|late/i);
  await desk.stop();
});

Deno.test("T-006: an account opened while the desk runs is told with its feed", async () => {
  let isOpened = false;
  const desk = await LiveDesk.start({
    ...SMALL,
    eventRate: 2,
    stepMs: 5_000,
    answered: ({ url }, body) => {
      if (!isOpened || !url.endsWith("/customers/me/accounts")) return body;
      const told = JSON.parse(body);
      const [{ account }] = told.data.items;
      const opened = { ...account, "account-number": "5WX99942", nickname: "New" };
      told.data.items.push({ account: opened, "authority-level": "owner" });
      return JSON.stringify(told);
    },
  });
  const notice = () =>
    desk.run.broker.health().find(({ feed }) => feed === "tastytrade-account")?.notice;
  await desk.run.advance(11 * 60_000, 1_000);
  assert.equal(notice(), undefined);
  isOpened = true;
  await desk.run.advance(10 * 60_000, 1_000);
  assert.match(notice() ?? "", /New ••••9942\. Start the desk anew/);
  await desk.stop();
});
