import { isoOf, newYorkDay } from "../../../lib/world/civil.ts";
import type { Fill } from "../../../lib/world/mod.ts";
import type { AccountsFace, FaceAccount } from "../accounts_face.ts";
import { decimal, isoTime, withEffect } from "../decimals.ts";
import type { MarketFace } from "../market_face.ts";
import type { OrdersFace } from "../orders_face.ts";
import { typeName } from "./kinds.ts";

const ID_BASE = 252_640_000;
const FLOW_ID_BASE = 252_000_000;

const SUB_TYPES = {
  expiration: "Expiration",
  cashSettlement: "Cash Settled Exercise",
  exercise: "Exercise",
  assignment: "Assignment",
} as const;

/** Transactions of an account, newest first: trades, lifecycle moves, money that came or went. */
export function transactionsOf(
  account: FaceAccount,
  faces: { market: MarketFace; accounts: AccountsFace; orders: OrdersFace },
): Record<string, unknown>[] {
  const fills = faces.accounts.fills(account).map((fill) => ({
    at: fill.at,
    row: fillRow(account, fill, faces),
  }));
  const flows = faces.accounts.flows.filter((one) => one.account === account.number)
    .map(({ at, amount }, n) => ({ at, row: flowRow(account, at, amount, FLOW_ID_BASE + n) }));
  return [...flows, ...fills].sort((a, b) => b.at - a.at).map(({ row }) => row);
}

function fillRow(
  account: FaceAccount,
  fill: Fill,
  faces: { market: MarketFace; orders: OrdersFace },
): Record<string, unknown> {
  const { market, orders } = faces;
  const instrument = market.world.instruments()[fill.instrument];
  const quantity = Math.abs(fill.signedQuantity);
  const isTrade = fill.kind === "trade";
  const action = orders.actionOf(account, instrument, fill.signedQuantity);
  const symbol = market.apiSymbol(instrument);
  // A future changes hands at no value; its variation settles daily.
  const value = instrument.kind === "future"
    ? 0
    : -fill.signedQuantity * fill.multiplier * fill.price;
  const verb = fill.signedQuantity > 0 ? "Bought" : "Sold";
  return {
    id: ID_BASE + Number(fill.fillId.slice(1)),
    "account-number": account.number,
    symbol,
    "instrument-type": typeName(instrument),
    "underlying-symbol": market.underlyingOf(instrument).symbol,
    "transaction-type": isTrade ? "Trade" : "Receive Deliver",
    "transaction-sub-type": fill.kind === "trade" ? action : SUB_TYPES[fill.kind],
    description: `${verb} ${quantity} ${symbol} @ ${fill.price.toFixed(2)}`,
    action,
    quantity: decimal(quantity),
    // Options that expire or are assigned have no price.
    ...(isTrade || fill.price > 0 ? { price: decimal(fill.price) } : {}),
    "executed-at": isoTime(fill.at),
    "transaction-date": isoOf(newYorkDay(fill.at)),
    ...withEffect("value", value),
    ...withEffect("regulatory-fees", 0),
    ...withEffect("clearing-fees", 0),
    ...withEffect("commission", -fill.fees),
    ...withEffect("proprietary-index-option-fees", 0),
    ...withEffect("net-value", value - fill.fees),
    "is-estimated-fee": true,
    ...(fill.orderId === undefined
      ? {}
      : { "order-id": 771_000_000 + Number(fill.orderId.slice(1)) }),
    "ext-exchange-order-number": String(38_856_000_000 + Number(fill.fillId.slice(1))),
    "ext-global-order-number": 9000,
    "ext-group-id": "0",
    "ext-group-fill-id": "0",
    "ext-exec-id": fill.fillId.slice(1),
    "exchange-affiliation-identifier": "",
    "exec-id": fill.fillId,
    exchange: "SIM",
    "leg-count": 1,
    "destination-venue": "MARKET_SIMULATOR_A",
    lots: [],
  };
}

function flowRow(account: FaceAccount, at: number, amount: number, id: number) {
  return {
    id,
    "account-number": account.number,
    "transaction-type": "Money Movement",
    "transaction-sub-type": amount > 0 ? "Deposit" : "Withdrawal",
    description: amount > 0 ? "ACH DEPOSIT" : "ACH DISBURSEMENT",
    "executed-at": isoTime(at),
    "transaction-date": isoOf(newYorkDay(at)),
    ...withEffect("value", amount),
    ...withEffect("net-value", amount),
    "is-estimated-fee": true,
  };
}
