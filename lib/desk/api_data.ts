import { absenceReason } from "../base/absence.ts";
import { type Account, maskAccountNumber } from "../domain/account.ts";
import { accountSlugs } from "../domain/account_choice.ts";
import type { BookView, RowRef } from "../domain/book_view.ts";
import { type Instrument, isOption } from "../domain/instrument.ts";
import {
  ACCOUNT_AT,
  ACCOUNT_F64,
  GREEKS_SOURCES,
  LEAF,
  LEAF_STRIDE,
  MARK_SOURCES,
  MODEL_VERSION,
  ROW_F32,
  ROW_F32_AT,
  ROW_F64,
  ROW_F64_AT,
  ROW_U8,
  ROW_U8_AT,
  STALENESS,
  UNDERLYING_AT,
  UNDERLYING_F64,
} from "../domain/measures.ts";
import { pnlIdentity } from "../portfolio/pnl_identity.ts";
import type { DeskMode } from "../ports/broker.ts";

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
  readonly account_number: string;
  /** The broker's own figure, base currency. */
  readonly net_liquidation: number | null;
  /** Cash + accrued + positions as the desk computes them, base currency. */
  readonly computed_net_liquidation: number | null;
  readonly cash: number | null;
  /** FX on cash, dividends, interest since the close; null is unknown and not in `day_pnl`. */
  readonly cash_pnl: number | null;
}

/** What `/api/data` answers (T-018); money in the base currency. */
export interface ApiData {
  readonly mode: DeskMode;
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

/** What the answer is made from besides the book. */
export interface ApiContext {
  readonly mode: DeskMode;
  readonly referenceKey: string;
  readonly sourceNow: number;
  readonly stream: { readonly epoch: string; readonly seq: number };
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function isoTime(ms: number): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null;
}

class RowReader {
  readonly #view: BookView;
  readonly #index: number;

  constructor(view: BookView, index: number) {
    this.#view = view;
    this.#index = index;
  }

  f64(name: keyof typeof ROW_F64_AT): number {
    return this.#view.rowF64[this.#index * ROW_F64.length + ROW_F64_AT[name]];
  }

  f32(name: keyof typeof ROW_F32_AT): number {
    return this.#view.rowF32[this.#index * ROW_F32.length + ROW_F32_AT[name]];
  }

  code(name: keyof typeof ROW_U8_AT): number {
    return this.#view.rowU8[this.#index * ROW_U8.length + ROW_U8_AT[name]];
  }

  reason(name: keyof typeof ROW_U8_AT): string | null {
    const code = this.code(name);
    return code === 0 ? null : absenceReason(code);
  }

  provenance(source: string, at: number, isModel: boolean): Provenance {
    return {
      source,
      event_time: isoTime(at),
      receive_time: isoTime(this.f64("receivedAt")),
      model_version: isModel ? MODEL_VERSION : null,
    };
  }
}

function positionOf(view: BookView, index: number, ref: RowRef, slug: string): ApiPosition {
  const row = new RowReader(view, index);
  const { instrument } = ref;
  const option = isOption(instrument) ? instrument : null;
  const greeksSource = GREEKS_SOURCES[row.code("greeksSource")] ?? "none";
  const { account } = view.account(view.accountIds.indexOf(ref.accountId));
  return {
    original_symbol: instrument.key,
    underlying: instrument.underlying,
    strike: option?.strike ?? null,
    option_type: option?.right ?? null,
    quantity: row.f64("signedQuantity"),
    expiration: option?.expiry ?? (instrument.kind === "future" ? instrument.expiry : null),
    account_number: maskAccountNumber(account.number),
    account: slug,
    instrument_type: instrument.kind,
    multiplier: instrument.multiplier,
    currency: instrument.currency,
    position_delta: known(row.f64("positionDelta")),
    notional_value: known(row.f64("dollarDelta")),
    delta_per_contract: known(row.f32("delta")),
    price: known(row.f64("mark")),
    net_liq: known(row.f64("marketValue")),
    day_pnl: known(row.f64("dayPnl")),
    implied_volatility: option === null ? null : known(row.f32("iv")),
    state: STALENESS[row.code("staleness")] ?? "stale",
    price_reason: row.reason("markAbsence"),
    greeks_reason: row.reason("greeksAbsence"),
    price_provenance: row.provenance(
      MARK_SOURCES[row.code("markSource")] ?? "none",
      row.f64("markAt"),
      false,
    ),
    greeks_provenance: row.provenance(
      greeksSource,
      row.f64("greeksAt"),
      greeksSource === "model" || greeksSource === "modelLastIv",
    ),
  };
}

function leafSum(view: BookView, u: number, accounts: readonly number[], measure: number): number {
  let sum = 0;
  for (const a of accounts) {
    sum += view.cellF64[(u * view.accountCount + a) * LEAF_STRIDE + measure];
  }
  return sum;
}

function groupOf(
  view: BookView,
  u: number,
  accounts: readonly number[],
  positions: readonly ApiPosition[],
): ApiGroup {
  const sum = (measure: number) => leafSum(view, u, accounts, measure);
  const field = (name: keyof typeof UNDERLYING_AT) =>
    view.underlyingF64[u * UNDERLYING_F64.length + UNDERLYING_AT[name]];
  return {
    symbol: view.underlying(u).symbol,
    positions,
    total_delta: sum(LEAF.positionDelta),
    total_notional: sum(LEAF.dollarDelta),
    total_net_liq: sum(LEAF.marketValue),
    total_day_pnl: sum(LEAF.dayPnl),
    contract_notional: sum(LEAF.contractNotional),
    price: known(field("price")),
    price_source: MARK_SOURCES[field("priceSource")] ?? "none",
    left_out: {
      without_greeks: sum(LEAF.withoutGreeks),
      without_price: sum(LEAF.withoutMark),
      without_day_pnl: sum(LEAF.withoutDayPnl),
    },
  };
}

function accountOf(view: BookView, a: number, account: Account, slug: string): ApiAccount {
  const field = (name: keyof typeof ACCOUNT_AT) =>
    view.accountF64[a * ACCOUNT_F64.length + ACCOUNT_AT[name]];
  let positions = 0;
  for (let u = 0; u < view.underlyingCount; u++) {
    positions += leafSum(view, u, [a], LEAF.marketValue);
  }
  return {
    account: slug,
    nickname: account.nickname,
    type: account.type,
    broker: account.broker,
    account_number: maskAccountNumber(account.number),
    net_liquidation: known(field("netLiquidation")),
    computed_net_liquidation: known(field("cash") + field("accrued") + positions),
    cash: known(field("cash")),
    cash_pnl: known(field("cashPnl")),
  };
}

function referencePrice(view: BookView, referenceKey: string): number | null {
  for (let u = 0; u < view.underlyingCount; u++) {
    if (view.underlying(u).instrumentKey !== referenceKey) continue;
    return known(view.underlyingF64[u * UNDERLYING_F64.length + UNDERLYING_AT.price]);
  }
  return null;
}

function groupsOf(view: BookView, chosen: readonly number[], slugs: readonly string[]): ApiGroup[] {
  const byUnderlying = new Map<number, ApiPosition[]>();
  for (let index = 0; index < view.rowCount; index++) {
    const ref = view.row(index);
    const a = view.accountIds.indexOf(ref.accountId);
    if (!chosen.includes(a) || view.rowF64[index * ROW_F64.length] === 0) continue;
    const u = view.underlyingOfRow(index);
    const list = byUnderlying.get(u) ?? [];
    list.push(positionOf(view, index, ref, slugs[a]));
    byUnderlying.set(u, list);
  }
  const groups = [...byUnderlying].map(([u, list]) => groupOf(view, u, chosen, list));
  return groups.sort((a, b) => Math.abs(b.total_net_liq) - Math.abs(a.total_net_liq));
}

function sumOf(groups: readonly ApiGroup[], pick: (group: ApiGroup) => number): number {
  return groups.reduce((sum, group) => sum + pick(group), 0);
}

/** The book as JSON for the chosen account indices; see docs/api.md. Groups by |net liq|. */
export function apiData(view: BookView, chosen: readonly number[], context: ApiContext): ApiData {
  const accounts = Array.from({ length: view.accountCount }, (_, a) => view.account(a).account);
  const slugs = accountSlugs(accounts);
  const groups = groupsOf(view, chosen, slugs);
  const all = accounts.map((account, a) => accountOf(view, a, account, slugs[a]));
  const notional = totalOver(view, chosen, LEAF.dollarDelta);
  const price = referencePrice(view, context.referenceKey);
  const netLiqs = chosen.map((a) => all[a].net_liquidation ?? all[a].computed_net_liquidation);
  const cashPnl = chosen.reduce(
    (sum, a) => sum + (known(view.accountF64[a * ACCOUNT_F64.length + ACCOUNT_AT.cashPnl]) ?? 0),
    0,
  );
  const identity = pnlIdentity(view, chosen);
  return {
    mode: context.mode,
    base_currency: view.baseCurrency,
    portfolio_delta: price === null ? null : notional / price,
    delta_basis: { kind: "dollarDelta", symbol: context.referenceKey, price },
    total_notional: notional,
    contract_notional: totalOver(view, chosen, LEAF.contractNotional),
    total_net_liq: totalOver(view, chosen, LEAF.marketValue),
    account_net_liq: netLiqs.includes(null)
      ? null
      : netLiqs.reduce<number>((sum, value) => sum + (value ?? 0), 0),
    day_pnl: totalOver(view, chosen, LEAF.dayPnl) + cashPnl,
    day_pnl_check: {
      net_liq_change: known(identity.netLiqChange),
      external_flows: known(identity.externalFlows),
      difference: known(identity.difference),
    },
    position_count: sumOf(groups, (group) => group.positions.length),
    left_out: {
      without_greeks: totalOver(view, chosen, LEAF.withoutGreeks),
      without_price: totalOver(view, chosen, LEAF.withoutMark),
      without_day_pnl: totalOver(view, chosen, LEAF.withoutDayPnl),
    },
    last_update: new Date(context.sourceNow).toISOString(),
    stream: context.stream,
    grouped_positions: groups,
    all_accounts: all,
    selected_accounts: chosen.map((a) => slugs[a]),
  };
}

function totalOver(view: BookView, chosen: readonly number[], measure: number): number {
  let sum = 0;
  for (let u = 0; u < view.underlyingCount; u++) sum += leafSum(view, u, chosen, measure);
  return sum;
}
