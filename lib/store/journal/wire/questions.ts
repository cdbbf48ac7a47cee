import { fail, type Result } from "../../../base/result.ts";
import { type StoreProblem, storeProblem } from "../../problem.ts";
import type { JournalAnswer, JournalAnswers, JournalLink, JournalQuestion } from "./messages.ts";

type Settle = (result: Result<JournalAnswer, StoreProblem>) => void;

const PENDING_MAX = 256;

/** Questions to a journal's worker; one that crashed is replaced with the next question. */
export class JournalQuestions {
  readonly #connect: () => JournalLink;
  readonly #pending = new Map<number, Settle>();
  #link: JournalLink | null = null;
  #next = 1;

  constructor(connect: () => JournalLink) {
    this.#connect = connect;
  }

  /** Asks; a worker that crashes answers all that wait with a problem that may pass. */
  ask<Q extends JournalQuestion>(
    question: Q,
  ): Promise<Result<JournalAnswers[Q["kind"]], StoreProblem>> {
    if (this.#pending.size >= PENDING_MAX) {
      return Promise.resolve(fail(storeProblem("locked", "too many questions to the journal")));
    }
    const id = this.#next++;
    const { promise, resolve } = Promise.withResolvers<Result<JournalAnswer, StoreProblem>>();
    this.#pending.set(id, resolve);
    this.#connected().send({ id, question });
    // The worker answers a question with what its kind names; see JournalAnswers.
    return promise as Promise<Result<JournalAnswers[Q["kind"]], StoreProblem>>;
  }

  /** Ends the worker; what waits is answered with a problem. */
  end(): void {
    this.#drop("the journal's worker was ended");
  }

  #connected(): JournalLink {
    if (this.#link !== null) return this.#link;
    const link = this.#connect();
    this.#link = link;
    link.receive((message) => {
      if (this.#link !== link) return;
      if (message.kind === "failed") {
        return this.#drop(`the journal's worker failed: ${message.message}`);
      }
      const settle = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      settle?.(message.answer);
    });
    return link;
  }

  #drop(why: string): void {
    this.#link?.close();
    this.#link = null;
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const settle of waiting) settle(fail(storeProblem("io", why)));
  }
}
