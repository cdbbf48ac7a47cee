import { EventName, IBApi } from "@stoqey/ib";
import { FanOut } from "../../lib/brokers/ib/fan_out.ts";
import { anOption, MarketRun } from "../../lib/brokers/ib/market/market_run_fixture_test.ts";
import { frame, joined } from "../../lib/brokers/ib/wire/tws_peer_fixture_test.ts";
import type { ClientHandlers } from "../../sims/tws/mod.ts";
import { memoryClient, putOnMemory } from "../../tests/sim/ib/memory_client.ts";
import { compare, processorMs } from "../measure.ts";
import { type Findings, mustAgree } from "../result.ts";

const LINES = 100;
const CHUNK = 1_000;
const CHUNKS = 8;
const ADDRESS = { host: "127.0.0.1", port: 4001, clientId: 12 };

/** A server that greets and then sends what it is given. */
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

/** Row 20: a tick of Interactive Brokers through library and adapter, beside the library alone. */
export async function ibTicksRow(): Promise<Findings> {
  const plain = byHand();
  const api = new IBApi({ ...ADDRESS, maxReqPerSec: 40 });
  putOnMemory(api, plain, ADDRESS);
  let heard = 0;
  api.on(EventName.tickPrice, () => void heard++);
  api.on(EventName.tickSize, () => void heard++);
  api.on(EventName.tickOptionComputation, () => void heard++);
  api.connect();
  plain.greet();

  let events = 0;
  const run = new MarketRun({ market: (batch) => void (events += batch.count) });
  const options = Array.from({ length: LINES }, (_, i) => anOption(200 + i));
  run.want(...options);
  run.connect();
  run.pass(60_000);
  const full = byHand();
  const fan = new Fan([run.market]);
  const client = memoryClient(full)(ADDRESS, fan);
  full.greet();

  const ids = options.map((option) => run.idOf(option));
  const chunks = Array.from({ length: CHUNKS }, (_, i) => aChunk(ids, i * CHUNK));
  let sent = 0;
  const [libraryNs, deskNs] = await compare([
    {
      name: "library",
      run: () => {
        plain.send(chunks[sent++ % CHUNKS]);
        return CHUNK;
      },
    },
    {
      name: "adapter",
      run: () => {
        full.send(chunks[sent++ % CHUNKS]);
        run.market.flush();
        return CHUNK;
      },
    },
  ], { clock: processorMs });
  const before = { heard, ticks: fan.tickCount, events };
  plain.send(chunks[0]);
  full.send(chunks[0]);
  run.market.flush();
  // The library splits a price with its size into two calls; the desk counts what it reads of them.
  mustAgree("IB ticks: library", heard - before.heard >= CHUNK ? 0 : 1, 0);
  mustAgree("IB ticks: desk", fan.tickCount - before.ticks >= CHUNK ? 0 : 1, 0);
  mustAgree("IB ticks: columns", events > before.events ? 0 : 1, 0);
  client.close();
  api.disconnect();
  run.end();
  return {
    results: [{
      anchor: 20,
      what: "a tick of Interactive Brokers, to the desk's columns",
      peer: "@stoqey/ib 1.6.10 alone",
      unit: "ns",
      ours: deskNs,
      theirs: libraryNs,
      target: 2,
    }],
    bounds: [{
      anchor: 20,
      what: "a tick of Interactive Brokers, 100,000 a second",
      unit: "ns",
      value: deskNs,
      limit: 10_000,
    }],
    notes: [
      `20: processor time, ${LINES} option lines, chunks of ${CHUNK} frames in memory: three ` +
      "prices with sizes to one set of model Greeks; ours is library, adapter and columns, the " +
      "peer the library with empty listeners.",
    ],
  };
}
