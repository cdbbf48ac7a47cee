import { maskAccountNumber } from "../../../domain/account.ts";
import { fail, ok, type Result } from "../../../base/result.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Http, HttpMethod, HttpReply } from "../../../ports/http.ts";
import type { Random } from "../../../ports/random.ts";
import type { Timers } from "../../../ports/timers.ts";
import { AccessTokens, type GrantedToken } from "./access_tokens.ts";
import { CallGate } from "./call_gate.ts";
import { allowedOrigin } from "./environment.ts";
import { isPassing, type RestFailure, restFailure } from "./failure.ts";
import { type Credentials, grantedToken, LOGIN_PATH, loginBody } from "./login.ts";
import { outcomeOf } from "./outcome.ts";
import type { Secret } from "./secret.ts";
import { deadline, pause } from "./waiting.ts";

/** What a transport is made of. */
export interface TransportOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** Base address of the service: one of `ENDPOINTS`. */
  readonly baseUrl: string;
  /** True where a simulator on this machine may stand in. */
  readonly isLoopbackAllowed: boolean;
  readonly credentials: Credentials;
  /** Version of the desk, for the User-Agent, without which the broker answers nobody. */
  readonly version: string;
  /** Scopes of the grant that are asked for, "read" by default. */
  readonly scope?: string;
}

/** How a call is made. */
export interface CallOptions {
  readonly signal: AbortSignal;
  /** Time for the call with its retries, ms; 60 s by default. */
  readonly deadlineMs?: number;
  /** How often a read is sent at most; 4 by default. */
  readonly triesMax?: number;
  /** True: it waits for no other call. */
  readonly isUrgent?: boolean;
}

/** A request of the service. */
export interface Call {
  readonly method: HttpMethod;
  /** Encoded, from the first slash on. */
  readonly path: string;
  /** With its question mark, or "". */
  readonly query: string;
  /** JSON text, or null. */
  readonly body: string | null;
}

/** The JSON object of an answer, or null when it was empty. */
export type Envelope = Readonly<Record<string, unknown>> | null;

const CALL_MS = 60_000;
const ATTEMPT_MS = 20_000;
const ATTEMPTS_MAX = 4;
const RETRY_BASE_MS = 500;
const RETRY_CAP_MS = 15_000;
const LIMITED_MIN_MS = 1_000;

/** One call with its bounds. */
interface Run {
  readonly call: Call;
  readonly label: string;
  readonly signal: AbortSignal;
  /** Monotonic ms at which the call is given up. */
  readonly until: number;
  readonly triesMax: number;
  readonly isUrgent: boolean;
}

/** Method and path for messages: without the query, an account by its last four characters. */
export function labelOf({ method, path }: Pick<Call, "method" | "path">): string {
  const masked = path.replace(
    /^(\/customers\/me)?\/accounts\/([^/]+)/,
    (_, before: string | undefined, number: string) =>
      `${before ?? ""}/accounts/${maskAccountNumber(number)}`,
  );
  return `${method} ${masked}`;
}

/**
 * Calls of the REST service: login, at most two at a time, deadline per attempt and per call,
 * retries with full jitter for reads alone, one more try after a 401, and every end named.
 * Bodies and answers are JSON. Source: tastytrade.md §2, §3.
 */
export class RestTransport {
  readonly origin: string;
  /** The login as it stands: what opens the account streamer, and what a person may forgive. */
  readonly tokens: AccessTokens;
  readonly #options: TransportOptions;
  readonly #gate: CallGate;
  readonly #closing = new AbortController();
  readonly #secrets: Secret[];

  private constructor(origin: string, options: TransportOptions) {
    this.origin = origin;
    this.#options = options;
    this.tokens = new AccessTokens((signal) => this.#login(signal), options.clock);
    this.#gate = new CallGate(options.clock, options.timers);
    this.#secrets = [options.credentials.clientSecret, options.credentials.refreshToken];
  }

  /** Makes a transport; nothing is sent. Fails with a sentence when the address is not allowed. */
  static open(options: TransportOptions): Result<RestTransport, string> {
    const origin = allowedOrigin(options.baseUrl, options.isLoopbackAllowed);
    return origin.ok ? ok(new RestTransport(origin.value, options)) : origin;
  }

  /** Asks for something. A GET is retried while that may help; nothing else ever is. */
  async send(call: Call, options: CallOptions): Promise<Result<Envelope, RestFailure>> {
    const label = labelOf(call);
    const { pathname, origin } = new URL(`${this.origin}${call.path}`);
    if (pathname !== call.path || origin !== this.origin) {
      return fail(restFailure("refused", `${label}: no path of the service`));
    }
    const { clock, timers } = this.#options;
    const totalMs = options.deadlineMs ?? CALL_MS;
    const whole = deadline(timers, totalMs, [options.signal, this.#closing.signal]);
    const isUrgent = options.isUrgent ?? false;
    const until = clock.monotonic() + totalMs;
    const { triesMax = ATTEMPTS_MAX } = options;
    const run = { call, label, signal: whole.signal, until, triesMax, isUrgent };
    const outcome = await this.#retried(run);
    whole.end();
    if (outcome.ok || outcome.error.kind !== "canceled" || !whole.isOver) return outcome;
    return fail(restFailure("timeout", `${label}: no answer within ${totalMs / 1000} s`));
  }

  /** Ends everything under way; idempotent. */
  close(): void {
    this.#closing.abort();
    this.tokens.close();
  }

  async #retried(run: Run): Promise<Result<Envelope, RestFailure>> {
    const { clock, timers } = this.#options;
    for (let attempt = 1;; attempt++) {
      const outcome = await this.#gated(run);
      const isLast = run.call.method !== "GET" || attempt >= run.triesMax;
      if (outcome.ok || isLast || !isPassing(outcome.error)) return outcome;
      const waitMs = this.#retryDelayMs(attempt, outcome.error);
      if (clock.monotonic() + waitMs >= run.until) return outcome;
      if (!await pause(timers, waitMs, run.signal)) return canceled(run.label);
    }
  }

  #retryDelayMs(attempt: number, { retryAfterMs }: RestFailure): number {
    const range = Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** attempt);
    return (retryAfterMs ?? 0) + this.#options.random.next() * range;
  }

  async #gated(run: Run): Promise<Result<Envelope, RestFailure>> {
    const passage = await this.#gate.enter(run);
    switch (passage) {
      case "canceled":
        return canceled(run.label);
      case "full":
        return fail(restFailure("rateLimited", `${run.label}: too many calls wait here`));
      case "closed": {
        const retryAfterMs = this.#gate.closedForMs;
        const text = `${run.label}: tastytrade asks to wait ${Math.ceil(retryAfterMs / 1000)} s`;
        return fail(restFailure("rateLimited", text, { retryAfterMs }));
      }
      case "passed":
        try {
          return await this.#authorized(run);
        } finally {
          this.#gate.leave();
        }
    }
  }

  /** With a token; a 401 proves that nothing was done, so that any method may go once more. */
  async #authorized(run: Run): Promise<Result<Envelope, RestFailure>> {
    for (let isSecond = false;; isSecond = true) {
      const token = await this.tokens.token(run.signal);
      if (!token.ok) return token;
      const headers = { Authorization: `Bearer ${token.value.reveal()}` };
      const outcome = await this.#attempt(run.call, headers, run.signal);
      if (!outcome.ok && outcome.error.kind === "unauthorized") {
        this.tokens.rejected(token.value);
        if (!isSecond) continue;
      }
      if (outcome.ok || outcome.error.kind === "refused") this.tokens.accepted();
      return outcome;
    }
  }

  async #attempt(
    call: Call,
    authorization: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Result<Envelope, RestFailure>> {
    const { http, timers, version } = this.#options;
    const headers = {
      Accept: "application/json",
      "User-Agent": `deltadesk/${version}`,
      ...(call.body === null ? {} : { "Content-Type": "application/json" }),
      ...authorization,
    };
    const { method, body } = call;
    const url = `${this.origin}${call.path}${call.query}`;
    const label = labelOf(call);
    const attempt = deadline(timers, ATTEMPT_MS, [signal]);
    const reply = await http.send({ method, url, headers, body }, attempt.signal);
    attempt.end();
    if (reply.ok) return this.#judged(reply.value, label);
    if (reply.error === "tooLarge") {
      return fail(restFailure("refused", `${label}: the answer is too large to read`));
    }
    if (reply.error === "unreachable") {
      return fail(restFailure("unreachable", `${label}: no connection to ${this.origin}`));
    }
    if (reply.error === "untrusted") {
      const text = `${label}: ${this.origin} cannot prove that it is tastytrade`;
      return fail(restFailure("untrusted", text));
    }
    if (!attempt.isOver) return canceled(label);
    return fail(restFailure("timeout", `${label}: no answer within ${ATTEMPT_MS / 1000} s`));
  }

  #judged(reply: HttpReply, label: string): Result<Envelope, RestFailure> {
    const now = this.#options.clock.now();
    const outcome = outcomeOf(reply, { label, secrets: this.#secrets, now });
    if (!outcome.ok && outcome.error.kind === "rateLimited") {
      this.#gate.limit(Math.max(LIMITED_MIN_MS, outcome.error.retryAfterMs ?? 0));
    }
    return outcome;
  }

  async #login(signal: AbortSignal): Promise<Result<GrantedToken, RestFailure>> {
    const { credentials, scope } = this.#options;
    const body = loginBody(credentials, scope ?? "read");
    const call = { method: "POST", path: LOGIN_PATH, query: "", body } as const;
    const outcome = await this.#attempt(call, {}, signal);
    if (!outcome.ok) {
      // A wrong grant is answered with 400; to whoever asked it means: not let in.
      const { error } = outcome;
      return fail(error.kind === "refused" ? { ...error, kind: "unauthorized" } : error);
    }
    const granted = grantedToken(outcome.value);
    // The token before may still be on its way; older ones are dead.
    if (granted.ok) this.#secrets.splice(2, Math.max(0, this.#secrets.length - 3));
    if (granted.ok) this.#secrets.push(granted.value.token);
    return granted;
  }
}

function canceled(label: string): Result<never, RestFailure> {
  return fail(restFailure("canceled", `${label}: canceled`));
}
