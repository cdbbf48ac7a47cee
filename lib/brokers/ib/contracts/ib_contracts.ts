import { fail, ok, type Result } from "../../../base/result.ts";
import { newYorkTime } from "../../../calendar/new_york.ts";
import type { Instrument } from "../../../domain/instrument.ts";
import type { Answer, BrokerError } from "../../../ports/broker.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Timers } from "../../../ports/timers.ts";
import { IbAsks } from "../asks.ts";
import type { IbLink, IbPart } from "../link.ts";
import { bareDetails, driverConId, heldInstrument, instrumentOf } from "../map/instrument.ts";
import { queriesOf, queriesOfKey } from "../map/query.ts";
import type { IbNotice } from "../wire/client.ts";
import type { IbContract, IbContractDetails, IbContractQuery } from "../wire/contract.ts";
import { type IbListing, ListingCache } from "./listing_cache.ts";
import { Unanswered } from "./unanswered.ts";

export type { IbListing } from "./listing_cache.ts";

const ANSWER_MS = 20_000;
/** IB's server of definitions works again. */
const DEFINITIONS_BACK = 2158;
const LIVE = new AbortController().signal;

/** What IB answers about one contract; null: it knows none. */
type Learned = Result<IbListing | null, BrokerError>;

/**
 * Contracts of IB as instruments of the desk: each is asked for once a day, by number, and by
 * description where another broker named it. Questions about the same contract share one answer;
 * the link paces them. Source: ib.md §7.2.
 */
export class IbContracts implements IbPart {
  readonly #clock: Clock;
  readonly #asks: IbAsks<IbContractDetails>;
  readonly #cache = new ListingCache();
  readonly #learning = new Map<string, Promise<Learned>>();
  readonly #unanswered: Unanswered;
  #link: IbLink | null = null;

  constructor({ clock, timers }: { readonly clock: Clock; readonly timers: Timers }) {
    this.#clock = clock;
    this.#unanswered = new Unanswered(clock);
    this.#asks = new IbAsks({
      timers,
      kind: "contract",
      what: "contract details",
      timeoutMs: ANSWER_MS,
    });
  }

  began(link: IbLink): void {
    this.#link = link;
  }

  ended(reason: string): void {
    this.#link = null;
    this.#unanswered.clear();
    this.#asks.ended(reason);
  }

  notice(notice: IbNotice): void {
    if (notice.code === DEFINITIONS_BACK) this.#unanswered.clear();
    this.#asks.notice(notice);
  }

  contractDetails(id: number, details: IbContractDetails): void {
    this.#asks.add(id, details);
  }

  contractDetailsEnd(id: number): void {
    this.#asks.end(id);
  }

  /** What is known of a contract, by IB's number; null: not asked yet, or unknown to IB. */
  byConId(conId: number): IbListing | null {
    return this.#cache.byConId(conId);
  }

  /** The instrument of what is held: as it is known, else by what the holding itself says. */
  held(contract: IbContract): Instrument {
    const { conId } = contract;
    const known = this.#cache.byConId(conId) ??
      this.#cache.addHeld(bareDetails(contract), heldInstrument(contract));
    return known.instrument;
  }

  /** What is known of an instrument, by the desk's key; null: not asked yet, or unknown to IB. */
  byKey(key: string): IbListing | null {
    return this.#cache.byKey(key);
  }

  /**
   * Contracts by number, in their order; null for what IB does not know. Fails when it cannot be
   * asked.
   */
  resolve(
    conIds: readonly number[],
    signal: AbortSignal,
  ): Answer<readonly (IbListing | null)[]> {
    this.#startDay();
    return this.#all(conIds.map((conId) => this.#byNumber(conId)), signal);
  }

  /**
   * What IB lists under instruments that any broker described, in their order; null for what it
   * does not list.
   */
  listings(
    instruments: readonly Instrument[],
    signal: AbortSignal,
  ): Answer<readonly (IbListing | null)[]> {
    this.#startDay();
    const today = this.#today();
    const answers = instruments.map((instrument) =>
      this.#byDescription(instrument.key, () => queriesOf(instrument, today))
    );
    return this.#all(answers, signal);
  }

  /** Instruments by key, in their order; one that IB does not know fails "unknownInstrument". */
  async instruments(keys: readonly string[], signal: AbortSignal): Answer<readonly Instrument[]> {
    this.#startDay();
    const today = this.#today();
    const answers = keys.map((key) => this.#byDescription(key, () => queriesOfKey(key, today)));
    const found = await this.#all(answers, signal);
    if (!found.ok) return found;
    const instruments: Instrument[] = [];
    for (const [index, listing] of found.value.entries()) {
      if (listing === null) return unknownInstrument(keys[index]);
      instruments.push(listing.instrument);
    }
    return ok(instruments);
  }

  #today(): string {
    return newYorkTime(this.#clock.now()).date;
  }

  #startDay(): void {
    this.#cache.startDay(this.#today());
  }

  async #all(
    answers: readonly Promise<Learned>[],
    signal: AbortSignal,
  ): Answer<readonly (IbListing | null)[]> {
    const learned = await untilAborted(Promise.all(answers), signal);
    if (learned === null) {
      return fail({ code: "canceled", message: "contract details: canceled", fix: null });
    }
    const listings: (IbListing | null)[] = [];
    for (const one of learned) {
      if (!one.ok) return one;
      listings.push(one.value);
    }
    return ok(listings);
  }

  /** Shares the answer of whoever asks the same at the same time. */
  #shared(name: string, learn: () => Promise<Learned>): Promise<Learned> {
    const known = this.#learning.get(name);
    if (known !== undefined) return known;
    const learning = learn().finally(() => this.#learning.delete(name));
    this.#learning.set(name, learning);
    return learning;
  }

  #byNumber(conId: number): Promise<Learned> {
    const known = this.#cache.byConId(conId);
    if (known !== null && this.#cache.isFresh(conId)) return Promise.resolve(ok(known));
    if (this.#cache.isUnknown(numbered(conId))) return Promise.resolve(ok(known));
    return this.#shared(numbered(conId), async () => {
      const details = await this.#ask({ conId });
      if (!details.ok) return known === null ? details : ok(known);
      const own = details.value.find(({ contract }) => contract.conId === conId);
      if (own !== undefined) return await this.#admit(own);
      this.#cache.noteUnknown(numbered(conId));
      return ok(known);
    });
  }

  #byDescription(key: string, queries: () => readonly IbContractQuery[]): Promise<Learned> {
    const known = this.#cache.byKey(key);
    if (known !== null) return this.#byNumber(known.conId);
    const hint = this.#cache.hint(key);
    if (this.#cache.isUnknown(key)) return Promise.resolve(ok(null));
    return this.#shared(key, async () => {
      const candidates = hint === null ? queries() : [{ conId: hint }, ...queries()];
      for (const query of candidates) {
        const details = await this.#ask(query);
        // A description that TWS refuses finds as little as one that fits nothing.
        if (!details.ok && details.error.code === "refused") continue;
        if (!details.ok) return details;
        const found = await this.#find(key, details.value);
        if (!found.ok || found.value !== null) return found;
      }
      this.#cache.noteUnknown(key);
      return ok(null);
    });
  }

  /** The one of several contracts whose key was asked for: an answer may hold others too. */
  async #find(key: string, list: readonly IbContractDetails[]): Promise<Learned> {
    for (const details of list) {
      const instrument = await this.#instrument(details);
      if (!instrument.ok) return instrument;
      if (instrument.value.key !== key) continue;
      const listing = this.#cache.add(details, instrument.value);
      if (listing.instrument.key === key) return ok(listing);
    }
    return ok(null);
  }

  async #admit(details: IbContractDetails): Promise<Learned> {
    const instrument = await this.#instrument(details);
    return instrument.ok ? ok(this.#cache.add(details, instrument.value)) : instrument;
  }

  async #instrument(details: IbContractDetails): Promise<Result<Instrument, BrokerError>> {
    const beneath = driverConId(details);
    if (beneath === null || beneath === details.contract.conId) {
      return ok(instrumentOf(details, null));
    }
    const driver = await this.#byNumber(beneath);
    return driver.ok ? ok(instrumentOf(details, driver.value?.instrument ?? null)) : driver;
  }

  /** Details of what fits; none when IB knows nothing that does (200), which is no failure. */
  async #ask(query: IbContractQuery): Answer<readonly IbContractDetails[]> {
    const silence = this.#unanswered.failure(query);
    if (silence !== null) return silence;
    const answer = await this.#asks.ask(this.#link, LIVE, {
      send: (client, id) => client.reqContractDetails(id, query),
    });
    this.#unanswered.note(query, answer);
    return !answer.ok && answer.error.code === "unknownInstrument" ? ok([]) : answer;
  }
}

/** Name of a contract among the keys of instruments, some of which are digits alone. */
function numbered(conId: number): string {
  return `contract ${conId}`;
}

function unknownInstrument(key: string): Result<never, BrokerError> {
  const message = `Interactive Brokers knows no instrument ${key}`;
  return fail({ code: "unknownInstrument", message, fix: "check its symbol" });
}

/** The value, or null once the signal is aborted; what runs is shared and goes on. */
function untilAborted<T>(value: Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve) => {
    const abort = () => resolve(null);
    signal.addEventListener("abort", abort, { once: true });
    void value.then((known) => {
      signal.removeEventListener("abort", abort);
      resolve(known);
    });
  });
}
