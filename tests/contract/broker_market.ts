import assert from "node:assert/strict";
import { MARKET_EVENT } from "@/lib/domain/market_data.ts";
import type { RegisterTest } from "./broker_queries.ts";
import { ask, codeOf, connect, LIVE, subscriptions, value } from "./broker_subject.ts";

const EARLIEST_AT = Date.UTC(2000, 0, 1);

/** What an adapter must do with market data. */
export function marketContract(test: RegisterTest): void {
  test("data comes for subscribed handles only, at the source's times", async (s) => {
    const { adapter, sink, instruments } = await connect(s);
    const wanted = subscriptions(instruments, 40);
    await s.advance(s.deliveryMs);
    assert.equal(sink.events.length, 0, "nothing before a subscription");

    value(await ask(sink, () => adapter.subscribe(wanted, LIVE)));
    await s.advance(s.deliveryMs);

    const handles = new Set(wanted.map(({ handle }) => handle));
    assert.ok(sink.events.length > 0);
    for (const event of sink.events) {
      assert.ok(handles.has(event.handle), `handle ${event.handle} was not asked for`);
      if (Number.isNaN(event.eventAt)) continue;
      assert.ok(event.eventAt >= EARLIEST_AT && event.eventAt <= event.seenAt, "event time");
    }
    assert.deepEqual(sink.broken, []);
  });

  test("kinds of events agree with the capabilities; quotes come as recorded sides", async (s) => {
    const { adapter, sink, instruments } = await connect(s);
    value(await adapter.subscribe(subscriptions(instruments), LIVE));
    await s.advance(s.deliveryMs * 5);
    const seen = (kind: number) => sink.events.some((event) => event.kind === kind);
    const known = Object.values<number>(MARKET_EVENT);

    assert.ok(sink.events.every((event) => known.includes(event.kind)));
    assert.ok(seen(MARKET_EVENT.quote), "quotes");
    assert.equal(seen(MARKET_EVENT.greeks), adapter.capabilities.streamsGreeks, "Greeks");
    assert.equal(seen(MARKET_EVENT.trade), adapter.capabilities.streamsTrades, "trades");
    for (const { kind, values } of sink.events) {
      if (kind !== MARKET_EVENT.quote) continue;
      assert.ok(values.slice(0, 4).every((side) => Number.isNaN(side) || side >= 0));
    }
  });

  test("R09: a dropped handle is silent at once, an added one is served", async (s) => {
    const { adapter, sink, instruments } = await connect(s);
    const wanted = subscriptions(instruments);
    const [kept, dropped] = [wanted.slice(1), wanted[0]];
    value(await adapter.subscribe(wanted, LIVE));
    await s.advance(s.deliveryMs);
    assert.ok(sink.events.some(({ handle }) => handle === dropped.handle), "served before");

    value(await ask(sink, () => adapter.subscribe(kept, LIVE)));
    sink.events.length = 0;
    await s.advance(s.deliveryMs);
    const without = sink.events.map(({ handle }) => handle);
    value(await ask(sink, () => adapter.subscribe(wanted, LIVE)));
    sink.events.length = 0;
    await s.advance(s.deliveryMs);

    assert.ok(!without.includes(dropped.handle), "silent");
    assert.ok(without.includes(kept[0].handle), "the rest stays");
    assert.ok(sink.events.some(({ handle }) => handle === dropped.handle), "served again");
    assert.deepEqual(sink.broken, []);
  });

  test("R09: changes make the set that a whole subscription makes", async (s) => {
    const { adapter, sink, instruments } = await connect(s);
    const change = adapter.changeSubscriptions?.bind(adapter);
    if (change === undefined) return;
    const wanted = subscriptions(instruments);
    const [dropped, renamed, later, last] = wanted;
    value(await adapter.subscribe(wanted.filter((one) => one !== later && one !== last), LIVE));
    await s.advance(s.deliveryMs);

    const anew = { handle: renamed.handle, instrument: later.instrument };
    value(await ask(sink, () => change({ added: [anew], removed: [dropped.handle] }, LIVE)));
    // A second change right behind the first takes nothing from it.
    value(await ask(sink, () => change({ added: [last], removed: [] }, LIVE)));
    sink.events.length = 0;
    await s.advance(s.deliveryMs);

    const served = new Set(sink.events.map(({ handle }) => handle));
    assert.ok(!served.has(dropped.handle), "silent");
    assert.ok(!served.has(later.handle), "never asked for");
    for (const { handle } of [anew, last, ...wanted.slice(4)]) {
      assert.ok(served.has(handle), `handle ${handle} is served`);
    }
    assert.deepEqual(sink.broken, []);
  });

  test("a subscription under another handle reports under the new one only", async (s) => {
    const { adapter, sink, instruments } = await connect(s);
    value(await adapter.subscribe(subscriptions(instruments, 0), LIVE));
    await s.advance(s.deliveryMs);

    value(await adapter.subscribe(subscriptions(instruments, 500), LIVE));
    sink.events.length = 0;
    await s.advance(s.deliveryMs);

    assert.ok(sink.events.length > 0);
    assert.ok(sink.events.every(({ handle }) => handle >= 500));
  });

  test("an unknown instrument fails the subscription and changes nothing", async (s) => {
    const { adapter, sink, instruments } = await connect(s);
    const [first] = subscriptions(instruments);
    const stranger = { handle: 77, instrument: { ...instruments[0], key: "NOSUCH" } };
    value(await adapter.subscribe([first], LIVE));

    const refused = await adapter.subscribe([first, stranger], LIVE);
    await s.advance(s.deliveryMs);

    assert.equal(codeOf(refused), "unknownInstrument");
    assert.ok(sink.events.every(({ handle }) => handle === first.handle));
  });

  test("health names the feed of every instrument, live once data came", async (s) => {
    const { adapter, sink, instruments } = await connect(s);
    value(await adapter.subscribe(subscriptions(instruments), LIVE));
    await s.advance(s.deliveryMs);

    const feeds = adapter.health();
    const now = adapter.clock.now();

    assert.equal(new Set(feeds.map(({ feed }) => feed)).size, feeds.length);
    for (const instrument of instruments) {
      const { feed, cadenceMs } = adapter.delivery(instrument);
      const health = feeds.find((one) => one.feed === feed);
      assert.equal(health?.state, "live", instrument.key);
      assert.ok(cadenceMs === null || cadenceMs > 0);
    }
    for (const { since, lastByteAt, lastHeartbeatAt, lastEventAt, dropped } of feeds) {
      for (const at of [since, lastByteAt, lastHeartbeatAt, lastEventAt]) {
        assert.ok(at === null || at <= now);
      }
      assert.ok(Object.values(dropped).every((count) => count >= 0));
    }
    assert.ok(sink.healths.some(({ state }) => state === "live"), "told to the sink");
  });

  test("the source's clock never goes back while it runs", async (s) => {
    const { adapter, instruments } = await connect(s);
    value(await adapter.subscribe(subscriptions(instruments), LIVE));
    const times = [adapter.clock.now()];

    for (let i = 0; i < 20; i++) {
      await s.advance(s.deliveryMs / 7);
      times.push(adapter.clock.now());
    }

    assert.ok(times.every((at, i) => i === 0 || at >= times[i - 1]));
    assert.ok(times[20] > times[0]);
  });

  test("nothing piles up while it runs: waiting work stays bounded", async (s) => {
    const { adapter, instruments } = await connect(s);
    const wanted = subscriptions(instruments);
    const counts: number[] = [];

    for (let round = 0; round < 30; round++) {
      value(await adapter.subscribe(round % 2 === 0 ? wanted : wanted.slice(1), LIVE));
      await s.advance(s.deliveryMs / 10);
      counts.push(s.pendingCount() ?? 0);
    }

    assert.ok(Math.max(...counts.slice(15)) <= Math.max(...counts.slice(0, 15)) + 1);
    assert.ok(Math.max(...counts) <= 50);
  });
}
