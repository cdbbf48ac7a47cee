import type { IsoDate } from "../../../base/brand.ts";
import { parseOptionKey } from "../../option_name.ts";
import { type Instrument, isOption, type OptionIdentity } from "../../../domain/instrument.ts";
import type { IbContractQuery } from "../wire/contract.ts";
import { conIdOfKey } from "./instrument.ts";
import { monthText, occSymbol, parseFuture, shareOfKey } from "./symbols.ts";

const US = "USD";
const COIN = /^([A-Z0-9]+)\/USD$/;
const COIN_EXCHANGES = ["PAXOS", "ZEROHASH"];
/** Where IB lists the indices that options are mostly held on. */
const INDEX_EXCHANGES: Readonly<Record<string, string>> = {
  NDX: "NASDAQ",
  RUT: "RUSSELL",
  DJX: "CBOE",
};

/** What options of roots with another name are on. */
const ON_INDEX: Readonly<Record<string, string>> = {
  SPXW: "SPX",
  SPXPM: "SPX",
  NDXP: "NDX",
  RUTW: "RUT",
  VIXW: "VIX",
};

/** Products of the roots that options on futures have most: weekly, month-end and quarterly. */
const ON_FUTURES: readonly (readonly [roots: RegExp, product: string])[] = [
  [/^(ES|EW\d?|E\d[A-E])$/, "ES"],
  [/^(MES|EX\d?|X\d[A-E])$/, "MES"],
  [/^(NQ|QN\d?|Q\d[A-E])$/, "NQ"],
  [/^(LO\d?|ML\d|WL\d|NL\d|XL\d)$/, "CL"],
  [/^(OG\d?|G\d[MTWR])$/, "GC"],
];

function digits(expiry: IsoDate): string {
  return expiry.replaceAll("-", "");
}

/** Root and currency of a root as it stands in a key. */
function rootOf(root: string): { readonly tradingClass: string; readonly currency: string } {
  const [tradingClass, currency] = root.split(":");
  return { tradingClass, currency: currency ?? US };
}

function futureQueries(key: string, exchange: string, today: IsoDate): IbContractQuery[] {
  const localSymbol = key.slice(1);
  const named = parseFuture(localSymbol);
  if (named === null) return [];
  const lastTradeDate = monthText(named.monthLetter, named.yearDigit, today);
  const what = { secType: "FUT", exchange, lastTradeDate };
  return [
    { secType: "FUT", exchange, localSymbol },
    { ...what, symbol: named.product, tradingClass: named.product },
    { ...what, tradingClass: named.product },
  ];
}

function shareQueries(key: string, kinds: readonly ("STK" | "IND")[]): IbContractQuery[] {
  const { symbol, currency, exchange } = shareOfKey(key);
  return kinds.flatMap((secType): IbContractQuery[] => {
    if (secType === "STK") return [{ symbol, secType, currency, exchange }];
    const listedAt = INDEX_EXCHANGES[symbol] ?? "CBOE";
    return [
      { symbol, secType, currency, exchange: listedAt },
      { symbol, secType, currency },
    ];
  });
}

/**
 * By date first; then by month, because IB dates contracts that settle at the open by the session
 * before; then by OCC symbol.
 */
function optionQueries(option: OptionIdentity, underlying: string | null): IbContractQuery[] {
  const { expiry, right, strike } = option;
  const { tradingClass, currency } = rootOf(option.root);
  const symbol = underlying === null ? null : shareOfKey(underlying).symbol;
  const terms = {
    secType: "OPT",
    strike,
    right: right === "call" ? "C" : "P",
    exchange: "SMART",
    currency,
    tradingClass,
  } as const;
  const localSymbol = currency === US ? occSymbol({ ...option, root: tradingClass }) : null;
  const dates = symbol === null ? [] : [digits(expiry), digits(expiry).slice(0, 6)];
  return [
    ...dates.map((lastTradeDate) => ({ ...terms, symbol: symbol ?? "", lastTradeDate })),
    ...(localSymbol === null ? [] : [{ secType: "OPT", localSymbol, exchange: "SMART", currency }]),
  ];
}

function onFutureQueries(
  option: OptionIdentity,
  product: string | null,
  exchange: string,
): IbContractQuery[] {
  const { expiry, right, strike } = option;
  const { tradingClass, currency } = rootOf(option.root);
  const terms = {
    secType: "FOP",
    lastTradeDate: digits(expiry),
    strike,
    right: right === "call" ? "C" : "P",
    exchange,
    currency,
    tradingClass,
  } as const;
  return product === null ? [terms] : [{ ...terms, symbol: product }, terms];
}

/**
 * What may find a contract by its key alone, the likeliest first. `today` decides the year that the
 * one digit of a future means.
 */
export function queriesOfKey(key: string, today: IsoDate): IbContractQuery[] {
  const conId = conIdOfKey(key);
  if (conId !== null) return [{ conId }];
  const option = parseOptionKey(key);
  if (option !== null) {
    // The symbol of what it is on is the root more often than not, and a future's never.
    const { tradingClass } = rootOf(option.root);
    const symbol = ON_INDEX[tradingClass] ?? tradingClass;
    const product = ON_FUTURES.find(([roots]) => roots.test(tradingClass))?.[1] ?? null;
    const onFuture = onFutureQueries(option, product, "");
    const onShare = optionQueries(option, symbol);
    return product === null ? [...onShare, ...onFuture] : [...onFuture, ...onShare];
  }
  if (key.startsWith("/")) return futureQueries(key, "", today);
  const symbol = COIN.exec(key)?.[1];
  if (symbol === undefined) return shareQueries(key, ["STK", "IND"]);
  return COIN_EXCHANGES.map((exchange) => ({
    symbol,
    secType: "CRYPTO",
    exchange,
    currency: US,
  }));
}

/** What may find a contract that another broker described, the likeliest first. */
export function queriesOf(instrument: Instrument, today: IsoDate): IbContractQuery[] {
  const { key, exchange } = instrument;
  if (isOption(instrument)) {
    const { expiry, right, strike, multiplier, underlying } = instrument;
    const root = parseOptionKey(key)?.root ?? instrument.root;
    const option = { root, expiry, right, strike, multiplier };
    return instrument.kind === "option"
      ? optionQueries(option, underlying)
      : onFutureQueries(option, underlying.slice(1), exchange);
  }
  switch (instrument.kind) {
    case "index":
      return shareQueries(key, ["IND"]);
    case "future":
      return futureQueries(key, exchange, today);
    case "equity":
    case "unsupported":
      return queriesOfKey(key, today);
  }
}
