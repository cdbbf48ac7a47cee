import { dayOfIso, isoOf } from "./civil.ts";
import { ACCOUNTS } from "./ledger.ts";
import type { Tape } from "./tape.ts";
import { type Bar, CURRENCIES, type Fill, type FillKind, type Order } from "./types.ts";

const FILL_KINDS: readonly FillKind[] = [
  "trade",
  "expiration",
  "cashSettlement",
  "exercise",
  "assignment",
];
const ORDER_STATUSES: readonly Order["status"][] = ["working", "filled", "cancelled"];
const ACCOUNT_IDS = ACCOUNTS.map(({ id }) => id);

const BLANK_FILL: Fill = {
  fillId: "",
  orderId: undefined,
  kind: "trade",
  account: ACCOUNT_IDS[0],
  instrument: 0,
  at: 0,
  signedQuantity: 0,
  price: 0,
  multiplier: 0,
  currency: "USD",
  fees: 0,
};

const BLANK_ORDER: Order = {
  orderId: "",
  account: ACCOUNT_IDS[0],
  instrument: 0,
  signedQuantity: 0,
  filledQuantity: 0,
  limitPrice: 0,
  status: "working",
  placedAt: 0,
};

const BLANK_BAR: Bar = { date: "1970-01-01", open: 0, high: 0, low: 0, close: 0, volume: 0 };

/** Passes one of a few known values as its number. */
function passChoice<T>(tape: Tape, choices: readonly T[], value: T): T {
  return choices[tape.i32(choices.indexOf(value))] ?? value;
}

function passFill(tape: Tape, fill: Fill): Fill {
  const hasOrder = tape.flag(fill.orderId !== undefined);
  return {
    fillId: tape.text(fill.fillId),
    orderId: hasOrder ? tape.text(fill.orderId ?? "") : undefined,
    kind: passChoice(tape, FILL_KINDS, fill.kind),
    account: passChoice(tape, ACCOUNT_IDS, fill.account),
    instrument: tape.i32(fill.instrument),
    at: tape.f64(fill.at),
    signedQuantity: tape.f64(fill.signedQuantity),
    price: tape.f64(fill.price),
    multiplier: tape.f64(fill.multiplier),
    currency: passChoice(tape, CURRENCIES, fill.currency),
    fees: tape.f64(fill.fees),
  };
}

function passOrder(tape: Tape, order: Order): Order {
  return {
    orderId: tape.text(order.orderId),
    account: passChoice(tape, ACCOUNT_IDS, order.account),
    instrument: tape.i32(order.instrument),
    signedQuantity: tape.f64(order.signedQuantity),
    filledQuantity: tape.f64(order.filledQuantity),
    limitPrice: tape.f64(order.limitPrice),
    status: passChoice(tape, ORDER_STATUSES, order.status),
    placedAt: tape.f64(order.placedAt),
  };
}

function passBar(tape: Tape, bar: Bar): Bar {
  return {
    date: isoOf(tape.i32(dayOfIso(bar.date))),
    open: tape.f64(bar.open),
    high: tape.f64(bar.high),
    low: tape.f64(bar.low),
    close: tape.f64(bar.close),
    volume: tape.f64(bar.volume),
  };
}

/** Passes fills through a tape. */
export function passFills(tape: Tape, fills: Fill[]): Fill[] {
  return tape.list(fills, BLANK_FILL, (fill) => passFill(tape, fill));
}

/** Passes orders through a tape. */
export function passOrders(tape: Tape, orders: Order[]): Order[] {
  return tape.list(orders, BLANK_ORDER, (order) => passOrder(tape, order));
}

/** Passes daily bars through a tape. */
export function passBars(tape: Tape, bars: Bar[]): Bar[] {
  return tape.list(bars, BLANK_BAR, (bar) => passBar(tape, bar));
}
