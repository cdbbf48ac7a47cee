import type { BrokerError, FeedHealth } from "../../ports/broker.ts";
import type { Timer } from "../../ports/timers.ts";
import { AwakeClock } from "../feed/awake_clock.ts";
import { Backoff } from "../feed/backoff.ts";
import { Connection } from "./feed/connection.ts";
import { HealthRecord } from "../feed/health.ts";
import type { QuoteToken } from "./feed/quote_tokens.ts";
import type { SupervisorOptions } from "./feed/supervisor_options.ts";
import { TokenRequest, tokenWords } from "./feed/token_request.ts";
import type { SessionFailure } from "./wire/dxlink/failure.ts";

const TICK_MS = 500;
const TICKS_PER_REVIEW = 2;
const HEALTHY_MS = 60_000;
const HANDOVER_MS = 120_000;
const HANDOVER_RETRY_MS = 120_000;
/** Connections replaced because data did not fit, after which it is the server's way. */
const MISFITS_MAX = 2;
/** Refused hand-overs in a row, after which the server is taken to bear one connection only. */
const HANDOVER_STRIKES = 3;
/** A server that holds an old session of ours is given time to notice, at most a minute. */
const LIMIT_WAIT_MIN_MS = 20_000;
const LIMIT_WAIT_MAX_MS = 60_000;
const LIMIT_HANDOVER_WAIT_MS = 5_000;
const LOGIN_TRIES = 3;
const LOGIN_WAIT_MS = 900_000;
const SKEW_MS = 60_000;
const CHUNK_BYTES = 8_000;
const CHUNK_BYTES_MIN = 512;
/** Mute connections that delivered others' events, after which the reference is not believed. */
const REFERENCE_STRIKES = 2;

/**
 * Keeps one feed alive without a hand on it: proves it live or says that it is not, replaces what
 * is mute or dead, fetches a new token before each connection and ahead of its end, hands over to
 * the next connection before it closes the last, and never storms.
 *
 * Time, randomness, network and tokens come from outside. Between calls it holds one ticking timer
 * and at most one waiting one; `close` leaves nothing. Source: design.md, "Current, stale, absent,
 * closed"; reliability.md P1–P3; dxlink.md §9.
 */
export class FeedSupervisor {
  readonly #options: SupervisorOptions;
  readonly #awake: AwakeClock;
  readonly #backoff: Backoff;
  readonly #health: HealthRecord;
  readonly #token: TokenRequest;
  #ticking: Timer | null = null;
  #ticks = 0;
  #waiting: Timer | null = null;
  #current: Connection | null = null;
  #next: Connection | null = null;
  #handoverAt = -Infinity;
  #handoverStrikes = 0;
  #misfits = 0;
  #isDue = false;
  #dueSince = 0;
  #isReferenceTrusted = true;
  #referenceStrikes = 0;
  #loginRefusals = 0;
  #authRefusals = 0;
  #chunkBytes = CHUNK_BYTES;
  #isClosed = false;

  constructor(options: SupervisorOptions) {
    const { id, label, clock, counters, listener } = options;
    this.#options = options;
    this.#awake = new AwakeClock(clock, TICK_MS);
    this.#backoff = new Backoff(options.random);
    this.#token = new TokenRequest(options.tokens, options.timers);
    const tell = (health: FeedHealth) => listener.health(health);
    this.#health = new HealthRecord({ id, label, clock, counters, tell });
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
    this.#drop();
    this.#health.set("closed", null);
  }

  /** Tries at once, within the bound on attempts, when it waits: the user changed something. */
  retryNow(): void {
    if (this.#isClosed || this.#waiting === null) return;
    this.#loginRefusals = 0;
    this.#wait(this.#backoff.spacing(this.#monotonic()));
  }

  /** Health of the feed. */
  health(): FeedHealth {
    this.#stamp();
    return this.#health.read();
  }

  /** The connection in use, for counts of its subscriptions; null when there is none. */
  get current(): Connection | null {
    return this.#current;
  }

  #monotonic(): number {
    return this.#options.clock.monotonic();
  }

  #tick(): void {
    const gap = this.#awake.look();
    if (gap.isSleep) return this.#woke();
    const isReview = this.#ticks++ % TICKS_PER_REVIEW === 0;
    if (isReview) {
      this.#current?.review();
      this.#next?.review();
    }
    const connection = this.#current;
    if (connection === null) return;
    this.#stamp();
    this.#follow(connection);
    if (connection !== this.#current) return;
    this.#tellSilent(connection);
    this.#handOver(connection);
  }

  /** Stale first, then a new connection with a new token, without a burst. NET-7. */
  #woke(): void {
    if (this.#current !== null) this.#health.set("stale", "this machine slept");
    this.#drop();
    this.#wait(
      Math.max(this.#options.random.next() * 1000, this.#backoff.spacing(this.#monotonic())),
    );
  }

  #follow(connection: Connection): void {
    const now = this.#awake.now();
    this.#updateDuty(connection, now);
    const verdict = connection.judge(now, { isDue: this.#isDue, since: this.#dueSince });
    if (connection.hasReference) {
      this.#isReferenceTrusted = true;
      this.#referenceStrikes = 0;
    }
    if (verdict !== "live") connection.liveSince = null;
    switch (verdict) {
      case null:
        return;
      case "live":
        connection.liveSince ??= now;
        if (now - connection.liveSince >= HEALTHY_MS) this.#healthy();
        return this.#health.set("live", this.#liveDetail(connection));
      case "unproven":
        if (this.#health.state === "live") this.#health.set("stale", "no market event yet");
        return;
      case "silent":
        return this.#health.set("stale", "no answer to the last probes");
      case "mute":
        return this.#replaceMute(connection);
      case "dead":
        this.#health.set("stale", "nothing arrives any more");
        return this.#lose({ code: "dead", detail: "nothing arrives any more" });
    }
  }

  #healthy(): void {
    this.#backoff.reset();
    this.#authRefusals = 0;
  }

  #replaceMute(connection: Connection): void {
    const detail = "the reference symbol is silent";
    const hasOthers = connection.session.decoder.eventCount > 0;
    if (!connection.hasReference && hasOthers && ++this.#referenceStrikes === REFERENCE_STRIKES) {
      // It has no data here at all; the protocol's own answers have to do.
      this.#isReferenceTrusted = false;
    }
    this.#health.set("stale", detail);
    this.#lose({ code: "mute", detail });
  }

  #updateDuty(connection: Connection, now: number): void {
    const { clock, isRegularSession } = this.#options;
    const isDue = this.#isReferenceTrusted && !connection.session.decoder.reference.isHalted &&
      isRegularSession(clock.now());
    if (isDue === this.#isDue) return;
    this.#isDue = isDue;
    this.#dueSince = now;
  }

  #liveDetail(connection: Connection): string | null {
    const { clock } = this.#options;
    const words: string[] = [];
    if (connection.isDelayed) words.push("delayed by 15 minutes");
    if (!this.#isReferenceTrusted) words.push("the reference symbol has no data");
    const leadMs = connection.session.decoder.reference.stampedAt - clock.now();
    if (leadMs > SKEW_MS) words.push("this machine's clock is behind the feed's");
    return words.length === 0 ? null : words.join("; ");
  }

  #tellSilent(connection: Connection): void {
    const { table, listener } = this.#options;
    for (const id of connection.silentIds.splice(0)) {
      if (table.handleOf[id] >= 0 && table.wanted[id] !== 0) listener.noData(table.handleOf[id]);
    }
  }

  #stamp(): void {
    const session = this.#current?.session;
    if (session === undefined) return;
    const { stamps } = this.#health;
    const wall = this.#options.clock.now();
    const awake = this.#awake.now();
    stamps.byteAt = wall - (awake - session.lastFrameAt);
    if (session.lastHeartbeatAt !== null) {
      stamps.heartbeatAt = wall - (awake - session.lastHeartbeatAt);
    }
  }

  #wait(delayMs: number): void {
    this.#waiting?.cancel();
    this.#waiting = this.#options.timers.setTimer(delayMs, () => {
      this.#waiting = null;
      this.#connect();
    });
  }

  #connect(): void {
    this.#health.set("connecting", null);
    this.#requestToken((token) => this.#open(token), (delayMs) => this.#wait(delayMs));
  }

  /** Fetches a token for one attempt; `failed` gets the time to wait for the next one. */
  #requestToken(got: (token: QuoteToken) => void, failed: (delayMs: number) => void): void {
    this.#backoff.attempt(this.#monotonic());
    this.#token.send((reply) => {
      if (reply === null) return failed(this.#tokenFailed(null));
      if (!reply.ok) return failed(this.#tokenFailed(reply.error));
      this.#loginRefusals = 0;
      got(reply.value);
    });
  }

  #tokenFailed(error: BrokerError | null): number {
    const now = this.#monotonic();
    if (this.#current === null) this.#health.set("down", tokenWords(error));
    if (error?.code !== "unauthorized") {
      return this.#backoff.failed(now, error?.code === "rateLimited");
    }
    // Trying on would only lock the account; once in a while is enough to notice a new token.
    const delayMs = this.#backoff.failed(now, true);
    return ++this.#loginRefusals < LOGIN_TRIES ? delayMs : LOGIN_WAIT_MS;
  }

  #open(token: QuoteToken): void {
    const connection = this.#connection(token);
    if (connection === null) return;
    this.#current = connection;
    connection.session.useCandles();
    connection.session.start();
  }

  /** A connection that is not started yet, or null when its address is not allowed. */
  #connection(token: QuoteToken): Connection | null {
    const { isUrlAllowed, clock, random, listener, sockets, timers, table, candles, counters } =
      this.#options;
    if (!isUrlAllowed(token.url)) {
      if (this.#next === null && this.#current === null) {
        this.#lose({ code: "badUrl", detail: "the broker names a feed that is not allowed" });
      }
      return null;
    }
    const connection: Connection = new Connection({
      token,
      clock,
      jitter: random.next(),
      session: {
        url: token.url,
        token: token.token,
        sockets,
        timers,
        awake: () => this.#awake.now(),
        table,
        candles,
        counters,
        chunkBytes: this.#chunkBytes,
        aggregationPeriodS: this.#options.aggregationPeriodS,
        toleratesMisfits: this.#misfits >= MISFITS_MAX,
        events: {
          market: (batch) => {
            this.#health.stamps.eventAt = clock.now();
            listener.market(batch);
          },
          opened: () => {},
          ended: (failure) => this.#ended(connection, failure),
        },
      },
    });
    return connection;
  }

  #ended(connection: Connection, failure: SessionFailure): void {
    if (failure.code === "tooBig") {
      this.#chunkBytes = Math.max(CHUNK_BYTES_MIN, this.#chunkBytes >> 1);
    }
    if (failure.code === "misfit") this.#misfits++;
    if (connection === this.#next) this.#handoverFailed(failure);
    else if (connection === this.#current) this.#lose(failure);
  }

  /** The connection in use is gone or given up: the next attempt is set. */
  #lose(failure: SessionFailure): void {
    const { random } = this.#options;
    const last = this.#current;
    const next = this.#next;
    if (last !== null && next?.canReplace(last)) return this.#switchTo(next);
    this.#drop();
    if (failure.code !== "mute" && failure.code !== "dead") {
      this.#health.set("down", failure.detail);
    }
    const isAuth = failure.code === "unauthorized";
    if (isAuth) this.#authRefusals++;
    const isRefusal = failure.code === "protocol" || failure.code === "badUrl" ||
      (isAuth && this.#authRefusals > 1);
    const delayMs = this.#backoff.failed(this.#monotonic(), isRefusal);
    const limitMs = failure.code === "connectionLimit"
      ? LIMIT_WAIT_MIN_MS + random.next() * (LIMIT_WAIT_MAX_MS - LIMIT_WAIT_MIN_MS)
      : 0;
    this.#wait(Math.max(delayMs, limitMs));
  }

  /** Make before break: the second connection opens, settles, and only then the first one ends. */
  #handOver(connection: Connection): void {
    const next = this.#next;
    const now = this.#awake.now();
    if (next !== null) {
      next.judge(now, { isDue: this.#isDue, since: this.#dueSince });
      const isProven = next.hasReference || !this.#isDue;
      if (isProven && next.canReplace(connection)) return this.#switchTo(next);
      if (now - next.startedAt > HANDOVER_MS) {
        next.session.end();
        this.#handoverFailed({ code: "timeout", detail: "the new connection does not settle" });
      }
      return;
    }
    const isWaiting = now - this.#handoverAt < HANDOVER_RETRY_MS || this.#token.isPending;
    if (isWaiting || this.#health.state !== "live" || !connection.isRenewalDue) return;
    if (this.#backoff.spacing(this.#monotonic()) > 0) return;
    this.#handoverAt = now;
    this.#requestToken((token) => this.#openNext(token), () => {});
  }

  #openNext(token: QuoteToken): void {
    const next = this.#connection(token);
    if (next === null || this.#current === null) return;
    this.#next = next;
    this.#current.session.decoder.superseded = next.session.plan.confirmed;
    next.session.start();
  }

  #switchTo(next: Connection): void {
    const last = this.#current;
    this.#current = next;
    this.#next = null;
    this.#handoverStrikes = 0;
    this.#handoverAt = -Infinity;
    last?.session.end();
    next.session.useCandles();
  }

  #handoverFailed(failure: SessionFailure): void {
    const { random } = this.#options;
    this.#next = null;
    if (this.#current !== null) this.#current.session.decoder.superseded = null;
    // While the first one lives the path is open: a refusal without words means a limit as well.
    if (failure.code === "unreachable") this.#handoverStrikes++;
    const isLimit = failure.code === "connectionLimit" ||
      this.#handoverStrikes >= HANDOVER_STRIKES;
    if (!isLimit) return;
    this.#handoverStrikes = 0;
    this.#drop();
    this.#health.set("down", "renewing the connection");
    this.#wait(LIMIT_HANDOVER_WAIT_MS * (1 + 2 * random.next()));
  }

  /** Ends every connection and everything that is on its way. */
  #drop(): void {
    this.#waiting?.cancel();
    this.#waiting = null;
    this.#token.cancel();
    this.#current?.session.end();
    this.#next?.session.end();
    this.#current = null;
    this.#next = null;
  }
}
