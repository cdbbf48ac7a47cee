import type { ChainExpiry, ContractQuery, Instrument } from "../../../lib/world/mod.ts";

/** Security types of the emulator. */
export type SecType = "STK" | "IND" | "OPT" | "FUT" | "FOP" | "CASH";

/** Where a contract comes from in the world. */
export type ContractOrigin =
  | { readonly kind: "listed"; readonly instrument: Instrument }
  /** A contract of a chain, listed in the world as soon as somebody needs it to quote. */
  | { readonly kind: "chain"; readonly query: ContractQuery; readonly row: ChainExpiry }
  /** EUR.USD, which the world knows as a rate alone. */
  | { readonly kind: "cash" };

/** A contract as TWS names it in its answers. */
export interface Contract {
  readonly conId: number;
  readonly secType: SecType;
  readonly symbol: string;
  /** Last trade date "yyyymmdd"; "" for what has none. */
  readonly lastTradeDate: string;
  /** Expiration "yyyymmdd": a day later than the last trade of options settled at the open. */
  readonly realExpiry: string;
  /** 0 for what is no option. */
  readonly strike: number;
  readonly right: "C" | "P" | "";
  /** "" for what has none. */
  readonly multiplier: string;
  /** Where answers route it: SMART, or its only exchange. */
  readonly exchange: string;
  readonly primaryExchange: string;
  readonly currency: string;
  readonly localSymbol: string;
  readonly tradingClass: string;
  /** Root of the underlying's listing in the world; "" for cash. */
  readonly listing: string;
  readonly origin: ContractOrigin;
}
