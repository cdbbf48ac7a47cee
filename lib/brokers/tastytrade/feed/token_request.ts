import type { BrokerError } from "../../../ports/broker.ts";
import type { Timer, Timers } from "../../../ports/timers.ts";
import { signInNeeded } from "../rest/failure.ts";
import type { QuoteTokens, TokenReply } from "./quote_tokens.ts";

/** Time after which a request for a token counts as unanswered, ms. */
const ANSWER_MS = 20_000;

/** One request for a quote token at a time, with a deadline. */
export class TokenRequest {
  readonly #tokens: QuoteTokens;
  readonly #timers: Timers;
  #pending: { readonly request: { cancel(): void }; readonly late: Timer } | null = null;

  constructor(tokens: QuoteTokens, timers: Timers) {
    this.#tokens = tokens;
    this.#timers = timers;
  }

  /** True while an answer is awaited. */
  get isPending(): boolean {
    return this.#pending !== null;
  }

  /** Asks; one that was under way is canceled. `answered` gets null when the answer is late. */
  send(answered: (reply: TokenReply | null) => void): void {
    this.cancel();
    const end = (reply: TokenReply | null): void => {
      if (this.#pending !== pending) return;
      this.cancel();
      answered(reply);
    };
    const pending = {
      late: this.#timers.setTimer(ANSWER_MS, () => end(null)),
      request: this.#tokens.request(end),
    };
    this.#pending = pending;
  }

  /** Forgets the one under way; idempotent. */
  cancel(): void {
    const pending = this.#pending;
    this.#pending = null;
    pending?.late.cancel();
    pending?.request.cancel();
  }
}

/** Why there is no token, with what to do; null: no answer came. */
export function tokenWords(error: BrokerError | null): string {
  if (error === null) return "no answer to the token request";
  const words = error.fix ?? error.message;
  return error.code === "unauthorized" ? signInNeeded(words) : words;
}
