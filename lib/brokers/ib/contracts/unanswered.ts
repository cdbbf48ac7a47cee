import { fail, type Result } from "../../../base/result.ts";
import type { BrokerError } from "../../../ports/broker.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { IbContractQuery } from "../wire/contract.ts";

/** What was not answered is not asked again for so long, ms. */
const AGAIN_MS = 60_000;
const QUESTIONS_MAX = 20_000;

/**
 * Questions that IB left without an answer: whoever puts one again fails at once, for a while, so
 * that one silent contract does not hold up a book at every step of its loading.
 */
export class Unanswered {
  readonly #clock: Clock;
  readonly #until = new Map<string, { readonly at: number; readonly error: BrokerError }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes how a question ended, when that was without an answer. */
  note(query: IbContractQuery, result: Result<unknown, BrokerError>): void {
    const name = JSON.stringify(query);
    this.#until.delete(name);
    if (result.ok || result.error.code !== "timeout") return;
    if (this.#until.size >= QUESTIONS_MAX) return;
    this.#until.set(name, { at: this.#clock.monotonic() + AGAIN_MS, error: result.error });
  }

  /** The failure of a moment ago; null when the question may be put. */
  failure(query: IbContractQuery): Result<never, BrokerError> | null {
    const known = this.#until.get(JSON.stringify(query));
    return known === undefined || this.#clock.monotonic() >= known.at ? null : fail(known.error);
  }

  /** Whoever was silent may speak again. */
  clear(): void {
    this.#until.clear();
  }
}
