import assert from "node:assert/strict";
import { DXLinkAuthState, DXLinkConnectionState } from "@dxfeed/dxlink-core";
import { DXLinkFeed, FeedContract, FeedDataFormat } from "@dxfeed/dxlink-feed";
import { DXLinkWebSocketClient } from "@dxfeed/dxlink-websocket-client";
import { streamerSymbol } from "../../../sims/tastytrade/symbols.ts";
import type { SimOptions, TastytradeSim } from "../../../sims/tastytrade/mod.ts";
import { until, withSimulator } from "./rig.ts";

type Event = Record<string, unknown>;

interface Official {
  readonly client: DXLinkWebSocketClient;
  readonly feed: DXLinkFeed<FeedContract.AUTO>;
  readonly events: Event[];
}

async function withOfficial(
  options: Partial<SimOptions>,
  format: FeedDataFormat,
  work: (official: Official, sim: TastytradeSim) => Promise<void>,
): Promise<void> {
  await withSimulator(options, async (server, sim) => {
    const client = new DXLinkWebSocketClient();
    client.connect(server.dxlinkUrl);
    client.setAuthToken(sim.tokens.issueQuote().token);
    const feed = new DXLinkFeed(client, FeedContract.AUTO);
    feed.configure({
      acceptAggregationPeriod: 0.1,
      acceptDataFormat: format,
      acceptEventFields: {
        Quote: ["eventType", "eventSymbol", "bidPrice", "askPrice", "bidSize", "askSize"],
        Trade: ["eventType", "eventSymbol", "price", "size", "dayVolume"],
        Summary: ["eventType", "eventSymbol", "prevDayClosePrice", "dayOpenPrice"],
        Profile: ["eventType", "eventSymbol", "beta", "tradingStatus"],
        Greeks: ["eventType", "eventSymbol", "price", "volatility", "delta", "gamma", "theta"],
        Candle: ["eventType", "eventSymbol", "eventFlags", "time", "open", "high", "low", "close"],
      },
    });
    const events: Event[] = [];
    feed.addEventListener((some) => events.push(...(some as unknown as Event[])));
    try {
      await work({ client, feed, events }, sim);
    } finally {
      client.close();
      // It batches for a tenth of a second, also when it is closed.
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  });
}

/** Everything the world last published about an instrument, as the feed shows it. */
function shownOf(sim: TastytradeSim, symbol: string): Record<string, Event> {
  const latest = sim.market.latest(sim.market.ofStreamer(symbol)!);
  const nan = (value: number): number | string => Number.isNaN(value) ? "NaN" : value;
  const [price, volatility, delta, gamma, theta] = latest.greeks.map(nan);
  const head = (eventType: string) => ({ eventType, eventSymbol: symbol });
  return {
    Quote: {
      ...head("Quote"),
      bidPrice: nan(latest.bid),
      askPrice: nan(latest.ask),
      bidSize: nan(latest.bidSize),
      askSize: nan(latest.askSize),
    },
    Trade: {
      ...head("Trade"),
      price: nan(latest.last),
      size: nan(latest.lastSize),
      dayVolume: nan(latest.dayVolume),
    },
    Summary: {
      ...head("Summary"),
      prevDayClosePrice: nan(latest.prevClose),
      dayOpenPrice: nan(latest.dayOpen),
    },
    Greeks: { ...head("Greeks"), price, volatility, delta, gamma, theta },
  };
}

for (const format of [FeedDataFormat.COMPACT, FeedDataFormat.FULL]) {
  Deno.test(`the official feed client gets the world's values in ${format}`, async () => {
    await withOfficial({ eventRate: 0 }, format, async ({ client, feed, events }, sim) => {
      const { world } = sim.market;
      const symbols = world.instruments()
        .filter((one) => one.currency === "USD" && world.isLive(one.id)).map(streamerSymbol);
      const kinds = new Set(world.instruments().map((one) => one.kind));
      assert.equal(kinds.size, 5, "equity, index, future and both options");
      const types = ["Quote", "Trade", "Summary", "Greeks", "Profile"];
      feed.addSubscriptions(symbols.flatMap((symbol) => types.map((type) => ({ type, symbol }))));
      await until(
        "a profile of each",
        () => events.filter((one) => one.eventType === "Profile").length >= symbols.length,
      );
      await until("the last greeks", () => events.some((one) => one.eventType === "Greeks"));
      await new Promise((resolve) => setTimeout(resolve, 400));
      assert.equal(client.getConnectionState(), DXLinkConnectionState.CONNECTED);
      assert.equal(client.getAuthState(), DXLinkAuthState.AUTHORIZED);
      const got = new Map(events.map((one) => [`${one.eventType} ${one.eventSymbol}`, one]));
      for (const symbol of symbols) {
        const instrument = sim.market.ofStreamer(symbol)!;
        const latest = sim.market.latest(instrument);
        const shown = shownOf(sim, symbol);
        const expected = new Set(["Summary"]);
        if (latest.quoteAt > 0) expected.add("Quote");
        if (latest.tradeAt > 0) expected.add("Trade");
        if (latest.greeksAt > 0) expected.add("Greeks");
        for (const type of ["Quote", "Trade", "Summary", "Greeks"]) {
          const event = got.get(`${type} ${symbol}`);
          assert.deepEqual(event, expected.has(type) ? shown[type] : undefined);
        }
      }
    });
  });
}

Deno.test("the official client follows a moving market until it unsubscribes", async () => {
  await withOfficial({ eventRate: 3000 }, FeedDataFormat.COMPACT, async ({ feed, events }, sim) => {
    feed.addSubscriptions({ type: "Quote", symbol: "SPY" });
    await until("twenty quotes", () => events.length >= 20);
    feed.removeSubscriptions({ type: "Quote", symbol: "SPY" });
    const removed = (): boolean =>
      sim.seen.some(({ text }) => text.includes('"remove"') && text.includes("SPY"));
    await until("the remove", removed);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const count = events.length;
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(events.length, count);
    assert.ok(events.every((one) => one.eventSymbol === "SPY"));
  });
});

Deno.test("the official client gets a candle snapshot from BEGIN to END", async () => {
  await withOfficial({}, FeedDataFormat.COMPACT, async ({ feed, events }, sim) => {
    const fromTime = Date.parse("2024-10-01T00:00:00Z");
    feed.addSubscriptions({ type: "Candle", symbol: "SPY{=d}", fromTime });
    await until("the end", () => events.some((one) => one.eventFlags === 8));
    const end = events.findIndex((one) => one.eventFlags === 8);
    const snapshot = events.slice(0, end + 1);
    assert.equal(snapshot[0].eventFlags, 4);
    const times = snapshot.map((one) => one.time as number);
    assert.deepEqual(times, [...times].sort((a, b) => b - a));
    const spy = sim.market.ofStreamer("SPY")!;
    const bars = sim.market.world.bars(spy.id, snapshot.length - 1).reverse();
    assert.deepEqual(snapshot.slice(1).map((one) => one.close), bars.map((bar) => bar.close));
  });
});

Deno.test("after a lost connection the official feed client is whole again by itself", async () => {
  await withOfficial({}, FeedDataFormat.COMPACT, async ({ feed, events }, sim) => {
    feed.addSubscriptions({ type: "Quote", symbol: "SPY" });
    await until("a quote", () => events.length > 0);
    sim.inject({ on: "dxlink", do: "drop" });
    await until("the end of the first", () => sim.openCount("dxlink") === 0);
    const before = events.length;
    await until("a quote of the second", () => events.length > before);
    assert.equal(sim.tried.dxlink, 2);
  });
});

Deno.test("the official feed client survives trimmed, reordered and switched data", async () => {
  await withOfficial({}, FeedDataFormat.COMPACT, async ({ feed, events }, sim) => {
    feed.addSubscriptions({ type: "Quote", symbol: "SPY" });
    await until("a quote", () => events.length > 0);
    const last = () => events.at(-1)!;
    sim.inject({ on: "dxlink", do: "trimFields", type: "Quote", fields: ["askSize"] });
    await until("no askSize", () => !("askSize" in last()));
    sim.inject({ on: "dxlink", do: "reorderFields", type: "Quote" });
    const count = events.length;
    await until("three more", () => events.length > count + 3);
    assert.deepEqual([last().eventSymbol, typeof last().bidPrice], ["SPY", "number"]);
    sim.inject({ on: "dxlink", do: "switchFormat", format: "FULL" });
    const then = events.length;
    await until("three more in FULL", () => events.length > then + 3);
    assert.deepEqual([last().eventSymbol, typeof last().bidPrice], ["SPY", "number"]);
  });
});

for (
  const dxlink of [{ strictness: "strict" }, { isConfigLazy: true }, { hasHello: false }] as const
) {
  Deno.test(`the official client is served with ${JSON.stringify(dxlink)}`, async () => {
    await withOfficial({ dxlink }, FeedDataFormat.COMPACT, async ({ feed, events }, sim) => {
      feed.addSubscriptions({ type: "Quote", symbol: "SPY" });
      await until("a quote", () => events.length > 0);
      sim.inject({ on: "dxlink", do: "drop" });
      await until("the end of the first", () => sim.openCount("dxlink") === 0);
      const before = events.length;
      await until("a quote of the second", () => events.length > before);
    });
  });
}

for (const strictness of ["strict", "lenient"] as const) {
  Deno.test(`the official client renews its token on a live ${strictness} connection`, async () => {
    await withOfficial({ dxlink: { strictness } }, FeedDataFormat.COMPACT, async (one, sim) => {
      const errors: string[] = [];
      one.feed.getChannel().addErrorListener((error) => errors.push(error.type));
      one.feed.addSubscriptions({ type: "Quote", symbol: "SPY" });
      await until("a quote", () => one.events.length > 0);
      one.client.setAuthToken(sim.tokens.issueQuote().token);
      // It asks again for every channel that is open: only a lenient server bears that.
      const asked = (): number =>
        sim.seen.filter(({ text }) => text.includes("CHANNEL_REQUEST")).length;
      await until("the second request", () => asked() === 2);
      const before = one.events.length;
      await until("more quotes", () => one.events.length > before + 2);
      assert.deepEqual(errors, strictness === "strict" ? ["BAD_ACTION"] : []);
    });
  });
}

Deno.test("the official client is refused with a token that has ended", async () => {
  await withOfficial({}, FeedDataFormat.COMPACT, async ({ client }, sim) => {
    sim.inject({ on: "tokens", do: "expireQuote" });
    await until("the refusal", () => client.getAuthState() === DXLinkAuthState.UNAUTHORIZED);
    assert.notEqual(client.getConnectionState(), DXLinkConnectionState.CONNECTED);
  });
});
