import type { Settlement } from "./expiry.ts";

/** What an instrument is. ETFs are equities. */
export type InstrumentKind = "equity" | "index" | "future" | "option" | "futureOption";

/** Call or put. */
export type Right = "call" | "put";

/** Currencies that the world's accounts hold. */
export const CURRENCIES = ["USD", "EUR"] as const;

/** A currency of the world; USD is the base. */
export type WorldCurrency = typeof CURRENCIES[number];

/** Price steps: `small` steps per unit below `threshold`, `large` from there on. */
export interface TickRule {
  readonly small: number;
  readonly threshold: number;
  readonly large: number;
}

/** Terms that only options have. */
export interface OptionTerms {
  readonly strike: number;
  readonly right: Right;
  /** Expiration date, "YYYY-MM-DD". */
  readonly expiry: string;
  /** Instant at which the settlement value is fixed, Unix ms. */
  readonly expiresAt: number;
  readonly settlement: Settlement;
  readonly settles: "cash" | "physical";
}

/** One instrument; its id is the index that event columns carry and never changes. */
export interface Instrument {
  readonly id: number;
  readonly kind: InstrumentKind;
  /** Unique: ticker, "/ESM5", or the OCC-like 21 characters of an option. */
  readonly symbol: string;
  /** Class root: ticker, "SPXW", "AMC1", "EW". */
  readonly root: string;
  /** Root of the underlying: "SPX" for SPXW, "/ES" for its options, its own for the others. */
  readonly underlying: string;
  /** Instrument id of the underlying (its own id for the others). */
  readonly underlyingId: number;
  readonly currency: WorldCurrency;
  readonly exchange: string;
  readonly multiplier: number;
  /** Units of the underlying that one contract delivers; 0 when it settles in cash. */
  readonly deliverable: number;
  readonly ticks: TickRule;
  /** Present for options. */
  readonly option?: OptionTerms;
  /** Expiration date of a future, "YYYY-MM-DD". */
  readonly expiry?: string;
}

/** An account of the world. */
export interface Account {
  readonly id: string;
  readonly name: "Individual" | "Joint" | "IRA";
  readonly baseCurrency: WorldCurrency;
}

/** A position of an account; quantity is signed and never 0 in a listing. */
export interface Position {
  readonly account: string;
  readonly instrument: number;
  readonly signedQuantity: number;
  /** Average price of the open quantity, per unit, native currency. */
  readonly averagePrice: number;
}

/** Why a position moved. */
export type FillKind = "trade" | "expiration" | "cashSettlement" | "exercise" | "assignment";

/**
 * One change of a position. Lifecycle moves are fills too, at the value they settle at, so that the
 * day P&L identity of formulas §6 holds over this list alone.
 */
export interface Fill {
  readonly fillId: string;
  /** Absent for lifecycle moves. */
  readonly orderId?: string;
  readonly kind: FillKind;
  readonly account: string;
  readonly instrument: number;
  readonly at: number;
  readonly signedQuantity: number;
  readonly price: number;
  readonly multiplier: number;
  readonly currency: WorldCurrency;
  /** Native currency, positive is a cost. */
  readonly fees: number;
}

/** A day order; `limitPrice` per unit. */
export interface Order {
  readonly orderId: string;
  readonly account: string;
  readonly instrument: number;
  readonly signedQuantity: number;
  readonly filledQuantity: number;
  readonly limitPrice: number;
  readonly status: "working" | "filled" | "cancelled";
  readonly placedAt: number;
}

/** Amounts by currency, in currency units (whole cents). */
export type Amounts = Readonly<Record<WorldCurrency, number>>;

/** An account's money at an instant. */
export interface Balances {
  readonly account: string;
  readonly at: number;
  /** Cash with the open variation of futures. */
  readonly cash: Amounts;
  /** Signed value of positions at mark; futures count 0. */
  readonly marketValue: Amounts;
  /** Base currency. */
  readonly netLiq: number;
  /** Net liq at the previous official closes and their FX, base currency. */
  readonly prevNetLiq: number;
  /** Cash and position value at the previous official closes, native currency. */
  readonly prevNative: Amounts;
  /** External flows since then, base currency; deposits positive. */
  readonly flows: number;
}

/** EUR in USD. */
export interface FxRate {
  readonly pair: "EURUSD";
  readonly rate: number;
  readonly at: number;
  /** Rate at the previous session's close. */
  readonly prevRate: number;
}

/** A daily bar of an underlying. */
export interface Bar {
  readonly date: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** One expiry of a chain; strikes ascend, every strike has both rights. */
export interface ChainExpiry {
  readonly root: string;
  readonly expiry: string;
  readonly expiresAt: number;
  readonly settlement: Settlement;
  readonly multiplier: number;
  readonly deliverable: number;
  readonly strikes: readonly number[];
}

/** Carry inputs of an underlying, continuous annual decimals. */
export interface Carry {
  readonly riskFreeRate: number;
  readonly dividendYield: number;
  /** "forward": options on it are options on a future, cost of carry 0. */
  readonly model: "spot" | "forward";
}

/** How an option left the book. */
export interface Lifecycle {
  readonly how: "expired" | "cashSettled" | "exercised" | "assigned";
  /** True when it happened before the expiry date. */
  readonly isEarly: boolean;
  readonly account: string;
  readonly instrument: number;
  /** Quantity that left, with the sign it was held with. */
  readonly signedQuantity: number;
  /** Level of the underlying that decided. */
  readonly settlementLevel: number;
}

/** Low-rate events; never conflated, in the order they happened. */
export type WorldEvent =
  | { readonly kind: "listed"; readonly at: number; readonly instrument: Instrument }
  | { readonly kind: "fill"; readonly at: number; readonly fill: Fill }
  | { readonly kind: "position"; readonly at: number; readonly position: Position }
  | { readonly kind: "balance"; readonly at: number; readonly balances: Balances }
  | { readonly kind: "order"; readonly at: number; readonly order: Order }
  | { readonly kind: "lifecycle"; readonly at: number; readonly lifecycle: Lifecycle }
  | { readonly kind: "fx"; readonly at: number; readonly fx: FxRate }
  | {
    readonly kind: "flow";
    readonly at: number;
    readonly account: string;
    readonly currency: WorldCurrency;
    readonly amount: number;
  }
  | { readonly kind: "sessionOpened"; readonly at: number; readonly date: string }
  | {
    readonly kind: "sessionClosed";
    readonly at: number;
    readonly date: string;
    readonly nextOpenAt: number;
  }
  /** The bounded event list overflowed: read positions, balances and orders again. */
  | { readonly kind: "resync"; readonly at: number; readonly lost: number };

/** Market state of the world's session. */
export type SessionState = "open" | "closed";
