import { type Account, type FxRate, maskAccountNumber } from "../domain/account.ts";
import { accountSlugs } from "../domain/account_choice.ts";
import type { BookView } from "../domain/book_view.ts";
import {
  ACCOUNT_AT,
  ACCOUNT_F64,
  LEAF,
  LEAF_STRIDE,
  MARK_SOURCES,
  STALENESS,
  UNDERLYING_AT,
  UNDERLYING_F64,
} from "../domain/measures.ts";
import { isoTime } from "../format/iso_time.ts";
import { brokerParts, type PartFeed, wantingParts } from "../portfolio/broker_parts.ts";
import { pnlIdentity } from "../portfolio/pnl_identity.ts";
import type { DeskMode } from "../ports/broker.ts";
import type { StandIn } from "../stream/protocol/messages.ts";
import { ApiRows, orNull } from "./api_rows.ts";
import type { ApiAccount, ApiBroker, ApiData, ApiFxRate, ApiGroup } from "./api_types.ts";
import type { RowNames } from "./row_names.ts";

/** What the answer is made from besides the book. */
export interface ApiContext {
  readonly mode: DeskMode;
  /** What stands in for a live broker; null: nothing does. */
  readonly standIn: StandIn | null;
  readonly referenceKey: string;
  readonly sourceNow: number;
  /** By which brokers' parts are judged; absent: one broker. */
  readonly feeds?: readonly PartFeed[];
  readonly fxRates?: readonly FxRate[];
  readonly stream: { readonly epoch: string; readonly seq: number };
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
): ApiGroup {
  const sum = (measure: number) => leafSum(view, u, accounts, measure);
  const field = (name: keyof typeof UNDERLYING_AT) =>
    view.underlyingF64[u * UNDERLYING_F64.length + UNDERLYING_AT[name]];
  return {
    symbol: view.underlying(u).symbol,
    positions: [],
    total_delta: sum(LEAF.positionDelta),
    total_notional: sum(LEAF.dollarDelta),
    total_net_liq: sum(LEAF.marketValue),
    total_day_pnl: sum(LEAF.dayPnl),
    contract_notional: sum(LEAF.contractNotional),
    price: orNull(field("price")),
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
    currency: account.currency,
    account_number: maskAccountNumber(account.number),
    is_paper: account.isPaper === true,
    net_liquidation: orNull(field("netLiquidation")),
    computed_net_liquidation: orNull(field("cash") + field("accrued") + positions),
    cash: orNull(field("cash")),
    cash_pnl: orNull(field("cashPnl")),
    balances_as_of: isoTime(field("asOf")),
    balances_state: balancesState(field("staleness")),
  };
}

function balancesState(staleness: number): ApiAccount["balances_state"] {
  if (Number.isNaN(staleness)) return "absent";
  return STALENESS[staleness] === "stale" ? "stale" : "current";
}

function referencePrice(view: BookView, referenceKey: string): number | null {
  for (let u = 0; u < view.underlyingCount; u++) {
    if (view.underlying(u).instrumentKey !== referenceKey) continue;
    return orNull(view.underlyingF64[u * UNDERLYING_F64.length + UNDERLYING_AT.price]);
  }
  return null;
}

type BookTotals = Omit<
  ApiData,
  | "account_net_liq"
  | "position_count"
  | "last_update"
  | "stream"
  | "grouped_positions"
  | "all_accounts"
  | "brokers"
  | "fx_rates"
  | "selected_accounts"
>;

/** What is summed over the cells of the book. */
function bookTotals(view: BookView, chosen: readonly number[], context: ApiContext): BookTotals {
  const notional = totalOver(view, chosen, LEAF.dollarDelta);
  const price = referencePrice(view, context.referenceKey);
  const cashPnl = chosen.reduce(
    (sum, a) => sum + (orNull(view.accountF64[a * ACCOUNT_F64.length + ACCOUNT_AT.cashPnl]) ?? 0),
    0,
  );
  const identity = pnlIdentity(view, chosen);
  const parts = brokerParts(view, context.feeds ?? []);
  const withoutGreeks = totalOver(view, chosen, LEAF.withoutGreeks);
  const withoutPrice = totalOver(view, chosen, LEAF.withoutMark);
  return {
    mode: context.mode,
    stand_in: context.standIn,
    base_currency: view.baseCurrency,
    portfolio_delta: price === null ? null : notional / price,
    delta_basis: { kind: "dollarDelta", symbol: context.referenceKey, price },
    total_notional: notional,
    contract_notional: totalOver(view, chosen, LEAF.contractNotional),
    total_net_liq: totalOver(view, chosen, LEAF.marketValue),
    day_pnl: totalOver(view, chosen, LEAF.dayPnl) + cashPnl,
    day_pnl_check: {
      net_liq_change: orNull(identity.netLiqChange),
      external_flows: orNull(identity.externalFlows),
      difference: orNull(identity.difference),
    },
    left_out: {
      without_greeks: withoutGreeks,
      without_price: withoutPrice,
      without_day_pnl: totalOver(view, chosen, LEAF.withoutDayPnl),
    },
    partial: withoutGreeks > 0 || withoutPrice > 0 ||
      wantingParts(parts, chosen, view.accountCount).length > 0,
  };
}

function brokersOf(
  view: BookView,
  slugs: readonly string[],
  { feeds = [] }: ApiContext,
): readonly ApiBroker[] {
  const parts = brokerParts(view, feeds);
  if (parts.length < 2) return [];
  return parts.map(({ since, accounts, ...part }) => ({
    ...part,
    since: since === null ? null : isoTime(since),
    accounts: accounts.map((account) => slugs[account]),
  }));
}

function fxRatesOf({ fxRates = [] }: ApiContext): readonly ApiFxRate[] {
  return fxRates.filter(({ rate }) => Number.isFinite(rate)).map((one) => ({
    currency: one.currency,
    base: one.base,
    rate: one.rate,
    as_of: isoTime(one.asOf),
  }));
}

function accountNetLiq(accounts: readonly ApiAccount[]): number | null {
  let sum = 0;
  for (const { net_liquidation, computed_net_liquidation } of accounts) {
    const netLiq = net_liquidation ?? computed_net_liquidation;
    if (netLiq === null) return null;
    sum += netLiq;
  }
  return sum;
}

function totalOver(view: BookView, chosen: readonly number[], measure: number): number {
  let sum = 0;
  for (let u = 0; u < view.underlyingCount; u++) sum += leafSum(view, u, chosen, measure);
  return sum;
}

/** A group whose positions are still to be written, and the rows that they are written from. */
export interface ApiGroupRows {
  readonly group: ApiGroup;
  readonly rows: readonly number[];
}

/** The answer with everything in it but the positions, and what those are written from. */
export interface ApiState {
  /** `grouped_positions` is empty. */
  readonly data: ApiData;
  readonly groups: readonly ApiGroupRows[];
  readonly rows: ApiRows;
}

/**
 * The book as it stands now for the chosen account indices, to be written out at any time.
 * `known`: names of the rows as an earlier state has them.
 */
export function apiState(
  view: BookView,
  chosen: readonly number[],
  context: ApiContext,
  known: RowNames | null = null,
): ApiState {
  const accounts = Array.from({ length: view.accountCount }, (_, a) => view.account(a).account);
  const slugs = accountSlugs(accounts);
  const rows = new ApiRows(view, { indices: chosen, slugs, now: context.sourceNow }, known);
  const groups = rows.byUnderlying.map((held) => ({
    group: groupOf(view, held.underlying, chosen),
    rows: held.rows,
  }));
  const netLiq = ({ group }: ApiGroupRows) => Math.abs(group.total_net_liq);
  groups.sort((a, b) => netLiq(b) - netLiq(a));
  const positionCount = groups.reduce((sum, group) => sum + group.rows.length, 0);
  const all = accounts.map((account, a) => accountOf(view, a, account, slugs[a]));
  const data = {
    ...bookTotals(view, chosen, context),
    account_net_liq: accountNetLiq(chosen.map((a) => all[a])),
    position_count: positionCount,
    brokers: brokersOf(view, slugs, context),
    fx_rates: fxRatesOf(context),
    last_update: isoTime(context.sourceNow) ?? "",
    stream: context.stream,
    grouped_positions: [],
    all_accounts: all,
    selected_accounts: chosen.map((a) => slugs[a]),
  };
  return { data, groups, rows };
}

/** The book for the chosen account indices; see docs/api.md. Groups by |net liq|. */
export function apiData(view: BookView, chosen: readonly number[], context: ApiContext): ApiData {
  const { data, groups, rows } = apiState(view, chosen, context);
  const grouped_positions = groups.map((held) => ({
    ...held.group,
    positions: held.rows.map((index) => rows.position(index)),
  }));
  return { ...data, grouped_positions };
}
