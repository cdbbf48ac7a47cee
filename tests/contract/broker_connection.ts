import assert from "node:assert/strict";
import type { BrokerAdapter } from "@/lib/ports/broker.ts";
import type { RegisterTest } from "./broker_queries.ts";
import { codeOf, connect, LIVE, SeeingSink, subscriptions, value } from "./broker_subject.ts";

/** Every call of an adapter that takes a signal, with arguments that mean something. */
function calls(adapter: BrokerAdapter, accountId: string, signal: AbortSignal) {
  const bars = { instrumentKey: adapter.referenceKey, size: "1m", from: 0, to: 1 } as const;
  return {
    accounts: () => adapter.accounts(signal),
    instruments: () => adapter.instruments([adapter.referenceKey], signal),
    positions: () => adapter.positions(accountId, signal),
    balances: () => adapter.balances(accountId, signal),
    fxRates: () => adapter.fxRates(signal),
    previousCloses: () => adapter.previousCloses([adapter.referenceKey], signal),
    fillsToday: () => adapter.fillsToday(accountId, signal),
    orders: () => adapter.orders(accountId, signal),
    carry: () => adapter.carry([], signal),
    chain: () => adapter.chain(adapter.referenceKey, signal),
    bars: () => adapter.bars(bars, signal),
    subscribe: () => adapter.subscribe([], signal),
  };
}

/** How an adapter begins, is canceled and ends. */
export function connectionContract(test: RegisterTest): void {
  test("before it is connected every call answers notConnected", async (s) => {
    for (const [name, call] of Object.entries(calls(s.adapter, "anyone", LIVE))) {
      assert.equal(codeOf(await call()), "notConnected", name);
    }
  });

  test("an aborted signal answers canceled and leaves nothing running", async (s) => {
    const { adapter, accountIds } = await connect(s);
    const before = s.pendingCount();
    const aborted = AbortSignal.abort();

    for (const [name, call] of Object.entries(calls(adapter, accountIds[0], aborted))) {
      assert.equal(codeOf(await call()), "canceled", name);
    }
    const sink = new SeeingSink(() => adapter.clock.now());
    assert.equal(codeOf(await adapter.connect(sink, aborted)), "canceled");

    assert.equal(s.pendingCount(), before);
  });

  test("a call that is aborted on its way ends and the next one works", async (s) => {
    const { adapter, accountIds } = await connect(s);
    const before = s.pendingCount();
    const controller = new AbortController();
    const running = Object.values(calls(adapter, accountIds[0], controller.signal))
      .map((call) => call());

    controller.abort();
    await Promise.all(running);

    assert.ok(value(await adapter.accounts(LIVE)).length > 0);
    assert.equal(s.pendingCount(), before);
  });

  test("close is idempotent, ends every event and leaves nothing running", async (s) => {
    const { adapter, sink, instruments } = await connect(s);
    value(await adapter.subscribe(subscriptions(instruments), LIVE));
    await s.advance(s.deliveryMs);
    assert.ok(sink.events.length > 0);

    await adapter.close();
    sink.isClosed = true;
    await adapter.close();
    await s.advance(s.deliveryMs * 3);

    assert.deepEqual(sink.broken, []);
    assert.equal(s.pendingCount() ?? 0, 0);
    assert.equal(codeOf(await adapter.accounts(LIVE)), "notConnected");
    assert.ok(adapter.health().every(({ state }) => state === "closed" || state === "down"));
  });

  test("closing from inside a delivery ends the events there", async (s) => {
    const { adapter, instruments } = await connect(s);
    const closing = new SeeingSink(() => adapter.clock.now());
    const market = closing.market.bind(closing);
    closing.market = (batch) => {
      market(batch);
      void adapter.close();
      closing.isClosed = true;
    };
    value(await adapter.connect(closing, LIVE));
    value(await adapter.subscribe(subscriptions(instruments), LIVE));

    await s.advance(s.deliveryMs * 3);

    assert.deepEqual(closing.broken, []);
    assert.ok(closing.events.length > 0);
  });

  test("playback stands while paused, goes on, and a seek lands where it was told", async (s) => {
    const { adapter, sink, instruments } = await connect(s);
    const { playback } = adapter;
    if (playback === null) return;
    value(await adapter.subscribe(subscriptions(instruments), LIVE));
    await s.advance(s.deliveryMs);

    playback.pause();
    const pausedAt = adapter.clock.now();
    sink.events.length = 0;
    await s.advance(s.deliveryMs * 3);
    assert.equal(sink.events.length, 0, "no event while paused");
    assert.equal(adapter.clock.now(), pausedAt);
    assert.equal(playback.state().isPaused, true);

    const { from, to } = playback.state();
    playback.seek(from);
    await s.advance(1);
    assert.equal(adapter.clock.now(), from);
    playback.seek(to + 1e9);
    await s.advance(1);
    assert.equal(adapter.clock.now(), to);
    playback.seek(from);
    playback.resume();
    await s.advance(s.deliveryMs);
    assert.ok(adapter.clock.now() > from);
    assert.ok(sink.calls.includes("session"), "the book starts anew");
  });
}
