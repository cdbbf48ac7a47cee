import type { UnixMs } from "../../../base/brand.ts";
import type { Result } from "../../../base/result.ts";
import type { FeedHealth, FeedState } from "../../../ports/broker.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Http, HttpFailure, HttpReply, HttpRequest } from "../../../ports/http.ts";
import { LOGIN_PATH } from "./login.ts";

/** Failures in a row after which the service counts as down: single ones are retried. */
const FAILURES_MAX = 3;
/** Difference of the clocks that is worth a word, ms; the header counts whole seconds. */
const SKEW_MS = 60_000;

/** Answers to a login that say nothing about it. */
const PASSING: ReadonlySet<number> = new Set([408, 429]);

const WORDS: Readonly<Record<Exclude<HttpFailure, "canceled">, string>> = {
  unreachable: "no connection",
  untrusted: "the other side's certificate is not trusted",
  tooLarge: "an answer was too large to read",
};

/** What a watch of the REST service is made of. */
export interface RestWatchOptions {
  readonly id: string;
  readonly label: string;
  readonly http: Http;
  readonly clock: Clock;
  /** Hears of every change of state. */
  readonly tell: (health: FeedHealth) => void;
}

/**
 * The HTTP port with an eye on it: how the last requests ended, and how far this machine's clock is
 * from the broker's. Nothing is asked for by itself, so that silence is not a fault.
 */
export class RestWatch implements Http {
  readonly #options: RestWatchOptions;
  #state: FeedState = "connecting";
  #since: UnixMs;
  #detail: string | null = null;
  #lastByteAt: UnixMs | null = null;
  #failures = 0;
  /** Logins refused in a row. */
  #refusals = 0;
  #failureCount = 0;
  #skewMs = 0;

  constructor(options: RestWatchOptions) {
    this.#options = options;
    this.#since = options.clock.now();
  }

  /** How far the broker's clock is ahead of ours, ms; 0 while unknown or below a minute. */
  get skewMs(): number {
    return Math.abs(this.#skewMs) < SKEW_MS ? 0 : this.#skewMs;
  }

  async send(request: HttpRequest, signal: AbortSignal): Promise<Result<HttpReply, HttpFailure>> {
    const reply = await this.#options.http.send(request, signal);
    if (reply.ok) this.#replied(reply.value, new URL(request.url).pathname === LOGIN_PATH);
    else if (reply.error !== "canceled") this.#failed(WORDS[reply.error]);
    return reply;
  }

  /** Health of the service as the feed bar shows it. */
  health(): FeedHealth {
    const { id, label } = this.#options;
    return {
      feed: id,
      label,
      state: this.#state,
      since: this.#since,
      lastByteAt: this.#lastByteAt,
      lastHeartbeatAt: null,
      lastEventAt: this.#lastByteAt,
      dropped: this.#failureCount === 0 ? {} : { "failed requests": this.#failureCount },
      detail: this.#detail,
    };
  }

  /** No more requests. */
  close(): void {
    this.#set("closed", null);
  }

  #replied(reply: HttpReply, isLogin: boolean): void {
    const { clock } = this.#options;
    this.#lastByteAt = clock.now();
    const at = Date.parse(reply.header("date") ?? "");
    if (!Number.isNaN(at)) this.#skewMs = at - clock.now();
    if (isLogin && reply.status >= 400 && reply.status < 500 && !PASSING.has(reply.status)) {
      return this.#refused(reply.status);
    }
    if (isLogin && reply.status < 300) this.#refusals = 0;
    if (reply.status >= 500) return this.#failed(`HTTP ${reply.status}`);
    if (reply.status === 429) return this.#failed("asks to wait (HTTP 429)");
    if (reply.status === 401) return this.#failed("refuses the login (HTTP 401)");
    this.#failures = 0;
    // Calls go on with the token that there is; without another login they end with it.
    if (this.#refusals === 0) this.#set("live", this.#skewText());
  }

  /** A refused login: it is not tried for long, and then nothing can be asked any more. */
  #refused(status: number): void {
    this.#failureCount++;
    const isOver = ++this.#refusals >= FAILURES_MAX;
    const state = this.#state === "live" ? "stale" : this.#state;
    this.#set(isOver ? "down" : state, `the login is refused (HTTP ${status})`);
  }

  #failed(why: string): void {
    this.#failureCount++;
    if (++this.#failures >= FAILURES_MAX) this.#set("down", why);
  }

  #skewText(): string | null {
    if (this.skewMs === 0) return null;
    const seconds = Math.round(Math.abs(this.#skewMs) / 1000);
    return `this machine's clock is ${seconds} s ${this.#skewMs > 0 ? "behind" : "ahead of"} ` +
      "the broker's";
  }

  #set(state: FeedState, detail: string | null): void {
    if (this.#state === "closed" || (state === this.#state && detail === this.#detail)) return;
    if (state !== this.#state) this.#since = this.#options.clock.now();
    this.#state = state;
    this.#detail = detail;
    this.#options.tell(this.health());
  }
}
