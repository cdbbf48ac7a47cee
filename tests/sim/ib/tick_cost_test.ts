import assert from "node:assert/strict";
import { EventName, IBApi } from "@stoqey/ib";
import { FanOut } from "@/lib/brokers/ib/fan_out.ts";
import { anOption, MarketRun } from "@/lib/brokers/ib/market/market_run_fixture_test.ts";
import { frame, joined } from "@/lib/brokers/ib/wire/tws_peer_fixture_test.ts";
import type { ClientHandlers } from "@/sims/tws/mod.ts";
import { memoryClient, putOnMemory } from "./memory_client.ts";

const LINES = 100;
const CHUNK = 1_000;
const ROUNDS = 30;
const ADDRESS = { host: "127.0.0.1", port: 4001, clientId: 12 };

/** A server that greets and then sends what the test gives it. */
function byHand() {
  let client: ClientHandlers | null = null;
  return {
    connect: (handlers: ClientHandlers) => {
      client = handlers;
      return { send: () => {}, close: () => {} };
    },
    greet: () => {
      client?.opened();
      client?.data(frame(178, "20261120 14:46:05 EST"));
      client?.data(joined(frame(15, 1, "DU1"), frame(9, 1, 5)));
    },
    send: (bytes: Uint8Array) => client?.data(bytes),
  };
}

class Fan extends FanOut {
  override connected(): void {}
  override received(): void {}
  override closed(): void {}
}

/** A chunk of ticks as an option's line has them: prices with sizes, and computations. */
function aChunk(ids: readonly number[], from: number): Uint8Array<ArrayBuffer> {
  const frames: Uint8Array[] = [];
  for (let i = 0; i < CHUNK; i++) {
    const id = ids[(from + i) % ids.length];
    const price = (5 + ((from + i) % 97) / 100).toFixed(2);
    if (i % 4 === 3) {
      frames.push(
        frame(21, id, 13, 0, "0.2512", "0.4891", price, 0, "0.0123", "0.3321", "-0.051", 231),
      );
    } else frames.push(frame(1, 6, id, 1 + (i % 2), price, 10 + (i % 7), 0));
  }
  return joined(...frames);
}

Deno.test("100,000 ticks a second: the adapter adds less than the library costs by itself", () => {
  const plain = byHand();
  const api = new IBApi({ ...ADDRESS, maxReqPerSec: 40 });
  putOnMemory(api, plain, ADDRESS);
  let heard = 0;
  api.on(EventName.tickPrice, () => void heard++);
  api.on(EventName.tickSize, () => void heard++);
  api.on(EventName.tickOptionComputation, () => void heard++);
  api.connect();
  plain.greet();

  let taken = 0;
  const run = new MarketRun({ market: (batch) => void (taken += batch.count) });
  const options = Array.from({ length: LINES }, (_, i) => anOption(200 + i));
  run.want(...options);
  run.connect();
  run.pass(60_000);
  const full = byHand();
  const fan = new Fan([run.market]);
  const client = memoryClient(full)(ADDRESS, fan);
  full.greet();

  const ids = options.map((option) => run.idOf(option));
  const chunks = Array.from({ length: 8 }, (_, i) => aChunk(ids, i * CHUNK));
  let [library, desk] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    const chunk = chunks[round % chunks.length];
    const startedMs = performance.now();
    plain.send(chunk);
    const betweenMs = performance.now();
    full.send(chunk);
    run.market.flush();
    library = Math.min(library, betweenMs - startedMs);
    desk = Math.min(desk, performance.now() - betweenMs);
  }

  const micros = (ms: number) => ((ms * 1000) / CHUNK).toFixed(2);
  console.log(`a tick: library ${micros(library)} us, adapter and library ${micros(desk)} us`);
  assert.ok(heard > CHUNK * ROUNDS && fan.tickCount > CHUNK * ROUNDS);
  assert.ok(taken > LINES, "columns were written");
  assert.ok(desk <= 2 * library, `${(desk / library).toFixed(2)} times the library's cost`);
  assert.ok(desk <= 10, "less than 10 us a tick: 100,000 in a second");
  client.close();
  api.disconnect();
  assert.equal(run.end(), 0);
});
