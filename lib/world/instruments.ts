import { assert } from "../base/assert.ts";
import { dayOfIso, isoOf } from "./civil.ts";
import { expiresAt } from "./expiry.ts";
import { FUTURE_MULTIPLIER, LISTINGS, type OptionClass } from "./listings.ts";
import type { Instrument, InstrumentKind, Right } from "./types.ts";
import type { Tape } from "./tape.ts";

/** A contract to be listed: class number of its underlying, strike, right, expiry day. */
export interface ContractTerms {
  readonly underlying: number;
  readonly optionClass: number;
  readonly dayNo: number;
  readonly strike: number;
  readonly right: Right;
}

/** Most instruments that a world lists; a book that rolls for years meets it before memory ends. */
export const INSTRUMENTS_MAX = 1_000_000;

const KIND_OF_LISTING = {
  etf: "equity",
  share: "equity",
  index: "index",
  future: "future",
} as const satisfies Record<string, InstrumentKind>;

/** "SPXW  250319P05600000": root on six, date, right, strike in thousandths on eight. */
export function occSymbol(root: string, terms: ContractTerms): string {
  const date = isoOf(terms.dayNo).slice(2).replaceAll("-", "");
  const strike = String(Math.round(terms.strike * 1000)).padStart(8, "0");
  return `${root.padEnd(6)}${date}${terms.right === "call" ? "C" : "P"}${strike}`;
}

/** Every instrument ever listed, with the columns that the hot path reads. */
export class InstrumentTable {
  readonly all: Instrument[] = [];
  /** Number of the underlying, by instrument. */
  readonly underlyingOf: number[] = [];
  /** Option class, by instrument; undefined for what is no option. */
  readonly classOf: (OptionClass | undefined)[] = [];
  /** Strike, by instrument; NaN for what is no option. */
  readonly strike: number[] = [];
  /** +1 call, −1 put, 0 else. */
  readonly sign: number[] = [];
  /** Day number of the expiry; −1 where there is none. */
  readonly expiryDay: number[] = [];
  /** Unix ms; Infinity where there is no expiry. */
  readonly expiresAt: number[] = [];
  readonly multiplier: number[] = [];
  readonly isLive: boolean[] = [];
  /** Current instrument of each underlying (a future's changes when it rolls). */
  readonly current: number[] = [];
  readonly #idBySymbol = new Map<string, number>();

  /** Id of a symbol. */
  idOf(symbol: string): number | undefined {
    return this.#idBySymbol.get(symbol);
  }

  /** Lists an underlying that has no expiry. */
  listUnderlying(underlying: number): Instrument {
    const listing = LISTINGS[underlying];
    return this.#add(underlying, { dayNo: -1 }, {
      ...this.#blank(underlying),
      symbol: listing.root,
      multiplier: 1,
    });
  }

  /** Lists a future month and makes it the current one of its underlying. */
  listFuture(underlying: number, expiryDay: number, code: string): Instrument {
    return this.#add(underlying, { dayNo: expiryDay }, {
      ...this.#blank(underlying),
      symbol: `${LISTINGS[underlying].root}${code}`,
      multiplier: FUTURE_MULTIPLIER,
      expiry: isoOf(expiryDay),
    });
  }

  /** Lists an option contract, or returns the one that exists already. */
  listOption(terms: ContractTerms): Instrument {
    const listing = LISTINGS[terms.underlying];
    const optionClass = listing.classes[terms.optionClass];
    const symbol = occSymbol(optionClass.root, terms);
    const known = this.#idBySymbol.get(symbol);
    if (known !== undefined) return this.all[known];
    return this.#add(terms.underlying, { dayNo: terms.dayNo, optionClass }, {
      ...this.#blank(terms.underlying),
      kind: listing.kind === "future" ? "futureOption" : "option",
      symbol,
      root: optionClass.root,
      underlyingId: this.current[terms.underlying],
      exchange: optionClass.exchange,
      multiplier: optionClass.multiplier,
      deliverable: optionClass.deliverable,
      ticks: optionClass.ticks,
      option: {
        strike: terms.strike,
        right: terms.right,
        expiry: isoOf(terms.dayNo),
        expiresAt: expiresAt(terms.dayNo, optionClass.settlement),
        settlement: optionClass.settlement,
        settles: optionClass.settles,
      },
    });
  }

  #blank(underlying: number): Instrument {
    const listing = LISTINGS[underlying];
    return {
      id: this.all.length,
      kind: KIND_OF_LISTING[listing.kind],
      symbol: listing.root,
      root: listing.root,
      underlying: listing.root,
      underlyingId: this.all.length,
      currency: listing.currency,
      exchange: listing.exchange,
      multiplier: 1,
      deliverable: 0,
      ticks: listing.ticks,
    };
  }

  #add(
    underlying: number,
    terms: { readonly dayNo: number; readonly optionClass?: OptionClass },
    instrument: Instrument,
  ): Instrument {
    const { id, option } = instrument;
    assert(id < INSTRUMENTS_MAX, "the world lists no more instruments");
    this.all.push(instrument);
    this.underlyingOf.push(underlying);
    this.classOf.push(terms.optionClass);
    this.strike.push(option === undefined ? NaN : option.strike);
    this.sign.push(option === undefined ? 0 : option.right === "call" ? 1 : -1);
    this.expiryDay.push(terms.dayNo);
    this.expiresAt.push(expiryInstant(instrument));
    this.multiplier.push(instrument.multiplier);
    this.isLive.push(true);
    this.#idBySymbol.set(instrument.symbol, id);
    if (option === undefined) this.current[underlying] = id;
    return instrument;
  }

  /** Passes the terms of every instrument through a tape; a reader lists them again, in order. */
  persist(tape: Tape): void {
    tape.section("instruments");
    const count = tape.count(this.all.length, 12);
    for (let id = 0; id < count; id++) {
      const underlying = tape.i32(this.underlyingOf[id]);
      const { classes } = LISTINGS[underlying];
      const known = this.classOf[id];
      const optionClass = tape.i32(known === undefined ? -1 : classes.indexOf(known));
      const dayNo = tape.i32(this.expiryDay[id]);
      if (optionClass >= 0) {
        const strike = tape.f64(this.strike[id]);
        const right = tape.flag(this.sign[id] > 0) ? "call" : "put";
        if (tape.isReading) this.listOption({ underlying, optionClass, dayNo, strike, right });
      } else if (dayNo >= 0) {
        const code = tape.text(tape.isReading ? "" : this.all[id].symbol.slice(-2));
        if (tape.isReading) this.listFuture(underlying, dayNo, code);
      } else if (tape.isReading) this.listUnderlying(underlying);
    }
    tape.flags(this.isLive);
  }
}

function expiryInstant(instrument: Instrument): number {
  if (instrument.option !== undefined) return instrument.option.expiresAt;
  if (instrument.expiry !== undefined) return expiresAt(dayOfIso(instrument.expiry), "AM");
  return Infinity;
}
