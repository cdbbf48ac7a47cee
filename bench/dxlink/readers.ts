import { CandleStore } from "../../lib/brokers/tastytrade/feed/candle_store.ts";
import { RANK, SymbolTable } from "../../lib/brokers/tastytrade/feed/symbol_table.ts";
import { WireCounters } from "../../lib/brokers/tastytrade/wire/dxlink/counters.ts";
import { DxlinkSession } from "../../lib/brokers/tastytrade/wire/dxlink/session.ts";
import { ok } from "../../lib/base/result.ts";
import { MARKET_STRIDE, type MarketBatch } from "../../lib/domain/market_data.ts";
import type { SocketEvents } from "../../lib/ports/web_socket.ts";
import type { FrameStream } from "./stream.ts";

/** Takes batches, as a desk does. */
export type BatchTaker = (batch: MarketBatch) => void;

/** A symbol and the handle under which it is wanted. */
export interface NamedHandle {
  readonly symbol: string;
  readonly handle: number;
}

/** Takes the text of one frame. */
export type FrameReader = (text: string) => void;

/** A type mask that wants everything of a symbol. */
const ALL_TYPES = 0xff;

/** What the session is told before a channel is open. */
const HANDSHAKE = [
  { type: "SETUP", channel: 0, version: "1.0", keepaliveTimeout: 60 },
  { type: "AUTH_STATE", channel: 0, state: "AUTHORIZED", userId: "bench" },
  { type: "CHANNEL_OPENED", channel: 1, service: "FEED", parameters: { contract: "AUTO" } },
];

/** A session of the product and what it counted as lost. */
export interface DeskReader {
  readonly read: FrameReader;
  readonly counters: WireCounters;
}

/**
 * The session of the product itself, from a socket in memory to its batches: nothing of it is made
 * for the bench. Timers never fire, so that nothing is sent
 * beside the frames. `awake` is the clock that it reads once per message; it stands still unless
 * one is given, as the official client's is left out too.
 */
export function deskReader(
  wanted: readonly NamedHandle[],
  take: BatchTaker,
  awake: () => number = () => 0,
): DeskReader {
  const counters = new WireCounters();
  const table = new SymbolTable({ capacity: wanted.length + 1, reference: "SPY" });
  table.replace(wanted.map((one) => ({ ...one, rank: RANK.other, types: ALL_TYPES })));
  const timer = { cancel: () => {} };
  let events: SocketEvents | null = null;
  const socket = { send: () => ok(null), bufferedBytes: () => 0, close: () => {} };
  const session = new DxlinkSession({
    url: "wss://bench",
    token: "bench",
    sockets: {
      connect: (_, told) => {
        events = told;
        return ok(socket);
      },
    },
    timers: { setTimer: () => timer, setPeriodic: () => timer },
    awake,
    table,
    candles: new CandleStore(counters),
    counters,
    chunkBytes: 8192,
    aggregationPeriodS: 0.1,
    toleratesMisfits: true,
    events: {
      market: take,
      opened: () => {},
      ended: ({ detail }) => {
        throw new Error(`the session ended: ${detail}`);
      },
    },
  });
  session.start();
  const told = socketEvents(events);
  told.opened();
  for (const message of HANDSHAKE) told.text(JSON.stringify(message));
  return { read: (text) => told.text(text), counters };
}

function socketEvents(events: SocketEvents | null): SocketEvents {
  if (events === null) throw new Error("the session did not connect");
  return events;
}

/** Symbols under their places as handles. */
export function byPlace(symbols: readonly string[]): NamedHandle[] {
  return symbols.map((symbol, handle) => ({ symbol, handle }));
}

/** What a reader made of a stream, column by column. */
export interface Decoded {
  readonly kind: readonly number[];
  readonly handle: readonly number[];
  readonly at: readonly number[];
  readonly values: readonly number[];
}

/** Keeps all that is taken. */
export class Keeper {
  readonly kind: number[] = [];
  readonly handle: number[] = [];
  readonly at: number[] = [];
  readonly values: number[] = [];

  take(batch: MarketBatch): void {
    this.kind.push(...batch.kind.subarray(0, batch.count));
    this.handle.push(...batch.handle.subarray(0, batch.count));
    this.at.push(...batch.eventAt.subarray(0, batch.count));
    this.values.push(...batch.values.subarray(0, batch.count * MARKET_STRIDE));
  }
}

/** Values that differ, a wrong number of them counting in full; NaN equals NaN. */
export function differences(a: Decoded, b: Decoded): number {
  let differing = 0;
  for (const name of ["kind", "handle", "at", "values"] as const) {
    differing += Math.abs(a[name].length - b[name].length);
    const count = Math.min(a[name].length, b[name].length);
    for (let i = 0; i < count; i++) if (!Object.is(a[name][i], b[name][i])) differing++;
  }
  return differing;
}

/** Lets a reader have the stream once, its configuration first. */
export function readAll({ before, texts }: FrameStream, read: FrameReader): void {
  for (const text of before) read(text);
  for (const text of texts) read(text);
}
