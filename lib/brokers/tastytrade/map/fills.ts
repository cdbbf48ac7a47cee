import type { Fill } from "../../../domain/position.ts";
import type { OrderLeg, OrderNames, OrderRecord } from "./orders.ts";
import { signOfAction, type TransactionRecord } from "./transactions.ts";

const FEE_PARTS = 1e6;

function rowName(orderId: string, symbol: string): string {
  return `${orderId} ${symbol}`;
}

/** Costs by order and symbol; the broker estimates them on the day of the trade. */
function feesByRow(transactions: readonly TransactionRecord[]): ReadonlyMap<string, number> {
  const fees = new Map<string, number>();
  for (const { type, orderId, symbol, fees: paid } of transactions) {
    if (type !== "Trade" || orderId === null || symbol === null || paid === null) continue;
    const name = rowName(orderId, symbol);
    fees.set(name, (fees.get(name) ?? 0) + paid);
  }
  return fees;
}

function legFills(
  order: OrderRecord,
  leg: OrderLeg,
  names: OrderNames,
  feesPaid: number,
): Fill[] {
  const sign = signOfAction(leg.action);
  const instrumentKey = names.keyOf(leg.symbol);
  if (sign === null || instrumentKey === null) return [];
  const filled = leg.fills.reduce((sum, { quantity }) => sum + quantity, 0);
  return leg.fills.map(({ fillId, quantity, price, filledAt }) => ({
    execId: fillId,
    accountId: names.accountId,
    instrumentKey,
    signedQuantity: sign * quantity,
    price,
    fees: Math.max(0, Math.round(feesPaid * quantity / filled * FEE_PARTS) / FEE_PARTS),
    filledAt: filledAt ?? order.updatedAt ?? names.asOf,
  }));
}

/** The fill that a trade of the transactions is; null where sign, amounts or time are not known. */
function fillOfTrade(trade: TransactionRecord, names: OrderNames): Fill | null {
  const { action, quantity, price, executedAt, symbol, fees } = trade;
  const sign = signOfAction(action);
  const instrumentKey = symbol === null ? null : names.keyOf(symbol);
  if (sign === null || quantity === null || price === null || executedAt === null) return null;
  if (instrumentKey === null) return null;
  return {
    execId: trade.execId ?? trade.id,
    accountId: names.accountId,
    instrumentKey,
    signedQuantity: sign * quantity,
    price,
    fees: Math.max(0, fees ?? 0),
    filledAt: executedAt,
  };
}

/**
 * Today's fills of an account, each once. Orders name them by `fill-id`, as the account streamer
 * does; the transactions of the same day add the costs, shared out by quantity, and trades of
 * orders that are not among them. Costs not booked yet are 0 and come later under the same id.
 */
export function todaysFills(
  orders: readonly OrderRecord[],
  transactions: readonly TransactionRecord[],
  names: OrderNames,
): Fill[] {
  const fees = feesByRow(transactions);
  const covered = new Set<string>();
  const fills: Fill[] = [];
  for (const order of orders) {
    for (const leg of order.legs) {
      // What is booked of it already comes under its own id once the order tells it.
      const isAhead = (leg.remainingQuantity ?? 0) > 0;
      if (leg.fills.length === 0 && !isAhead) continue;
      const name = rowName(order.id, leg.symbol);
      covered.add(name);
      fills.push(...legFills(order, leg, names, fees.get(name) ?? 0));
    }
  }
  for (const trade of transactions) {
    if (trade.type !== "Trade" || covered.has(rowName(trade.orderId ?? "", trade.symbol ?? ""))) {
      continue;
    }
    const fill = fillOfTrade(trade, names);
    if (fill !== null) fills.push(fill);
  }
  return fills;
}
