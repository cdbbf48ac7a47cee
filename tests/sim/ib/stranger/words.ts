import { escaped, type Field, UNSET } from "./codec.ts";
import type { Held, Listed } from "./listing.ts";

const HOURS = "20261118:0930-20261118:1600;20261119:CLOSED";

/** Contract details; their fields depend on the version that was settled. */
export function detailsOf(id: string, one: Listed, version: number): Field[] {
  const { symbol, secType, last, strike, right, exchange, currency, localSymbol } = one;
  const { tradingClass, conId, multiplier, magnifier, under, primary, month, real } = one;
  const isLate = version >= 182;
  return [
    ...["10", id, symbol, secType, last],
    ...(isLate ? [last.slice(0, 8)] : []),
    ...[strike === 0 ? "0" : strike, right === "" ? "?" : right, exchange, currency, localSymbol],
    ...["", tradingClass, conId, "0.01", multiplier, "LMT,MKT", "SMART,CBOE", magnifier, under],
    ...[escaped("Société ☂ “Name”"), primary, month, "", "", "", "US/Eastern", HOURS, HOURS],
    ...["", "", "1", "CUSIP", "0", "1", under > 0 ? symbol : "", under > 0 ? "STK" : "", "26,26"],
    ...[real, secType === "STK" ? "COMMON" : "", "0.0001", "", null],
    ...(version >= 186 ? ["1", "7", escaped("no ☂")] : []),
  ];
}

/** The contract of a portfolio's line and of positions, executions and orders. */
function terms(one: Listed, place: string, right: string): Field[] {
  const { conId, symbol, secType, last, strike, multiplier, currency, localSymbol } = one;
  const head = [conId, symbol, secType, last, strike === 0 ? "0.0" : strike];
  const own = one.right === "" ? right : one.right;
  return [...head, own, multiplier, place, currency, localSymbol, one.tradingClass];
}

/** A position: no exchange, and an average cost that is not always there. */
export function positionOf({ account, listed, quantity }: Held): Field[] {
  const cost = listed.secType === "OPT" ? UNSET : "1.5";
  return ["61", "3", account, ...terms(listed, "", ""), quantity, cost];
}

/** A line of a portfolio; only what is shares is valued. */
export function portfolioOf({ account, listed, quantity }: Held): Field[] {
  const isValued = listed.secType === "STK" && listed.bid > 0;
  const price = isValued ? listed.bid : UNSET;
  const value = isValued ? quantity * listed.bid / listed.magnifier : UNSET;
  const money = [price, value, isValued ? "1.25" : UNSET, UNSET, "0.0"];
  return ["7", "8", ...terms(listed, listed.primary, "0"), quantity, ...money, account];
}

/** An execution as far as the stranger varies it. */
export interface Executed {
  readonly execId: string;
  readonly account: string;
  readonly listed: Listed;
  readonly side: "BOT" | "SLD";
  readonly shares: number;
  readonly price: number;
  readonly time: string;
}

/** An execution; `id` -1 when nobody asked. */
export function executionOf(id: string, one: Executed, version: number): Field[] {
  const { execId, account, listed, side, shares, price, time } = one;
  return [
    ...["11", id, "31", ...terms(listed, "ISLAND", "?"), execId, time, account, "ISLAND", side],
    ...[shares, price, "900031", "77", "0", shares, price, "", "", UNSET, "", "2"],
    ...(version >= 178 ? ["0"] : []),
  ];
}

/** A limit order, with every field of the version that was settled. */
export function openOrderOf(account: string, listed: Listed, version: number): Field[] {
  const unset = (count: number): Field[] => Array.from({ length: count }, () => UNSET);
  const empty = (count: number): Field[] => Array.from({ length: count }, () => "");
  return [
    ...["5", "31", ...terms(listed, "SMART", "?")],
    ...["SELL", "3", "LMT", "4.5", "0.0", "GTC", "", account, "", "0", "by hand", "77", "900032"],
    ...["0", "0", "0", "", "", "", "", ""],
    ...(version < 177 ? [""] : []),
    ...["", "", "", "", "", "0", "", "-1"],
    ...["0", ...empty(5), "", "0", "0", "0", "", "3", "0", "0", ""],
    ...["0", "0", "", "0", "None", "", "0", "", "", "", "?", "0", "0", ""],
    ...["0", "0", UNSET, UNSET, "", "", "", "0", "0", "0", "", "", ""],
    ...["", "0", "", "IB", "0", "0", "", "0", "0", "PreSubmitted", ...unset(9)],
    ...["", "", "", "", "", "0", "0", "0"],
    ...["None", UNSET, UNSET, UNSET, UNSET, UNSET, UNSET, "0"],
    ...["", "", "", "", "0", "0", UNSET, "0"],
    ...["2147483647", "2147483647", "0", "", "", "", "", ""],
    ...(version >= 183 ? [""] : []),
    ...(version >= 184 ? ["0"] : []),
    ...(version >= 185 ? [""] : []),
    ...(version >= 189 ? ["0"] : []),
    ...(version >= 193 ? ["", "2147483647"] : []),
  ];
}
