import type { UnixMs } from "../../../base/brand.ts";
import type { Order, OrderState } from "../../../domain/position.ts";
import { type Drift, Fields } from "./fields.ts";
import { signOfAction } from "./transactions.ts";

/** An execution of a leg, the only place with its price. */
export interface LegFill {
  readonly fillId: string;
  readonly quantity: number;
  readonly price: number;
  readonly filledAt: UnixMs | null;
}

/** One leg of an order. */
export interface OrderLeg {
  readonly symbol: string;
  readonly instrumentType: string | null;
  readonly action: string | null;
  readonly quantity: number | null;
  readonly remainingQuantity: number | null;
  readonly fills: readonly LegFill[];
}

/** An order, of REST or the account streamer. Null: not sent. */
export interface OrderRecord {
  readonly id: string;
  readonly accountNumber: string | null;
  /** As the broker words it; an open set. */
  readonly status: string;
  readonly orderType: string | null;
  readonly underlyingSymbol: string | null;
  /** Net per unit of the spread, money in above 0; null for a market order. */
  readonly price: number | null;
  readonly legs: readonly OrderLeg[];
  readonly receivedAt: UnixMs | null;
  /** Orders what came out of order; null on a dry run. */
  readonly updatedAt: UnixMs | null;
}

function readLegFill(fields: Fields): LegFill[] {
  const fillId = fields.text("fill-id", "expected");
  const quantity = fields.positive("quantity", "expected");
  const price = fields.decimal("fill-price", "expected");
  const filledAt = fields.instant("filled-at", "expected");
  return fillId === null || quantity === null || price === null
    ? []
    : [{ fillId, quantity, price, filledAt }];
}

function readLeg(fields: Fields): OrderLeg[] {
  const symbol = fields.text("symbol", "expected");
  if (symbol === null) return [];
  const fills = new Map(
    fields.children("fills").flatMap(readLegFill).map((fill) => [fill.fillId, fill]),
  );
  return [{
    symbol,
    instrumentType: fields.text("instrument-type"),
    action: fields.text("action", "expected"),
    quantity: fields.amount("quantity"),
    remainingQuantity: fields.amount("remaining-quantity"),
    fills: [...fills.values()],
  }];
}

/** Reads one order; null without an id. `updated-at` is 0 on a dry run, and absent here then. */
export function readOrder(fields: Fields): OrderRecord | null {
  const id = fields.text("id", "expected");
  if (id === null) return null;
  const stamp = fields.decimal("updated-at") === 0 ? null : fields.instant("updated-at");
  return {
    id,
    accountNumber: fields.text("account-number", "expected"),
    status: fields.text("status", "expected") ?? "Unknown",
    orderType: fields.text("order-type"),
    underlyingSymbol: fields.text("underlying-symbol"),
    price: fields.signed("price"),
    legs: fields.children("legs").flatMap(readLeg),
    receivedAt: fields.instant("received-at"),
    updatedAt: stamp,
  };
}

/** Reads the items of an orders answer; an order that comes twice counts once, the newest. */
export function readOrders(items: unknown, drift: Drift): OrderRecord[] {
  const byId = new Map<string, OrderRecord>();
  for (const fields of Fields.listOf(items, "order", drift)) {
    const order = readOrder(fields);
    if (order === null) continue;
    const before = byId.get(order.id);
    if (before === undefined || (order.updatedAt ?? 0) >= (before.updatedAt ?? 0)) {
      byId.set(order.id, order);
    }
  }
  return [...byId.values()];
}

const STATES: Readonly<Record<string, OrderState>> = {
  Received: "submitted",
  Routed: "submitted",
  "In Flight": "submitted",
  Contingent: "submitted",
  Live: "accepted",
  "Cancel Requested": "accepted",
  "Replace Requested": "accepted",
  Filled: "filled",
  Cancelled: "canceled",
  Rejected: "rejected",
  Expired: "expired",
  Removed: "canceled",
  "Partially Removed": "canceled",
};

/** The desk's state of an order, or null for a status that it does not know. */
export function orderState(status: string, filledQuantity: number): OrderState | null {
  const state = Object.hasOwn(STATES, status) ? STATES[status] : null;
  // The broker has no status for it: Live with something filled.
  return state === "accepted" && filledQuantity > 0 ? "partiallyFilled" : state;
}

/** How an order's symbols are named in the desk; null: not known there. */
export interface OrderNames {
  readonly accountId: string;
  keyOf(apiSymbol: string): string | null;
  readonly asOf: UnixMs;
}

function filledQuantity({ fills }: OrderLeg): number {
  return fills.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** The orders of the desk, one per leg whose symbol, sign and state are known. */
export function mapOrder(record: OrderRecord, names: OrderNames): Order[] {
  return record.legs.flatMap((leg, index) => {
    const sign = signOfAction(leg.action);
    const instrumentKey = names.keyOf(leg.symbol);
    const filled = filledQuantity(leg);
    const state = orderState(record.status, filled);
    if (sign === null || instrumentKey === null || state === null || leg.quantity === null) {
      return [];
    }
    const isSingle = record.legs.length === 1;
    return [{
      brokerOrderId: isSingle ? record.id : `${record.id}/${index + 1}`,
      accountId: names.accountId,
      instrumentKey,
      signedQuantity: sign * leg.quantity,
      filledQuantity: sign * filled,
      limitPrice: isSingle && record.price !== null ? Math.abs(record.price) : null,
      state,
      asOf: record.updatedAt ?? record.receivedAt ?? names.asOf,
    }];
  });
}
