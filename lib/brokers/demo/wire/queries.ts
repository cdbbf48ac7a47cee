import { fail, ok, type Result } from "../../../base/result.ts";
import type { Answer, BrokerError } from "../../../ports/broker.ts";
import type { WorldAnswer, WorldAnswers, WorldLink, WorldQuery } from "./messages.ts";

type Settle = (result: Result<WorldAnswer, BrokerError>) => void;

const PENDING_MAX = 1000;

/** The answer to a call whose signal was aborted. */
export function canceled(): { readonly ok: false; readonly error: BrokerError } {
  return { ok: false, error: { code: "canceled", message: "the call was canceled", fix: null } };
}

/** The answer to a call before `connect` or after `close`. */
export function notConnected(): { readonly ok: false; readonly error: BrokerError } {
  const message = "the demo market is not connected";
  return { ok: false, error: { code: "notConnected", message, fix: null } };
}

/** Questions to the market that wait for their answer; bounded. */
export class Queries {
  readonly #link: WorldLink;
  readonly #pending = new Map<number, Settle>();
  #next = 1;
  #ended: BrokerError | null = null;

  constructor(link: WorldLink) {
    this.#link = link;
  }

  /** Asks; an aborted signal answers "canceled" and forgets the question. */
  ask<Q extends WorldQuery>(query: Q, signal: AbortSignal): Answer<WorldAnswers[Q["kind"]]> {
    if (signal.aborted) return Promise.resolve(canceled());
    if (this.#ended !== null) return Promise.resolve(fail(this.#ended));
    if (this.#pending.size >= PENDING_MAX) {
      const message = "too many questions wait for the demo market";
      return Promise.resolve(fail({ code: "rateLimited", message, fix: null }));
    }
    const id = this.#next++;
    const { promise, resolve } = Promise.withResolvers<Result<WorldAnswer, BrokerError>>();
    const abort = () => this.#settle(id, canceled());
    signal.addEventListener("abort", abort, { once: true });
    this.#pending.set(id, (result) => {
      signal.removeEventListener("abort", abort);
      resolve(result);
    });
    this.#link.send({ kind: "query", id, query });
    // The market answers a question with what its kind names; see WorldAnswers.
    return promise as Answer<WorldAnswers[Q["kind"]]>;
  }

  /** Gives the answer to who asked; one nobody waits for is dropped. */
  resolve(id: number, answer: WorldAnswer): void {
    this.#settle(id, ok(answer));
  }

  /** Ends all questions, waiting and future, with `error`. */
  failAll(error: BrokerError): void {
    this.#ended = error;
    for (const id of [...this.#pending.keys()]) this.#settle(id, fail(error));
  }

  #settle(id: number, result: Result<WorldAnswer, BrokerError>): void {
    const settle = this.#pending.get(id);
    this.#pending.delete(id);
    settle?.(result);
  }

  /** Waits for `promise` no longer than until the signal aborts. */
  orAborted<T>(promise: Promise<Result<T, BrokerError>>, signal: AbortSignal): Answer<T> {
    const aborted = Promise.withResolvers<Result<T, BrokerError>>();
    const abort = () => aborted.resolve(canceled());
    signal.addEventListener("abort", abort, { once: true });
    return Promise.race([promise, aborted.promise]).finally(() =>
      signal.removeEventListener("abort", abort)
    );
  }
}
