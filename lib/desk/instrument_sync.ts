import { fail, ok, type Result } from "../base/result.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { Board } from "../market/board.ts";
import type { Book } from "../portfolio/book.ts";
import type { BrokerAdapter, BrokerError, SubscriptionChanges } from "../ports/broker.ts";
import { SubscriptionSet } from "./subscription_set.ts";

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
  readonly #refused = new Set<string>();
  /** 1: close and carry of the handle were learned. */
  readonly #isLearned: Uint8Array;
  readonly #carried = new Set<string>();
  readonly #subscriptions: SubscriptionSet;
  /** True when the broker is known to hold exactly `#subscriptions`. */
  #isSetKnown = false;
  #isReferenceKnown = false;
  /** Versions of the wanted handles that were learned and subscribed. */
  #learnedVersion = -1;
  #subscribedVersion = -1;
  #isRunning = false;
  #isWanted = false;

  constructor(options: SyncOptions) {
    this.#options = options;
    this.#isLearned = new Uint8Array(options.board.capacity);
    this.#subscriptions = new SubscriptionSet(options.board.capacity);
  }

  /** Asks for a run soon; failures are told through `trouble`. */
  request(): void {
    this.#isWanted = true;
    if (this.#isRunning) return;
    void this.#drain();
  }

  /** Asks for a run that learns all previous closes anew. */
  requestCloses(): void {
    this.#isLearned.fill(0);
    this.#learnedVersion = -1;
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

  /** Describes what the book does not know; what drives it may be unknown in turn. */
  async #describeAll(): Promise<Result<null, BrokerError>> {
    const { adapter, book } = this.#options;
    if (!this.#isReferenceKnown) {
      const reference = await this.describe([adapter.referenceKey]);
      if (!reference.ok) return reference;
      this.#isReferenceKnown = true;
    }
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const keys = book.undescribedKeys().filter((key) => !this.#refused.has(key));
      if (keys.length === 0) break;
      const described = await this.describe(keys);
      if (!described.ok) return described;
    }
    return ok(null);
  }

  /** Asks for the descriptions of keys and puts them into book and board. */
  async describe(keys: readonly string[]): Promise<Result<null, BrokerError>> {
    const answer = await this.#ask(keys);
    if (!answer.ok) return answer;
    for (const instrument of answer.value) this.#take(instrument);
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

  #take(instrument: Instrument): void {
    const { adapter, board, book, trouble } = this.#options;
    const handle = instrument.key === adapter.referenceKey
      ? book.pinUnderlying(instrument)
      : book.addInstrument(instrument);
    const { kind, sessionClass } = instrument;
    const delivery = adapter.delivery(instrument);
    const registered = board.register(handle, { kind, sessionClass, ...delivery });
    if (registered.ok) this.#subscriptions.describe(handle);
    else trouble(`no room for ${instrument.key}: raise the capacity`);
  }

  async #learn(): Promise<Result<null, BrokerError>> {
    const { adapter, board, book, signal } = this.#options;
    const version = book.wantedVersion;
    if (version === this.#learnedVersion) return ok(null);
    const isLearned = this.#isLearned;
    const handles: number[] = [];
    for (const handle of book.wantedHandles()) {
      if (isLearned[handle] === 0 && board.isRegistered(handle)) handles.push(handle);
    }
    if (handles.length > 0) {
      const keys = handles.map((handle) => book.instrument(handle).key);
      const closes = await adapter.previousCloses(keys, signal);
      if (!closes.ok) return closes;
      const now = adapter.clock.now();
      for (const { instrumentKey, close } of closes.value) {
        const handle = book.handleOf(instrumentKey);
        if (board.isRegistered(handle)) board.setPreviousClose(handle, close, now);
      }
      book.applyMarket(board.takeTouched(), now);
    }
    const carried = await this.#learnCarry(handles);
    if (!carried.ok) return carried;
    for (const handle of handles) this.#isLearned[handle] = 1;
    this.#learnedVersion = version;
    return ok(null);
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
    const { board, book } = this.#options;
    const version = book.wantedVersion;
    if (version === this.#subscribedVersion) return ok(null);
    const changes = this.#subscriptions.changesTo({
      handles: book.wantedHandles(),
      instrument: (handle) => book.instrument(handle),
      isRegistered: (handle) => board.isRegistered(handle),
    });
    const isSame = changes.added.length + changes.removed.length === 0;
    const answer = isSame && this.#isSetKnown ? ok(null) : await this.#send(changes);
    if (answer.ok) this.#subscribedVersion = version;
    return answer;
  }

  /** Sends differences where the broker takes them and its set is known, else the whole set. */
  async #send(changes: SubscriptionChanges): Promise<Result<null, BrokerError>> {
    const { adapter, signal } = this.#options;
    this.#subscriptions.apply(changes);
    const byDifference = this.#isSetKnown
      ? adapter.changeSubscriptions?.(changes, signal)
      : undefined;
    // Until the answer is there, nobody knows what the broker holds.
    this.#isSetKnown = false;
    const answer = await (byDifference ?? adapter.subscribe(this.#subscriptions.all, signal));
    this.#isSetKnown = answer.ok;
    return answer;
  }
}
