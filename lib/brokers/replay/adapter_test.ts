import assert from "node:assert/strict";
import { MARKET_EVENT } from "../../domain/market_data.ts";
import { VirtualTime } from "../../ports/virtual_time.ts";
import {
  connect,
  LIVE,
  SeeingSink,
  subscriptions,
  value,
} from "../../../tests/contract/broker_subject.ts";
import {
  aBook,
  aManifest,
  barRow,
  bars,
  callRow,
  eventAt,
  opened,
  quotes,
  WITH_INDEX,
} from "../../../tests/contract/replay_folder.ts";
import { replayBroker } from "./adapter.ts";

async function playing(changes: Record<string, string | null> = {}, speed = 60) {
  const time = new VirtualTime();
  const adapter = replayBroker(await opened(changes), { speed, clock: time, timers: time });
  const subject = {
    adapter,
    advance: (ms: number) => time.advanceSettling(ms, ms),
    deliveryMs: 1_000,
    pendingCount: () => time.pendingCount,
  };
  const connected = await connect(subject);
  return { ...connected, adapter, time };
}

/** Batches as `minute: kind handle first-value, …`. */
class BatchSink extends SeeingSink {
  readonly batches: string[] = [];
  override market(batch: Parameters<SeeingSink["market"]>[0]): void {
    const from = this.events.length;
    super.market(batch);
    const events = this.events.slice(from);
    const words = events.map(({ kind, handle, values }) => `${kind}/${handle}/${values[0]}`);
    this.batches.push(`${(events[0].eventAt - eventAt(0)) / 60_000}: ${words.join(" ")}`);
  }
}

const FOUR_MINUTES = {
  "quotes.csv": quotes(callRow(0, "2.00", "2.10"), callRow(3, "2.05", "2.15")),
  "bars.csv": bars(barRow(0, 98.5), barRow(1, 98.6), barRow(3, 98.7)),
};

Deno.test("replay: a minute is one batch at its end; a missing one emits nothing", async () => {
  const { adapter, instruments, time } = await playing(FOUR_MINUTES);
  const sink = new BatchSink(() => adapter.clock.now());
  value(await adapter.connect(sink, LIVE));
  value(await adapter.subscribe(subscriptions(instruments), LIVE));

  time.advance(10_000);

  assert.deepEqual(sink.batches, ["0: 2/0/98.5 1/1/2", "1: 2/0/98.6", "3: 2/0/98.7 1/1/2.05"]);
  assert.ok(sink.events.every(({ seenAt, eventAt }) => seenAt === eventAt));
  await adapter.close();
});

Deno.test("replay: any speed and any lateness of the timer play the same", async () => {
  const runs: string[][] = [];
  for (const [speed, stepMs] of [[0.1, 7_000], [1, 33_333], [60, 100], [1000, 5_000]]) {
    const { adapter, instruments, time } = await playing(FOUR_MINUTES, speed);
    const sink = new BatchSink(() => adapter.clock.now());
    value(await adapter.connect(sink, LIVE));
    value(await adapter.subscribe(subscriptions(instruments), LIVE));
    for (let ms = 0; ms < 240_000 / speed + stepMs; ms += stepMs) time.advance(stepMs);
    assert.ok(sink.events.every(({ seenAt, eventAt }) => seenAt === eventAt));
    runs.push(sink.batches);
    await adapter.close();
  }

  assert.equal(runs[0].length, 3);
  for (const run of runs) assert.deepEqual(run, runs[0]);
});

Deno.test("replay: the clock stands until something is subscribed", async () => {
  const { adapter, instruments, time } = await playing();
  time.advance(60_000);
  const before = adapter.clock.now();
  value(await adapter.subscribe(subscriptions(instruments), LIVE));
  time.advance(500);

  assert.equal(before, eventAt(0));
  assert.equal(adapter.clock.now(), eventAt(0) + 30_000);
  await adapter.close();
});

Deno.test("replay: a seek shows what playing up to there shows", async () => {
  const { adapter, sink, instruments, time } = await playing(FOUR_MINUTES);
  value(await adapter.subscribe(subscriptions(instruments), LIVE));
  time.advance(3_000);
  const played = JSON.stringify(sink.events);
  sink.events.length = 0;
  sink.calls.length = 0;

  adapter.playback.pause();
  adapter.playback.seek(eventAt(3));
  time.advance(0);

  assert.equal(JSON.stringify(sink.events), played);
  assert.deepEqual(sink.calls.slice(0, 3), ["session", "positions", "balances"]);
  assert.equal(adapter.clock.now(), eventAt(3));
  await adapter.close();
});

Deno.test("replay: a seek between minutes stands there after all before it", async () => {
  const { adapter, sink, instruments, time } = await playing(FOUR_MINUTES);
  value(await adapter.subscribe(subscriptions(instruments), LIVE));
  adapter.playback.pause();
  adapter.playback.seek(eventAt(2) + 1_500);
  time.advance(0);
  time.advance(60_000);

  assert.equal(adapter.clock.now(), eventAt(2) + 1_500);
  assert.deepEqual(sink.events.map(({ eventAt }) => eventAt), [eventAt(0), eventAt(0), eventAt(1)]);
  assert.equal(adapter.playback.state().at, eventAt(2) + 1_500);
  await adapter.close();
});

Deno.test("replay: after the end the feed is closed; a seek back plays again", async () => {
  const { adapter, sink, instruments, time } = await playing(FOUR_MINUTES);
  value(await adapter.subscribe(subscriptions(instruments), LIVE));
  time.advance(3_600_000);
  const ended = adapter.health()[0].state;
  const pending = time.pendingCount;
  adapter.playback.seek(eventAt(0));
  time.advance(0);

  assert.deepEqual([ended, pending], ["closed", 0]);
  assert.equal(adapter.health()[0].state, "live");
  assert.deepEqual(
    sink.healths.map(({ state }) => state).filter((state, i, all) => state !== all[i - 1]),
    ["live", "closed", "connecting", "live"],
  );
  await adapter.close();
});

Deno.test("replay: flaws are counted as they are played and shown with their words", async () => {
  const { adapter, sink, instruments, time } = await playing({
    "quotes.csv": quotes(
      callRow(0, "2.00", "2.10"),
      callRow(1, "2.20", "2.10"),
      callRow(3, "0", "2.15"),
    ),
    "bars.csv": FOUR_MINUTES["bars.csv"],
  });
  value(await adapter.subscribe(subscriptions(instruments), LIVE));
  time.advance(0);
  const first = adapter.health()[0].dropped;
  time.advance(3_600_000);

  assert.deepEqual(first, {});
  assert.deepEqual(adapter.health()[0].dropped, {
    "missing minutes": 2,
    "crossed quotes": 1,
    "zero bids": 1,
  });
  assert.deepEqual(sink.healths.at(-1)?.dropped, adapter.health()[0].dropped);
  const crossed = sink.events.find(({ kind, eventAt: at }) => kind === 1 && at === eventAt(1));
  assert.deepEqual(crossed?.values.slice(0, 4), [2.2, 2.1, 10, 20], "as recorded");
  await adapter.close();
});

Deno.test("X-05: a derived spot says so, and arrives as absent when it is", async () => {
  const pair = (minute: number, right: string) =>
    `2025-03-19T10:0${minute}:00,IDXW,2025-03-21,1500,${right},9,9.2,1,1`;
  const { adapter, sink, time } = await playing({
    "manifest.json": aManifest(WITH_INDEX),
    "quotes.csv": quotes(pair(0, "call"), pair(0, "put"), pair(1, "call")),
  });
  const [index] = value(await adapter.instruments(["IDX"], LIVE));
  value(await adapter.subscribe([{ handle: 3, instrument: index }], LIVE));
  time.advance(2_000);

  assert.deepEqual(sink.events.map(({ kind }) => kind), [MARKET_EVENT.trade, MARKET_EVENT.trade]);
  assert.ok(sink.events[0].values[0] > 1400);
  assert.ok(Number.isNaN(sink.events[1].values[0]));
  assert.equal(adapter.delivery(index).isDerived, true);
  const [share] = value(await adapter.instruments(["ACME"], LIVE));
  assert.equal(adapter.delivery(share).isDerived, false);
  assert.match(index.exchange, /derived by put–call parity of IDXW 2025-03-21 1500/);
  assert.match(adapter.health()[0].detail ?? "", /IDX derived by put–call parity/);
  await adapter.close();
});

Deno.test("X-01: fills move quantity, average price and cash at their instant", async () => {
  const key = "ACME 2025-04-17 C 100 x100";
  const fill = (execId: string, signedQuantity: number, price: number, at: string) => ({
    execId,
    account: "A-0001",
    instrument: key,
    signedQuantity,
    price,
    fees: 1.3,
    at,
  });
  const position = (instrument: string, overnightQuantity: number, averagePrice: number) => ({
    account: "A-0001",
    instrument,
    overnightQuantity,
    averagePrice,
  });
  const { adapter, sink, instruments, accountIds, time } = await playing({
    ...FOUR_MINUTES,
    "book.json": aBook({
      positions: [position("ACME", 100, 97), position(key, -5, 2)],
      fills: [
        fill("b", 7, 2.1, "2025-03-19T10:03:30"),
        fill("a", -5, 3, "2025-03-19T10:01:30"),
      ],
    }),
  });
  const option = async () => {
    const positions = value(await adapter.positions(accountIds[0], LIVE));
    const { signedQuantity, overnightQuantity, averagePrice } = positions[1];
    const [cash] = value(await adapter.balances(accountIds[0], LIVE)).cash;
    const amount = Math.round(cash.amount * 100) / 100;
    return [signedQuantity, overnightQuantity, averagePrice, amount, cash.previousClose];
  };
  value(await adapter.subscribe(subscriptions(instruments), LIVE));
  const before = await option();
  time.advance(1_000);
  const sold = await option();
  const order = [...sink.calls];
  time.advance(3_000);

  assert.deepEqual(before, [-5, -5, 2, 1000, 1000]);
  assert.deepEqual(sold, [-10, -5, 2.5, 2498.7, 1000]);
  assert.deepEqual(await option(), [-3, -5, 2.5, 1027.4, 1000]);
  assert.deepEqual(order.slice(-5), ["fill", "positions", "balances", "health", "market"]);
  const fills = value(await adapter.fillsToday(accountIds[0], LIVE));
  assert.deepEqual(fills.map(({ execId }) => execId), ["a", "b"]);
  await adapter.close();
});

Deno.test("replay: a night is skipped and begins a session with its closes", async () => {
  const { adapter, sink, instruments, accountIds, time } = await playing({
    "quotes.csv": quotes(
      "2025-03-19T15:59:00,ACME,2025-04-17,100,call,2,2.1,1,1",
      "2025-03-20T09:30:00,ACME,2025-04-17,100,call,3,3.1,1,1",
    ),
    "bars.csv": bars(),
    "book.json": aBook({
      fills: [{
        execId: "a",
        account: "A-0001",
        instrument: "ACME",
        signedQuantity: -40,
        price: 98,
        fees: 0,
        at: "2025-03-19T15:59:30",
      }],
      previousCloses: [
        { instrument: "ACME", close: 97, session: "2025-03-18" },
        { instrument: "ACME", close: 98, session: "2025-03-19" },
      ],
    }),
  });
  const close = async () => value(await adapter.previousCloses(["ACME"], LIVE))[0].close;
  value(await adapter.subscribe(subscriptions(instruments), LIVE));
  time.advance(0);
  const first = await close();
  sink.calls.length = 0;
  time.advance(1_000);

  const [shares] = value(await adapter.positions(accountIds[0], LIVE));

  assert.deepEqual([first, await close()], [97, 98]);
  assert.deepEqual([shares.overnightQuantity, shares.signedQuantity], [60, 60]);
  assert.deepEqual(value(await adapter.fillsToday(accountIds[0], LIVE)), []);
  assert.deepEqual(sink.calls, [
    "session",
    "previousClose",
    "positions",
    "balances",
    "market",
    "health",
  ]);
  assert.equal(adapter.clock.now(), Date.UTC(2025, 2, 20, 13, 31));
  await adapter.close();
});
