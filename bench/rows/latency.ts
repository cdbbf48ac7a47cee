import { MARKET_EVENT, MARKET_STRIDE, marketBatch } from "../../lib/domain/market_data.ts";
import { realClock } from "../../lib/host/clock.ts";
import { realTimers } from "../../lib/host/timers.ts";
import { createHub, type Hub } from "../../lib/stream/hub/hub.ts";
import { WHOLE_SCOPE } from "../../lib/stream/protocol/audience.ts";
import { STREAM_LIMITS } from "../../lib/stream/protocol/limits.ts";
import { type DeskBook, deskBook } from "../desk_book.ts";
import { startClients } from "../fanout/clients_process.ts";
import { serveByDeno, serveByWs, type ServerKind } from "../fanout/servers.ts";
import { quantileOf } from "../measure.ts";
import type { Peer, WsModule } from "../peers.ts";
import { priceOf } from "../reference/black_scholes.ts";
import type { Findings, Result } from "../result.ts";
import { until } from "./fanout.ts";

const CLIENTS = 100;
const POSITIONS = 1_000;
const UNDERLYINGS = 50;
const EVENTS_PER_SECOND = 10_000;
const ROUND_MS = 4_000;
const SLICE_MAX = 1_024;
/** One event in this many is a spot, the others are quotes of options. */
const SPOT_EVERY = 50;

/** Ticks with the flush that carried each. */
interface TickLog {
  readonly at: number[];
  readonly flush: number[];
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

function hubOver(desk: DeskBook): Hub {
  return createHub({
    book: () => desk.book,
    clock: realClock,
    timers: realTimers,
    epoch: "bench",
    mode: "demo",
    product: "bench",
    sourceNow: () => desk.now,
    feeds: () => [],
    market: () => null,
    recording: () => null,
    admission: {
      sockets: 2 * CLIENTS,
      socketsPerPrincipal: 2 * CLIENTS,
      connects: { burst: 2 * CLIENTS, perSecond: 100 },
    },
  });
}

/** Feeds a desk at a steady rate in slices of a millisecond, noting each tick. */
class Feed {
  readonly log: TickLog = { at: [], flush: [] };
  readonly #batch = marketBatch(SLICE_MAX);
  readonly #mids: readonly number[];
  #sent = 0;
  #startedMs = performance.now();

  constructor(readonly desk: DeskBook, readonly hub: Hub) {
    this.#mids = desk.positions.map((position) => priceOf(position, position.volatility));
  }

  start(): { cancel(): void } {
    this.#startedMs = performance.now();
    return realTimers.setPeriodic(1, () => this.#slice());
  }

  #slice(): void {
    const elapsedMs = performance.now() - this.#startedMs;
    const due = Math.floor(elapsedMs * EVENTS_PER_SECOND / 1000) - this.#sent;
    const count = Math.min(SLICE_MAX, due);
    if (count <= 0) return;
    for (let i = 0; i < count; i++) this.#put(i, this.#sent + i);
    this.#batch.count = count;
    this.#sent += count;
    this.desk.now = realClock.now();
    const at = now();
    this.desk.board.apply(this.#batch, this.desk.now);
    this.desk.book.applyMarket(this.desk.board.takeTouched(), this.desk.now);
    for (let i = 0; i < count; i++) {
      this.log.at.push(at);
      this.log.flush.push(this.hub.seq + 1);
    }
  }

  #put(i: number, serial: number): void {
    const { positions, shares } = this.desk;
    const isSpot = serial % SPOT_EVERY === 0;
    const index = (serial * 7919) % positions.length;
    const wobble = 1 + ((serial % 21) - 10) / 10_000;
    const mid = isSpot ? 100 * wobble : this.#mids[index] * wobble;
    const batch = this.#batch;
    batch.kind[i] = MARKET_EVENT.quote;
    batch.handle[i] = isSpot ? shares[serial % shares.length] : positions[index].handle;
    batch.eventAt[i] = NaN;
    batch.values.fill(NaN, i * MARKET_STRIDE, (i + 1) * MARKET_STRIDE);
    batch.values[i * MARKET_STRIDE] = mid * 0.995;
    batch.values[i * MARKET_STRIDE + 1] = mid * 1.005;
  }
}

/** Waits from every tick to the arrival of its flush, ascending, ms. */
function latencies(log: TickLog, arrivals: readonly (readonly [number, number])[]): Float64Array {
  const ticksOf = new Map<number, number[]>();
  log.flush.forEach((flush, i) => {
    const ticks = ticksOf.get(flush);
    if (ticks === undefined) ticksOf.set(flush, [log.at[i]]);
    else ticks.push(log.at[i]);
  });
  const found: number[] = [];
  for (const [seq, at] of arrivals) {
    for (const tick of ticksOf.get(seq) ?? []) found.push(at - tick);
  }
  return Float64Array.from(found).sort();
}

/** One round: a desk under load, its hub, 100 clients in another process. */
async function roundOf(serve: ServerKind): Promise<Float64Array> {
  const shape = { positions: POSITIONS, underlyings: UNDERLYINGS, seed: 13 };
  const desk = deskBook({ ...shape, hasBrokerGreeks: true });
  desk.now = realClock.now();
  const hub = hubOver(desk);
  const info = {
    principal: { id: "bench", roles: [] },
    scope: WHOLE_SCOPE,
    format: "binary",
  } as const;
  const listening = await serve({
    opened: (socket) => {
      const connected = hub.connect(socket, info);
      return connected.ok ? connected.value : { receive: () => {}, closed: () => {} };
    },
  });
  hub.start();
  const clients = startClients(listening.url, CLIENTS, true);
  try {
    await until("all clients joined", () => hub.metrics().snapshots >= CLIENTS);
    const feed = new Feed(desk, hub);
    const running = feed.start();
    await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
    running.cancel();
    hub.flush();
    hub.stop("done");
    const { arrivals } = await clients.report;
    return latencies(feed.log, arrivals);
  } finally {
    clients.kill();
    await listening.close();
  }
}

function together(rounds: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(rounds.reduce((sum, round) => sum + round.length, 0));
  let at = 0;
  for (const round of rounds) {
    all.set(round, at);
    at += round.length;
  }
  return all.sort();
}

/** Row 13: from a tick to the client, through board, book, hub and loopback. */
export async function latencyRow(peers: { readonly ws: Peer<WsModule> }): Promise<Findings> {
  const ours: Float64Array[] = [];
  const theirs: Float64Array[] = [];
  for (let round = 0; round < 2; round++) {
    ours.push(await roundOf(serveByDeno));
    if (peers.ws.isThere) theirs.push(await roundOf(serveByWs(peers.ws.module)));
  }
  const own = together(ours);
  const other = together(theirs);
  const flushMs = STREAM_LIMITS.flushMs;
  const row = (what: string, p: number): Result => ({
    anchor: 13,
    what: `tick to client, ${what}, 100 clients, 10,000 events/s`,
    peer: `the same hub over ${peers.ws.label} on Deno`,
    unit: "ms",
    ours: quantileOf(own, p),
    theirs: quantileOf(other, p),
    target: null,
  });
  const bound = (what: string, p: number, limit: number) => ({
    anchor: 13,
    what: `tick to client, ${what}, flush every ${flushMs} ms`,
    unit: "ms",
    value: quantileOf(own, p),
    limit,
  });
  return {
    results: peers.ws.isThere ? [row("p50", 0.5), row("p99", 0.99)] : [],
    bounds: [bound("p50", 0.5, flushMs / 2 + 5), bound("p99", 0.99, flushMs + 10)],
    notes: [
      `13: ${own.length} ticks × noted clients; ${POSITIONS} positions, every tick counted, also ` +
      "those that a later one of the same flush replaced.",
    ],
  };
}
