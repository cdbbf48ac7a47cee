import { fail, ok, type Result } from "../../base/result.ts";
import type { IsoDate } from "../../base/brand.ts";
import { expiryInstant } from "../../calendar/expiry.ts";
import {
  type Instrument,
  type InstrumentBase,
  type Option,
  optionKey,
  type OptionRight,
} from "../../domain/instrument.ts";
import type { Manifest, ManifestOptionClass, ManifestUnderlying } from "./wire/manifest.ts";

/** Most instruments that one recording may name. */
export const INSTRUMENTS_MAX = 20_000;

const OPTION_KEY = /^([A-Z][A-Z0-9./]{0,11}) (\d{4}-\d{2}-\d{2}) ([CP]) (\d+(?:\.\d+)?) x\d/;

/** The parts of an option as a row names them. */
export interface OptionParts {
  readonly root: string;
  readonly expiry: IsoDate;
  readonly right: OptionRight;
  readonly strike: number;
}

/** Where the price of an underlying comes from, in words. */
export function spotSource(underlying: ManifestUnderlying): string {
  const { spot } = underlying;
  if (spot.rule === "bars") return "recorded bars";
  return `derived by put–call parity of ${spot.root} ${spot.expiry} ${spot.strike}`;
}

function underlyingInstrument(underlying: ManifestUnderlying): Instrument {
  const { symbol, kind, currency, exchange, tickSize, spot } = underlying;
  const isDerived = spot.rule === "parity";
  const base: InstrumentBase = {
    key: symbol,
    symbol,
    underlying: symbol,
    multiplier: 1,
    currency,
    exchange: isDerived ? spotSource(underlying) : exchange,
    // A derived price lives as long as the options that it is derived from are quoted.
    sessionClass: isDerived ? "lateOption" : "equity",
    tickSize,
  };
  return { ...base, kind };
}

/** All instruments of a recording, each under a dense index in the order in which it was met. */
export class InstrumentTable {
  readonly instruments: Instrument[] = [];
  readonly #indexByKey = new Map<string, number>();
  readonly #classByRoot: ReadonlyMap<string, ManifestOptionClass>;

  /** Begins with the manifest's underlyings, index 0 first. */
  constructor(manifest: Manifest) {
    this.#classByRoot = new Map(manifest.optionClasses.map((option) => [option.root, option]));
    for (const underlying of manifest.underlyings) this.#add(underlyingInstrument(underlying));
  }

  /** Index of a key, or null. */
  indexOf(key: string): number | null {
    return this.#indexByKey.get(key) ?? null;
  }

  /** Index of an option, made when it is new. Fails with a sentence about the contract. */
  option(parts: OptionParts): Result<number, string> {
    const { root, expiry, right, strike } = parts;
    const optionClass = this.#classByRoot.get(root);
    if (optionClass === undefined) {
      return fail(`root ${root} is not among the optionClasses of the manifest`);
    }
    const { underlying, multiplier, settlement } = optionClass;
    const key = optionKey({ root, expiry, right, strike, multiplier });
    const known = this.indexOf(key);
    if (known !== null) return ok(known);
    const expiresAt = expiryInstant({ expiry, settlement });
    if (!expiresAt.ok) return fail(`expiry of ${key}: ${expiresAt.error.message}`);
    if (this.instruments.length >= INSTRUMENTS_MAX) {
      return fail(`more than ${INSTRUMENTS_MAX} instruments; record fewer`);
    }
    const option: Option = {
      kind: "option",
      key,
      symbol: root,
      underlying,
      multiplier,
      currency: optionClass.currency,
      exchange: optionClass.exchange,
      sessionClass: optionClass.sessionClass,
      tickSize: optionClass.tickSize,
      right,
      strike,
      expiry,
      expiresAt: expiresAt.value,
      settlement,
      underlyingKey: underlying,
      deliverable: optionClass.deliverable,
      root,
    };
    return ok(this.#add(option));
  }

  /** Index of an instrument by its canonical key; an option that no row quotes is made. */
  resolve(key: string): Result<number, string> {
    const known = this.indexOf(key);
    if (known !== null) return ok(known);
    const match = OPTION_KEY.exec(key);
    if (match === null) {
      return fail(`"${key}" is neither an underlying nor ROOT YYYY-MM-DD C|P STRIKE xMULTIPLIER`);
    }
    const made = this.option({
      root: match[1],
      expiry: match[2],
      right: match[3] === "C" ? "call" : "put",
      strike: Number(match[4]),
    });
    if (!made.ok) return made;
    const canonical = this.instruments[made.value].key;
    return canonical === key ? made : fail(`"${key}" must be written "${canonical}"`);
  }

  #add(instrument: Instrument): number {
    const index = this.instruments.length;
    this.instruments.push(instrument);
    this.#indexByKey.set(instrument.key, index);
    return index;
  }
}
