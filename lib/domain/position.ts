import type { UnixMs } from "../base/brand.ts";

/** A holding of one account in one instrument. The key is account + instrument (T-008). */
export interface Position {
  readonly accountId: string;
  readonly instrumentKey: string;
  /** Long > 0, short < 0; contracts or shares. */
  readonly signedQuantity: number;
  /** Signed quantity at the previous official close; the rest came from today's fills. */
  readonly overnightQuantity: number;
  /** Average price paid, per unit, in the instrument's currency; null when not reported. */
  readonly averagePrice: number | null;
  /** Strategy the user or broker groups it under; null when none. */
  readonly strategy: string | null;
  readonly asOf: UnixMs;
}

/** An execution. */
export interface Fill {
  /** Id of the broker; a correction repeats its lineage. */
  readonly execId: string;
  readonly accountId: string;
  readonly instrumentKey: string;
  /** Bought > 0, sold < 0. */
  readonly signedQuantity: number;
  /** Per unit, in the instrument's currency. */
  readonly price: number;
  /** Costs as a positive amount, in the instrument's currency. */
  readonly fees: number;
  readonly filledAt: UnixMs;
}

/** State of an order as the broker reports it. */
export type OrderState =
  | "submitted"
  | "accepted"
  | "partiallyFilled"
  | "filled"
  | "canceled"
  | "rejected"
  | "expired";

/** An order at the broker, read only. */
export interface Order {
  readonly brokerOrderId: string;
  readonly accountId: string;
  readonly instrumentKey: string;
  readonly signedQuantity: number;
  readonly filledQuantity: number;
  /** Per unit; null for a market order. */
  readonly limitPrice: number | null;
  readonly state: OrderState;
  readonly asOf: UnixMs;
}
