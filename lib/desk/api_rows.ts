import { absenceReason, isAbsent } from "../base/absence.ts";
import { newYorkTime } from "../calendar/new_york.ts";
import { maskAccountNumber } from "../domain/account.ts";
import type { BookView } from "../domain/book_view.ts";
import { isOption, type Option } from "../domain/instrument.ts";
import {
  GREEKS_SOURCES,
  MARK_SOURCES,
  MODEL_VERSION,
  ROW_F32,
  ROW_F32_AT,
  ROW_F64,
  ROW_F64_AT,
  ROW_U8,
  ROW_U8_AT,
  type RowF64,
  STALENESS,
  UNDERLYING_AT,
  UNDERLYING_F64,
  type UnderlyingF64,
} from "../domain/measures.ts";
import { isoTime } from "../format/iso_time.ts";
import { daysToExpiry, isSettling } from "../portfolio/expiry_state.ts";
import { moveToDoublePct, moveToItmPct } from "../portfolio/option_moves.ts";
import type { ApiPosition, Provenance } from "./api_types.ts";
import { type RowNames, rowNames } from "./row_names.ts";

/** A value of the answer: absent ones are null. */
export function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

type OptionMoves = Pick<
  ApiPosition,
  "move_to_itm_pct" | "move_to_double_pct" | "moves_reason"
>;

const NO_MOVES: OptionMoves = {
  move_to_itm_pct: null,
  move_to_double_pct: null,
  moves_reason: null,
};

interface RowAccount {
  readonly slug: string;
  readonly maskedNumber: string;
}

/** Accounts that an answer is for, and when it is given. */
export interface ChosenAccounts {
  /** Indices of accounts. */
  readonly indices: readonly number[];
  /** Names of all accounts, by index. */
  readonly slugs: readonly string[];
  /** Source's clock, ms: what time is left of options is counted from it. */
  readonly now: number;
}

/** The open rows of one underlying, by dense index as they stood. */
export interface UnderlyingRows {
  readonly underlying: number;
  readonly rows: readonly number[];
}

/**
 * The position rows as they stand now, kept apart from what comes next: columns and names are
 * copied at once, and written out whenever there is time.
 */
export class ApiRows {
  /** Open rows of the chosen accounts, underlyings in the order of the book. */
  readonly byUnderlying: readonly UnderlyingRows[];
  readonly #rowF64: Float64Array;
  readonly #rowF32: Float32Array;
  readonly #rowU8: Uint8Array;
  /** Never written to: the next layout has its own. */
  readonly names: RowNames;
  readonly #underlyingF64: Float64Array;
  /** Instruments that speak for the underlyings, by index. */
  readonly #underlyingKeys: readonly (string | null)[];
  /** Source's clock, and the exchange's date. */
  readonly #now: number;
  readonly #today: string;
  /** By index. */
  readonly #accounts = new Map<number, RowAccount>();

  /** `known`: names of the rows as read before, if they were. */
  constructor(view: BookView, chosen: ChosenAccounts, known: RowNames | null) {
    this.names = rowNames(view, known);
    this.#rowF64 = view.rowF64.slice();
    this.#rowF32 = view.rowF32.slice();
    this.#rowU8 = view.rowU8.slice();
    this.#underlyingF64 = view.underlyingF64.slice();
    this.#underlyingKeys = Array.from(
      { length: view.underlyingCount },
      (_, u) => view.underlying(u).instrumentKey,
    );
    this.#now = chosen.now;
    this.#today = newYorkTime(chosen.now).date;
    for (const a of chosen.indices) {
      const { number } = view.account(a).account;
      const maskedNumber = maskAccountNumber(number);
      this.#accounts.set(a, { slug: chosen.slugs[a], maskedNumber });
    }
    this.byUnderlying = this.#openRows();
  }

  #openRows(): UnderlyingRows[] {
    const { accounts, underlyings } = this.names;
    const found = new Map<number, number[]>();
    for (let index = 0; index < accounts.length; index++) {
      if (!this.#accounts.has(accounts[index])) continue;
      if (this.#f64(index, "signedQuantity") === 0) continue;
      const rows = found.get(underlyings[index]);
      if (rows === undefined) found.set(underlyings[index], [index]);
      else rows.push(index);
    }
    return Array.from(found, ([underlying, rows]) => ({ underlying, rows }));
  }

  /** The position of an open row. */
  position(index: number): ApiPosition {
    const instrument = this.names.instruments[index];
    const option = isOption(instrument) ? instrument : null;
    const account = this.#accounts.get(this.names.accounts[index]);
    const expiry = instrument.kind === "future" ? instrument.expiry : null;
    return {
      original_symbol: instrument.key,
      underlying: instrument.underlying,
      strike: option?.strike ?? null,
      option_type: option?.right ?? null,
      quantity: this.#f64(index, "signedQuantity"),
      expiration: option?.expiry ?? expiry,
      account_number: account?.maskedNumber ?? "",
      account: account?.slug ?? "",
      instrument_type: instrument.kind,
      multiplier: instrument.multiplier,
      currency: instrument.currency,
      position_delta: orNull(this.#f64(index, "positionDelta")),
      notional_value: orNull(this.#f64(index, "dollarDelta")),
      delta_per_contract: orNull(this.#f32(index, "delta")),
      price: orNull(this.#f64(index, "mark")),
      net_liq: orNull(this.#f64(index, "marketValue")),
      day_pnl: orNull(this.#f64(index, "dayPnl")),
      implied_volatility: option === null ? null : orNull(this.#f32(index, "iv")),
      prob_itm: option === null ? null : orNull(this.#f32(index, "probItm")),
      ...this.#moves(index, option),
      days_to_expiry: daysToExpiry(instrument, this.#today),
      state: isSettling(instrument, this.#now) ? "settling" : this.#state(index),
      price_reason: this.#reason(index, "markAbsence"),
      greeks_reason: this.#reason(index, "greeksAbsence"),
      price_provenance: this.#markProvenance(index),
      greeks_provenance: this.#greeksProvenance(index),
    };
  }

  #moves(index: number, option: Option | null): OptionMoves {
    if (option === null) return NO_MOVES;
    const u = this.names.underlyings[index];
    const figures = {
      option,
      money: (field: RowF64) => this.#f64(index, field),
      iv: this.#f32(index, "iv"),
      underlying: (field: UnderlyingF64) =>
        this.#underlyingF64[u * UNDERLYING_F64.length + UNDERLYING_AT[field]],
      underlyingKey: this.#underlyingKeys[u],
      now: this.#now,
    };
    const toItm = moveToItmPct(figures);
    const toDouble = moveToDoublePct(figures);
    return {
      move_to_itm_pct: isAbsent(toItm) ? null : toItm,
      move_to_double_pct: isAbsent(toDouble) ? null : toDouble,
      moves_reason: isAbsent(toDouble) ? toDouble.why : null,
    };
  }

  #f64(index: number, name: keyof typeof ROW_F64_AT): number {
    return this.#rowF64[index * ROW_F64.length + ROW_F64_AT[name]];
  }

  #f32(index: number, name: keyof typeof ROW_F32_AT): number {
    return this.#rowF32[index * ROW_F32.length + ROW_F32_AT[name]];
  }

  #code(index: number, name: keyof typeof ROW_U8_AT): number {
    return this.#rowU8[index * ROW_U8.length + ROW_U8_AT[name]];
  }

  /** What has no price is not current, whatever its feed does. */
  #state(index: number): string {
    const state = STALENESS[this.#code(index, "staleness")] ?? "stale";
    if (state !== "current") return state;
    if (this.#reason(index, "markAbsence") !== null) return "absent";
    return this.#code(index, "dataLevel") === 0 ? state : "delayed";
  }

  #reason(index: number, name: keyof typeof ROW_U8_AT): string | null {
    const code = this.#code(index, name);
    return code === 0 ? null : absenceReason(code);
  }

  #markProvenance(index: number): Provenance {
    return {
      source: MARK_SOURCES[this.#code(index, "markSource")] ?? "none",
      event_time: isoTime(this.#f64(index, "markAt")),
      receive_time: isoTime(this.#f64(index, "receivedAt")),
      model_version: null,
    };
  }

  #greeksProvenance(index: number): Provenance {
    const source = GREEKS_SOURCES[this.#code(index, "greeksSource")] ?? "none";
    const isModel = source === "model" || source === "modelLastIv";
    return {
      source,
      event_time: isoTime(this.#f64(index, "greeksAt")),
      receive_time: isoTime(this.#f64(index, "receivedAt")),
      model_version: isModel ? MODEL_VERSION : null,
    };
  }
}
