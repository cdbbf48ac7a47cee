import type { Currency, IsoDate, UnixMs } from "../base/brand.ts";

/** What kind of contract an instrument is. */
export type InstrumentKind =
  | "equity"
  | "index"
  | "future"
  | "option"
  | "futureOption"
  | "unsupported";

/** Right of an option. */
export type OptionRight = "call" | "put";

/** AM: settled at the opening of the expiry morning. PM: at the close of the expiry. */
export type Settlement = "AM" | "PM";

/** Which trading hours apply: shares 16:00, late options and index options 16:15, futures. */
export type SessionClass = "equity" | "lateOption" | "futures";

/** What every instrument has. */
export interface InstrumentBase {
  /** Canonical key, unique over brokers; see `instrumentKey`. */
  readonly key: string;
  /** Symbol as the user reads it: the root for options. */
  readonly symbol: string;
  /** Key under which the risk is grouped: the share, index or future's root. */
  readonly underlying: string;
  /** Money per point per contract: 1 for shares, from the contract otherwise. */
  readonly multiplier: number;
  readonly currency: Currency;
  readonly exchange: string;
  readonly sessionClass: SessionClass;
  /** Smallest price increment, in price units. */
  readonly tickSize: number;
}

/** A share or fund. */
export interface Equity extends InstrumentBase {
  readonly kind: "equity";
}

/** An index: priced, never held. */
export interface Index extends InstrumentBase {
  readonly kind: "index";
}

/** A futures contract; its market value is 0, its variation is profit. */
export interface Future extends InstrumentBase {
  readonly kind: "future";
  readonly expiry: IsoDate;
  readonly expiresAt: UnixMs;
}

/** An option on a share, an index or a future. */
export interface Option extends InstrumentBase {
  readonly kind: "option" | "futureOption";
  readonly right: OptionRight;
  readonly strike: number;
  readonly expiry: IsoDate;
  /** Instant used for risk: the close, or the opening of the expiry morning when AM settled. */
  readonly expiresAt: UnixMs;
  readonly settlement: Settlement;
  /** Key of the instrument whose price drives the option. */
  readonly underlyingKey: string;
  /** Units of the underlying delivered per contract; differs from 100 after an adjustment. */
  readonly deliverable: number;
  /** Root of the contract, so that a PM and an AM root of one index stay apart. */
  readonly root: string;
}

/** A holding that the desk lists but does not value, with what the broker calls it. */
export interface Unsupported extends InstrumentBase {
  readonly kind: "unsupported";
  readonly description: string;
}

/** Any instrument. */
export type Instrument = Equity | Index | Future | Option | Unsupported;

/** True for options on anything. */
export function isOption(instrument: Instrument): instrument is Option {
  return instrument.kind === "option" || instrument.kind === "futureOption";
}

/** The parts that make an option unique. */
export interface OptionIdentity {
  readonly root: string;
  readonly expiry: IsoDate;
  readonly right: OptionRight;
  readonly strike: number;
  readonly multiplier: number;
}

/**
 * Canonical key of an option: `ROOT YYYY-MM-DD C|P STRIKE xMULTIPLIER`. The multiplier is part of
 * it because an adjusted and a standard contract may share root, expiry and strike (DAT-5).
 * Example: `SPXW 2025-03-19 P 5600 x100`.
 */
export function optionKey(option: OptionIdentity): string {
  const right = option.right === "call" ? "C" : "P";
  return `${option.root} ${option.expiry} ${right} ${option.strike} x${option.multiplier}`;
}
