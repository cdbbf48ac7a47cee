import { fail, ok, type Result } from "../../base/result.ts";
import type { Answer, BrokerError } from "../../ports/broker.ts";
import type { Timer, Timers } from "../../ports/timers.ts";
import { brokerErrorOf, IB_CODES, isAdvisory } from "./codes.ts";
import type { IbLink, RequestKind } from "./link.ts";
import type { IbClient, IbNotice } from "./wire/client.ts";

const ITEMS_MAX = 50_000;
/** A question that was not sent by then never will be: the queue had no place for it, ms. */
const UNSENT_MS = 600_000;

/** What one kind of question is. */
export interface IbAskOptions {
  readonly timers: Timers;
  readonly kind: RequestKind;
  /** What is asked for, in the words of a failure: "contract details". */
  readonly what: string;
  /** From the moment of sending. */
  readonly timeoutMs: number;
}

/** How one question is put. */
export interface IbQuestion {
  readonly send: (client: IbClient, id: number) => void;
  /** Takes back what was sent; absent where IB knows no cancel. */
  readonly cancel?: (client: IbClient, id: number) => void;
}

interface Pending<T> {
  readonly items: T[];
  settle(result: Result<readonly T[], BrokerError>): void;
}

/**
 * Questions that IB answers with messages of one id and an end message. Each has its own deadline:
 * the client library has none. A question ends with the answer, a refusal, the deadline, the
 * signal, or the connection, whichever comes first, and leaves no timer.
 */
export class IbAsks<T> {
  readonly #options: IbAskOptions;
  readonly #pending = new Map<number, Pending<T>>();

  constructor(options: IbAskOptions) {
    this.#options = options;
  }

  /** Questions without an answer yet. */
  get size(): number {
    return this.#pending.size;
  }

  /**
   * Asks on `link`; null is no connection. Answers what `add` collected until `end`. Fails with
   * "notConnected", "canceled", "timeout", or what the notice says.
   */
  ask(link: IbLink | null, signal: AbortSignal, question: IbQuestion): Answer<readonly T[]> {
    const { what, kind, timers, timeoutMs } = this.#options;
    if (signal.aborted) return Promise.resolve(fail(failure("canceled", `${what}: canceled`)));
    if (link === null || !link.isReady()) {
      return Promise.resolve(fail(failure("notConnected", `${what}: not connected`)));
    }
    const id = link.nextId();
    return new Promise((resolve) => {
      let timer: Timer | null = null;
      let isSent = false;
      let takeBack = (): boolean => false;
      const settle = (result: Result<readonly T[], BrokerError>): void => {
        if (!this.#pending.delete(id)) return;
        timer?.cancel();
        takeBack();
        signal.removeEventListener("abort", abort);
        resolve(result);
      };
      const giveUp = (error: BrokerError): void => {
        const { cancel } = question;
        settle(fail(error));
        if (isSent && cancel !== undefined) link.send(kind, (client) => cancel(client, id));
      };
      const abort = () => giveUp(failure("canceled", `${what}: canceled`));
      this.#pending.set(id, { items: [], settle });
      signal.addEventListener("abort", abort);
      timer = timers.setTimer(UNSENT_MS, () => {
        giveUp(failure("timeout", `${what}: not sent within ${UNSENT_MS / 1000} s`));
      });
      takeBack = link.send(kind, (client) => {
        isSent = true;
        timer?.cancel();
        timer = timers.setTimer(timeoutMs, () => {
          giveUp(failure("timeout", `${what}: no answer within ${timeoutMs / 1000} s`));
        });
        question.send(client, id);
      });
    });
  }

  /** Collects one part of an answer; false when the id is not one of these questions. */
  add(id: number, item: T): boolean {
    const pending = this.#pending.get(id);
    if (pending === undefined) return false;
    if (pending.items.length < ITEMS_MAX) pending.items.push(item);
    return true;
  }

  /** The answer is complete; false when the id is not one of these questions. */
  end(id: number): boolean {
    const pending = this.#pending.get(id);
    pending?.settle(ok(pending.items));
    return pending !== undefined;
  }

  /** Takes a notice about one of these questions, a refusal as a rule; false when it is of none. */
  notice(notice: IbNotice): boolean {
    const pending = this.#pending.get(notice.id);
    if (pending === undefined) return false;
    const isNothing = notice.code === IB_CODES.noSuchQuery || isAdvisory(notice);
    if (!isNothing) pending.settle(fail(brokerErrorOf(notice)));
    return true;
  }

  /** The connection ended: nothing will be answered. */
  ended(reason: string): void {
    const { what } = this.#options;
    for (const pending of [...this.#pending.values()]) {
      pending.settle(fail(failure("notConnected", `${what}: ${reason}`)));
    }
  }
}

function failure(code: BrokerError["code"], message: string): BrokerError {
  return { code, message, fix: null };
}
