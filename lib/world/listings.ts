import type { ExpiryCycle, Settlement } from "./expiry.ts";
import type { TickRule, WorldCurrency } from "./types.ts";

/** A class of options on an underlying. */
export interface OptionClass {
  readonly root: string;
  readonly exchange: string;
  readonly multiplier: number;
  readonly deliverable: number;
  readonly settlement: Settlement;
  readonly settles: "cash" | "physical";
  readonly cycle: ExpiryCycle;
  readonly strikeInterval: number;
  readonly ticks: TickRule;
  /** Multiplies the spread of a liquid share option. */
  readonly spreadFactor: number;
  /** Quotes until 16:15 instead of 16:00. */
  readonly isLate: boolean;
}

/** An underlying: level at the close before 2025-03-19, carry, and what drives it. */
export interface UnderlyingListing {
  readonly root: string;
  readonly kind: "etf" | "share" | "index" | "future";
  readonly level: number;
  readonly currency: WorldCurrency;
  readonly exchange: string;
  readonly ticks: TickRule;
  readonly sector: Sector;
  readonly beta: number;
  /** 30-day at-the-money volatility in rest; also scales the idiosyncratic moves. */
  readonly atmIv: number;
  readonly dividendYield: number;
  /** Half of the usual quoted spread before rounding to ticks. */
  readonly halfSpread: number;
  /** Relative rate of its quotes. */
  readonly activity: number;
  readonly classes: readonly OptionClass[];
}

/** Sector factors. */
export const SECTORS = [
  "none",
  "tech",
  "consumer",
  "financial",
  "energy",
  "metals",
  "bonds",
  "industrial",
  "small",
  "media",
  "europe",
] as const;

/** Name of a sector factor. */
export type Sector = typeof SECTORS[number];

/** Rates by currency, continuous annual decimals. */
export const RISK_FREE_RATE: Readonly<Record<WorldCurrency, number>> = { USD: 0.043, EUR: 0.024 };

const PENNY: TickRule = { small: 100, threshold: 1e9, large: 100 };
const NICKEL: TickRule = { small: 100, threshold: 3, large: 20 };
const DIME: TickRule = { small: 20, threshold: 3, large: 10 };
const ES_OPTION: TickRule = { small: 20, threshold: 10, large: 4 };
const QUARTER: TickRule = { small: 4, threshold: 1e9, large: 4 };
const FIFTIETH: TickRule = { small: 50, threshold: 1e9, large: 50 };

function shareClass(root: string, strikeInterval: number, more: Partial<OptionClass> = {}) {
  return {
    root,
    exchange: "OPRA",
    multiplier: 100,
    deliverable: 100,
    settlement: "PM",
    settles: "physical",
    cycle: "weekly",
    strikeInterval,
    ticks: NICKEL,
    spreadFactor: 1,
    isLate: false,
    ...more,
  } satisfies OptionClass;
}

const BROAD = { cycle: "daily", ticks: PENNY, spreadFactor: 0.5, isLate: true } as const;
const INDEX = {
  exchange: "CBOE",
  deliverable: 0,
  settles: "cash",
  ticks: DIME,
  isLate: true,
} as const;

const SPX_CLASSES: readonly OptionClass[] = [
  shareClass("SPX", 5, { ...INDEX, settlement: "AM", cycle: "monthly" }),
  shareClass("SPXW", 5, { ...INDEX, cycle: "daily" }),
];

const ES_CLASSES: readonly OptionClass[] = [
  shareClass("EW", 5, {
    exchange: "CME",
    multiplier: 50,
    deliverable: 1,
    cycle: "daily",
    ticks: ES_OPTION,
    isLate: true,
  }),
];

const AMC_CLASSES: readonly OptionClass[] = [
  shareClass("AMC", 0.5, { ticks: PENNY }),
  shareClass("AMC1", 0.5, {
    multiplier: 10,
    deliverable: 10,
    cycle: "monthly",
    spreadFactor: 3,
  }),
];

/** root, kind, exchange, level, sector, beta, atmIv, dividendYield, halfSpread, activity */
type Row = readonly [
  string,
  UnderlyingListing["kind"],
  string,
  number,
  Sector,
  number,
  number,
  number,
  number,
  number,
];

const ROWS: readonly Row[] = [
  ["SPY", "etf", "ARCX", 561.02, "none", 1, 0.18, 0.0125, 0.004, 16],
  ["QQQ", "etf", "XNAS", 474.54, "tech", 1.2, 0.225, 0.006, 0.004, 12],
  ["IWM", "etf", "ARCX", 203.17, "small", 1.1, 0.235, 0.0125, 0.004, 8],
  ["GLD", "etf", "ARCX", 279.83, "metals", 0.05, 0.165, 0, 0.004, 4],
  ["TLT", "etf", "XNAS", 90.57, "bonds", -0.1, 0.135, 0.042, 0.004, 4],
  ["AAPL", "share", "XNAS", 212.69, "tech", 1.15, 0.28, 0.0047, 0.008, 7],
  ["NVDA", "share", "XNAS", 115.43, "tech", 1.9, 0.5, 0.0003, 0.006, 9],
  ["MSFT", "share", "XNAS", 383.52, "tech", 1.05, 0.255, 0.0086, 0.03, 4],
  ["TSLA", "share", "XNAS", 225.31, "consumer", 2.1, 0.66, 0, 0.03, 9],
  ["AMZN", "share", "XNAS", 192.82, "consumer", 1.3, 0.335, 0, 0.01, 4],
  ["META", "share", "XNAS", 582.36, "media", 1.3, 0.36, 0.0036, 0.08, 4],
  ["AMD", "share", "XNAS", 103.51, "tech", 1.8, 0.5, 0, 0.008, 6],
  ["GOOGL", "share", "XNAS", 160.67, "media", 1.1, 0.315, 0.005, 0.01, 4],
  ["KO", "share", "XNYS", 69.4, "consumer", 0.35, 0.165, 0.0294, 0.006, 2],
  ["JPM", "share", "XNYS", 234.31, "financial", 1.05, 0.28, 0.0237, 0.03, 3],
  ["XOM", "share", "XNYS", 115.33, "energy", 0.6, 0.235, 0.0343, 0.008, 3],
  ["BA", "share", "XNYS", 161.81, "industrial", 1.2, 0.38, 0, 0.03, 3],
  ["AMC", "share", "XNYS", 2.94, "media", 1.6, 0.98, 0, 0.003, 2],
  ["SPX", "index", "CBOE", 5614.66, "none", 1, 0.178, 0.0131, 0, 12],
  ["/ES", "future", "CME", 5614.66, "none", 1, 0.178, 0.0131, 0.05, 12],
  ["SAP", "share", "XETR", 245.3, "europe", 0.8, 0.29, 0.009, 0.03, 3],
];

const OWN_CLASSES: Readonly<Record<string, readonly OptionClass[]>> = {
  SPY: [shareClass("SPY", 1, BROAD)],
  QQQ: [shareClass("QQQ", 1, BROAD)],
  IWM: [shareClass("IWM", 1, BROAD)],
  GLD: [shareClass("GLD", 1, { spreadFactor: 0.8 })],
  TLT: [shareClass("TLT", 0.5, { ticks: PENNY, spreadFactor: 0.5 })],
  NVDA: [shareClass("NVDA", 1)],
  MSFT: [shareClass("MSFT", 5)],
  META: [shareClass("META", 5)],
  AMD: [shareClass("AMD", 1)],
  KO: [shareClass("KO", 1)],
  XOM: [shareClass("XOM", 1)],
  AMC: AMC_CLASSES,
  SPX: SPX_CLASSES,
  "/ES": ES_CLASSES,
  SAP: [],
};

function listing(row: Row): UnderlyingListing {
  const [root, kind, exchange, level, sector, beta, atmIv, dividendYield, halfSpread, activity] =
    row;
  return {
    root,
    kind,
    exchange,
    level,
    sector,
    beta,
    atmIv,
    dividendYield,
    halfSpread,
    activity,
    currency: exchange === "XETR" ? "EUR" : "USD",
    ticks: kind === "future" ? QUARTER : exchange === "XETR" ? FIFTIETH : PENNY,
    classes: OWN_CLASSES[root] ?? [shareClass(root, 2.5)],
  };
}

/** Every underlying of the world; an index here is the underlying's number everywhere. */
export const LISTINGS: readonly UnderlyingListing[] = ROWS.map(listing);

/** Contract size of the future. */
export const FUTURE_MULTIPLIER = 50;

/** The liquid symbol whose silence means that the feed is mute. */
export const REFERENCE_SYMBOL = "SPY";

/** The number of an underlying by its root; undefined when there is none. */
export function listingOf(root: string): number | undefined {
  const index = LISTINGS.findIndex((listing) => listing.root === root);
  return index < 0 ? undefined : index;
}
