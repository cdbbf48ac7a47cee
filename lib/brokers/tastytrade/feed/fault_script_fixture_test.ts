import { fail } from "../../../base/result.ts";
import { FeedRun, seeded, wish } from "./feed_run_fixture_test.ts";
import { PeerFaults } from "./peer_fixture_test.ts";

/** Symbols of a fault run; their handles are their places. */
export const SYMBOLS: readonly string[] = [
  "SPY",
  "AAPL",
  "QQQ",
  ".SPY250417P500",
  ".SPY250417C600",
  ".AAPL250417C200",
  ".QQQ250417P400",
];

const PRICE_CODES = { bidPrice: 1, askPrice: 2, price: 3, prevDayClosePrice: 4, dayOpenPrice: 5 };
const SIZE_CODES = { bidSize: 6, askSize: 7, size: 8, dayVolume: 9 };
const GREEK_BASES = { volatility: 1, delta: 0.1, gamma: 0.3, theta: -0.5, vega: 0.7, rho: 0.9 };

/** A world whose every number says which field of which symbol it is. */
export class TaggedWorld {
  readonly #run: FeedRun;
  readonly #random: () => number;
  #count = 0;

  constructor(run: FeedRun, random: () => number) {
    this.#run = run;
    this.#random = random;
  }

  /** Publishes every type of every symbol. */
  fill(): void {
    for (const [id, symbol] of SYMBOLS.entries()) {
      this.quote(id);
      this.trade(id);
      const { peer } = this.#run;
      peer.publish("Summary", symbol, this.#prices(id, ["prevDayClosePrice", "dayOpenPrice"], 1));
      if (symbol.startsWith(".")) this.greeks(id);
      else peer.publish("Profile", symbol, { tradingStatus: "ACTIVE" });
    }
  }

  /** One random change. */
  tick(): void {
    const id = Math.floor(this.#random() * SYMBOLS.length);
    const kind = this.#random();
    if (kind < 0.4) this.quote(id);
    else if (kind < 0.7 || !SYMBOLS[id].startsWith(".")) this.trade(id);
    else this.greeks(id);
  }

  quote(id: number): void {
    const at = this.#run.time.now();
    const values = this.#prices(id, ["bidPrice", "askPrice", "bidSize", "askSize"], ++this.#count);
    this.#run.peer.publish("Quote", SYMBOLS[id], { ...values, bidTime: at, askTime: at - 500 });
  }

  trade(id: number): void {
    const values = this.#prices(id, ["price", "size", "dayVolume"], ++this.#count);
    this.#run.peer.publish("Trade", SYMBOLS[id], { ...values, time: this.#run.time.now() });
  }

  greeks(id: number): void {
    const count = ++this.#count;
    const values: Record<string, number> = { time: this.#run.time.now() };
    for (const [name, base] of Object.entries(GREEK_BASES)) {
      values[name] = base + id * 1e-3 + count * 1e-8;
    }
    this.#run.peer.publish("Greeks", SYMBOLS[id], values);
  }

  #prices(id: number, names: readonly string[], count: number): Record<string, number> {
    const codes: Record<string, number> = { ...PRICE_CODES, ...SIZE_CODES };
    return Object.fromEntries(
      names.map((name) => [name, codes[name] * 100 + id + count * 1e-5]),
    );
  }
}

type Fault = (run: FeedRun, random: () => number) => void;

/** What can go wrong, by name; each lasts until `heal`. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  cut: (run, random) => run.wire.bytesUntilCut = Math.floor(random() * 4000),
  mute: (run) => run.peer.faults.isMute = true,
  keepaliveOnly: (run) => run.peer.faults.isKeepaliveOnly = true,
  blackHole: (run) => run.wire.isBlackHole = true,
  sendFails: (run) => run.wire.isSendFailing = true,
  refuse: (run, random) => {
    run.peer.faults.refusal = random() < 0.5 ? "refuse" : "hang";
    for (const session of [...run.peer.sessions]) session.close(1012, "restart");
  },
  expire: (run, random) =>
    run.peer.expireTokens(random() < 0.3 ? "say" : random() < 0.5 ? "close" : "later"),
  staleTokens: (run) => {
    run.tokens.isStale = true;
    run.peer.expireTokens("close");
  },
  noTokens: (run) => {
    run.tokens.failure = fail({ code: "unreachable", message: "no route", fix: null });
    run.peer.expireTokens("close");
  },
  authSilent: (run) => {
    run.peer.faults.isAuthSilent = true;
    for (const session of [...run.peer.sessions]) session.close(1006, "");
  },
  noHello: (run) => run.peer.faults.hasHello = false,
  trim: (run, random) => {
    run.peer.faults.grant = (_, fields) => {
      const kept = fields.filter((name) => /time|eventSymbol/i.test(name) || random() < 0.7);
      if (random() < 0.5) kept.push("novelty");
      return kept.sort(() => random() - 0.5);
    };
    run.peer.announce();
  },
  full: (run) => run.peer.faults.isFull = true,
  double: (run) => run.peer.faults.isDoubling = true,
  swap: (run) => run.peer.faults.isSwapping = true,
  garble: (run) => run.peer.faults.isGarbling = true,
  shorten: (run) => run.peer.faults.isShortening = true,
  slow: (run, random) => run.wire.latencyMs = 200 + random() * 2800,
  loseSubscription: (run) => run.peer.faults.lostSubscriptions = 2,
  limit: (run) => run.peer.faults.connectionsMax = 0,
  tooBig: (run) => run.peer.faults.bytesMax = 600,
  channelClosed: (run) => {
    for (const session of run.peer.sessions) {
      session.channels.delete(1);
      session.send({ type: "CHANNEL_CLOSED", channel: 1 });
    }
  },
  error: (run) => {
    for (const session of run.peer.sessions) {
      session.send({ type: "ERROR", channel: 1, error: "BAD_ACTION", message: "\u001b[2J" });
    }
  },
  sleep: (run, random) => run.time.sleep(random() * 120_000),
  change: (run, random) => {
    const out = SYMBOLS.map((_, handle) => handle).filter(() => random() < 0.4);
    run.feed.change([], out);
  },
};

/** Ends every fault that lasts. */
export function heal(run: FeedRun): void {
  const { isMute, isKeepaliveOnly } = run.peer.faults;
  for (const session of run.peer.sessions) session.flush();
  const wasHeldBack = isMute || isKeepaliveOnly || run.wire.isBlackHole;
  Object.assign(run.peer.faults, new PeerFaults());
  run.wire.latencyMs = 5;
  run.wire.bytesUntilCut = null;
  run.wire.isBlackHole = false;
  run.wire.isSendFailing = false;
  run.tokens.isStale = false;
  run.tokens.failure = null;
  run.peer.announce();
  // A stream loses nothing on its way: what was held back arrives, conflated.
  if (wasHeldBack) {
    for (const session of run.peer.sessions) session.refresh();
  }
  run.feed.replace(SYMBOLS.map(wish));
}

/** Plays one seed's faults from the start to the healing; answers their names. */
export function playFaults(run: FeedRun, seed: number): string[] {
  const { next } = seeded(seed * 7919 + 1);
  const world = new TaggedWorld(run, next);
  const names = Object.keys(FAULTS);
  const played: string[] = [];
  // Every fourth desk renews its token, and so hands over, while all this goes on.
  if (seed % 4 === 0) run.tokens.lifeMs = 60_000;
  world.fill();
  run.want(SYMBOLS);
  const ticking = run.time.setPeriodic(500, () => world.tick());
  const beating = run.time.setPeriodic(900, () => world.quote(0));
  run.feed.start();
  run.time.advance(next() * 6000);
  for (let count = 1 + Math.floor(next() * 4); count > 0; count--) {
    const name = names[Math.floor(next() * names.length)];
    played.push(name);
    FAULTS[name](run, next);
    run.time.advance(1000 + next() * 19_000);
    if (next() < 0.5) heal(run);
  }
  heal(run);
  run.time.advance(2000);
  ticking.cancel();
  run.time.advance(90_000);
  beating.cancel();
  run.time.advance(100);
  return played;
}
