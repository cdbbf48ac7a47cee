import type { Instrument } from "../../../domain/instrument.ts";
import { unsupportedContract } from "../map/instrument.ts";
import type { IbContractDetails, IbContractQuery } from "../wire/contract.ts";

/** A contract of IB and the instrument of the desk that it is. */
export interface IbListing {
  readonly conId: number;
  readonly instrument: Instrument;
  readonly details: IbContractDetails;
  /** What asks for its data: the number with an exchange. */
  readonly query: IbContractQuery;
}

/** Contracts kept at most. */
const LISTINGS_MAX = 50_000;
/** Contracts and keys remembered as unknown to IB. */
const UNKNOWN_MAX = 20_000;
const SMART = "SMART";

function queryOf({ contract, validExchanges }: IbContractDetails): IbContractQuery {
  const { conId, exchange, primaryExchange, secType } = contract;
  const isRouted = (secType === "STK" || secType === "OPT") &&
    (validExchanges.length === 0 || validExchanges.includes(SMART));
  if (isRouted) return { conId, exchange: SMART };
  const own = exchange === "" || exchange === SMART ? primaryExchange : exchange;
  return { conId, exchange: own || validExchanges[0] || SMART };
}

/**
 * What IB said about contracts, by number and by the desk's key. Definitions are good for a day;
 * what was known before is kept, so that a key resolves for as long as it is held.
 */
export class ListingCache {
  readonly #byConId = new Map<number, IbListing>();
  readonly #byKey = new Map<string, IbListing>();
  /** Numbers of what options are on, by key: told before anybody asked. */
  readonly #hints = new Map<string, number>();
  #fresh = new Set<number>();
  #unknown = new Set<string>();
  #day = "";

  /** Number of contracts in it. */
  get size(): number {
    return this.#byConId.size;
  }

  /** Another day than the last: everything is asked for anew before it is used the next time. */
  startDay(day: string): void {
    if (day === this.#day) return;
    this.#day = day;
    this.#fresh = new Set();
    this.#unknown = new Set();
  }

  /**
   * Takes over a contract and answers it as it is kept: one whose key another contract has already
   * is listed as unsupported, because it would be taken for that one (DAT-5). Past the bound new
   * ones are answered and not kept.
   */
  add(details: IbContractDetails, instrument: Instrument): IbListing {
    const { conId } = details.contract;
    const owner = this.#byKey.get(instrument.key);
    const isTaken = owner !== undefined && owner.conId !== conId;
    const kept = isTaken
      ? unsupportedContract(details.contract, `is named like contract ${owner.conId} of IB`)
      : instrument;
    const listing = { conId, instrument: kept, details, query: queryOf(details) };
    const before = this.#byConId.get(conId);
    if (before === undefined && this.#byConId.size >= LISTINGS_MAX) return listing;
    if (before !== undefined && before.instrument.key !== kept.key) {
      this.#byKey.delete(before.instrument.key);
    }
    this.#byConId.set(conId, listing);
    this.#byKey.set(kept.key, listing);
    this.#fresh.add(conId);
    this.#noteHint(details, kept);
    return listing;
  }

  #noteHint({ underConId }: IbContractDetails, instrument: Instrument): void {
    const isOption = instrument.kind === "option" || instrument.kind === "futureOption";
    if (!isOption || underConId === null || underConId <= 0) return;
    if (this.#hints.size < LISTINGS_MAX) this.#hints.set(instrument.underlyingKey, underConId);
  }

  /** Keeps what a holding alone says of its contract, until IB says more. */
  addHeld(details: IbContractDetails, instrument: Instrument): IbListing {
    const known = this.#byConId.get(details.contract.conId);
    if (known !== undefined) return known;
    const listing = this.add(details, instrument);
    this.#fresh.delete(listing.conId);
    return listing;
  }

  /** By IB's number; null when nothing is known. */
  byConId(conId: number): IbListing | null {
    return this.#byConId.get(conId) ?? null;
  }

  /** By the desk's key; null when nothing is known. */
  byKey(key: string): IbListing | null {
    return this.#byKey.get(key) ?? null;
  }

  /** IB's number of what options with this underlying key are on; null when none is known. */
  hint(key: string): number | null {
    return this.#hints.get(key) ?? null;
  }

  /** True when IB was asked today and knew the contract. */
  isFresh(conId: number): boolean {
    return this.#fresh.has(conId);
  }

  /** Notes that IB knows no such contract. `name`: number or key. */
  noteUnknown(name: string): void {
    if (this.#unknown.size < UNKNOWN_MAX) this.#unknown.add(name);
  }

  /** True when IB said today that it knows no such contract. */
  isUnknown(name: string): boolean {
    return this.#unknown.has(name);
  }
}
