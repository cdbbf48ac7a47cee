import { assert, present } from "../../../lib/base/assert.ts";
import { fail, ok, type Result } from "../../../lib/base/result.ts";
import { dayOfIso } from "../../../lib/world/civil.ts";
import { LISTINGS } from "../../../lib/world/listings.ts";
import type { ChainExpiry, Instrument, Right } from "../../../lib/world/mod.ts";
import type { MarketFace } from "../market_face.ts";
import type { ContractSpec } from "../wire/contract_fields.ts";
import { ConIds, fieldOf } from "./con_id.ts";
import type { Contract, ContractOrigin } from "./contract.ts";
import { matches } from "./matching.ts";
import {
  compactDate,
  exchangeName,
  futureOptionClass,
  futureOptionSymbol,
  futureSymbol,
  lastTradeDayText,
  occSymbol,
  termsOfLocal,
} from "./naming.ts";

/** Place of EUR.USD among the ids: a class that the last underlying, without options, lacks. */
const CASH_SLOT = { underlying: LISTINGS.length - 1, classSlot: 2 };

/** Why a description names no single contract, as code 200 says it. */
export const NO_DEFINITION = "No security definition has been found for the request";
/** Why several contracts are none, as code 200 says it. */
const AMBIGUOUS = "The contract description specified for SYMBOL is ambiguous.";

/** Characters of a local symbol that the contracts of one class and expiry share. */
const LOCAL_HEAD = { OPT: 12, FOP: 5 };

/** Terms of one option, from a chain or from the world's list. */
interface OptionTerms {
  readonly listing: number;
  readonly root: string;
  readonly expiry: string;
  readonly settlement: "AM" | "PM";
  readonly multiplier: number;
  readonly strike: number;
  readonly right: Right;
  readonly exchange: string;
}

/** Every contract of the world under the names of TWS, by id and by description. */
export class ContractRegistry {
  readonly #market: MarketFace;
  readonly #ids: ConIds;
  readonly #hasLastTradeDay: boolean;
  readonly #byId = new Map<number, Contract>();
  readonly #byInstrument = new Map<number, Contract>();
  /** Live instruments of the underlyings, by listing. */
  readonly #currents = new Map<number, Instrument>();
  #known = 0;

  /** `hasLastTradeDay`: options settled at the open name the session before their expiry. */
  constructor(market: MarketFace, seed: number, hasLastTradeDay: boolean) {
    this.#market = market;
    this.#ids = new ConIds(seed);
    this.#hasLastTradeDay = hasLastTradeDay;
    this.#keep(this.#cash());
  }

  /** The contract of an instrument of the world. */
  of(instrument: Instrument): Contract {
    const known = this.#byInstrument.get(instrument.id);
    if (known !== undefined) return known;
    const contract = this.#ofInstrument(instrument);
    this.#byInstrument.set(instrument.id, contract);
    this.#byId.set(contract.conId, contract);
    return contract;
  }

  /** The contract of an id; undefined when it stands for nothing. */
  byId(conId: number): Contract | undefined {
    this.#takeListed();
    return this.#byId.get(conId) ?? this.#fromChains(conId);
  }

  /** The instrument of a contract, listed now when it was not; undefined for cash and the past. */
  instrument(contract: Contract): Instrument | undefined {
    const { origin } = contract;
    if (origin.kind === "listed") return origin.instrument;
    if (origin.kind === "cash") return undefined;
    return this.#market.world.listContract(origin.query);
  }

  /** Contract of an option's underlying; the contract itself for what is none. */
  underlying(contract: Contract): Contract {
    if (contract.right === "") return contract;
    return this.of(this.#current(this.#listing(contract.listing)));
  }

  /** Every contract that a description fits, nearest expiry first; empty when none does. */
  find(spec: ContractSpec): Contract[] {
    if (spec.conId > 0) {
      const one = this.byId(spec.conId);
      return one === undefined ? [] : [one];
    }
    return [...this.#candidates(spec)].filter((one) => matches(one, spec));
  }

  /** The one contract of a description, or the text of error 200. */
  resolve(spec: ContractSpec): Result<Contract, string> {
    const found = this.find(spec);
    if (found.length === 1) return ok(found[0]);
    if (found.length === 0) return fail(NO_DEFINITION);
    return fail(AMBIGUOUS.replace("SYMBOL", found[0].symbol));
  }

  /** Contracts without a right that are live: shares, indices, the current future, cash. */
  underlyings(): Contract[] {
    const listed = LISTINGS.map((_, listing) => this.of(this.#current(listing)));
    return [...listed, this.#cash()];
  }

  *#candidates(spec: ContractSpec): Generator<Contract> {
    if (spec.secType === "OPT" || spec.secType === "FOP") {
      const local = termsOfLocal(spec.localSymbol);
      if (spec.localSymbol !== "" && local === null) return;
      const wanted = { ...spec, ...local };
      for (const [listing, row] of this.#rows(spec)) yield* this.#ofRow(listing, row, wanted);
      return;
    }
    yield* this.underlyings();
  }

  *#rows(spec: ContractSpec): Generator<[number, ChainExpiry]> {
    for (const [number, { root, kind }] of LISTINGS.entries()) {
      if ((kind === "future") !== (spec.secType === "FOP")) continue;
      const symbol = futureSymbol(root);
      const isNamed = spec.symbol === "" ? spec.localSymbol !== "" : spec.symbol === symbol;
      if (!isNamed) continue;
      for (const row of this.#market.world.chain(root)) yield [number, row];
    }
  }

  *#ofRow(listing: number, row: ChainExpiry, spec: ContractSpec): Generator<Contract> {
    const head = this.#ofChain(listing, row, row.strikes[0], "call");
    const shares = spec.secType === "FOP" ? LOCAL_HEAD.FOP : LOCAL_HEAD.OPT;
    const isElsewhere = spec.localSymbol !== "" &&
      head.localSymbol.slice(0, shares) !== spec.localSymbol.slice(0, shares);
    if (isElsewhere) return;
    // What all contracts of the row share is looked at once.
    const { symbol } = spec.localSymbol === "" ? spec : head;
    const shared = { ...spec, symbol, strike: 0, right: "", localSymbol: "" } as const;
    if (!matches(head, shared)) return;
    for (const strike of row.strikes) {
      if (spec.strike > 0 && strike !== spec.strike) continue;
      if (spec.right !== "P") yield this.#ofChain(listing, row, strike, "call");
      if (spec.right !== "C") yield this.#ofChain(listing, row, strike, "put");
    }
  }

  #fromChains(conId: number): Contract | undefined {
    const { underlying, classSlot, isPut, strikeSteps, dayNo } = this.#ids.partsOf(conId);
    const listing = LISTINGS[underlying];
    const optionClass = listing?.classes[classSlot - 1];
    if (optionClass === undefined) return undefined;
    const right = isPut ? "put" : "call";
    for (const row of this.#market.world.chain(listing.root)) {
      if (row.root !== optionClass.root || fieldOf(dayOfIso(row.expiry)) !== dayNo) continue;
      const strike = row.strikes.find((one) =>
        fieldOf(Math.round(one / optionClass.strikeInterval)) === strikeSteps
      );
      if (strike !== undefined) return this.#keep(this.#ofChain(underlying, row, strike, right));
    }
    return undefined;
  }

  #takeListed(): void {
    const all = this.#market.world.instruments();
    for (; this.#known < all.length; this.#known++) this.of(all[this.#known]);
  }

  #keep(contract: Contract): Contract {
    this.#byId.set(contract.conId, contract);
    return contract;
  }

  #listing(root: string): number {
    return LISTINGS.findIndex((one) => one.root === root);
  }

  #current(listing: number): Instrument {
    const { world } = this.#market;
    const known = this.#currents.get(listing);
    if (known !== undefined && world.isLive(known.id)) return known;
    const { root } = LISTINGS[listing];
    const found = world.instruments().findLast((one) =>
      one.option === undefined && one.underlying === root && world.isLive(one.id)
    );
    const current = present(found, `the instrument of ${root}`);
    this.#currents.set(listing, current);
    return current;
  }

  #ofChain(listing: number, row: ChainExpiry, strike: number, right: Right): Contract {
    const { root, expiry } = row;
    const query = { root, expiry, strike, right };
    const terms = this.#rowTerms(listing, row, strike, right);
    return this.#option(terms, { kind: "chain", query, row });
  }

  #rowTerms(listing: number, row: ChainExpiry, strike: number, right: Right): OptionTerms {
    const { root, expiry, settlement, multiplier } = row;
    const { exchange } = present(
      LISTINGS[listing].classes.find((one) => one.root === root),
      "the class",
    );
    return { listing, root, expiry, settlement, multiplier, strike, right, exchange };
  }

  #ofInstrument(instrument: Instrument): Contract {
    const listing = this.#listing(instrument.underlying);
    const { option, root, multiplier, exchange } = instrument;
    const origin = { kind: "listed", instrument } as const;
    if (option === undefined) return this.#plain(listing, instrument, origin);
    const { expiry, settlement, strike, right } = option;
    const terms = { listing, root, expiry, settlement, multiplier, strike, right, exchange };
    return this.#option(terms, origin);
  }

  #plain(listing: number, instrument: Instrument, origin: ContractOrigin): Contract {
    const { expiry = "", currency, kind } = instrument;
    const symbol = futureSymbol(LISTINGS[listing].root);
    const localSymbol = futureSymbol(instrument.symbol);
    const primaryExchange = exchangeName(instrument.exchange);
    const dayNo = expiry === "" ? 0 : dayOfIso(expiry);
    const conId = this.#ids.of({
      underlying: listing,
      classSlot: 0,
      isPut: false,
      strikeSteps: 0,
      dayNo,
    });
    const isFuture = kind === "future";
    return {
      conId,
      secType: isFuture ? "FUT" : kind === "index" ? "IND" : "STK",
      symbol,
      lastTradeDate: compactDate(expiry),
      realExpiry: compactDate(expiry),
      strike: 0,
      right: "",
      multiplier: isFuture ? String(instrument.multiplier) : "",
      exchange: isFuture || kind === "index" ? primaryExchange : "SMART",
      primaryExchange,
      currency,
      localSymbol,
      tradingClass: kind === "equity" && currency === "USD" ? tapeOf(primaryExchange) : symbol,
      listing: instrument.underlying,
      origin,
    };
  }

  #option(terms: OptionTerms, origin: ContractOrigin): Contract {
    const { listing, root, expiry, strike, settlement } = terms;
    const right = terms.right === "call" ? "C" : "P";
    const isFuture = LISTINGS[listing].kind === "future";
    const exchange = exchangeName(terms.exchange);
    const realExpiry = compactDate(expiry);
    return {
      conId: this.#optionId(terms),
      secType: isFuture ? "FOP" : "OPT",
      symbol: futureSymbol(LISTINGS[listing].root),
      lastTradeDate: this.#hasLastTradeDay ? lastTradeDayText(expiry, settlement) : realExpiry,
      realExpiry,
      strike,
      right,
      multiplier: String(terms.multiplier),
      exchange: isFuture ? exchange : "SMART",
      primaryExchange: isFuture ? exchange : "",
      currency: LISTINGS[listing].currency,
      localSymbol: isFuture
        ? futureOptionSymbol(expiry, right, strike)
        : occSymbol(root, expiry, right, strike),
      tradingClass: isFuture ? futureOptionClass(expiry) : root,
      listing: LISTINGS[listing].root,
      origin,
    };
  }

  #optionId(terms: OptionTerms): number {
    const { listing, root, expiry, strike, right } = terms;
    const index = LISTINGS[listing].classes.findIndex((one) => one.root === root);
    assert(index >= 0, `no class ${root}`);
    return this.#ids.of({
      underlying: listing,
      classSlot: index + 1,
      isPut: right === "put",
      strikeSteps: Math.round(strike / LISTINGS[listing].classes[index].strikeInterval),
      dayNo: dayOfIso(expiry),
    });
  }

  #cash(): Contract {
    return {
      conId: this.#ids.of({ ...CASH_SLOT, isPut: false, strikeSteps: 0, dayNo: 0 }),
      secType: "CASH",
      symbol: "EUR",
      lastTradeDate: "",
      realExpiry: "",
      strike: 0,
      right: "",
      multiplier: "",
      exchange: "IDEALPRO",
      primaryExchange: "",
      currency: "USD",
      localSymbol: "EUR.USD",
      tradingClass: "EUR.USD",
      listing: "",
      origin: { kind: "cash" },
    };
  }
}

/** Trading class of a share: the tape it is reported on. */
function tapeOf(exchange: string): string {
  return exchange === "NASDAQ" ? "NMS" : exchange === "ARCA" ? "ARCA" : "NYSE";
}
