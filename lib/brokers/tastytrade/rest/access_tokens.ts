import type { UnixMs } from "../../../base/brand.ts";
import { fail, ok, type Result } from "../../../base/result.ts";
import type { Clock } from "../../../ports/clock.ts";
import { type RestFailure, restFailure } from "./failure.ts";
import type { Secret } from "./secret.ts";
import { unlessAborted } from "./waiting.ts";

/** An access token as the login answers it. */
export interface GrantedToken {
  readonly token: Secret;
  readonly lifeMs: number;
}

/** Asks the broker for a token. */
export type Login = (signal: AbortSignal) => Promise<Result<GrantedToken, RestFailure>>;

interface HeldToken extends GrantedToken {
  readonly monotonic: number;
  readonly wall: number;
}

const REFUSALS_MAX = 3;
const RENEW_SHARE = 0.8;
const RENEW_MARGIN_MS = 60_000;
/** Within this time before its end a token is not sent any more: it may end on the way. */
const END_MARGIN_MS = 10_000;
/** After a failed login everybody gets the same answer for so long, so that logins never storm. */
const COOL_MS = 1_000;
const REFUSED_COOL_MS = 5_000;
/** Pause after the third fresh token in a row that was not taken, doubled by each further one. */
const REJECTED_PAUSE_MS = 30_000;
const REJECTED_PAUSE_MAX_MS = 300_000;

/**
 * The access token of a grant: one login at a time however many ask, renewed at four fifths of its
 * life or a minute before its end while the old one still serves, asked anew after the broker
 * refused it. After three refused logins in a row nothing is tried any more until `forgive`, for
 * failed logins block an address for hours. Where logins succeed and their tokens are not taken the
 * fault is the broker's and passes: logins go on, at most one in five minutes.
 * Source: tastytrade.md §2, §3.1; reliability.md BRK-2.
 */
export class AccessTokens {
  readonly #login: Login;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  #held: HeldToken | null = null;
  #flight: Promise<Result<Secret, RestFailure>> | null = null;
  /** Logins refused in a row. */
  #refusals = 0;
  /** Fresh tokens in a row that a call was refused with. */
  #rejections = 0;
  #failed: { readonly error: RestFailure; readonly until: number } | null = null;

  constructor(login: Login, clock: Clock) {
    this.#login = login;
    this.#clock = clock;
  }

  /** True once it has stopped: nothing is sent until `forgive`. */
  get isStopped(): boolean {
    return this.#refusals >= REFUSALS_MAX;
  }

  /** Why the last login was refused; null when it was not, or was forgiven. */
  get refusal(): RestFailure | null {
    return this.#refusals > 0 ? this.#failed?.error ?? null : null;
  }

  /** When the token in use is renewed, wall ms; null while there is none. */
  get renewsAt(): UnixMs | null {
    const held = this.#held;
    return held === null ? null : held.wall + dueAfterMs(held.lifeMs);
  }

  /** A token that is good now. */
  async token(signal: AbortSignal): Promise<Result<Secret, RestFailure>> {
    const held = this.#held;
    const age = held === null ? Infinity : this.#age(held);
    if (held !== null && age < held.lifeMs - END_MARGIN_MS) {
      if (this.#isDue(held, age)) void this.#renewed();
      return ok(held.token);
    }
    const renewed = await unlessAborted(this.#renewed(), signal);
    return renewed ?? fail(restFailure("canceled", "login: canceled"));
  }

  /** The broker refused this token (401). */
  rejected(token: Secret): void {
    if (this.#held?.token !== token) return;
    this.#held = null;
    this.#rejections++;
    if (this.#rejections < REFUSALS_MAX) return;
    const pauseMs = Math.min(
      REJECTED_PAUSE_MAX_MS,
      REJECTED_PAUSE_MS * 2 ** (this.#rejections - REFUSALS_MAX),
    );
    const text = "tastytrade logs in and then refuses its own tokens";
    const error = restFailure("unreachable", text, { status: 401, retryAfterMs: pauseMs });
    this.#failed = { error, until: this.#clock.monotonic() + pauseMs };
  }

  /** The broker took a token. It says nothing about the next login. */
  accepted(): void {
    this.#rejections = 0;
  }

  /** Lets it try again after the credentials were looked at. */
  forgive(): void {
    this.#refusals = 0;
    this.#rejections = 0;
    this.#failed = null;
  }

  /** Ends a login under way; none begins afterwards. */
  close(): void {
    this.#held = null;
    this.#closing.abort();
  }

  /** By the clock that ran further: the monotonic one may stand still while the machine sleeps. */
  #age(held: HeldToken): number {
    return Math.max(this.#clock.monotonic() - held.monotonic, this.#clock.now() - held.wall);
  }

  #isDue(held: HeldToken, age: number): boolean {
    return age >= dueAfterMs(held.lifeMs);
  }

  #renewed(): Promise<Result<Secret, RestFailure>> {
    this.#flight ??= this.#renew().finally(() => {
      this.#flight = null;
    });
    return this.#flight;
  }

  async #renew(): Promise<Result<Secret, RestFailure>> {
    if (this.#closing.signal.aborted) return fail(restFailure("canceled", "login: closed"));
    if (this.isStopped) {
      const text = `login: refused ${REFUSALS_MAX} times in a row, not tried any more`;
      return fail(restFailure("loginNeeded", text));
    }
    if (this.#failed !== null && this.#clock.monotonic() < this.#failed.until) {
      return fail(this.#failed.error);
    }
    const sentAt = { monotonic: this.#clock.monotonic(), wall: this.#clock.now() };
    const granted = await this.#login(this.#closing.signal);
    if (!granted.ok) return this.#noteFailure(granted.error);
    this.#failed = null;
    this.#refusals = 0;
    // Its life is counted from the question, so that a slow answer makes it shorter, not longer.
    if (!this.#closing.signal.aborted) this.#held = { ...granted.value, ...sentAt };
    return ok(granted.value.token);
  }

  #noteFailure(error: RestFailure): Result<never, RestFailure> {
    const { kind, retryAfterMs } = error;
    const isRefusal = kind === "refused" || kind === "unauthorized" || kind === "forbidden";
    if (isRefusal) this.#refusals++;
    const coolMs = Math.max(isRefusal ? REFUSED_COOL_MS : COOL_MS, retryAfterMs ?? 0);
    this.#failed = { error, until: this.#clock.monotonic() + coolMs };
    return fail(error);
  }
}

function dueAfterMs(lifeMs: number): number {
  return Math.min(lifeMs * RENEW_SHARE, lifeMs - RENEW_MARGIN_MS);
}
