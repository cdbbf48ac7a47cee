import assert from "node:assert/strict";
import fc from "fast-check";
import { VirtualTime } from "../../ports/virtual_time.ts";
import type { RequestKind } from "./link.ts";
import { RequestPacer } from "./request_pacer.ts";

interface Sent {
  readonly kind: RequestKind;
  readonly order: number;
  readonly at: number;
}

function rig() {
  const time = new VirtualTime();
  const pacer = new RequestPacer(time, time);
  const sent: Sent[] = [];
  let order = 0;
  const send = (kind: RequestKind) => {
    const own = order++;
    return pacer.send(kind, () => sent.push({ kind, order: own, at: time.monotonic() }));
  };
  return { time, pacer, sent, send };
}

/** The most requests in any window of `windowMs`. */
function most(sent: readonly Sent[], windowMs: number): number {
  let best = 0;
  for (let from = 0, to = 0; to < sent.length; to++) {
    while (sent[to].at - sent[from].at >= windowMs) from++;
    best = Math.max(best, to - from + 1);
  }
  return best;
}

Deno.test("no second has more than 20 requests for market data, nor 31 in all", () => {
  const { time, sent, send } = rig();
  for (let i = 0; i < 100; i++) {
    send("market");
    send("contract");
  }
  time.advance(10_000);
  assert.equal(sent.length, 200);
  assert.ok(most(sent, 1000) <= 31, `${most(sent, 1000)}`);
  assert.ok(most(sent.filter(({ kind }) => kind === "market"), 1000) <= 21);
  // The library lets four through at once and holds back the fifth.
  assert.ok(most(sent, 100) <= 4, `${most(sent, 100)}`);
  assert.equal(time.pendingCount, 0);
});

Deno.test("an urgent request passes those that wait, and each kind keeps its order", () => {
  const kinds: RequestKind[] = ["probe", "account", "contract", "market", "history"];
  fc.assert(fc.property(fc.array(fc.constantFrom(...kinds), { maxLength: 40 }), (asked) => {
    const { time, sent, send } = rig();
    for (const kind of asked) send(kind);
    time.advance(10_000);
    assert.equal(sent.length, asked.length);
    for (const kind of kinds) {
      const orders = sent.filter((one) => one.kind === kind).map((one) => one.order);
      assert.deepEqual(orders, [...orders].sort((a, b) => a - b));
    }
    // All were asked for at once: the first takes the free place, then the urgent ones go.
    const rest = sent.slice(1).map(({ kind }) => kind === "market" ? -1 : kinds.indexOf(kind))
      .filter((rank) => rank >= 0);
    assert.deepEqual(rest, [...rest].sort((a, b) => a - b));
  }));
});

Deno.test("error 100 stops for a second and halves the pace until a minute was quiet", () => {
  const { time, pacer, sent, send } = rig();
  for (let i = 0; i < 400; i++) send("contract");
  time.advance(1000);
  const before = sent.length;
  pacer.slow();
  time.advance(999);
  assert.equal(sent.length, before, "stopped");
  time.advance(1001);
  const second = sent.length - before;
  assert.ok(second >= 14 && second <= 16, `${second} at half the pace`);
  assert.equal(pacer.pace, 0.5);
  time.advance(120_000);
  assert.equal(sent.length, 400);
  send("probe");
  assert.equal(pacer.pace, 1);
});

Deno.test("requests of an ended connection vanish, and one that was taken back is not sent", () => {
  const { time, pacer, sent, send } = rig();
  send("market");
  const takeBack = send("market");
  send("market");
  assert.equal(takeBack(), true);
  assert.equal(takeBack(), false);
  time.advance(1000);
  assert.deepEqual(sent.map(({ order }) => order), [0, 2]);
  send("market");
  send("market");
  pacer.end();
  time.advance(10_000);
  assert.equal(sent.length, 3);
  assert.equal(pacer.waitingCount, 0);
  assert.equal(time.pendingCount, 0);
});

Deno.test("P13: what waits has a bound, and refusals are counted", () => {
  const { pacer, send } = rig();
  for (let i = 0; i < 10_050; i++) send("market");
  assert.equal(pacer.waitingCount, 10_000);
  assert.equal(pacer.refusedCount, 49);
});
