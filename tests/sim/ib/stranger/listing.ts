/** Greeks of one contract, per unit: theta by the calendar day, vega by the point. */
export interface Greeks {
  readonly iv: number;
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  readonly theta: number;
}

/** How a contract's market data is spoken. */
export type Voice =
  | "both"
  /** The bid is told to be none. */
  | "askOnly"
  /** Live data is refused with 354, delayed data flows after 10167. */
  | "delayed"
  /** Greeks by the bid and the ask, and a trade that computes nothing. */
  | "sides"
  /** The model's Greeks after ones that are none. */
  | "late"
  /** Prices and 10090, never a Greek. */
  | "noGreeks"
  /** Refused at any type. */
  | "mute";

/** A contract of the stranger. */
export interface Listed {
  readonly conId: number;
  readonly symbol: string;
  readonly secType: string;
  readonly localSymbol: string;
  readonly tradingClass: string;
  readonly currency: string;
  readonly exchange: string;
  readonly primary: string;
  readonly last: string;
  readonly real: string;
  readonly month: string;
  readonly strike: number;
  readonly right: string;
  readonly multiplier: string;
  readonly magnifier: number;
  readonly under: number;
  readonly isKnown: boolean;
  readonly voice: Voice;
  readonly bid: number;
  readonly ask: number;
  readonly greeks: Greeks | null;
}

const SHARE: Omit<Listed, "conId" | "symbol" | "localSymbol"> = {
  secType: "STK",
  tradingClass: "NMS",
  currency: "USD",
  exchange: "SMART",
  primary: "NASDAQ",
  last: "",
  real: "",
  month: "",
  strike: 0,
  right: "",
  multiplier: "",
  magnifier: 1,
  under: 0,
  isKnown: true,
  voice: "both",
  bid: 0,
  ask: 0,
  greeks: null,
};

function share(conId: number, symbol: string, more: Partial<Listed>): Listed {
  return { ...SHARE, conId, symbol, localSymbol: symbol, ...more };
}

function option(conId: number, under: number, more: Partial<Listed>): Listed {
  const terms = { secType: "OPT", multiplier: "100", primary: "", real: "20261218", under };
  return share(conId, "", { ...terms, month: "202612", ...more });
}

const spy = share(756733, "SPY", { primary: "ARCA", bid: 601.25, ask: 601.5 });
const apple = share(265598, "AAPL", { bid: 251, ask: 251.5, voice: "askOnly" });
const berkshire = share(72063691, "BRK B", { primary: "NYSE", bid: 488, ask: 489 });
const spx = share(416904, "SPX", {
  secType: "IND",
  exchange: "CBOE",
  primary: "",
  tradingClass: "SPX",
  bid: 5990,
  ask: 6010,
});
const future = share(495512563, "ES", {
  secType: "FUT",
  localSymbol: "ESZ6",
  tradingClass: "ES",
  exchange: "CME",
  primary: "",
  last: "20261218 08:30:00 US/Central",
  real: "20261218",
  month: "202612",
  multiplier: "50",
  bid: 6001.25,
  ask: 6001.5,
});

/** Everything that the stranger lists, by the name that its tests have for it. */
export const LISTED = {
  spy,
  /** Listed first under the same name, and another share. */
  spyAbroad: share(229725622, "SPY", { exchange: "EBS", primary: "EBS", bid: 1, ask: 2 }),
  apple,
  berkshire,
  spx,
  future,
  sap: share(14204, "SAP", { currency: "EUR", primary: "IBIS", bid: 240, ask: 241 }),
  vodafone: share(9042, "VOD", {
    currency: "GBP",
    primary: "LSE",
    magnifier: 100,
    voice: "delayed",
    bid: 88.5,
    ask: 88.75,
  }),
  put: option(700001, apple.conId, {
    symbol: "AAPL",
    localSymbol: "AAPL  261218P00250000",
    tradingClass: "AAPL",
    last: "20261218 16:00:00 US/Eastern",
    right: "P",
    strike: 250,
    voice: "late",
    bid: 4.1,
    ask: 4.3,
    greeks: { iv: 0.31, delta: -0.44, gamma: 0.021, vega: 0.29, theta: -0.11 },
  }),
  eveningPut: option(700002, spx.conId, {
    symbol: "SPX",
    localSymbol: "SPXW  261231P05900000",
    tradingClass: "SPXW",
    last: "20261231 16:00:00 US/Central",
    real: "20261231",
    right: "P",
    strike: 5900,
    voice: "sides",
    bid: 60,
    ask: 61,
    greeks: { iv: 0.16, delta: -0.35, gamma: 0.0012, vega: 7.1, theta: -1.9 },
  }),
  morningCall: option(700003, spx.conId, {
    symbol: "SPX",
    localSymbol: "SPX   261218C06000000",
    tradingClass: "SPX",
    last: "20261217",
    right: "C",
    strike: 6000,
    voice: "noGreeks",
    bid: 98,
    ask: 99,
  }),
  classBCall: option(700004, berkshire.conId, {
    symbol: "BRK B",
    localSymbol: "BRKB  261218C00490000",
    tradingClass: "BRKB",
    last: "20261218-16:00:00-US/Eastern",
    right: "C",
    strike: 490,
    bid: 9.5,
    ask: 9.9,
    greeks: { iv: 0.19, delta: 0.51, gamma: 0.014, vega: 0.55, theta: -0.13 },
  }),
  onFuture: option(700005, future.conId, {
    symbol: "ES",
    secType: "FOP",
    localSymbol: "EW3Z6 P5750",
    tradingClass: "EW3",
    exchange: "CME",
    last: "20261218 15:00:00 US/Central",
    right: "P",
    strike: 5750,
    multiplier: "50",
    bid: 31,
    ask: 32,
    greeks: { iv: 0.2, delta: -0.21, gamma: 0.0008, vega: 5, theta: -1.4 },
  }),
  adjusted: option(700006, 1, {
    symbol: "KX",
    localSymbol: "KX1   261218C00020000",
    tradingClass: "KX1",
    last: "20261218",
    right: "C",
    strike: 20,
    voice: "mute",
  }),
  pair: share(12087792, "EUR", { secType: "CASH", localSymbol: "EUR.USD", exchange: "IDEALPRO" }),
  gone: share(700008, "GONE", { isKnown: false }),
} as const;

/** One holding as the stranger tells it. */
export interface Held {
  readonly account: string;
  readonly listed: Listed;
  readonly quantity: number;
}

export const FIRST = "U7700001";
export const SECOND = "U7700002";
/** Nobody asked to see it. */
export const IGNORED = "F7700009";

/** Holdings in no order, with one that was closed and one that is told twice. */
export const HELD: readonly Held[] = [
  { account: SECOND, listed: LISTED.put, quantity: 5 },
  { account: IGNORED, listed: LISTED.spy, quantity: 77_777 },
  { account: FIRST, listed: LISTED.onFuture, quantity: -3 },
  { account: FIRST, listed: LISTED.spy, quantity: 1 },
  { account: FIRST, listed: LISTED.eveningPut, quantity: 1 },
  { account: SECOND, listed: LISTED.spy, quantity: -40 },
  { account: FIRST, listed: LISTED.morningCall, quantity: -1 },
  { account: FIRST, listed: LISTED.sap, quantity: 12.5 },
  { account: IGNORED, listed: LISTED.put, quantity: -1 },
  { account: FIRST, listed: LISTED.apple, quantity: 0 },
  { account: FIRST, listed: LISTED.future, quantity: -1 },
  { account: FIRST, listed: LISTED.vodafone, quantity: -300 },
  { account: FIRST, listed: LISTED.adjusted, quantity: 4 },
  { account: FIRST, listed: LISTED.spy, quantity: 100 },
  { account: FIRST, listed: LISTED.pair, quantity: 20_000 },
  { account: FIRST, listed: LISTED.put, quantity: -2 },
  { account: SECOND, listed: LISTED.gone, quantity: 7 },
  { account: FIRST, listed: LISTED.classBCall, quantity: 3 },
];

/** Units of the accounts' currency, the euro, for one of each. */
export const RATES = { EUR: 1, USD: 0.92, GBP: 1.15 } as const;

/** Key at the desk, account, signed quantity, money per point and contract of what is valued. */
export const EXPECTED = [
  ["SPY", FIRST, 100, 1, LISTED.spy],
  ["SPY", SECOND, -40, 1, LISTED.spy],
  ["AAPL 2026-12-18 P 250 x100", FIRST, -2, 100, LISTED.put],
  ["AAPL 2026-12-18 P 250 x100", SECOND, 5, 100, LISTED.put],
  ["SPXW 2026-12-31 P 5900 x100", FIRST, 1, 100, LISTED.eveningPut],
  ["SPX 2026-12-18 C 6000 x100", FIRST, -1, 100, LISTED.morningCall],
  ["BRKB 2026-12-18 C 490 x100", FIRST, 3, 100, LISTED.classBCall],
  ["/ESZ6", FIRST, -1, 50, LISTED.future],
  ["EW3 2026-12-18 P 5750 x50", FIRST, -3, 50, LISTED.onFuture],
  ["SAP:EUR", FIRST, 12.5, 1, LISTED.sap],
  ["VOD:GBP", FIRST, -300, 0.01, LISTED.vodafone],
] as const;

/** What is held and cannot be valued. */
export const UNVALUED = [
  [`ib:${LISTED.adjusted.conId}`, FIRST, 4],
  [`ib:${LISTED.pair.conId}`, FIRST, 20_000],
  [`ib:${LISTED.gone.conId}`, SECOND, 7],
] as const;

/** What fits a request's twelve fields of a contract; empty and 0 fit everything. */
export function found(asked: readonly string[]): Listed[] {
  const [conId, symbol, secType, last, strike, right, multiplier, exchange, , currency, ...names] =
    asked;
  const isFree = (value: string) => value === "" || Number(value) === 0;
  const fits = (value: string, own: string) => value === "" || value === own;
  const isAt = (one: Listed) =>
    ["", "SMART", one.exchange, one.primary].includes(exchange) &&
    (exchange !== "SMART" || one.exchange === "SMART");
  const known = Object.values<Listed>(LISTED).filter(({ isKnown }) => isKnown);
  if (!isFree(conId)) return known.filter((one) => String(one.conId) === conId);
  return known.reverse().filter((one) =>
    fits(symbol, one.symbol) && fits(secType, one.secType) && one.last.startsWith(last) &&
    (isFree(strike) || Number(strike) === one.strike) && fits(right, one.right) &&
    (isFree(multiplier) || multiplier === one.multiplier) && isAt(one) &&
    fits(currency, one.currency) && fits(names[0], one.localSymbol) &&
    fits(names[1], one.tradingClass)
  );
}
