import { MARKET_EVENT } from "../../../domain/market_data.ts";

/** A field that becomes a number of a `MarketBatch`: its place among the event's values. */
export interface ValueField {
  readonly slot: number;
}

/** How one event type of the feed is asked for and read. */
export interface EventMapping {
  /** Name on the wire. */
  readonly type: string;
  /** Kind in a `MarketBatch`. */
  readonly kind: number;
  /** What we ask for; what is granted may be less, more or in another order. */
  readonly fields: readonly string[];
  readonly values: Readonly<Record<string, ValueField>>;
  /** Fields that hold the event's time, epoch ms; the newest counts, 0 is none. */
  readonly times: readonly string[];
}

/**
 * Event types that feed the board, in the order of their bits in a mask of types.
 *
 * Units: prices in the instrument's currency per unit. Greeks per unit of a long option: volatility
 * an annual fraction, theta per calendar day, vega and rho per percentage point, which is what the
 * board wants, so that no factor is applied here. Multipliers and signs of positions do not occur.
 * `tradingStatus` becomes halted (1) or trading (0); UNDEFINED says nothing.
 * Source: dxlink.md §6, "Greeks units".
 */
export const EVENT_MAPPINGS: readonly EventMapping[] = [
  {
    type: "Quote",
    kind: MARKET_EVENT.quote,
    fields: ["eventSymbol", "bidPrice", "askPrice", "bidSize", "askSize", "bidTime", "askTime"],
    values: slots("bidPrice", "askPrice", "bidSize", "askSize"),
    times: ["bidTime", "askTime"],
  },
  {
    type: "Trade",
    kind: MARKET_EVENT.trade,
    fields: ["eventSymbol", "price", "size", "dayVolume", "time"],
    values: slots("price", "size", "dayVolume"),
    times: ["time"],
  },
  {
    type: "Greeks",
    kind: MARKET_EVENT.greeks,
    fields: [
      "eventSymbol",
      "price",
      "volatility",
      "delta",
      "gamma",
      "theta",
      "vega",
      "rho",
      "time",
    ],
    values: slots("price", "volatility", "delta", "gamma", "theta", "vega", "rho"),
    times: ["time"],
  },
  {
    type: "Summary",
    kind: MARKET_EVENT.summary,
    fields: ["eventSymbol", "prevDayClosePrice", "dayOpenPrice", "dayId", "dayClosePrice"],
    values: slots("prevDayClosePrice", "dayOpenPrice", "dayId", "dayClosePrice"),
    times: [],
  },
  {
    type: "Profile",
    kind: MARKET_EVENT.status,
    fields: ["eventSymbol", "tradingStatus"],
    values: {},
    times: [],
  },
];

/** Slots of a summary; the last two say which session its closes are of, see `SummaryDays`. */
export const SUMMARY_SLOT = {
  prevDayClosePrice: 0,
  dayOpenPrice: 1,
  dayId: 2,
  dayClosePrice: 3,
} as const;

/** Bits of the types in a mask, by name of the type. */
export const TYPE_BIT = { quote: 1, trade: 2, greeks: 4, summary: 8, profile: 16 } as const;

/** Types wanted of an option. Halts are a matter of its underlying. */
export const OPTION_TYPES: number = TYPE_BIT.quote | TYPE_BIT.trade | TYPE_BIT.greeks |
  TYPE_BIT.summary;

/** Types wanted of anything else. */
export const UNDERLYING_TYPES: number = TYPE_BIT.quote | TYPE_BIT.trade | TYPE_BIT.summary |
  TYPE_BIT.profile;

/** Names of the types of a mask, in the order of their bits. */
export function typesOf(mask: number): string[] {
  return EVENT_MAPPINGS.filter((_, bit) => (mask & (1 << bit)) !== 0).map(({ type }) => type);
}

function slots(...names: string[]): Record<string, ValueField> {
  return Object.fromEntries(names.map((name, slot) => [name, { slot }]));
}
