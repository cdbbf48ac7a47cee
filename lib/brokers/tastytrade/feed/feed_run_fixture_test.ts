import { ok } from "../../../base/result.ts";
import { type Board, createBoard } from "../../../market/board.ts";
import type { FeedHealth, FeedState } from "../../../ports/broker.ts";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import { DxlinkFeed } from "../dxlink_feed.ts";
import { OPTION_TYPES, UNDERLYING_TYPES } from "./map.ts";
import { MemoryWire } from "./memory_wire_fixture_test.ts";
import { Peer } from "./peer_fixture_test.ts";
import type { QuoteTokens, TokenReply } from "./quote_tokens.ts";
import { RANK, type WantedSymbol } from "./symbol_table.ts";

/** Wednesday 2025-03-19, 11:00 in New York: in the regular session, five hours before its end. */
export const IN_SESSION = Date.UTC(2025, 2, 19, 15);

/** Sunday 2025-03-16, noon in New York. */
export const ON_SUNDAY = Date.UTC(2025, 2, 16, 16);

/** A clock that can sleep: it jumps while its timers stand still. */
export class SleepyTime extends VirtualTime {
  #jumpedMs = 0;
  #wallMs = 0;

  override now(): number {
    return super.now() + this.#jumpedMs + this.#wallMs;
  }

  override monotonic(): number {
    return super.monotonic() + this.#jumpedMs;
  }

  /** The machine sleeps; with a monotonic clock that stands still meanwhile, or not. */
  sleep(forMs: number, doesMonotonicStop = false): void {
    if (doesMonotonicStop) this.#wallMs += forMs;
    else this.#jumpedMs += forMs;
  }
}

/** Reproducible randomness. */
export function seeded(seed: number) {
  let state = seed * 2654435761 >>> 0;
  const next = () => {
    state = state + 0x6d2b79f5 >>> 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
  return { next, bytes: (count: number) => new Uint8Array(count) };
}

/** A wish for a symbol: options begin with a dot. */
export function wish(symbol: string, handle: number): WantedSymbol {
  const isOption = symbol.startsWith(".");
  return {
    symbol,
    handle,
    rank: isOption ? RANK.heldOption : RANK.heldUnderlying,
    types: isOption ? OPTION_TYPES : UNDERLYING_TYPES,
  };
}

/** Tokens that the peer accepts from the moment they are given out. */
export class TokenDesk implements QuoteTokens {
  readonly givenAt: number[] = [];
  /** What is answered instead of a token. */
  failure: TokenReply | null = null;
  lifeMs = 86_400_000;
  /** Given out stale: the peer does not know them. */
  isStale = false;
  readonly #time: VirtualTime;
  readonly #peer: Peer;

  constructor(time: VirtualTime, peer: Peer) {
    this.#time = time;
    this.#peer = peer;
  }

  request(reply: (token: TokenReply) => void): { cancel(): void } {
    const token = `token-${this.givenAt.length}`;
    this.givenAt.push(this.#time.monotonic());
    const timer = this.#time.setTimer(20, () => {
      if (this.failure !== null) return reply(this.failure);
      if (!this.isStale) this.#peer.tokens.add(token);
      const issuedAt = this.#time.now();
      const url = "wss://feed.dxfeed.com/realtime";
      reply(ok({ token, url, issuedAt, expiresAt: issuedAt + this.lifeMs }));
    });
    return { cancel: () => timer.cancel() };
  }
}

/** A feed, its board, its peer and the wire between them, under one virtual clock. */
export class FeedRun {
  readonly time: SleepyTime;
  readonly peer: Peer;
  readonly wire: MemoryWire;
  readonly tokens: TokenDesk;
  readonly board: Board;
  readonly feed: DxlinkFeed;
  readonly healths: FeedHealth[] = [];
  readonly noData: number[] = [];
  #beat: { cancel(): void } | null = null;

  constructor(options: { startedAt?: number; seed?: number; capacity?: number } = {}) {
    const { startedAt = IN_SESSION, seed = 1, capacity = 64 } = options;
    this.time = new SleepyTime(startedAt);
    this.peer = new Peer(this.time);
    this.wire = new MemoryWire(this.time, this.peer.accept);
    this.tokens = new TokenDesk(this.time, this.peer);
    this.board = createBoard({ capacity });
    this.feed = new DxlinkFeed({
      id: "tt",
      label: "tastytrade",
      clock: this.time,
      timers: this.time,
      random: seeded(seed),
      sockets: this.wire,
      tokens: this.tokens,
      isUrlAllowed: (url) => url.startsWith("wss://feed.dxfeed.com/"),
      aggregationPeriodS: 0.1,
      reference: "SPY",
      capacity,
      listener: {
        market: (batch) => this.board.apply(batch, this.time.now()),
        health: (health) => {
          this.healths.push(health);
          this.board.setFeedState("tt", health.state, health.since);
        },
        noData: (handle) => void this.noData.push(handle),
      },
    });
  }

  /** Wants symbols under the handles 0, 1, … and registers them with the board. */
  want(symbols: readonly string[]): void {
    for (const [handle, symbol] of symbols.entries()) {
      this.board.register(handle, {
        kind: symbol.startsWith(".") ? "option" : "equity",
        sessionClass: "equity",
        feed: "tt",
        cadenceMs: null,
        isDerived: false,
      });
    }
    this.feed.replace(symbols.map(wish));
  }

  /** Lets the reference symbol tick every second. */
  beat(): void {
    let mid = 500;
    this.peer.quote("SPY", mid);
    this.#beat = this.time.setPeriodic(1000, () => this.peer.quote("SPY", mid += 0.01));
  }

  /** Stops that. */
  stopBeat(): void {
    this.#beat?.cancel();
    this.#beat = null;
  }

  /** States in the order in which they were told. */
  states(): FeedState[] {
    return this.healths.map(({ state }) => state);
  }

  /** Messages of one type that the peer received. */
  requests(type: string) {
    return this.peer.requests.filter((request) => request.type === type);
  }

  /** Ends everything; answers the timers that are left, which must be none. */
  end(): number {
    this.stopBeat();
    this.feed.close();
    this.time.advance(10_000);
    return this.time.pendingCount;
  }
}
