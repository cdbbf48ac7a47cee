import { fail, ok, type Result } from "../base/result.ts";
import { type Instrument, isOption } from "../domain/instrument.ts";
import type { Board } from "../market/board.ts";
import type { Book } from "../portfolio/book.ts";
import type { BrokerAdapter, BrokerError } from "../ports/broker.ts";

/** What the sync works on. */
export interface SyncOptions {
  readonly adapter: BrokerAdapter;
  readonly board: Board;
  readonly book: Book;
  readonly signal: AbortSignal;
  readonly trouble: (message: string) => void;
}

/** Rounds of description: the held, then what drives them; more would be a loop. */
const ROUNDS_MAX = 4;
/** Keys that are asked one by one after a refused list, so that one bad key hides no other. */
const SINGLE_MAX = 500;

/**
 * Describes what the book holds and what drives it, learns closes and carry, and subscribes the
 * market data of all of it. Runs one at a time; requests during a run make one more run.
 */
export class InstrumentSync {
  readonly #options: SyncOptions;
  readonly #described = new Set<string>();
  readonly #refused = new Set<string>();
  readonly #closesKnown = new Set<string>();
  readonly #carried = new Set<string>();
  #subscribed = "";
  #isRunning = false;
  #isWanted = false;

  constructor(options: SyncOptions) {
    this.#options = options;
  }

  /** Asks for a run soon; failures are told through `trouble`. */
  request(): void {
    this.#isWanted = true;
    if (this.#isRunning) return;
    void this.#drain();
  }

  /** Asks for a run that learns all previous closes anew. */
  requestCloses(): void {
    this.#closesKnown.clear();
    this.request();
  }

  async #drain(): Promise<void> {
    while (this.#isWanted && !this.#options.signal.aborted) {
      this.#isWanted = false;
      const result = await this.run();
      if (!result.ok && result.error.code !== "canceled") {
        this.#options.trouble(result.error.message);
      }
    }
  }

  /** One run, from what the book holds now. */
  async run(): Promise<Result<null, BrokerError>> {
    this.#isRunning = true;
    try {
      const described = await this.#describeAll();
      if (!described.ok) return described;
      const learned = await this.#learn();
      return learned.ok ? await this.#subscribe() : learned;
    } finally {
      this.#isRunning = false;
    }
  }

  async #describeAll(): Promise<Result<null, BrokerError>> {
    const { adapter, book } = this.#options;
    let wanted = new Set<string>([adapter.referenceKey]);
    for (let i = 0; i < book.rowCount; i++) wanted.add(book.row(i).instrument.key);
    for (let round = 0; round < ROUNDS_MAX && wanted.size > 0; round++) {
      const keys = [...wanted].filter((key) =>
        !this.#described.has(key) && !this.#refused.has(key)
      );
      if (keys.length === 0) break;
      const answer = await this.#ask(keys);
      if (!answer.ok) return answer;
      wanted = this.#take(answer.value);
    }
    return ok(null);
  }

  /** Descriptions of keys; those that the broker does not know are remembered and left out. */
  async #ask(keys: readonly string[]): Promise<Result<readonly Instrument[], BrokerError>> {
    const { adapter, signal, trouble } = this.#options;
    const all = await adapter.instruments(keys, signal);
    if (all.ok || all.error.code !== "unknownInstrument") return all;
    const found: Instrument[] = [];
    for (const key of keys.slice(0, SINGLE_MAX)) {
      const one = await adapter.instruments([key], signal);
      if (one.ok) found.push(...one.value);
      else if (one.error.code !== "unknownInstrument") return fail(one.error);
      else {
        this.#refused.add(key);
        trouble(`${key} is held but not described by ${adapter.label}`);
      }
    }
    return ok(found);
  }

  /** Puts descriptions into book and board; the keys of what drives them come back. */
  #take(instruments: readonly Instrument[]): Set<string> {
    const { adapter, board, book, trouble } = this.#options;
    const drivers = new Set<string>();
    for (const instrument of instruments) {
      this.#described.add(instrument.key);
      const handle = instrument.key === adapter.referenceKey
        ? book.pinUnderlying(instrument)
        : book.addInstrument(instrument);
      const { kind, sessionClass } = instrument;
      const delivery = adapter.delivery(instrument);
      const registered = board.register(handle, { kind, sessionClass, ...delivery });
      if (!registered.ok) trouble(`no room for ${instrument.key}: raise the capacity`);
      if (isOption(instrument)) drivers.add(instrument.underlyingKey);
    }
    return drivers;
  }

  async #learn(): Promise<Result<null, BrokerError>> {
    const { adapter, board, book, signal } = this.#options;
    const handles = book.wantedHandles();
    const keys = handles.map((handle) => book.instrument(handle).key)
      .filter((key) => !this.#closesKnown.has(key) && this.#described.has(key));
    if (keys.length > 0) {
      const closes = await adapter.previousCloses(keys, signal);
      if (!closes.ok) return closes;
      const now = adapter.clock.now();
      for (const key of keys) this.#closesKnown.add(key);
      for (const { instrumentKey, close } of closes.value) {
        const handle = book.handleOf(instrumentKey);
        if (board.isRegistered(handle)) board.setPreviousClose(handle, close, now);
      }
      book.applyMarket(board.takeTouched(), now);
    }
    return await this.#learnCarry(handles);
  }

  async #learnCarry(handles: readonly number[]): Promise<Result<null, BrokerError>> {
    const { adapter, book, signal } = this.#options;
    const underlyings = new Set(handles.map((handle) => book.instrument(handle).underlying));
    const unknown = [...underlyings].filter((underlying) => !this.#carried.has(underlying));
    if (unknown.length === 0) return ok(null);
    const carries = await adapter.carry(unknown, signal);
    if (!carries.ok) return carries;
    for (const underlying of unknown) this.#carried.add(underlying);
    for (const carry of carries.value) book.setCarry(carry);
    return ok(null);
  }

  async #subscribe(): Promise<Result<null, BrokerError>> {
    const { adapter, board, book, signal } = this.#options;
    const handles = book.wantedHandles().filter((handle) => board.isRegistered(handle));
    const name = handles.join(",");
    if (name === this.#subscribed) return ok(null);
    const wanted = handles.map((handle) => ({ handle, instrument: book.instrument(handle) }));
    const answer = await adapter.subscribe(wanted, signal);
    if (answer.ok) this.#subscribed = name;
    return answer;
  }
}
