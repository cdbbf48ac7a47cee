import { FrameSource } from "../../lib/stream/hub/frame_source.ts";
import { emptyMetrics } from "../../lib/stream/hub/metrics.ts";
import { WHOLE_SCOPE } from "../../lib/stream/protocol/audience.ts";
import { STREAM_LIMITS } from "../../lib/stream/protocol/limits.ts";
import { realClock } from "../../lib/host/clock.ts";
import { type BenchPosition, type DeskBook, deskBook, NOW, sendOne } from "../desk_book.ts";
import { deskReader, type NamedHandle } from "../dxlink/readers.ts";
import { configText, dataText, GRANTED, optionSymbols, typeOf } from "../dxlink/stream.ts";
import { compare, processorMs } from "../measure.ts";
import { randomFrom } from "../random.ts";
import { priceOf } from "../reference/black_scholes.ts";
import { type Findings, mustAgree, type Result } from "../result.ts";

const PER_MESSAGE = 100;
const MESSAGES = 1_000;
/** One quote in this many is an underlying's, the others are options'. */
const SPOT_EVERY = 50;
const TARGET_PER_SECOND = 1_000_000;
/** Events of one flush: at the rate of the target, and at a fiftieth of it. */
const AT_TARGET = TARGET_PER_SECOND * STREAM_LIMITS.flushMs / 1000;
const AT_EASE = AT_TARGET / 50;

const SIZES = [
  { positions: 1_000, underlyings: 50 },
  { positions: 10_000, underlyings: 100 },
  { positions: 100_000, underlyings: 500 },
];

/** Messages about the instruments of a desk, and the names under which they come. */
interface MarketFrames {
  readonly wanted: readonly NamedHandle[];
  readonly texts: readonly string[];
}

function underlyingName(index: number): string {
  return `U${index}`;
}

/** A row of values for an option, around what it is worth. */
function optionRow(type: string, symbol: string, mid: number, random: () => number): unknown[] {
  const price = mid * (0.999 + 0.002 * random());
  const greek = (value: number) => Number((value * (0.99 + 0.02 * random())).toPrecision(8));
  switch (type) {
    case "Quote":
      return [symbol, cents(price * 0.995), cents(price * 1.005), 10, 20, NOW, NOW];
    case "Trade":
      return [symbol, cents(price), 3, 1200, NOW];
    case "Greeks":
      return [symbol, cents(price), ...[0.25, 0.5, 0.02, -0.03, 0.15, 0.05].map(greek), NOW];
    default:
      return [symbol, cents(mid), cents(mid), Math.floor(NOW / 86_400_000), "NaN"];
  }
}

function cents(price: number): number {
  return Math.round(100 * price) / 100;
}

function framesFor({ positions, shares }: DeskBook, seed: number): MarketFrames {
  const random = randomFrom(seed);
  const names = optionSymbols(positions.length);
  const mids = positions.map((position) => priceOf(position, position.volatility));
  const spotRow = () => {
    const spot = 100 * (0.999 + 0.002 * random());
    const name = underlyingName(Math.floor(random() * shares.length));
    return [name, cents(spot - 0.01), cents(spot + 0.01), 100, 200, NOW, NOW];
  };
  const texts = Array.from({ length: MESSAGES }, () => {
    const type = typeOf(random());
    const values: unknown[] = [];
    for (let i = 0; i < PER_MESSAGE; i++) {
      const index = Math.floor(random() * names.length);
      const isSpot = type === "Quote" && i % SPOT_EVERY === 0;
      values.push(...(isSpot ? spotRow() : optionRow(type, names[index], mids[index], random)));
    }
    return dataText(type, values);
  });
  const named = (one: BenchPosition) => ({ symbol: names[one.index], handle: one.handle });
  const wanted = [
    ...positions.map(named),
    ...shares.map((handle, u) => ({ symbol: underlyingName(u), handle })),
  ];
  return { wanted, texts };
}

/** Flushes of a desk as its hub makes them for viewers of everything at full rate. */
function flusherOf(desk: DeskBook): () => number {
  const source = new FrameSource({
    book: () => desk.book,
    clock: realClock,
    sourceNow: () => desk.now,
    feeds: () => [],
    market: () => null,
    recording: () => null,
  }, emptyMetrics());
  const audience = source.audience(WHOLE_SCOPE, "all");
  source.remember(audience);
  let { point } = source;
  return () => {
    if (!source.advance(false)) return 0;
    const frame = source.frame(audience, point, 0);
    source.remember(audience);
    point = source.point;
    return frame.as("binary").length;
  };
}

/** Times of one size, ns per event. */
interface Work {
  readonly positions: number;
  readonly underlyings: number;
  readonly decodeNs: number;
  readonly bookNs: number;
  readonly easeNs: number;
  readonly targetNs: number;
  readonly easeBytes: number;
}

/** Fails unless the board has the last quote of each symbol and the kept sums are right. */
function mustHaveArrived({ board, book }: DeskBook, { wanted, texts }: MarketFrames): void {
  const last = new Map<string, readonly [bid: number, ask: number]>();
  const stride = GRANTED.Quote.length;
  for (const text of texts) {
    const [type, values] = JSON.parse(text).data;
    if (type !== "Quote") continue;
    for (let at = 0; at < values.length; at += stride) {
      last.set(values[at], [values[at + 1], values[at + 2]]);
    }
  }
  let differing = 0;
  for (const { symbol, handle } of wanted) {
    const quote = last.get(symbol);
    // A bid of 0 is none.
    if (quote === undefined || quote[0] === 0) continue;
    const isSame = board.price(handle, "bid") === quote[0] &&
      board.price(handle, "ask") === quote[1];
    if (!isSame) differing++;
  }
  mustAgree("server work: quotes on the board", differing, 0);
  mustAgree("server work: kept sums", book.verify().maxRelative, 1e-9);
}

async function workOf(size: typeof SIZES[number]): Promise<Work> {
  const desk = deskBook({ ...size, seed: 10, hasBrokerGreeks: true });
  const { wanted, texts } = framesFor(desk, 10);
  const flush = flusherOf(desk);
  let taken = 0;
  const decoder = deskReader(wanted, (batch) => {
    taken += batch.count;
  });
  const engine = deskReader(wanted, (batch) => sendOne(desk, batch));
  for (const { read } of [decoder, engine]) read(configText(GRANTED));
  for (const text of texts) engine.read(text);
  mustHaveArrived(desk, { wanted, texts });
  const lost = Object.entries(engine.counters.read());
  mustAgree(`server work: lost ${lost}`, lost.length, 0);

  let at = 0;
  const through = (read: (text: string) => void, events: number) => {
    for (let sent = 0; sent < events; sent += PER_MESSAGE) {
      read(texts[at]);
      at = at + 1 === texts.length ? 0 : at + 1;
    }
    return events;
  };
  const flushed = (name: string, events: number) => ({
    name,
    run: () => {
      desk.now += STREAM_LIMITS.flushMs;
      through(engine.read, events);
      mustAgree("server work: flushes", flush() > 0 ? 0 : 1, 0);
      return events;
    },
  });
  const [decodeNs, bookNs, easeNs, targetNs] = await compare([
    { name: "decode", run: () => through(decoder.read, AT_EASE) },
    { name: "book", run: () => through(engine.read, AT_EASE) },
    flushed("ease", AT_EASE),
    flushed("target", AT_TARGET),
  ], { clock: processorMs });
  desk.now += STREAM_LIMITS.flushMs;
  through(engine.read, AT_EASE);
  const easeBytes = flush();
  mustAgree("server work: events and bytes", taken > 0 && easeBytes > 0 ? 0 : 1, 0);
  return { ...size, decodeNs, bookNs, easeNs, targetNs, easeBytes };
}

function countText(count: number): string {
  return count.toLocaleString("en-US");
}

/** Row 10: from text frames to the encoded flush. */
export async function serverRow(): Promise<Findings> {
  const all: Work[] = [];
  for (const size of SIZES) all.push(await workOf(size));
  const what = ({ positions }: Work, events: number) =>
    `server work per event, ${countText(positions)} positions, a flush per ${countText(events)}`;
  const row = (work: Work, events: number, ours: number): Result => ({
    anchor: 10,
    what: what(work, events),
    peer: "its decoding alone",
    unit: "ns",
    ours,
    theirs: work.decodeNs,
    target: null,
  });
  return {
    results: all.flatMap((work) => [
      row(work, AT_EASE, work.easeNs),
      row(work, AT_TARGET, work.targetNs),
    ]),
    bounds: all.filter(({ positions }) => positions === 10_000).map((work) => ({
      anchor: 10,
      what: what(work, AT_TARGET),
      unit: "ns",
      value: work.targetNs,
      limit: 1e9 / TARGET_PER_SECOND,
    })),
    notes: [
      "10: processor time of session, board, book and the hub's frame for one audience; " +
      `${PER_MESSAGE} events a message, each message through the book; one quote in ` +
      `${SPOT_EVERY} is a spot that reprices its underlying. ${countText(AT_TARGET)} events a ` +
      `flush are ${countText(TARGET_PER_SECOND)} a second, ${countText(AT_EASE)} are ` +
      `${countText(TARGET_PER_SECOND / 50)}. Of more than ` +
      `${countText(STREAM_LIMITS.subscribedRows)} rows that many travel.`,
      ...all.map((work) =>
        `10: ${countText(work.positions)} positions of ${work.underlyings} underlyings: decode ` +
        `${Math.round(work.decodeNs)} ns, with board and book ${Math.round(work.bookNs)} ns, ` +
        `a frame after ${countText(AT_EASE)} events ${Math.round(work.easeBytes / 1024)} KiB.`
      ),
    ],
  };
}
