/**
 * What identifies a contract in a request. A `conId` with an exchange is enough; without it the
 * other fields must tell one contract. Empty text and null are not sent.
 */
export interface IbContractQuery {
  readonly conId?: number;
  readonly symbol?: string;
  /** STK, OPT, IND, FUT, FOP, CASH, CRYPTO, BAG, FUND, BOND, WAR … */
  readonly secType?: string;
  /** `yyyymmdd` of a contract, or `yyyymm` of a month. */
  readonly lastTradeDate?: string;
  readonly strike?: number;
  readonly right?: "C" | "P";
  readonly multiplier?: number;
  readonly exchange?: string;
  readonly primaryExchange?: string;
  readonly currency?: string;
  readonly localSymbol?: string;
  readonly tradingClass?: string;
}

/** A contract as IB describes it. Empty text where IB sends none. */
export interface IbContract {
  readonly conId: number;
  readonly symbol: string;
  readonly secType: string;
  /** As sent: `yyyymmdd`, or with time and zone behind it; empty where nothing expires. */
  readonly lastTradeDate: string;
  readonly strike: number | null;
  readonly right: "C" | "P" | null;
  /** Null where IB sends none or 0: shares. */
  readonly multiplier: number | null;
  readonly exchange: string;
  readonly primaryExchange: string;
  readonly currency: string;
  readonly localSymbol: string;
  readonly tradingClass: string;
}

/** What IB knows of a contract beyond its identity. Empty text where IB sends none. */
export interface IbContractDetails {
  readonly contract: IbContract;
  readonly marketName: string;
  readonly minTick: number | null;
  readonly priceMagnifier: number | null;
  readonly underConId: number | null;
  readonly underSymbol: string;
  readonly underSecType: string;
  readonly longName: string;
  readonly contractMonth: string;
  /** `yyyymmdd`, or empty. */
  readonly realExpirationDate: string;
  readonly timeZoneId: string;
  readonly tradingHours: string;
  readonly liquidHours: string;
  readonly validExchanges: readonly string[];
  /** One per valid exchange, in its order. */
  readonly marketRuleIds: readonly number[];
  readonly stockType: string;
}
