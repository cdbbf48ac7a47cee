import assert from "node:assert/strict";
import { quantities, QUICK, whole, withDesk } from "./filled_desk.ts";
import { HELD, LISTED } from "./listing.ts";
import { StrangerDesk } from "./stranger_desk.ts";

Deno.test("R31: messages and fields that nobody knows cost nothing beside them", async () => {
  await withDesk({}, async (desk) => {
    const before = quantities(desk);
    desk.stranger.tell((session) => {
      session.say("777", "1", "what", "is", "this");
      session.say("46", "6", "1000000", "45", "1795014000", "one more");
      session.say("not a number");
      session.say("");
      session.notice(9_999, "an error of tomorrow ☂");
      session.say("4", "2", "-1", "9998", "bad reject", "{not json");
      session.ask(LISTED.spy, 610);
    });
    await desk.until("the next message", () => desk.quoteOf("SPY").ask === 610);
    assert.deepEqual(quantities(desk), before);
    assert.equal(desk.stranger.accepted, 1);
    assert.ok(desk.isLive());
    const [{ dropped, detail }] = desk.broker.health();
    assert.ok(dropped["messages not understood"] >= 4, JSON.stringify(dropped));
    assert.match(detail ?? "", /messages that are not known/);
  });
});

Deno.test("X-01: five lines of a stranger go round, and never a sixth", async () => {
  const desk = new StrangerDesk({ version: 178, linesMax: 5 }, QUICK);
  try {
    await desk.start();
    const spoken = () => new Set(desk.stranger.spoken).size;
    await desk.until("a turn is over", () => spoken() > 5);
    assert.deepEqual(desk.stranger.problems, []);
    assert.match(desk.broker.health()[2].detail ?? "", /12 instruments on 5 of 100 lines/);
    const refused = desk.stranger.refusedCount;
    await desk.until("the next turn", () => spoken() > 6);
    assert.equal(desk.stranger.refusedCount, refused, "what was learned is kept to");
  } finally {
    await desk.stop();
  }
});

Deno.test("one contract that a stranger is silent about holds a start up once", async () => {
  const desk = new StrangerDesk({ version: 178 }, QUICK);
  const { stranger } = desk;
  stranger.unsaid.add(LISTED.put.conId);
  try {
    const before = stranger.now();
    await desk.start();
    const tookMs = stranger.now() - before;
    assert.ok(tookMs < 45_000, `the start took ${tookMs} ms`);
    // Its OCC symbol tells what it is.
    await whole(desk);
  } finally {
    await desk.stop();
  }
});

Deno.test("G-058: where a stranger refuses the summary, its account updates tell", async () => {
  const desk = new StrangerDesk({ version: 178 }, QUICK);
  desk.stranger.isSummaryTaken = true;
  try {
    await desk.start();
    await whole(desk);
    const { signal } = new AbortController();
    const accounts = await desk.broker.accounts(signal);
    assert.ok(accounts.ok);
    assert.deepEqual(accounts.value.map(({ currency }) => currency), ["EUR", "EUR"]);
    for (const { id } of accounts.value) {
      const balances = await desk.broker.balances(id, signal);
      assert.equal(balances.ok && balances.value.netLiquidation, 123_456.78);
      assert.equal(balances.ok && balances.value.cash.length, 2);
    }
    const [, { dropped }] = desk.broker.health();
    assert.equal(dropped["account summary refused by IB (322)"], 1);
  } finally {
    await desk.stop();
  }
});

Deno.test("positions of a stranger that cannot be read are said to be missing", async () => {
  const desk = new StrangerDesk({ version: 178 }, QUICK);
  const { stranger } = desk;
  stranger.isTalkative = true;
  try {
    await desk.start();
    await desk.until("told", () => {
      const { detail } = desk.broker.health()[1];
      return detail === `positions that could not be read and are missing: ${HELD.length}`;
    });
    assert.deepEqual(desk.rows(), []);
    stranger.isTalkative = false;
    await whole(desk);
    assert.equal(desk.broker.health()[1].detail, null);
  } finally {
    await desk.stop();
  }
});
