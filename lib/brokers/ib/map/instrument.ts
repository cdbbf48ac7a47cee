import type { IsoDate, UnixMs } from "../../../base/brand.ts";
import { expiryInstant } from "../../../calendar/expiry.ts";
import { futureOptionClass, listedOptionClass } from "../../../calendar/option_class.ts";
import {
  type Instrument,
  type InstrumentBase,
  optionKey,
  type SessionClass,
  type Settlement,
} from "../../../domain/instrument.ts";
import type { IbContract, IbContractDetails } from "../wire/contract.ts";
import {
  contractMonth,
  isAdjustedRoot,
  isFlexRoot,
  keyRoot,
  parseFuture,
  parseOcc,
  rootOnFuture,
  shareKey,
} from "./symbols.ts";
import { closeOn, ibDate, ibInstant } from "./time.ts";

/** Kinds of IB that the desk lists and does not value. */
const UNVALUED: Readonly<Record<string, string>> = {
  CASH: "a currency pair: the money itself stands in the balances",
  FUND: "a mutual fund, a kind that is not valued here",
  BOND: "a bond, a kind that is not valued here",
  BILL: "a bill, a kind that is not valued here",
  WAR: "a warrant, a kind that is not valued here",
  IOPT: "a structured product, a kind that is not valued here",
  CFD: "a contract for difference, a kind that is not valued here",
  CMDTY: "a commodity, a kind that is not valued here",
  BAG: "a combination: its legs stand for themselves",
};
const US = "USD";
const STANDARD_MULTIPLIER = 100;

/** Key of a contract that has no other: it is unique at IB and equals nobody else's. */
export function conIdKey(conId: number): string {
  return `ib:${conId}`;
}

/** The contract of such a key; null for any other. */
export function conIdOfKey(key: string): number | null {
  const match = /^ib:(\d{1,10})$/.exec(key);
  return match === null ? null : Number(match[1]);
}

function nameOf({ localSymbol, symbol, secType }: IbContract): string {
  const name = (localSymbol === "" ? symbol : localSymbol).replace(/\s+/g, " ").trim();
  return `${secType} ${name}`.trim();
}

/** An instrument that is listed but not valued, and why. */
export function unsupportedContract(contract: IbContract, why: string): Instrument {
  const { conId, symbol, localSymbol, multiplier, currency, exchange, primaryExchange } = contract;
  return {
    kind: "unsupported",
    key: conIdKey(conId),
    symbol: symbol === "" ? localSymbol : symbol,
    underlying: symbol === "" ? localSymbol : symbol,
    multiplier: multiplier ?? 1,
    currency: currency === "" ? US : currency,
    exchange: primaryExchange === "" ? exchange : primaryExchange,
    sessionClass: "equity",
    tickSize: 0,
    description: `${nameOf(contract)}: ${why}`,
  };
}

/** Details of a contract of which only its own message is known. */
export function bareDetails(contract: IbContract): IbContractDetails {
  return {
    contract,
    marketName: "",
    minTick: null,
    priceMagnifier: null,
    underConId: null,
    underSymbol: "",
    underSecType: "",
    longName: "",
    contractMonth: "",
    realExpirationDate: "",
    timeZoneId: "",
    tradingHours: "",
    liquidHours: "",
    validExchanges: [],
    marketRuleIds: [],
    stockType: "",
  };
}

/** Prices of some contracts are in cents or pence: money per point is that much less. */
function moneyPerPoint({ contract, priceMagnifier }: IbContractDetails): number | null {
  const magnifier = priceMagnifier !== null && priceMagnifier > 0 ? priceMagnifier : 1;
  return contract.multiplier === null ? null : contract.multiplier / magnifier;
}

function baseOf(
  { contract, minTick }: IbContractDetails,
  own: {
    readonly key: string;
    readonly symbol: string;
    readonly underlying: string;
    readonly multiplier: number;
    readonly sessionClass: SessionClass;
  },
): InstrumentBase {
  const { exchange, primaryExchange, currency } = contract;
  return {
    ...own,
    currency: currency === "" ? US : currency,
    exchange: primaryExchange === "" ? exchange : primaryExchange,
    tickSize: minTick ?? 0,
  };
}

function shareOrIndex(details: IbContractDetails, kind: "equity" | "index"): Instrument {
  const { contract, priceMagnifier } = details;
  const { symbol, currency, primaryExchange, exchange } = contract;
  if (symbol === "") return unsupportedContract(contract, "it has no symbol");
  const listedAt = primaryExchange === "" ? exchange : primaryExchange;
  const key = shareKey(symbol, currency === "" ? US : currency, listedAt);
  const magnifier = priceMagnifier !== null && priceMagnifier > 0 ? priceMagnifier : 1;
  // A share's multiplier is 1 whatever IB sends, but its price may be in pence.
  const multiplier = 1 / magnifier;
  const own = { key, symbol: key, underlying: key, multiplier, sessionClass: "equity" } as const;
  return { ...baseOf(details, own), kind };
}

function coin(details: IbContractDetails): Instrument {
  const { symbol, currency } = details.contract;
  if (symbol === "") return unsupportedContract(details.contract, "it has no symbol");
  const key = `${symbol}/${currency}`;
  const own = {
    key,
    symbol: key,
    underlying: key,
    multiplier: 1,
    sessionClass: "futures",
  } as const;
  return { ...baseOf(details, own), kind: "equity" };
}

/** IB's own end of trading on a date: with the contract, else by the hours of its exchange. */
function toldExpiry(details: IbContractDetails, expiry: IsoDate): UnixMs | null {
  const { contract, liquidHours, tradingHours, timeZoneId } = details;
  if (ibDate(contract.lastTradeDate) === expiry) {
    const told = ibInstant(contract.lastTradeDate);
    if (told !== null) return told;
  }
  return closeOn(liquidHours, timeZoneId, expiry) ?? closeOn(tradingHours, timeZoneId, expiry);
}

function calendarExpiry(expiry: IsoDate, settlement: Settlement): UnixMs | null {
  const at = expiryInstant({ expiry, settlement });
  return at.ok ? at.value : null;
}

function dateOf({ contract, realExpirationDate }: IbContractDetails): IsoDate | null {
  return ibDate(realExpirationDate) ?? ibDate(contract.lastTradeDate);
}

function future(details: IbContractDetails): Instrument {
  const { contract } = details;
  const named = parseFuture(contract.localSymbol);
  const told = contractMonth(details.contractMonth);
  const month = told ?? named;
  const product = named?.product ?? (contract.tradingClass || contract.symbol);
  const multiplier = moneyPerPoint(details);
  const expiry = dateOf(details);
  if (month === null || product === "" || multiplier === null || expiry === null) {
    return unsupportedContract(contract, "its terms are not known");
  }
  const isOther = named !== null && told !== null &&
    (named.monthLetter !== told.monthLetter || named.yearDigit !== told.yearDigit);
  if (isOther) {
    return unsupportedContract(contract, `its month is ${details.contractMonth} elsewhere`);
  }
  const { settlement } = futureOptionClass(product);
  const expiresAt = ibInstant(contract.lastTradeDate) ?? calendarExpiry(expiry, settlement) ??
    toldExpiry(details, expiry);
  if (expiresAt === null) return unsupportedContract(contract, "nobody says when it ends");
  const key = `/${product}${month.monthLetter}${month.yearDigit}`;
  const underlying = `/${product}`;
  const own = { key, symbol: key, underlying, multiplier, sessionClass: "futures" } as const;
  return { ...baseOf(details, own), kind: "future", expiry, expiresAt };
}

/** What an option's messages agree on, or why it cannot be named. */
interface OptionTerms {
  readonly root: string;
  readonly expiry: IsoDate;
  readonly right: "call" | "put";
  readonly strike: number;
  readonly multiplier: number;
  readonly settlement: Settlement | null;
}

/** Terms of an option, checked against its OCC symbol where it has one (DAT-5). */
function optionTerms(details: IbContractDetails): OptionTerms | string {
  const { contract } = details;
  const named = parseOcc(contract.localSymbol);
  const root = contract.tradingClass || named?.root || contract.symbol;
  const right = contract.right === "C" ? "call" : "put";
  const { strike } = contract;
  const multiplier = moneyPerPoint(details);
  const [last, real] = [ibDate(contract.lastTradeDate), ibDate(details.realExpirationDate)];
  const expiry = named?.expiry ?? real ?? last;
  if (
    contract.right === null || strike === null || strike <= 0 || multiplier === null ||
    expiry === null || root === ""
  ) {
    return "its terms are not known";
  }
  if (named !== null) {
    const isOther = named.root !== root || named.right !== right ||
      Math.abs(named.strike - strike) > 1e-6 || (expiry !== real && expiry !== last);
    if (isOther) return "its name and its description are of different contracts";
  }
  // Options that settle at the open stop trading the session before: that tells them apart.
  const settlement = last !== null && last < expiry ? "AM" : null;
  return { root, expiry, right, strike, multiplier, settlement };
}

/** Why the terms of an option listed in the US do not tell what it delivers; null: they do. */
function oddDelivery({ root, multiplier }: OptionTerms): string | null {
  if (isFlexRoot(root)) return "a FLEX contract, whose terms its description does not tell";
  return isAdjustedRoot(root) && multiplier === STANDARD_MULTIPLIER
    ? "an adjusted contract, and IB does not tell what it delivers"
    : null;
}

/** An option on a share or index. `driver`: what it is on, where its symbol alone does not tell. */
function option(details: IbContractDetails, driver: Instrument | null): Instrument {
  const { contract, underSymbol } = details;
  const terms = optionTerms(details);
  if (typeof terms === "string") return unsupportedContract(contract, terms);
  const isUs = contract.currency === US || contract.currency === "";
  const odd = isUs ? oddDelivery(terms) : null;
  if (odd !== null) return unsupportedContract(contract, odd);
  const underlying = driver?.key ??
    (isUs ? shareKey(underSymbol || contract.symbol, US, "") : null);
  const isPriced = driver === null || driver.kind === "equity" || driver.kind === "index";
  if (underlying === null || !isPriced) {
    return unsupportedContract(contract, "what it is on is not known");
  }
  const { root, expiry, right, strike, multiplier } = terms;
  const listed = listedOptionClass(isUs ? root : "");
  const settlement = terms.settlement ?? listed.settlement;
  const byCalendar = calendarExpiry(expiry, settlement);
  const told = toldExpiry(details, expiry);
  const expiresAt = isUs ? byCalendar ?? told : told ?? byCalendar;
  if (expiresAt === null) return unsupportedContract(contract, "nobody says when it ends");
  const named = keyRoot(root, contract.currency === "" ? US : contract.currency);
  const key = optionKey({ root: named, expiry, right, strike, multiplier });
  const { sessionClass } = listed;
  return {
    ...baseOf(details, { key, symbol: root, underlying, multiplier, sessionClass }),
    kind: "option",
    right,
    strike,
    expiry,
    expiresAt,
    settlement,
    underlyingKey: underlying,
    // Mini and split contracts deliver as many units as their multiplier says.
    deliverable: multiplier,
    root,
  };
}

function optionOnFuture(details: IbContractDetails, driver: Instrument | null): Instrument {
  const { contract } = details;
  const { tradingClass, localSymbol, strike } = contract;
  const named = rootOnFuture(localSymbol);
  const root = tradingClass || named || "";
  const multiplier = moneyPerPoint(details);
  const expiry = dateOf(details);
  if (
    root === "" || multiplier === null || expiry === null || strike === null || strike <= 0 ||
    contract.right === null
  ) {
    return unsupportedContract(contract, "its terms are not known");
  }
  if (named !== null && named !== root) {
    return unsupportedContract(contract, "its name and its description are of different contracts");
  }
  if (driver === null || driver.kind !== "future") {
    return unsupportedContract(contract, "the future that it is on is not known");
  }
  const { settlement } = futureOptionClass(root);
  const expiresAt = ibInstant(contract.lastTradeDate) ?? calendarExpiry(expiry, settlement) ??
    toldExpiry(details, expiry);
  if (expiresAt === null) return unsupportedContract(contract, "nobody says when it ends");
  const right = contract.right === "C" ? "call" : "put";
  const key = optionKey({
    root: keyRoot(root, contract.currency === "" ? US : contract.currency),
    expiry,
    right,
    strike,
    multiplier,
  });
  const { underlying } = driver;
  return {
    ...baseOf(details, { key, symbol: root, underlying, multiplier, sessionClass: "futures" }),
    kind: "futureOption",
    right,
    strike,
    expiry,
    expiresAt,
    settlement,
    underlyingKey: driver.key,
    deliverable: 1,
    root,
  };
}

/**
 * The instrument of a holding whose details IB does not give: an option that its OCC symbol names
 * is told by it, anything else is listed without a value.
 */
export function heldInstrument(contract: IbContract): Instrument {
  const isNamed = contract.secType === "OPT" && contract.currency === US &&
    parseOcc(contract.localSymbol) !== null;
  return isNamed
    ? instrumentOf(bareDetails(contract), null)
    : unsupportedContract(contract, "IB does not tell its terms");
}

/**
 * The contract beneath that has to be known before an option can be named: its future, or its share
 * where the symbol may mean several (G-047). Null: none.
 */
export function driverConId(details: IbContractDetails): number | null {
  const { contract, underConId, underSecType } = details;
  const isUs = contract.currency === US || contract.currency === "";
  const isNeeded = contract.secType === "FOP" || (contract.secType === "OPT" && !isUs);
  // An option on an option does not exist, and following it might never end.
  const isOption = underSecType === "FOP" || underSecType === "OPT";
  return isNeeded && !isOption && underConId !== null && underConId > 0 ? underConId : null;
}

/**
 * The instrument of a contract, under the key that it has at every broker. `driver`: the instrument
 * of `driverConId`, or null. What cannot be named for certain, and kinds that the desk does not
 * value, are listed as unsupported under a key of their own (DAT-5). Source: ib.md §7.2, §5.1.
 */
export function instrumentOf(details: IbContractDetails, driver: Instrument | null): Instrument {
  const { contract } = details;
  switch (contract.secType) {
    case "STK":
      return shareOrIndex(details, "equity");
    case "IND":
      return shareOrIndex(details, "index");
    case "CRYPTO":
      return coin(details);
    case "FUT":
      return future(details);
    case "OPT":
      return option(details, driver);
    case "FOP":
      return optionOnFuture(details, driver);
    default: {
      const why = Object.hasOwn(UNVALUED, contract.secType) ? UNVALUED[contract.secType] : null;
      return unsupportedContract(contract, why ?? "a kind that is not valued here");
    }
  }
}
