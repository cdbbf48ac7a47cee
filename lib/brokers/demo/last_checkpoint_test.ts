import assert from "node:assert/strict";
import type { BrokerSink } from "../../ports/broker.ts";
import { VirtualTime } from "../../ports/virtual_time.ts";
import { demoBroker } from "./adapter.ts";
import { LAST_CHECKPOINT_WAIT_MS } from "./last_checkpoint.ts";
import type { FromWorld, ToWorld, WorldLink } from "./wire/messages.ts";

const SINK = new Proxy({}, { get: () => () => {} }) as BrokerSink;
const READY: FromWorld = {
  kind: "ready",
  begun: { kind: "first" },
  moment: { now: 1, isOpen: true, date: "2025-03-19", until: 2 },
  accounts: [],
  instruments: [],
  referenceSymbol: "SPY",
};

/** A market that starts and then answers nothing by itself. */
function muteLink() {
  let listener: (message: FromWorld) => void = () => {};
  const sent: ToWorld["kind"][] = [];
  let isClosed = false;
  const link: WorldLink = {
    send: ({ kind }) => {
      sent.push(kind);
      if (kind === "start") listener(READY);
    },
    receive: (next) => void (listener = next),
    close: () => void (isClosed = true),
  };
  return {
    link,
    sent,
    tell: (message: FromWorld) => listener(message),
    isClosed: () => isClosed,
  };
}

async function opened(isKept = true) {
  const time = new VirtualTime();
  const market = muteLink();
  const kept: number[] = [];
  const adapter = demoBroker({
    start: { seed: 1, date: "2025-03-19", positions: 1, eventRate: 1, speed: 1 },
    link: market.link,
    clock: time,
    timers: time,
    onCheckpoint: isKept ? (bytes) => void kept.push(bytes[0]) : undefined,
  });
  const connected = await adapter.connect(SINK, new AbortController().signal);
  assert.ok(connected.ok);
  return { time, market, adapter, kept };
}

function checkpoint(mark: number, isAsked: boolean): FromWorld {
  return { kind: "checkpoint", bytes: new Uint8Array([mark]), at: 5, isAsked };
}

Deno.test("demo close: it waits for the one asked for, not for one on its way", async () => {
  const { time, market, adapter, kept } = await opened();
  const closed = adapter.close();
  market.tell(checkpoint(1, false));
  await time.advanceSettling(100, 50);
  assert.equal(market.isClosed(), false);
  market.tell(checkpoint(2, true));
  await closed;

  assert.deepEqual(kept, [1, 2]);
  assert.equal(market.isClosed(), true);
  assert.equal(time.pendingCount, 0);
});

Deno.test("demo close: a market that does not answer is left after two seconds", async () => {
  const { time, market, adapter } = await opened();
  const closed = adapter.close();
  await time.advanceSettling(LAST_CHECKPOINT_WAIT_MS - 1, 500);
  assert.equal(market.isClosed(), false);
  await time.advanceSettling(1, 1);
  await closed;

  assert.equal(market.isClosed(), true);
});

Deno.test("demo close: a market that fails before or meanwhile is not waited for", async () => {
  const early = await opened();
  early.market.tell({ kind: "failed", message: "gone" });
  await early.adapter.close();
  const late = await opened();
  const closed = late.adapter.close();
  late.market.tell({ kind: "failed", message: "gone" });
  await closed;

  assert.ok(!early.market.sent.includes("checkpoint"));
  assert.deepEqual([early, late].map(({ market }) => market.isClosed()), [true, true]);
});

Deno.test("demo close: without a taker nothing is asked and the end is immediate", async () => {
  const { market, adapter } = await opened(false);
  const closed = adapter.close();

  assert.equal(market.isClosed(), true);
  assert.ok(!market.sent.includes("checkpoint"));
  await closed;
});
