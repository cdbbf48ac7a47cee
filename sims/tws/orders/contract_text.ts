import type { Contract } from "../contracts/contract.ts";
import { doubleText } from "../wire/field_writer.ts";

/**
 * The eleven fields by which openOrder and execDetails name a contract: conId, symbol, type, date,
 * strike, right, multiplier, exchange, currency, local symbol, trading class.
 */
export function contractText(contract: Contract, exchange: string = contract.exchange): string[] {
  const { conId, symbol, secType, lastTradeDate, strike, right, multiplier } = contract;
  const { currency, localSymbol, tradingClass } = contract;
  const terms = [lastTradeDate, doubleText(strike), right === "" ? "?" : right, multiplier];
  return [String(conId), symbol, secType, ...terms, exchange, currency, localSymbol, tradingClass];
}

/** The same fields of a combination: it has no id, and its legs are told apart. */
export function combinationText(symbol: string, currency: string, exchange: string): string[] {
  return ["28812380", symbol, "BAG", "", "0", "?", "", exchange, currency, symbol, "COMB"];
}
