import type { IbContract, IbContractDetails } from "../wire/contract.ts";

const CONTRACT: IbContract = {
  conId: 0,
  symbol: "",
  secType: "",
  lastTradeDate: "",
  strike: null,
  right: null,
  multiplier: null,
  exchange: "SMART",
  primaryExchange: "",
  currency: "USD",
  localSymbol: "",
  tradingClass: "",
};

const DETAILS: Omit<IbContractDetails, "contract"> = {
  marketName: "",
  minTick: 0.01,
  priceMagnifier: 1,
  underConId: null,
  underSymbol: "",
  underSecType: "",
  longName: "",
  contractMonth: "",
  realExpirationDate: "",
  timeZoneId: "US/Eastern",
  tradingHours: "20261120:0400-20261120:2000",
  liquidHours: "20261120:0930-20261120:1600",
  validExchanges: ["SMART"],
  marketRuleIds: [26],
  stockType: "",
};

/** A contract with only what a test is about. */
export function contract(own: Partial<IbContract>): IbContract {
  return { ...CONTRACT, ...own };
}

/** Details with only what a test is about. */
export function details(
  own: Partial<IbContract>,
  more: Partial<Omit<IbContractDetails, "contract">> = {},
): IbContractDetails {
  return { ...DETAILS, ...more, contract: contract(own) };
}

/** A US share. */
export function share(conId: number, symbol: string): IbContractDetails {
  return details(
    { conId, symbol, secType: "STK", localSymbol: symbol, tradingClass: "NMS" },
    { stockType: "COMMON" },
  );
}

/** A US option with its OCC symbol; `lastTradeDate` as IB has it. */
export function option(
  conId: number,
  occ: string,
  own: Partial<IbContract> = {},
  more: Partial<Omit<IbContractDetails, "contract">> = {},
): IbContractDetails {
  const root = occ.slice(0, 6).trim();
  const date = `20${occ.slice(6, 12)}`;
  return details({
    conId,
    symbol: root,
    secType: "OPT",
    lastTradeDate: date,
    strike: Number(occ.slice(13)) / 1000,
    right: occ[12] === "C" ? "C" : "P",
    multiplier: 100,
    localSymbol: occ,
    tradingClass: root,
    ...own,
  }, { realExpirationDate: date, underSymbol: own.symbol ?? root, underSecType: "STK", ...more });
}

/** A dollar future on CME. */
export function future(
  conId: number,
  localSymbol: string,
  month: string,
  own: Partial<IbContract> = {},
): IbContractDetails {
  const product = localSymbol.slice(0, -2);
  return details({
    conId,
    symbol: product,
    secType: "FUT",
    lastTradeDate: `${month}18`,
    multiplier: 50,
    exchange: "CME",
    localSymbol,
    tradingClass: product,
    ...own,
  }, { contractMonth: month, realExpirationDate: `${month}18`, validExchanges: ["CME"] });
}

/** An option on a future. */
export function optionOnFuture(
  conId: number,
  localSymbol: string,
  own: Partial<IbContract>,
  underConId: number,
): IbContractDetails {
  return details({
    conId,
    secType: "FOP",
    multiplier: 50,
    exchange: "CME",
    localSymbol,
    ...own,
  }, { underConId, underSecType: "FUT", validExchanges: ["CME"] });
}
