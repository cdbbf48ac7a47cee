import type { Result } from "../../../base/result.ts";
import type { Timer, Timers } from "../../../ports/timers.ts";
import { type RestFailure, restFailure } from "../rest/failure.ts";
import type { Secret } from "../rest/secret.ts";
import type { AccessTokenSource } from "./options.ts";

/** Time after which a request for a token counts as unanswered, ms. */
const ANSWER_MS = 20_000;

/** One request for the access token at a time, with a deadline. */
export class AccessTokenRequest {
  readonly #tokens: AccessTokenSource;
  readonly #timers: Timers;
  #pending: { readonly abort: AbortController; readonly late: Timer } | null = null;

  constructor(tokens: AccessTokenSource, timers: Timers) {
    this.#tokens = tokens;
    this.#timers = timers;
  }

  /** True while an answer is awaited. */
  get isPending(): boolean {
    return this.#pending !== null;
  }

  /**
   * Asks; one that was under way is canceled. `answered` is called once, never within this call and
   * never after `cancel`; a rejected promise is a bug of the source and surfaces.
   */
  send(answered: (reply: Result<Secret, RestFailure>) => void): void {
    this.cancel();
    const abort = new AbortController();
    const end = (reply: Result<Secret, RestFailure>): void => {
      if (this.#pending !== pending) return;
      this.cancel();
      answered(reply);
    };
    const late = this.#timers.setTimer(ANSWER_MS, () => {
      const text = `access token: no answer within ${ANSWER_MS / 1000} s`;
      end({ ok: false, error: restFailure("timeout", text) });
    });
    const pending = { abort, late };
    this.#pending = pending;
    const ask = async (): Promise<void> => end(await this.#tokens.token(abort.signal));
    void ask();
  }

  /** Forgets the one under way; idempotent. */
  cancel(): void {
    const pending = this.#pending;
    this.#pending = null;
    pending?.late.cancel();
    pending?.abort.abort();
  }
}
