import type { FeedHealth, FeedState } from "../../../ports/broker.ts";
import type { Timer } from "../../../ports/timers.ts";
import { AwakeClock } from "../../feed/awake_clock.ts";
import { Backoff } from "../../feed/backoff.ts";
import { HealthRecord } from "../../feed/health.ts";
import type { StreamerNotice } from "../map/notification.ts";
import { brokerErrorOf, type RestFailure, signInNeeded } from "../rest/failure.ts";
import type { Secret } from "../rest/secret.ts";
import { StreamCounters } from "./counters.ts";
import type { StreamFailure } from "./failure.ts";
import type { AccountStreamOptions } from "./options.ts";
import { RecentTokens } from "./recent_tokens.ts";
import { AccountSession } from "./session.ts";
import { AccessTokenRequest } from "./token_request.ts";

export type { AccountStreamListener, AccountStreamOptions } from "./options.ts";

const TICK_MS = 500;
const HEALTHY_MS = 60_000;
/** A server that holds an old session of ours is given time to notice, at most a minute. */
const LIMIT_WAIT_MIN_MS = 20_000;
const LIMIT_WAIT_MAX_MS = 60_000;
/** Refusals in a row after which a person has to look. */
const REFUSALS_MAX = 3;
const LOGIN_WAIT_MS = 900_000;
const RELOAD_SPACING_MS = 30_000;

const REFUSED_FIX = "tastytrade refuses the access token on the account stream; " +
  "check that the grant is not revoked, has the scope read and may see these accounts, " +
  "then test the connection again";

/**
 * Keeps the account stream alive without a hand on it: subscribes, proves the connection by its
 * heartbeats or says that it is not proven, replaces what is mute or dead, carries the access token
 * of the moment in every message, and never storms. Every subscription is told, so that everything
 * is loaded anew: the broker replays nothing.
 *
 * Time, randomness, network and tokens come from outside. There is one socket at a time; `close`
 * leaves no timer. Source: tastytrade.md §8, §11; reliability.md P1–P3, P17.
 */
export class AccountStream {
  readonly #options: AccountStreamOptions;
  readonly #awake: AwakeClock;
  readonly #backoff: Backoff;
  readonly #counters = new StreamCounters();
  readonly #health: HealthRecord;
  readonly #token: AccessTokenRequest;
  readonly #recentTokens = new RecentTokens();
  #ticking: Timer | null = null;
  #waiting: Timer | null = null;
  #session: AccountSession | null = null;
  /** Since when it is live without a break, awake ms. */
  #liveSince: number | null = null;
  /** Refusals since it was last healthy, here or at the login. */
  #refusals = 0;
  /** A token was refused, and the one that followed has not been accepted yet. */
  #hasRefreshed = false;
  #isReloadDue = false;
  #reloadableAt = -Infinity;
  #isClosed = false;

  constructor(options: AccountStreamOptions) {
    const { id, label, clock, timers, tokens, random, listener } = options;
    this.#options = options;
    this.#awake = new AwakeClock(clock, TICK_MS);
    this.#backoff = new Backoff(random);
    this.#token = new AccessTokenRequest(tokens, timers);
    const tell = (health: FeedHealth) => listener.health(health);
    this.#health = new HealthRecord({ id, label, clock, counters: this.#counters, tell });
  }

  /** Begins; call once. */
  start(): void {
    if (this.#isClosed) return;
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
    this.#forgive();
    this.#wait(this.#backoff.spacing(this.#monotonic()));
  }

  /** Health of the stream. */
  health(): FeedHealth {
    this.#stamp();
    return this.#health.read();
  }

  #monotonic(): number {
    return this.#options.clock.monotonic();
  }

  #tick(): void {
    if (this.#awake.look().isSleep) return this.#woke();
    const session = this.#session;
    if (session === null) return;
    this.#stamp();
    const now = this.#awake.now();
    switch (session.judge(now)) {
      case null:
        return;
      case "live":
        this.#liveSince ??= now;
        if (now - this.#liveSince >= HEALTHY_MS) this.#healthy();
        this.#set("live", null);
        return this.#tellMissed(now);
      case "silent":
        this.#liveSince = null;
        return this.#set("stale", "nothing has arrived for 15 s");
      case "dead":
        return this.#lose({ code: "dead", detail: "nothing arrives any more" });
    }
  }

  /** Stale first, then a new connection, without a burst. NET-7. */
  #woke(): void {
    if (this.#session !== null) this.#set("stale", "this machine slept");
    if (this.#isClosed) return;
    this.#drop();
    this.#wait(
      Math.max(this.#options.random.next() * 1000, this.#backoff.spacing(this.#monotonic())),
    );
  }

  #healthy(): void {
    this.#backoff.reset();
    this.#forgive();
  }

  #forgive(): void {
    this.#refusals = 0;
    this.#hasRefreshed = false;
  }

  /** A frame was lost that may have held a notice: at most every half minute all is loaded anew. */
  #tellMissed(now: number): void {
    if (!this.#isReloadDue || now < this.#reloadableAt || this.#isClosed) return;
    this.#isReloadDue = false;
    this.#reloadableAt = now + RELOAD_SPACING_MS;
    this.#options.listener.subscribed();
  }

  #stamp(): void {
    const session = this.#session;
    if (session === null) return;
    const { stamps } = this.#health;
    const wall = this.#options.clock.now();
    const awake = this.#awake.now();
    stamps.byteAt = wall - (awake - session.lastFrameAt);
    if (session.lastAnswerAt !== null) stamps.heartbeatAt = wall - (awake - session.lastAnswerAt);
  }

  #wait(delayMs: number): void {
    if (this.#isClosed) return;
    this.#waiting?.cancel();
    this.#waiting = this.#options.timers.setTimer(delayMs, () => {
      this.#waiting = null;
      this.#connect();
    });
  }

  #connect(): void {
    const { url, isUrlAllowed, accountNumbers } = this.#options;
    if (accountNumbers.length === 0) return this.#set("down", "there is no account to follow");
    if (!isUrlAllowed(url)) {
      return this.#set("down", "the address of the account stream is not one of tastytrade");
    }
    this.#set("connecting", null);
    if (this.#isClosed) return;
    this.#backoff.attempt(this.#monotonic());
    this.#token.send((reply) => {
      if (reply.ok) this.#open(reply.value);
      else this.#tokenFailed(reply.error);
    });
  }

  #tokenFailed(error: RestFailure): void {
    const { code, message, fix } = brokerErrorOf(error);
    if (code === "unauthorized") return this.#loginFailed(fix ?? message);
    this.#set("down", fix ?? message);
    const delayMs = this.#backoff.failed(this.#monotonic(), code === "rateLimited");
    this.#wait(Math.max(delayMs, Math.min(error.retryAfterMs ?? 0, LOGIN_WAIT_MS)));
  }

  /** Trying on would only lock the account; once in a while is enough to notice a new grant. */
  #loginFailed(words: string): void {
    const isOver = ++this.#refusals >= REFUSALS_MAX;
    this.#set("down", signInNeeded(words));
    const delayMs = this.#backoff.failed(this.#monotonic(), true);
    if (!isOver) return this.#wait(delayMs);
    // After the long wait there is one more refresh before the next one.
    this.#hasRefreshed = false;
    this.#refusals = REFUSALS_MAX - 2;
    this.#wait(LOGIN_WAIT_MS);
  }

  #open(token: Secret): void {
    const { url, sockets, timers, tokens, accountNumbers, source, drift } = this.#options;
    const session: AccountSession = new AccountSession({
      url,
      sockets,
      timers,
      awake: () => this.#awake.now(),
      token,
      tokens,
      recentTokens: this.#recentTokens,
      accountNumbers,
      source,
      counters: this.#counters,
      drift,
      events: {
        subscribed: () => this.#subscribed(),
        notice: (notice) => this.#notice(notice),
        missed: () => void (this.#isReloadDue = true),
        accepted: () => this.#accepted(),
        refused: (refused) => this.#isRefreshed(refused),
        ended: (failure) => this.#ended(session, failure, token),
      },
    });
    this.#session = session;
    this.#liveSince = null;
    session.start();
  }

  #subscribed(): void {
    this.#isReloadDue = false;
    this.#set("live", null);
    if (!this.#isClosed) this.#options.listener.subscribed();
  }

  #notice(notice: StreamerNotice): void {
    this.#health.stamps.eventAt = this.#options.clock.now();
    this.#options.listener.notice(notice);
  }

  #accepted(): void {
    this.#hasRefreshed = false;
    this.#options.tokens.accepted();
  }

  /** One refresh: that a new token is refused too is not for want of a newer one. */
  #isRefreshed(refused: Secret): boolean {
    if (this.#hasRefreshed || this.#refusals + 1 >= REFUSALS_MAX) return false;
    this.#hasRefreshed = true;
    this.#refusals++;
    // It has to be live for another minute before this is forgotten.
    this.#liveSince = null;
    this.#options.tokens.rejected(refused);
    return true;
  }

  #ended(session: AccountSession, failure: StreamFailure, token: Secret): void {
    if (session !== this.#session) return;
    if (failure.code !== "unauthorized" || !this.#isRefreshed(token)) return this.#lose(failure);
    this.#drop();
    this.#set("down", "tastytrade refused the access token; another one is fetched");
    this.#wait(this.#backoff.failed(this.#monotonic(), false));
  }

  /** The connection is gone or given up: the next attempt is set. */
  #lose(failure: StreamFailure): void {
    this.#stamp();
    this.#drop();
    switch (failure.code) {
      case "loginNeeded":
        return this.#loginFailed(failure.detail);
      case "unauthorized":
        return this.#loginFailed(REFUSED_FIX);
      case "dead":
        this.#set("stale", failure.detail);
        return this.#wait(this.#backoff.failed(this.#monotonic(), false));
      case "connectionLimit":
        this.#set("down", failure.detail);
        return this.#wait(this.#limitWaitMs());
      case "badUrl":
      case "refused":
      case "unreachable":
      case "closed":
      case "timeout":
      case "sendFailed": {
        this.#set("down", failure.detail);
        const isRefusal = failure.code === "refused" || failure.code === "badUrl";
        return this.#wait(this.#backoff.failed(this.#monotonic(), isRefusal));
      }
    }
  }

  #limitWaitMs(): number {
    const range = LIMIT_WAIT_MAX_MS - LIMIT_WAIT_MIN_MS;
    const limitMs = LIMIT_WAIT_MIN_MS + this.#options.random.next() * range;
    return Math.max(this.#backoff.failed(this.#monotonic(), false), limitMs);
  }

  /** Ends the connection and everything that is on its way. */
  #drop(): void {
    this.#waiting?.cancel();
    this.#waiting = null;
    this.#token.cancel();
    this.#session?.end();
    this.#session = null;
    this.#liveSince = null;
  }

  /** A listener may have closed us in the middle of anything. */
  #set(state: FeedState, detail: string | null): void {
    if (!this.#isClosed) this.#health.set(state, detail);
  }
}
