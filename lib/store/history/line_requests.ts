import { fail, type Result } from "../../base/result.ts";
import type { Line, LineQuery } from "../../ports/history.ts";
import type { RecordingProblem } from "../../ports/journal.ts";

type Answer = Result<Line, RecordingProblem>;

interface Request {
  readonly id: number;
  readonly query: LineQuery;
  readonly text: string;
  readonly promise: Promise<Answer>;
  readonly resolve: (answer: Answer) => void;
}

/** Scans that run at once, and requests that wait for them. */
const RUNNING_MAX = 4;
const WAITING_MAX = 64;

/** Lines that were asked for: equal ones share an answer, few are scanned at once. */
export class LineRequests {
  readonly #send: (id: number, query: LineQuery) => void;
  readonly #byText = new Map<string, Request>();
  readonly #running = new Map<number, Request>();
  #waiting: Request[] = [];
  #next = 1;

  constructor(send: (id: number, query: LineQuery) => void) {
    this.#send = send;
  }

  /** The answer to a checked query. */
  ask(query: LineQuery): Promise<Answer> {
    const text = JSON.stringify(query);
    const same = this.#byText.get(text);
    if (same !== undefined) return same.promise;
    if (this.#waiting.length >= WAITING_MAX) {
      const message = "too many lines are being asked for at once";
      return Promise.resolve(fail({ message, fix: "ask again in a moment" }));
    }
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const request = { id: this.#next++, query, text, promise, resolve };
    this.#byText.set(text, request);
    this.#waiting.push(request);
    this.#startNext();
    return promise;
  }

  /** Gives an answer to all who wait for it. */
  resolve(id: number, answer: Answer): void {
    const request = this.#running.get(id);
    if (request === undefined) return;
    this.#running.delete(id);
    this.#byText.delete(request.text);
    request.resolve(answer);
    this.#startNext();
  }

  /** Ends all requests with a problem. */
  failAll(problem: RecordingProblem): void {
    const open = [...this.#running.values(), ...this.#waiting];
    this.#running.clear();
    this.#byText.clear();
    this.#waiting = [];
    for (const request of open) request.resolve(fail(problem));
  }

  #startNext(): void {
    while (this.#running.size < RUNNING_MAX) {
      const request = this.#waiting.shift();
      if (request === undefined) return;
      this.#running.set(request.id, request);
      this.#send(request.id, request.query);
    }
  }
}
