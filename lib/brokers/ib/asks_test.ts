import assert from "node:assert/strict";
import { VirtualTime } from "../../ports/virtual_time.ts";
import { IbAsks } from "./asks.ts";
import type { IbLink } from "./link.ts";
import type { IbClient } from "./wire/client.ts";

const LIVE = new AbortController().signal;

function rig() {
  const time = new VirtualTime();
  const sent: string[] = [];
  const waiting: (() => void)[] = [];
  let isPaced = false;
  let id = 1_000_000;
  const client = {} as IbClient;
  const link: IbLink = {
    serverVersion: 178,
    accounts: [],
    isReady: () => true,
    nextId: () => id++,
    send: (_kind, request) => {
      const run = () => request(client);
      if (!isPaced) {
        run();
        return () => false;
      }
      waiting.push(run);
      return () => waiting.splice(waiting.indexOf(run), 1).length > 0;
    },
  };
  const asks = new IbAsks<number>({
    timers: time,
    kind: "contract",
    what: "contract details",
    timeoutMs: 10_000,
  });
  const ask = (signal = LIVE) =>
    asks.ask(link, signal, {
      send: (_client, id) => sent.push(`ask ${id}`),
      cancel: (_client, id) => sent.push(`cancel ${id}`),
    });
  return { time, sent, asks, ask, waiting, pace: () => isPaced = true };
}

Deno.test("a question collects its parts until its end and leaves no timer", async () => {
  const { time, asks, ask } = rig();
  const answer = ask();
  assert.equal(asks.add(1_000_000, 7), true);
  assert.equal(asks.add(999, 8), false);
  assert.equal(asks.end(1_000_000), true);
  assert.deepEqual(await answer, { ok: true, value: [7] });
  assert.equal(asks.end(1_000_000), false);
  assert.equal(time.pendingCount, 0);
  assert.equal(asks.size, 0);
});

Deno.test("a question without an answer ends by its own deadline and is taken back", async () => {
  const { time, sent, ask } = rig();
  const answer = ask();
  time.advance(10_000);
  const result = await answer;
  assert.equal(result.ok ? "" : result.error.code, "timeout");
  assert.deepEqual(sent, ["ask 1000000", "cancel 1000000"]);
});

Deno.test("a refusal ends a question with IB's code, an advisory does not", async () => {
  const { asks, ask, time } = rig();
  const answer = ask();
  assert.equal(asks.notice({ id: 1_000_000, code: 2174, text: "zone" }), true);
  assert.equal(asks.size, 1);
  asks.notice({ id: 1_000_000, code: 200, text: "No security definition for U1234567" });
  const result = await answer;
  assert.equal(result.ok ? "" : result.error.code, "unknownInstrument");
  assert.match(result.ok ? "" : result.error.message, /••••4567/);
  assert.equal(time.pendingCount, 0);
});

Deno.test("an aborted question that still waits for its turn is never sent", async () => {
  const { sent, ask, waiting, pace, time } = rig();
  pace();
  const controller = new AbortController();
  const answer = ask(controller.signal);
  controller.abort();
  const result = await answer;
  assert.equal(result.ok ? "" : result.error.code, "canceled");
  assert.equal(waiting.length, 0);
  assert.deepEqual(sent, []);
  assert.equal(time.pendingCount, 0);
});

Deno.test("questions of a connection that ended fail at once", async () => {
  const { asks, ask, time } = rig();
  const answer = ask();
  asks.ended("the connection is gone");
  const result = await answer;
  assert.equal(result.ok ? "" : result.error.code, "notConnected");
  assert.equal(time.pendingCount, 0);
});

Deno.test("a question that finds no place in the queue does not wait for ever", async () => {
  const { time, sent, ask, pace } = rig();
  pace();
  const answer = ask();
  time.advance(600_000);
  const ended = await answer;
  assert.equal(ended.ok ? "ok" : ended.error.code, "timeout");
  assert.deepEqual([sent, time.pendingCount], [[], 0]);
});
