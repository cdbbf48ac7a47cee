import type { IbContract, IbContractDetails, IbContractQuery } from "./contract.ts";

/** Where a TWS or IB Gateway listens, and as whom we come. */
export interface IbAddress {
  readonly host: string;
  readonly port: number;
  /** Orders belong to it; one connection at a time may have it (326). */
  readonly clientId: number;
}

/**
 * An error or notice of TWS, or of the client library (501–507). `id`: the request or order that it
 * speaks of, -1 for none.
 */
export interface IbNotice {
  readonly id: number;
  readonly code: number;
  readonly text: string;
}

/** An execution. */
export interface IbExecution {
  /** Correction number behind the last dot. */
  readonly execId: string;
  /** As sent: `20261120 14:47:01 US/Eastern`. */
  readonly time: string;
  readonly account: string;
  readonly side: "BOT" | "SLD";
  readonly shares: number;
  /** Per unit. */
  readonly price: number;
  readonly permId: number;
  readonly clientId: number;
  readonly orderId: number;
  readonly orderRef: string;
}

/** What an execution cost. Null where TWS sends the unset double. */
export interface IbCommission {
  readonly execId: string;
  readonly commission: number | null;
  readonly currency: string;
  readonly realizedPnl: number | null;
}

/** An open order, as far as it is read. */
export interface IbOpenOrder {
  readonly orderId: number;
  readonly permId: number;
  readonly clientId: number;
  readonly account: string;
  readonly action: "BUY" | "SELL";
  readonly totalQuantity: number;
  readonly orderType: string;
  /** Null where the type has none. */
  readonly limitPrice: number | null;
  readonly orderRef: string;
  readonly status: string;
}

/** A change of an order's state. */
export interface IbOrderStatus {
  readonly orderId: number;
  readonly permId: number;
  readonly clientId: number;
  readonly status: string;
  readonly filled: number;
  readonly remaining: number;
  readonly averageFillPrice: number | null;
}

/** A line of a portfolio; prices per unit, money in the contract's currency, null when unset. */
export interface IbPortfolioLine {
  readonly account: string;
  readonly contract: IbContract;
  readonly position: number;
  readonly marketPrice: number | null;
  readonly marketValue: number | null;
  /** Includes multiplier and commissions for derivatives. */
  readonly averageCost: number | null;
  readonly unrealizedPnl: number | null;
  readonly realizedPnl: number | null;
}

/** A bar; `time` as sent. The end of a batch is `historicalEnd`. */
export interface IbBar {
  readonly time: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** -1: not applicable. */
  readonly volume: number;
}

/** An option chain's expirations and strikes on one exchange and trading class: a cross product. */
export interface IbChainPart {
  readonly exchange: string;
  readonly underConId: number;
  readonly tradingClass: string;
  readonly multiplier: number | null;
  /** `yyyymmdd`. */
  readonly expirations: readonly string[];
  readonly strikes: readonly number[];
}

/**
 * What a connection reports. Calls are synchronous, in wire order, never before `open` returned,
 * and never after `close` was called. None of them may throw. Absent numbers are null; in ticks,
 * which come by the hundred thousand, absent is NaN (sentinels of ib.md section 7 are absent).
 */
export interface IbEvents {
  /** The version is settled; requests may be sent once `nextValidId` came. */
  connected(serverVersion: number): void;
  /** A message arrived, whatever it is; comes before the message's own call. */
  received(): void;
  /** The socket is gone, or the library gave up. Comes once. */
  closed(reason: string): void;
  notice(notice: IbNotice): void;
  /** A message that could not be understood; it was left out. `raw`: bounded, accounts masked. */
  undecoded(reason: string, raw: string): void;
  /** `count` numbers of a message of that kind were not there; they are reported as absent. */
  blank(count: number, messageId: string): void;

  managedAccounts(numbers: readonly string[]): void;
  nextValidId(orderId: number): void;
  currentTime(epochS: number): void;

  position(
    account: string,
    contract: IbContract,
    position: number,
    averageCost: number | null,
  ): void;
  positionEnd(): void;
  accountValue(account: string, key: string, value: string, currency: string): void;
  portfolio(line: IbPortfolioLine): void;
  accountDownloadEnd(account: string): void;
  accountSummary(
    id: number,
    row: {
      readonly account: string;
      readonly tag: string;
      readonly value: string;
      readonly currency: string;
    },
  ): void;
  accountSummaryEnd(id: number): void;
  pnl(
    id: number,
    pnl: {
      readonly daily: number | null;
      readonly unrealized: number | null;
      readonly realized: number | null;
    },
  ): void;
  pnlSingle(
    id: number,
    pnl: {
      readonly position: number;
      readonly daily: number | null;
      readonly unrealized: number | null;
      readonly realized: number | null;
      readonly value: number | null;
    },
  ): void;

  contractDetails(id: number, details: IbContractDetails): void;
  contractDetailsEnd(id: number): void;
  chainPart(id: number, part: IbChainPart): void;
  chainEnd(id: number): void;

  marketDataType(id: number, type: number): void;
  tickPrice(id: number, tickType: number, price: number): void;
  tickSize(id: number, tickType: number, size: number): void;
  tickGeneric(id: number, tickType: number, value: number): void;
  tickString(id: number, tickType: number, text: string): void;
  // Values side by side, not an object: this is the hot path.
  // deno-fmt-ignore
  tickOptionComputation(
    id: number, tickType: number, iv: number, delta: number, price: number, pvDividend: number,
    gamma: number, vega: number, theta: number, underlyingPrice: number,
  ): void;
  tickSnapshotEnd(id: number): void;

  historicalBar(id: number, bar: IbBar): void;
  historicalEnd(id: number): void;
  historicalUpdate(id: number, bar: IbBar): void;

  openOrder(order: IbOpenOrder, contract: IbContract): void;
  openOrderEnd(): void;
  orderStatus(status: IbOrderStatus): void;
  execution(id: number, execution: IbExecution, contract: IbContract): void;
  executionsEnd(id: number): void;
  commission(commission: IbCommission): void;
}

/** Which executions are asked for; absent fields do not filter. */
export interface IbExecutionFilter {
  readonly account?: string;
  /** `yyyymmdd-hh:mm:ss`, UTC. */
  readonly since?: string;
}

/**
 * What bars are asked for; texts as in ib.md section 7.1. Bars shorter than a day come with their
 * time in epoch seconds, others with `yyyymmdd`.
 */
export interface IbHistoryQuery {
  readonly contract: IbContractQuery;
  /** Empty: until now. */
  readonly end: string;
  readonly duration: string;
  readonly barSize: string;
  readonly whatToShow: string;
  readonly useRth: boolean;
  readonly keepsUpToDate: boolean;
}

/**
 * One connection to TWS or IB Gateway: opened once, closed once, never opened again. Requests are
 * written at once and in order; whoever sends paces them (`maxReqPerSec` of the library is only the
 * last fence). Request ids start at 1,000,000: order ids share their number space.
 */
export interface IbClient {
  /** Idempotent; nothing is reported afterwards. Orders stay working at IB. */
  close(): void;
  reqCurrentTime(): void;
  reqIds(): void;
  reqPositions(): void;
  cancelPositions(): void;
  reqAccountUpdates(isOn: boolean, account: string): void;
  reqAccountSummary(id: number, tags: string): void;
  cancelAccountSummary(id: number): void;
  reqPnl(id: number, account: string): void;
  cancelPnl(id: number): void;
  reqPnlSingle(id: number, account: string, conId: number): void;
  cancelPnlSingle(id: number): void;
  reqContractDetails(id: number, contract: IbContractQuery): void;
  reqChain(id: number, underlying: {
    readonly symbol: string;
    readonly secType: string;
    readonly conId: number;
    /** Empty but for options on futures. */
    readonly exchange: string;
  }): void;
  /** 1 live, 2 frozen, 3 delayed, 4 delayed and frozen; for later requests of this connection. */
  reqMarketDataType(type: number): void;
  reqMarketData(id: number, contract: IbContractQuery, genericTicks: string): void;
  cancelMarketData(id: number): void;
  reqHistory(id: number, query: IbHistoryQuery): void;
  cancelHistory(id: number): void;
  reqOpenOrders(): void;
  reqAllOpenOrders(): void;
  reqExecutions(id: number, filter: IbExecutionFilter): void;
}

/** Opens a connection; what happens to it is told to `events`, failures too. */
export type OpenIbClient = (address: IbAddress, events: IbEvents) => IbClient;
