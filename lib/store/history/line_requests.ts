import { fail, type Result } from "../../base/result.ts";
import type { Line, LineQuery } from "../../ports/history.ts";
import type { RecordingProblem } from "../../ports/journal.ts";
import type { Timer, Timers } from "../../ports/timers.ts";

type Answer = Result<Line, RecordingProblem>;

interface Request {
  readonly id: number;
  readonly query: LineQuery;
  readonly text: string;
  readonly promise: Promise<Answer>;
  readonly resolve: (answer: Answer) => void;
  readonly limit: Timer;
}

/** Scans that run at once, and requests that wait for them. */
const RUNNING_MAX = 4;
const WAITING_MAX = 64;
/** A disk that is stuck answers nothing: whoever asks is told so. */
const ANSWER_LIMIT_MS = 15_000;

/** Lines that were asked for: equal ones share an answer, few are scanned at once. */
export class LineRequests {
  readonly #send: (id: number, query: LineQuery) => void;
  readonly #byText = new Map<string, Request>();
  readonly #running = new Map<number, Request>();
  #waiting: Request[] = [];
  #next = 1;

  readonly #timers: Timers;

  constructor(send: (id: number, query: LineQuery) => void, timers: Timers) {
    this.#send = send;
    this.#timers = timers;
  }

  /** The answer to a checked query; a problem when there is none in time. */
  ask(query: LineQuery): Promise<Answer> {
    const text = JSON.stringify(query);
    const same = this.#byText.get(text);
    if (same !== undefined) return same.promise;
    if (this.#waiting.length >= WAITING_MAX) {
      const message = "too many lines are being asked for at once";
      return Promise.resolve(fail({ message, fix: "ask again in a moment" }));
    }
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const limit = this.#timers.setTimer(ANSWER_LIMIT_MS, () => this.#giveUp(request));
    const request: Request = { id: this.#next++, query, text, promise, resolve, limit };
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
    this.#end(request, answer);
    this.#startNext();
  }

  /** One that runs keeps its place until the worker answers: a stuck one gets no more work. */
  #giveUp(request: Request): void {
    this.#waiting = this.#waiting.filter((other) => other !== request);
    const seconds = ANSWER_LIMIT_MS / 1000;
    this.#end(
      request,
      fail({
        message: `the record gave no answer within ${seconds} s`,
        fix: "check the disk of the data folder",
      }),
    );
  }

  /** Forgets the question, unless the same was asked anew since. */
  #end(request: Request, answer: Answer): void {
    request.limit.cancel();
    if (this.#byText.get(request.text) === request) this.#byText.delete(request.text);
    request.resolve(answer);
  }

  /** Ends all requests with a problem. */
  failAll(problem: RecordingProblem): void {
    const open = [...this.#running.values(), ...this.#waiting];
    this.#running.clear();
    this.#byText.clear();
    this.#waiting = [];
    for (const request of open) this.#end(request, fail(problem));
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
