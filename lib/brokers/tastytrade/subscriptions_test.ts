import assert from "node:assert/strict";
import fc from "fast-check";
import { FeedRun, ON_SUNDAY, wish } from "./feed/feed_run_fixture_test.ts";
import { RANK } from "./feed/symbol_table.ts";
import { SubscriptionChunk, utf8Length } from "./wire/dxlink/chunks.ts";

interface Item {
  readonly type: string;
  readonly symbol: string;
}

function items(run: FeedRun, what: "add" | "remove"): Item[] {
  const found: Item[] = [];
  for (const request of run.requests("FEED_SUBSCRIPTION")) {
    const list = request[what];
    if (Array.isArray(list)) found.push(...list);
  }
  return found;
}

Deno.test("R06: a symbol that is wanted twice and a second set ask only for the difference", () => {
  const run = new FeedRun();
  run.beat();
  run.feed.start();
  run.time.advance(2000);
  run.feed.change([wish("AAPL", 1), wish("AAPL", 1)], []);
  run.time.advance(1000);
  run.feed.replace([wish("AAPL", 1), wish("MSFT", 2)]);
  run.time.advance(1000);

  assert.equal(run.requests("CHANNEL_REQUEST").length, 1);
  const added = items(run, "add").map(({ type, symbol }) => `${type} ${symbol}`);
  assert.equal(new Set(added).size, added.length);
  assert.equal(items(run, "remove").length, 0);
  assert.equal(run.end(), 0);
});

Deno.test("R07: 22,000 symbols go out in paced messages of at most 8 KiB, each once", () => {
  const run = new FeedRun({ capacity: 22_001 });
  const wanted = Array.from({ length: 22_000 }, (_, i) => wish(`.SPX250417C${i}`, i));
  run.feed.replace(wanted);
  run.beat();
  run.feed.start();

  run.time.advance(9_000);
  const perSecond = run.requests("FEED_SUBSCRIPTION").length / 9;
  assert.ok(perSecond <= 20.5 && perSecond > 15, `${perSecond}`);
  run.time.advance(26_000);

  const texts = run.wire.sent.filter((text) => text.includes("FEED_SUBSCRIPTION"));
  for (const text of texts) assert.ok(utf8Length(text) <= 8192);
  const first = new Set(items(run, "add").map(({ symbol }) => symbol));
  assert.equal(first.size, 22_001);
  assert.equal(run.end(), 0);
});

Deno.test("R07: a close with 1009 halves the messages, and that is remembered", () => {
  const run = new FeedRun({ capacity: 512 });
  run.peer.faults.bytesMax = 2100;
  run.feed.replace(Array.from({ length: 300 }, (_, i) => wish(`.SPX250417C${i}`, i)));
  run.beat();
  run.feed.start();

  run.time.advance(60_000);

  assert.equal(run.feed.health().state, "live");
  const longest = Math.max(...run.wire.sent.slice(-20).map(utf8Length));
  assert.ok(longest <= 2100, `${longest}`);
  assert.equal(run.wire.connectedAt.length, 3);
  assert.equal(run.end(), 0);
});

Deno.test("subscriptions: what carries risk goes first, the reference before all", () => {
  const run = new FeedRun();
  run.feed.replace([
    { ...wish("ZZZ", 0), rank: RANK.other },
    wish(".SPX250417C1", 1),
    wish("SPX", 2),
    { ...wish("AAA", 3), rank: RANK.other },
  ]);
  run.feed.start();
  run.time.advance(1000);

  const order = [...new Set(items(run, "add").map(({ symbol }) => symbol))];
  assert.deepEqual(order, ["SPY", "SPX", ".SPX250417C1", "ZZZ", "AAA"]);
  assert.equal(run.end(), 0);
});

Deno.test("R09: while nothing arrives a change of subscriptions takes effect at once", () => {
  const run = new FeedRun({ startedAt: ON_SUNDAY });
  run.feed.start();
  run.time.advance(60_000);
  const before = run.wire.sent.length;
  run.feed.change([wish("AAPL", 1)], []);
  assert.equal(run.wire.sent.length, before + 1);

  run.time.advance(1000);
  run.feed.change([], [1]);

  assert.match(run.wire.sent.at(-1) ?? "", /"remove":\[.*"AAPL"/);
  assert.equal(run.end(), 0);
});

Deno.test("R22: a subscription message that is lost is repeated alone, the others stay", () => {
  const run = new FeedRun();
  for (const symbol of ["AAPL", "MSFT"]) {
    for (const type of ["Quote", "Trade", "Summary", "Profile"]) {
      run.peer.publish(type, symbol, {});
    }
  }
  run.feed.replace([wish("AAPL", 1)]);
  run.beat();
  run.feed.start();
  run.time.advance(3000);
  run.peer.faults.lostSubscriptions = 1;
  run.feed.change([wish("MSFT", 2)], []);
  run.time.advance(20_000);

  assert.equal(run.feed.stateOf(2), "confirmed");
  const added = items(run, "add").filter(({ symbol }) => symbol !== "SPY");
  assert.equal(added.filter(({ symbol }) => symbol === "AAPL").length, 4);
  assert.equal(added.filter(({ symbol }) => symbol === "MSFT").length, 8);
  assert.equal(run.end(), 0);
});

Deno.test("P2: a symbol that the feed does not know is said to have no data, once", () => {
  const run = new FeedRun();
  run.beat();
  run.feed.replace([wish("NOPE", 3), wish("SPY", 4)]);
  run.feed.start();

  run.time.advance(25_000);

  assert.equal(run.feed.stateOf(3), "noData");
  assert.equal(run.feed.stateOf(4), "confirmed");
  assert.deepEqual(run.noData, [3]);
  assert.deepEqual(run.feed.debug().counts, { wanted: 2, confirmed: 1, noData: 1 });
  run.peer.quote("NOPE", 5);
  run.time.advance(1000);
  assert.equal(run.feed.stateOf(3), "confirmed");
  assert.equal(run.end(), 0);
});

Deno.test("subscriptions: what cannot be taken is named: no room, taken, no symbol", () => {
  const run = new FeedRun({ capacity: 3 });

  const refused = run.feed.replace([
    wish("A", 1),
    wish("A", 2),
    wish("", 3),
    wish("B", 4),
    wish("C", 5),
  ]);

  assert.deepEqual(refused.map(({ handle, code }) => [handle, code]), [
    [2, "taken"],
    [3, "invalid"],
    [5, "full"],
  ]);
  assert.equal(run.end(), 0);
});

Deno.test("R08: 30,000 updates of 5,000 symbols leave the latest value of each", () => {
  const count = 5000;
  const run = new FeedRun({ capacity: count + 1 });
  const symbols = Array.from({ length: count }, (_, i) => `S${i}`);
  run.want(symbols);
  run.beat();
  run.feed.start();
  run.time.advance(10_000);

  for (let round = 1; round <= 6; round++) {
    for (const [i, symbol] of symbols.entries()) run.peer.quote(symbol, 10 + i + round / 100);
  }
  run.time.advance(1000);

  for (let i = 0; i < count; i++) assert.equal(run.board.price(i, "bid"), 10 + i + 0.06 - 0.05);
  run.time.advance(600_000);
  assert.equal(run.feed.health().state, "live");
  assert.equal(run.wire.connectedAt.length, 1);
  assert.equal(run.end(), 0);
});

Deno.test("subscriptions: any text as a symbol survives the message, within its bytes", () => {
  fc.assert(fc.property(
    fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }), { maxLength: 60 }),
    fc.integer({ min: 100, max: 2000 }),
    (symbols, bytesMax) => {
      const chunk = new SubscriptionChunk({ channel: 1, kind: "add", isReset: true, bytesMax });
      const taken = symbols.filter((symbol) => chunk.take(symbol, 3));
      const message = JSON.parse(chunk.text());

      assert.deepEqual(
        message.add.map(({ type, symbol }: Item) => [type, symbol]),
        taken.flatMap((symbol) => [["Quote", symbol], ["Trade", symbol]]),
      );
      const bytes = new TextEncoder().encode(chunk.text()).length;
      assert.equal(utf8Length(chunk.text()), bytes);
      assert.ok(bytes <= bytesMax || chunk.size === 1);
    },
  ));
});
