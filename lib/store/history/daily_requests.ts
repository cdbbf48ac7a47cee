import { fail, type Result } from "../../base/result.ts";
import type { DailyBar } from "../../ports/history.ts";
import type { RecordingProblem } from "../../ports/journal.ts";
import type { DailyQuery } from "./wire/messages.ts";

type Answer = Result<readonly DailyBar[], RecordingProblem>;

const OPEN_MAX = 256;
/** Most bars in one answer: forty years. */
const BARS_MAX = 10_000;

/** Daily bars that were asked for; bounded. */
export class DailyRequests {
  readonly #send: (id: number, query: DailyQuery) => void;
  readonly #open = new Map<number, (answer: Answer) => void>();
  #next = 1;

  constructor(send: (id: number, query: DailyQuery) => void) {
    this.#send = send;
  }

  /** The answer to a query. */
  ask(query: DailyQuery): Promise<Answer> {
    if (this.#open.size >= OPEN_MAX) {
      const message = "too many daily bars are being asked for at once";
      return Promise.resolve(fail({ message, fix: "ask again in a moment" }));
    }
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const id = this.#next++;
    this.#open.set(id, resolve);
    const countMax = Math.max(0, Math.min(BARS_MAX, Math.floor(query.countMax)));
    this.#send(id, { ...query, countMax });
    return promise;
  }

  /** Gives an answer to who waits for it. */
  resolve(id: number, answer: Answer): void {
    const resolve = this.#open.get(id);
    this.#open.delete(id);
    resolve?.(answer);
  }

  /** Ends all requests with a problem. */
  failAll(problem: RecordingProblem): void {
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const resolve of open) resolve(fail(problem));
  }
}
