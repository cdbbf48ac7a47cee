import type { IsoDate } from "../../../base/brand.ts";
import { fail, ok, type Result } from "../../../base/result.ts";
import type { Answer, BrokerError } from "../../../ports/broker.ts";
import { type AccountRecord, readAccounts } from "../map/accounts.ts";
import { type BalanceRecord, readBalances } from "../map/balances.ts";
import {
  type ListedChain,
  type ListedFutureChain,
  readChains,
  readFutureChains,
} from "../map/chains.ts";
import { readDecimal } from "../map/decimal.ts";
import { Drift, Fields } from "../map/fields.ts";
import { CURRENCY } from "../map/listed_instrument.ts";
import { type MarketDataRow, readMarketData } from "../map/market_data.ts";
import { type MarketSession, readMarketSession } from "../map/market_session.ts";
import { type MarketMetrics, readMetrics } from "../map/metrics.ts";
import { type NetLiqPoint, readNetLiqHistory } from "../map/net_liq_history.ts";
import { type OrderRecord, readOrders } from "../map/orders.ts";
import { type HeldRows, readHeldRows } from "../map/positions.ts";
import { type LeveledQuoteToken, readQuoteToken } from "../map/quote_token.ts";
import { readTransactions, type TransactionRecord } from "../map/transactions.ts";
import { Definitions } from "./definitions.ts";
import { ENDPOINTS } from "./environment.ts";
import { brokerErrorOf, type RestFailure, restFailure } from "./failure.ts";
import { OfficialServices, type Services } from "./official_services.ts";
import { pathSegment, pieces, type Query, queryText } from "./query.ts";
import type { RestTransport } from "./transport.ts";

/** Stretch of a net-liq history. */
export type TimeBack = "1d" | "1w" | "1m" | "3m" | "6m" | "1y" | "all";

/** Parameters of market data by type; each holds symbols of the REST service. */
export type MarketDataType =
  | "equity"
  | "equity-option"
  | "future"
  | "future-option"
  | "index"
  | "cryptocurrency";

/** A symbol under the type by which its market data is asked for. */
export interface TypedSymbol {
  readonly type: MarketDataType;
  readonly symbol: string;
}

/** Most symbols of a market data call, over all types together. Source: tastytrade.md §7. */
export const MARKET_DATA_MAX = 100;
const METRICS_MAX = 50;
/** No rate of dollars as a decimal is above it. */
const RATE_MAX = 0.25;
const TRANSACTIONS_PAGE = 250;

/** What was read, or a failure when nothing of what must be there was. */
type Read<T> = (data: unknown) => T | null;

/**
 * What the desk asks tastytrade for, read and checked. Every answer says by `drift` what came
 * otherwise than expected. Calls go through the official package's services where they lose
 * nothing, else straight over the transport; see docs/decisions/tastytrade_services.md.
 */
export class TastytradeServices {
  /** Counts of what came otherwise than expected. */
  readonly drift = new Drift();
  /** What the broker says about instruments. */
  readonly definitions: Definitions;
  readonly #isSandbox: boolean;
  readonly #transport: RestTransport;
  readonly #official: OfficialServices;

  private constructor(transport: RestTransport, official: OfficialServices) {
    this.#isSandbox = transport.origin === ENDPOINTS.sandbox.rest;
    this.#transport = transport;
    this.#official = official;
    this.definitions = new Definitions(official, transport, this.drift);
  }

  /** Loads the official package and attaches it to the transport; nothing is sent. */
  static async load(transport: RestTransport): Promise<TastytradeServices> {
    return new TastytradeServices(transport, await OfficialServices.load(transport));
  }

  /** All accounts of the login, closed ones too. */
  accounts(signal: AbortSignal): Answer<readonly AccountRecord[]> {
    return this.#ask(
      "accounts",
      signal,
      (services) => services.accountsAndCustomersService.getCustomerAccounts(),
      (items) => readAccounts(items, this.drift),
    );
  }

  /** A token that opens the market data feed. */
  quoteToken(signal: AbortSignal): Answer<LeveledQuoteToken> {
    return this.#ask(
      "quote token",
      signal,
      (services) => services.accountsAndCustomersService.getApiQuoteToken(),
      (data) => {
        const fields = Fields.of(data, "quoteToken", this.drift);
        return fields === null ? null : readQuoteToken(fields);
      },
    );
  }

  /** Open positions with the broker's own marks. */
  positions(accountNumber: string, signal: AbortSignal): Answer<HeldRows> {
    return this.#ask(
      "positions",
      signal,
      ({ balancesAndPositionsService }) =>
        balancesAndPositionsService.getPositionsList(pathSegment(accountNumber), {
          includeMarks: true,
        }),
      (items) => Array.isArray(items) ? readHeldRows(items, this.drift) : null,
    );
  }

  /** Balances, one per currency; the dollar's alone where the service has no list. */
  async balances(
    accountNumber: string,
    signal: AbortSignal,
  ): Answer<readonly BalanceRecord[]> {
    const all = await this.#ask(
      "balances",
      signal,
      ({ balancesAndPositionsService }) =>
        balancesAndPositionsService.getAccountBalanceValues(pathSegment(accountNumber)),
      (data) => notEmpty(readBalances(data, this.drift)),
    );
    if (all.ok || all.error.code !== "refused") return all;
    const path = `/accounts/${pathSegment(accountNumber)}/balances/${CURRENCY}`;
    const got = await this.#get(path, {}, signal);
    return got.ok ? ok(readBalances(dataOf(got.value), this.drift)) : all;
  }

  /** Balances at the end of a session; none where what is answered is of another day. */
  balancesAtEnd(
    accountNumber: string,
    session: IsoDate,
    signal: AbortSignal,
  ): Answer<readonly BalanceRecord[]> {
    return this.#ask(
      "balance snapshots",
      signal,
      ({ balancesAndPositionsService }) =>
        balancesAndPositionsService.getBalanceSnapshots(pathSegment(accountNumber), {
          timeOfDay: "EOD",
          snapshotDate: session,
        }),
      (data) =>
        readBalances(data, this.drift).filter(({ snapshotOn }) =>
          snapshotOn === null || snapshotOn === session
        ),
    );
  }

  /** Net liq over time; not served by the sandbox. */
  async netLiqHistory(
    accountNumber: string,
    timeBack: TimeBack,
    signal: AbortSignal,
  ): Answer<readonly NetLiqPoint[]> {
    if (this.#isSandbox) return notInSandbox("net liq history");
    return await this.#ask(
      "net liq history",
      signal,
      ({ netLiquidatingValueHistoryService }) =>
        netLiquidatingValueHistoryService.getNetLiquidatingValueHistory(
          pathSegment(accountNumber),
          { timeBack },
        ),
      (items) => Array.isArray(items) ? readNetLiqHistory(items, this.drift) : null,
    );
  }

  /** All transactions of the dates, both included; the broker's default start is never used. */
  transactions(
    accountNumber: string,
    dates: { readonly from: IsoDate; readonly to: IsoDate },
    signal: AbortSignal,
  ): Answer<readonly TransactionRecord[]> {
    return this.#ask(
      "transactions",
      signal,
      ({ transactionsService }) =>
        transactionsService.getAccountTransactions(pathSegment(accountNumber), {
          startDate: dates.from,
          endDate: dates.to,
          perPage: TRANSACTIONS_PAGE,
          sort: "Asc",
        }),
      (items) => Array.isArray(items) ? readTransactions(items, this.drift) : null,
    );
  }

  /** Orders of the trading day in any state, and those that rest. */
  ordersToday(accountNumber: string, signal: AbortSignal): Answer<readonly OrderRecord[]> {
    return this.#ask(
      "orders",
      signal,
      ({ orderService }) => orderService.getLiveOrders(pathSegment(accountNumber)),
      (items) => Array.isArray(items) ? readOrders(items, this.drift) : null,
    );
  }

  /** Measures of underlyings; not served by the sandbox. */
  async metrics(
    symbols: readonly string[],
    signal: AbortSignal,
  ): Answer<readonly MarketMetrics[]> {
    if (this.#isSandbox) return notInSandbox("market metrics");
    const all: MarketMetrics[] = [];
    for (const piece of pieces(symbols, METRICS_MAX)) {
      const rows = await this.#ask(
        "market metrics",
        signal,
        ({ marketMetricsService }) =>
          marketMetricsService.getMarketMetrics({ symbols: piece.join(",") }),
        (items) => Array.isArray(items) ? readMetrics(items, this.drift) : null,
      );
      if (!rows.ok) return rows;
      all.push(...rows.value);
    }
    return ok(all);
  }

  /** Option chains of a share or an index, one per root. Several MB for an index: keep them. */
  chains(underlying: string, signal: AbortSignal): Answer<readonly ListedChain[]> {
    return this.#ask(
      "option chain",
      signal,
      ({ instrumentsService }) => instrumentsService.getNestedOptionChain(pathSegment(underlying)),
      (items) => Array.isArray(items) ? readChains(items, this.drift) : null,
    );
  }

  /** Chains of the options on a product of futures, by its code without the slash. */
  futureChains(product: string, signal: AbortSignal): Answer<readonly ListedFutureChain[]> {
    return this.#ask(
      "futures option chain",
      signal,
      ({ instrumentsService }) =>
        instrumentsService.getNestedFutureOptionChains(pathSegment(product)),
      (data) => notEmpty(readFutureChains(data, this.drift)),
    );
  }

  /** Market data of any number of symbols, a hundred a call; not served by the sandbox. */
  async marketData(
    symbols: readonly TypedSymbol[],
    signal: AbortSignal,
  ): Answer<readonly MarketDataRow[]> {
    if (this.#isSandbox) return notInSandbox("market data");
    const all: MarketDataRow[] = [];
    for (const piece of pieces(symbols, MARKET_DATA_MAX)) {
      const query: Record<string, string> = {};
      for (const { type, symbol } of piece) {
        query[type] = query[type] === undefined ? symbol : `${query[type]},${symbol}`;
      }
      const got = await this.#get("/market-data/by-type", query, signal);
      if (!got.ok) return fail(brokerErrorOf(got.error));
      all.push(...readMarketData(itemsOf(got.value), this.drift));
    }
    return ok(all);
  }

  /** The broker's rate without risk, a decimal per year; as it is said, not continuous. */
  async riskFreeRate(signal: AbortSignal): Answer<number> {
    const got = await this.#get("/margin-requirements-public-configuration", {}, signal);
    if (!got.ok) return fail(brokerErrorOf(got.error));
    const fields = Fields.of(dataOf(got.value), "configuration", this.drift);
    const rate = readDecimal(fields?.value("risk-free-rate"));
    // A rate in percent would discount everything away.
    const isRate = rate !== null && Math.abs(rate) <= RATE_MAX;
    if (rate !== null && !isRate) this.drift.note("configuration", "risk-free-rate", "unit");
    return isRate ? ok(rate) : unreadable("risk-free rate");
  }

  /** The broker's view of the session of shares. */
  async marketSession(signal: AbortSignal): Answer<MarketSession> {
    const got = await this.#get("/market-time/equities/sessions/current", {}, signal);
    if (!got.ok) return fail(brokerErrorOf(got.error));
    const fields = Fields.of(dataOf(got.value), "session", this.drift);
    return fields === null ? unreadable("market session") : ok(readMarketSession(fields));
  }

  async #ask<T>(
    what: string,
    signal: AbortSignal,
    call: (services: Services) => Promise<unknown>,
    read: Read<T>,
  ): Answer<T> {
    const answer = await this.#official.ask({ signal }, call);
    if (!answer.ok) return fail(brokerErrorOf(answer.error));
    const value = read(answer.value);
    return value === null ? unreadable(what) : ok(value);
  }

  #get(path: string, query: Query, signal: AbortSignal) {
    const call = { method: "GET", path, query: queryText(query), body: null } as const;
    return this.#transport.send(call, { signal });
  }
}

/** The sandbox answers these with 502, which would read as a fault of the network. */
function notInSandbox(what: string): Result<never, BrokerError> {
  const message = `${what}: not served by the sandbox of tastytrade`;
  return fail({ code: "unsupported", message, fix: "use a grant of production for it" });
}

function dataOf(envelope: Readonly<Record<string, unknown>> | null): unknown {
  return envelope?.data ?? envelope;
}

function itemsOf(envelope: Readonly<Record<string, unknown>> | null): unknown {
  const data = envelope?.data;
  return typeof data === "object" && data !== null && "items" in data ? data.items : null;
}

function notEmpty<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list;
}

function unreadable(what: string): Result<never, BrokerError> {
  const failure: RestFailure = restFailure("malformed", `${what}: the answer cannot be read`);
  return fail({
    ...brokerErrorOf(failure),
    fix: "tastytrade may have changed its answers; look for a newer version of the desk",
  });
}
