import type { Instrument } from "../domain/instrument.ts";
import type { DeskMode } from "../ports/broker.ts";
import type { StandIn } from "../stream/protocol/messages.ts";

/** Where a value comes from and when; times are ISO UTC by the source's clock. */
export interface Provenance {
  readonly source: string;
  readonly event_time: string | null;
  readonly receive_time: string | null;
  readonly model_version: string | null;
}

/** A position of T-019; null is unknown, with its reason beside it. */
export interface ApiPosition {
  readonly original_symbol: string;
  readonly underlying: string;
  readonly strike: number | null;
  readonly option_type: "call" | "put" | null;
  readonly quantity: number;
  readonly expiration: string | null;
  readonly account_number: string;
  readonly account: string;
  readonly instrument_type: Instrument["kind"];
  readonly multiplier: number;
  readonly currency: string;
  readonly position_delta: number | null;
  readonly notional_value: number | null;
  readonly delta_per_contract: number | null;
  readonly price: number | null;
  readonly net_liq: number | null;
  readonly day_pnl: number | null;
  readonly implied_volatility: number | null;
  /** Risk-neutral, 0 to 1. */
  readonly prob_itm: number | null;
  /** Percent of the price of the underlying, signed by the right. */
  readonly move_to_itm_pct: number | null;
  readonly move_to_double_pct: number | null;
  /** Why an option has no move to double; the move into the money lacks `noUnderlying` alone. */
  readonly moves_reason: string | null;
  /** Calendar days, 0 on the day and after; of options and futures. */
  readonly days_to_expiry: number | null;
  readonly state: string;
  readonly price_reason: string | null;
  readonly greeks_reason: string | null;
  readonly price_provenance: Provenance;
  readonly greeks_provenance: Provenance;
}

/** An underlying with its positions. */
export interface ApiGroup {
  readonly symbol: string;
  readonly positions: readonly ApiPosition[];
  readonly total_delta: number;
  readonly total_notional: number;
  readonly total_net_liq: number;
  readonly total_day_pnl: number;
  readonly contract_notional: number;
  readonly price: number | null;
  /** Where the price comes from: MARK_SOURCES. */
  readonly price_source: string;
  readonly left_out: LeftOut;
}

/** Legs that a sum does not contain. */
export interface LeftOut {
  readonly without_greeks: number;
  readonly without_price: number;
  readonly without_day_pnl: number;
}

/** An account of the answer. */
export interface ApiAccount {
  readonly account: string;
  readonly nickname: string;
  readonly type: string;
  readonly broker: string;
  /** Currency that the broker keeps it in. */
  readonly currency: string;
  readonly account_number: string;
  /** True where its money is not real. */
  readonly is_paper: boolean;
  /** The broker's own figure, base currency. */
  readonly net_liquidation: number | null;
  /** Cash + accrued + positions as the desk computes them, base currency. */
  readonly computed_net_liquidation: number | null;
  readonly cash: number | null;
  /** FX on cash, dividends, interest since the close; null is unknown and not in `day_pnl`. */
  readonly cash_pnl: number | null;
  /** Time of the broker's figures, ISO 8601; null while it has told none. */
  readonly balances_as_of: string | null;
  /** "stale": the broker should have told newer ones by now; "absent": it has told none. */
  readonly balances_state: "current" | "stale" | "absent";
}

/** The part of the book that one broker of several tells. */
export interface ApiBroker {
  readonly broker: string;
  readonly name: string;
  /** `old`: its accounts count as of `since`; `missing`: they are in no total. */
  readonly state: "current" | "old" | "missing";
  readonly since: string | null;
  readonly detail: string | null;
  /** Slugs of its accounts. */
  readonly accounts: readonly string[];
}

/** A rate that money of another currency was converted with. */
export interface ApiFxRate {
  readonly currency: string;
  readonly base: string;
  /** One unit of `currency` in `base`. */
  readonly rate: number;
  readonly as_of: string | null;
}

/** What `/api/data` answers (T-018); money in the base currency. */
export interface ApiData {
  readonly mode: DeskMode;
  /** What stands in for a live broker and its real money; null: nothing does. */
  readonly stand_in: StandIn | null;
  readonly base_currency: string;
  readonly portfolio_delta: number | null;
  readonly delta_basis: {
    readonly kind: "dollarDelta";
    readonly symbol: string;
    readonly price: number | null;
  };
  readonly total_notional: number;
  readonly contract_notional: number;
  readonly total_net_liq: number;
  readonly account_net_liq: number | null;
  readonly day_pnl: number;
  readonly day_pnl_check: ApiPnlCheck;
  readonly position_count: number;
  readonly left_out: LeftOut;
  /** True while the totals lack something that is still to come or does not come. */
  readonly partial: boolean;
  /** Empty on a desk with one broker. */
  readonly brokers: readonly ApiBroker[];
  readonly fx_rates: readonly ApiFxRate[];
  readonly last_update: string;
  readonly stream: { readonly epoch: string; readonly seq: number };
  readonly grouped_positions: readonly ApiGroup[];
  readonly all_accounts: readonly ApiAccount[];
  readonly selected_accounts: readonly string[];
}

/** The other side of the day P&L, base currency; null where a part is unknown. */
export interface ApiPnlCheck {
  /** Net liq now − net liq at the previous official close. */
  readonly net_liq_change: number | null;
  /** Deposits − withdrawals since that close. */
  readonly external_flows: number | null;
  /** Day P&L − (net_liq_change − external_flows). */
  readonly difference: number | null;
}
