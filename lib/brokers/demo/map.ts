import { assert } from "../../base/assert.ts";
import type { UnixMs } from "../../base/brand.ts";
import { expiryInstant } from "../../calendar/expiry.ts";
import { futureOptionClass, listedOptionClass } from "../../calendar/option_class.ts";
import type { SessionClass } from "../../calendar/sessions.ts";
import type { Account, Balances, FxRate } from "../../domain/account.ts";
import { type Instrument, optionKey } from "../../domain/instrument.ts";
import type { Fill, Order, Position } from "../../domain/position.ts";
import type { LifecycleEvent } from "../../ports/broker.ts";
import type * as world from "../../world/mod.ts";
import type { DemoBalances, HeldPosition } from "./wire/messages.ts";

/** Names of the world's instruments by id. */
export type KeyOf = (id: number) => string;

const BROKER = "demo";

/** Canonical key of a world's instrument: the symbol, or the terms of an option. */
export function keyOf(instrument: world.Instrument): string {
  if (instrument.option === undefined) return instrument.symbol;
  const { strike, right, expiry } = instrument.option;
  const { root, multiplier } = instrument;
  return optionKey({ root, expiry, right, strike, multiplier });
}

function sessionClassOf(instrument: world.Instrument): SessionClass {
  switch (instrument.kind) {
    case "future":
    case "futureOption":
      return "futures";
    case "option":
      return listedOptionClass(instrument.root).sessionClass;
    case "equity":
    case "index":
      return "equity";
  }
}

/** Instant by the desk's own calendar, so that agreement with the world's table says something. */
/** Instants of expiry by what fixes them: of thousands of contracts a few dozen differ. */
export class ExpiryInstants {
  readonly #known = new Map<string, UnixMs>();

  /** When a contract that expires on a date of the calendar does so. */
  of(instrument: world.Instrument, expiry: string): UnixMs {
    const settlement = instrument.option?.settlement ??
      futureOptionClass(instrument.root.replace("/", "")).settlement;
    const terms = `${expiry} ${settlement}`;
    const known = this.#known.get(terms);
    if (known !== undefined) return known;
    const instant = expiryInstant({ expiry, settlement });
    assert(instant.ok, `${instrument.symbol} expires inside the calendar`);
    this.#known.set(terms, instant.value);
    return instant.value;
  }
}

/** The desk's description of a world's instrument; `underlyingKey` is that of what drives it. */
export function mapInstrument(
  instrument: world.Instrument,
  underlyingKey: string,
  expiries: ExpiryInstants,
): Instrument {
  const base = {
    key: keyOf(instrument),
    symbol: instrument.option === undefined ? instrument.symbol : instrument.root,
    underlying: instrument.underlying,
    multiplier: instrument.multiplier,
    currency: instrument.currency,
    exchange: instrument.exchange,
    sessionClass: sessionClassOf(instrument),
    tickSize: 1 / instrument.ticks.small,
  };
  switch (instrument.kind) {
    case "equity":
    case "index":
      return { ...base, kind: instrument.kind };
    case "future": {
      const expiry = instrument.expiry ?? "";
      return { ...base, kind: "future", expiry, expiresAt: expiries.of(instrument, expiry) };
    }
    case "option":
    case "futureOption": {
      const { option } = instrument;
      assert(option !== undefined, "an option has terms");
      return {
        ...base,
        kind: instrument.kind,
        right: option.right,
        strike: option.strike,
        expiry: option.expiry,
        expiresAt: expiries.of(instrument, option.expiry),
        settlement: option.settlement,
        underlyingKey,
        // What settles in cash is paid on as many units as the multiplier says.
        deliverable: instrument.deliverable === 0 ? instrument.multiplier : instrument.deliverable,
        root: instrument.root,
      };
    }
  }
}

/** An account; the number is invented, like everything in the demo. */
export function mapAccount(account: world.Account): Account {
  return {
    id: account.id,
    broker: BROKER,
    number: account.id,
    nickname: account.name,
    type: account.name,
    currency: account.baseCurrency,
  };
}

/** A position with its quantity at the previous close. */
export function mapPosition(held: HeldPosition, key: KeyOf, asOf: UnixMs): Position {
  return {
    accountId: held.account,
    instrumentKey: key(held.instrument),
    signedQuantity: held.signedQuantity,
    overnightQuantity: held.overnightQuantity,
    averagePrice: Number.isNaN(held.averagePrice) ? null : held.averagePrice,
    strategy: null,
    asOf,
  };
}

/** Balances in the base currency, cash by currency. */
export function mapBalances(balances: DemoBalances): Balances {
  return {
    accountId: balances.account,
    cash: (["USD", "EUR"] as const).map((currency) => ({
      currency,
      amount: balances.cash[currency],
      previousClose: balances.previousCash[currency],
    })),
    netLiquidation: balances.netLiq,
    previousNetLiquidation: balances.prevNetLiq,
    externalFlows: balances.flows,
    income: 0,
    accrued: 0,
    asOf: balances.at,
  };
}

/** The rate of one EUR in USD. */
export function mapFxRate(fx: world.FxRate): FxRate {
  return {
    currency: "EUR",
    base: "USD",
    rate: fx.rate,
    previousClose: fx.prevRate,
    asOf: fx.at,
  };
}

/** A fill; lifecycle moves are fills at the value they settle at. */
export function mapFill(fill: world.Fill, key: KeyOf): Fill {
  return {
    execId: fill.fillId,
    accountId: fill.account,
    instrumentKey: key(fill.instrument),
    signedQuantity: fill.signedQuantity,
    price: fill.price,
    fees: fill.fees,
    filledAt: fill.at,
  };
}

const ORDER_STATE = { working: "accepted", filled: "filled", cancelled: "canceled" } as const;

/** An order as the desk reads it. */
export function mapOrder(order: world.Order, key: KeyOf, asOf: UnixMs): Order {
  return {
    brokerOrderId: order.orderId,
    accountId: order.account,
    instrumentKey: key(order.instrument),
    signedQuantity: order.signedQuantity,
    filledQuantity: order.filledQuantity,
    limitPrice: order.limitPrice,
    state: ORDER_STATE[order.status],
    asOf,
  };
}

/** What became of an option, in words. */
export function mapLifecycle(
  event: world.Lifecycle,
  key: KeyOf,
  at: UnixMs,
): LifecycleEvent {
  const name = key(event.instrument);
  const when = event.isEarly ? " early" : "";
  return {
    kind: event.how,
    accountId: event.account,
    instrumentKey: name,
    signedQuantity: event.signedQuantity,
    at,
    text: `${name} ${event.how === "cashSettled" ? "settled in cash" : event.how}${when} at ` +
      `${event.settlementLevel}`,
  };
}

/** The beginning or end of an official session, in words. */
export function sessionEvent(
  kind: "sessionOpened" | "sessionClosed",
  at: UnixMs,
  date: string,
): LifecycleEvent {
  const text = `Session ${date} ${kind === "sessionOpened" ? "opened" : "closed"}`;
  return { kind, accountId: null, instrumentKey: null, signedQuantity: 0, at, text };
}
