import { fail, ok, type Result } from "../../base/result.ts";
import type { UnixMs } from "../../base/brand.ts";
import type { Answer, BrokerError, FeedHealth } from "../../ports/broker.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { Timer, Timers } from "../../ports/timers.ts";
import { AwakeClock } from "../feed/awake_clock.ts";
import { Backoff } from "../feed/backoff.ts";
import { Connection, type ConnectionEnd } from "./connection.ts";
import { type IbFeed, IbFeeds } from "./feeds.ts";
import { endError, outageWords, upstreamWords } from "./outage_words.ts";
import type { FeedNotes, IbLink, IbPart, ReferenceSigns } from "./link.ts";
import { Quarantine } from "./quarantine.ts";
import { ReferenceWatch } from "./reference_watch.ts";
import type { IbAddress, OpenIbClient } from "./wire/client.ts";

const TICK_MS = 500;
const HEALTHY_MS = 60_000;
const FIRST_ID = 1_000_000;
/** Ids of requests stay far from the end of IB's 32 bits. */
const LAST_ID = 2_000_000_000;
/** Own ghosts of a session need this long to die, at least and at most. R18. */
const CLIENT_ID_WAIT_MIN_MS = 5_000;
const CLIENT_ID_WAIT_MAX_MS = 60_000;
const SKEW_MS = 60_000;
const COMPETING = "another session of this login takes IB's market data (10197)";

/** What a supervisor needs. */
export interface IbSupervisorOptions {
  readonly address: IbAddress;
  readonly open: OpenIbClient;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly parts: readonly IbPart[];
  /** What parts add to the health of feeds. */
  readonly notes?: Readonly<Partial<Record<IbFeed, readonly FeedNotes[]>>>;
  readonly reference: () => ReferenceSigns;
  /** True in the regular session of shares: the reference symbol must tick. */
  readonly isRegularSession: (now: UnixMs) => boolean;
  readonly health: (health: FeedHealth) => void;
}

/**
 * Keeps one connection to TWS alive without a hand on it: one at a time, always under the same
 * client id, proven by its own probes, replaced when it is dead or mute, never in a storm. What TWS
 * says of itself becomes the state and the words of three feeds.
 *
 * Time, randomness and the client come from outside. It holds one ticking timer and at most one
 * waiting one; `close` leaves nothing. Source: design.md "Current, stale, absent, closed"; ib.md
 * sections 9 to 11; reliability.md P1–P3, R03, R04, R15–R18, R24–R26.
 */
export class IbSupervisor {
  readonly quarantine = new Quarantine();
  readonly #options: IbSupervisorOptions;
  readonly #awake: AwakeClock;
  readonly #backoff: Backoff;
  readonly #feeds: IbFeeds;
  readonly #watch: ReferenceWatch;
  #ticking: Timer | null = null;
  #waiting: Timer | null = null;
  #current: Connection | null = null;
  #waiters: ((result: Result<null, BrokerError>) => void)[] = [];
  #nextId = FIRST_ID;
  #port: number | null = null;
  #outageSince: UnixMs | null = null;
  #lastEnd: ConnectionEnd | null = null;
  #wasReady = false;
  #clientIdTries = 0;
  #tickCount = 0;
  #isClosed = false;

  constructor(options: IbSupervisorOptions) {
    const { clock, notes = {}, health } = options;
    this.#options = options;
    this.#awake = new AwakeClock(clock, TICK_MS);
    this.#backoff = new Backoff(options.random);
    this.#feeds = new IbFeeds({ clock, notes, tell: health });
    this.#watch = new ReferenceWatch();
  }

  /** Begins; call once. */
  start(): void {
    this.#ticking = this.#options.timers.setPeriodic(TICK_MS, () => this.#tick());
    this.#connect();
  }

  /** Ends everything; idempotent. Nothing is told afterwards but the state "closed". */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#ticking?.cancel();
    this.#drop("the desk closes it");
    this.#settle(fail(notConnected("the desk closes the connection")));
    this.#feeds.setAll("closed", null);
  }

  /**
   * Resolves when a connection is ready. Fails with the end of the attempt of the moment, or
   * "canceled"; attempts go on either way.
   */
  whenReady(signal: AbortSignal): Answer<null> {
    if (this.#current?.isReady()) return Promise.resolve(ok(null));
    if (this.#isClosed) return Promise.resolve(fail(notConnected("the connection is closed")));
    if (signal.aborted) return Promise.resolve(fail(canceled()));
    return new Promise((resolve) => {
      const waiter = (result: Result<null, BrokerError>): void => {
        signal.removeEventListener("abort", abort);
        resolve(result);
      };
      const abort = () => {
        this.#waiters = this.#waiters.filter((one) => one !== waiter);
        waiter(fail(canceled()));
      };
      signal.addEventListener("abort", abort);
      this.#waiters.push(waiter);
    });
  }

  /** The connection of the moment when it is ready, else null. */
  link(): IbLink | null {
    return this.#current?.isReady() ? this.#current : null;
  }

  /** How the last attempt or connection ended; null: none did. */
  get lastEnd(): ConnectionEnd | null {
    return this.#lastEnd;
  }

  /** Tries at once, within the bound on attempts, when it waits: the user changed something. */
  retryNow(): void {
    if (this.#isClosed || this.#waiting === null) return;
    this.#wait(this.#backoff.spacing(this.#monotonic()));
  }

  /** Health of the three feeds. */
  health(): FeedHealth[] {
    this.#stamp();
    return this.#feeds.read();
  }

  /** Says again how the feeds are: a part has other words. */
  refresh(): void {
    if (!this.#isClosed) this.#publish();
  }

  /** For the debug page. */
  debug() {
    const { current, pace } = this.#debugOfConnection();
    return { current, pace, quarantine: this.quarantine.read(), end: this.#lastEnd };
  }

  #debugOfConnection() {
    const connection = this.#current;
    if (connection === null) return { current: null, pace: null };
    const { serverVersion, skewMs, status, pacer } = connection;
    return {
      current: { serverVersion, skewMs, upstream: status.upstream, isReady: connection.isReady() },
      pace: { part: pacer.pace, waiting: pacer.waitingCount, refused: pacer.refusedCount },
    };
  }

  #monotonic(): number {
    return this.#options.clock.monotonic();
  }

  #tick(): void {
    const gap = this.#awake.look();
    if (gap.isSleep) return this.#woke();
    const connection = this.#current;
    if (connection === null || !connection.isReady()) {
      if (this.#outageSince !== null) this.#publish();
      return;
    }
    const now = this.#awake.now();
    connection.look(now);
    if (connection !== this.#current) return;
    this.#followReference(connection, now);
    if (connection !== this.#current) return;
    if (this.#feeds.of("connection").state === "live") this.#healthy(connection, now);
    this.#stamp();
    this.#publish();
  }

  /** Stale first, then a new connection, without a burst. NET-7. */
  #woke(): void {
    if (this.#current === null) return;
    this.#feeds.setAll("stale", "this machine slept");
    const detail = "this machine slept";
    this.#drop(detail);
    this.#begunOutage({ code: "asleep", detail, fix: null, port: null });
    const { random } = this.#options;
    this.#wait(Math.max(random.next() * 1000, this.#backoff.spacing(this.#monotonic())));
  }

  #followReference(connection: Connection, now: number): void {
    const { reference, isRegularSession, clock } = this.#options;
    const isDue = connection.status.upstream === "up" && !connection.status.isCompeting &&
      connection.status.broken("market").length === 0 && isRegularSession(clock.now());
    const verdict = this.#watch.look(now, reference(), isDue);
    connection.status.look(now, connection.tickCount);
    if (verdict !== "replace") return;
    this.#feeds.set("market", "stale", ["the reference symbol is silent"]);
    this.#lose({ code: "mute", detail: "the reference symbol is silent", fix: null, port: null });
  }

  #healthy(connection: Connection, now: number): void {
    if (connection.readyAt === null || now - connection.readyAt < HEALTHY_MS) return;
    this.#backoff.reset();
    this.#clientIdTries = 0;
  }

  #connect(): void {
    const { address, open, clock, timers, parts } = this.#options;
    if (this.#outageSince === null) this.#feeds.setAll("connecting", null);
    this.#backoff.attempt(this.#monotonic());
    this.#watch.restart();
    const connection = new Connection({
      address: { ...address, port: this.#port ?? address.port },
      open,
      clock,
      timers,
      awake: () => this.#awake.now(),
      parts,
      nextId: () => this.#takeId(),
      ready: () => this.#ready(connection),
      ended: (end) => this.#ended(connection, end),
      changed: () => this.#publish(),
      lost: (cause, count, raw) => this.#lost(cause, count, raw),
    });
    this.#current = connection;
    connection.start();
  }

  /** Unique on this desk: answers to an old connection's ids can never be taken for new ones. */
  #takeId(): number {
    const id = this.#nextId++;
    if (this.#nextId > LAST_ID) this.#nextId = FIRST_ID;
    return id;
  }

  #ready(connection: Connection): void {
    if (connection !== this.#current) return;
    this.#outageSince = null;
    this.#wasReady = true;
    this.#followReference(connection, this.#awake.now());
    this.#publish();
    this.#settle(ok(null));
  }

  #ended(connection: Connection, end: ConnectionEnd): void {
    if (connection === this.#current && !this.#isClosed) this.#lose(end);
  }

  /** The connection is gone or given up: the next attempt is set. */
  #lose(end: ConnectionEnd): void {
    this.#drop(end.detail);
    this.#begunOutage(end);
    if (end.port !== null) this.#port = end.port;
    else if (end.code === "refused") this.#port = null;
    this.#publish();
    this.#settle(fail(endError(end, this.#address())));
    if (!this.#isClosed) this.#wait(this.#delayMs(end));
  }

  #delayMs(end: ConnectionEnd): number {
    const isRefusal = end.code === "version" || end.code === "clientIdInUse";
    const delayMs = this.#backoff.failed(this.#monotonic(), isRefusal);
    if (end.code !== "clientIdInUse") return delayMs;
    const atLeastMs = CLIENT_ID_WAIT_MIN_MS * 2 ** Math.min(this.#clientIdTries++, 4);
    const jitterMs = this.#options.random.next() * CLIENT_ID_WAIT_MIN_MS;
    return Math.min(CLIENT_ID_WAIT_MAX_MS, Math.max(delayMs, atLeastMs) + jitterMs);
  }

  #begunOutage(end: ConnectionEnd): void {
    this.#lastEnd = end;
    this.#outageSince ??= this.#options.clock.now();
  }

  #wait(delayMs: number): void {
    this.#waiting?.cancel();
    this.#waiting = this.#options.timers.setTimer(delayMs, () => {
      this.#waiting = null;
      this.#connect();
    });
  }

  /** Ends the connection of the moment and what is set for later. */
  #drop(reason: string): void {
    this.#waiting?.cancel();
    this.#waiting = null;
    const connection = this.#current;
    this.#current = null;
    connection?.end(reason);
  }

  #settle(result: Result<null, BrokerError>): void {
    for (const waiter of this.#waiters.splice(0)) waiter(result);
  }

  #lost(cause: "undecoded" | "blank", count: number, raw: string): void {
    const words = cause === "blank" ? "numbers left empty" : "messages not understood";
    this.#feeds.count("connection", words, count);
    if (cause === "undecoded") this.quarantine.add(this.#options.clock.now(), raw);
  }

  #stamp(): void {
    const connection = this.#current;
    if (connection === null) return;
    const wall = this.#options.clock.now();
    const awake = this.#awake.now();
    const { lastReceivedAt, lastAnswerAt, tickCount } = connection;
    const { stamps } = this.#feeds.of("connection");
    stamps.byteAt = wall - (awake - lastReceivedAt);
    if (lastAnswerAt !== null) stamps.heartbeatAt = wall - (awake - lastAnswerAt);
    const market = this.#feeds.of("market").stamps;
    for (const feed of [market, this.#feeds.of("account").stamps]) {
      feed.byteAt = stamps.byteAt;
      feed.heartbeatAt = stamps.heartbeatAt;
    }
    if (tickCount !== this.#tickCount && tickCount > 0) market.eventAt = stamps.byteAt;
    this.#tickCount = tickCount;
  }

  #publish(): void {
    const connection = this.#current;
    if (connection === null || !connection.isReady()) {
      return this.#publishOutage();
    }
    const { status } = connection;
    if (status.upstream === "down") {
      return this.#feeds.setAll("down", upstreamWords(this.#options.clock.now()));
    }
    this.#feeds.set("connection", "live", [...this.#banner(connection), status.words("contract")]);
    this.#feeds.set("account", "live", [status.isReadOnly ? "the API is read-only" : null]);
    this.#publishMarket(connection);
  }

  #publishOutage(): void {
    const since = this.#outageSince;
    const end = this.#lastEnd;
    if (since === null || end === null) return;
    const now = this.#options.clock.now();
    const outage = { end, address: this.#address(), wasReady: this.#wasReady, since };
    this.#feeds.setAll("down", outageWords(outage, now));
  }

  #publishMarket({ status }: Connection): void {
    if (status.isCompeting) {
      // Market data says so itself, where it is there.
      const words = this.#options.notes?.market === undefined ? COMPETING : null;
      return this.#feeds.set("market", "stale", [words]);
    }
    const broken = status.words("market");
    if (broken !== null) return this.#feeds.set("market", "stale", [broken]);
    const history = status.words("history");
    if (this.#watch.verdict === "silent") {
      return this.#feeds.set("market", "stale", ["the reference symbol is silent", history]);
    }
    const { state } = this.#feeds.of("market");
    if (this.#watch.verdict === "unproven" && state !== "live") {
      const waiting = state === "connecting" ? state : "stale";
      return this.#feeds.set("market", waiting, ["no market event yet", history]);
    }
    const untrusted = this.#watch.isTrusted ? null : "the reference symbol has no data";
    this.#feeds.set("market", "live", [untrusted, history]);
  }

  /** What of the connection deserves a look although it works. */
  #banner({ serverVersion, skewMs, pacer }: Connection): (string | null)[] {
    const isOdd = this.quarantine.count > 0;
    const isOff = skewMs !== null && Math.abs(skewMs) > SKEW_MS;
    const pacePct = Math.round(100 * pacer.pace);
    return [
      isOdd ? `TWS of server version ${serverVersion} sends messages that are not known` : null,
      pacePct < 100 ? `requests go at ${pacePct} % of their pace: TWS had too many (100)` : null,
      pacer.refusedCount > 0 ? `${pacer.refusedCount} requests found no place in the queue` : null,
      isOff ? "this machine's clock and that of TWS are more than a minute apart" : null,
    ];
  }

  #address(): string {
    const { host, port } = this.#options.address;
    return `${host}:${this.#port ?? port}`;
  }
}

function notConnected(message: string): BrokerError {
  return { code: "notConnected", message, fix: null };
}

function canceled(): BrokerError {
  return { code: "canceled", message: "canceled", fix: null };
}
