import type { Timer } from "../../../lib/ports/timers.ts";
import type { Instrument } from "../../../lib/world/mod.ts";
import { FieldWriter } from "../wire/field_writer.ts";
import { MESSAGE } from "../wire/message_ids.ts";
import { firstTrigger, ORDER_TYPES, type Pricing, type Trigger } from "./matching.ts";
import { isSet, numberOf, type OrderTerms, textOf } from "./order_terms.ts";
import type { OrderEcho, OrderStatus } from "./order_writer.ts";

/** A contract of the world under the name of the interface. */
export interface TradedLeg {
  readonly instrument: Instrument;
  /** conId, symbol, secType, date, strike, right, multiplier, exchange, currency, local, class. */
  readonly contract: readonly string[];
  /** Contracts per unit of the order; negative when buying the order sells them. */
  readonly ratio: number;
}

/** What an order trades: one contract, or the legs of a combination under one name. */
export interface Traded {
  /** As for a leg: 11 texts. */
  readonly contract: readonly string[];
  readonly legs: readonly TradedLeg[];
  readonly isCombination: boolean;
}

/** An account under its names here and in the world. */
export interface OrderAccount {
  readonly name: string;
  readonly worldId: string;
}

const TERMINAL: ReadonlySet<OrderStatus> = new Set(
  ["Filled", "Cancelled", "ApiCancelled", "Inactive"],
);

/** An order in the emulator's book. */
export class DeskOrder {
  status: OrderStatus = "ApiPending";
  whyHeld = "";
  /** Changed by a modification. */
  terms: OrderTerms;
  pricing: Pricing;
  trigger: Trigger;
  filled = 0;
  avgFillPrice = 0;
  lastFillPrice = 0;
  /** True once it left for the exchange; until then clients do not know its permId. */
  isAcknowledged = false;
  /** True while it waits for an acknowledgement or a cancellation to be confirmed. */
  pending: Timer | null = null;
  /** Corrections of its fills that are still to come. */
  readonly corrections: Timer[] = [];
  /** Instant of its end, Unix ms. */
  endedAt = 0;
  completedStatus = "";
  readonly clientId: number;
  readonly orderId: number;
  readonly permId: number;
  readonly parentId: number;
  readonly account: OrderAccount;
  readonly traded: Traded;

  constructor(
    ids: { readonly clientId: number; readonly orderId: number; readonly permId: number },
    terms: OrderTerms,
    account: OrderAccount,
    traded: Traded,
  ) {
    this.clientId = ids.clientId;
    this.orderId = ids.orderId;
    this.permId = ids.permId;
    this.terms = terms;
    this.account = account;
    this.traded = traded;
    this.parentId = numberOf(terms, "parentId") ?? 0;
    this.pricing = pricingOf(terms);
    this.trigger = firstTrigger(this.pricing);
  }

  get isBuy(): boolean {
    return this.pricing.isBuy;
  }

  get quantity(): number {
    return numberOf(this.terms, "totalQuantity") ?? 0;
  }

  get left(): number {
    return Math.max(0, this.quantity - this.filled);
  }

  /** True until it is filled, cancelled or rejected. */
  get isActive(): boolean {
    return !TERMINAL.has(this.status);
  }

  /** True while it may trade: at the exchange, also while a cancellation is on its way. */
  get isWorking(): boolean {
    return this.isAcknowledged && this.isActive && this.whyHeld !== "child";
  }

  get symbol(): string {
    return this.traded.contract[1];
  }

  get ocaGroup(): string {
    return textOf(this.terms, "ocaGroup");
  }

  /** Replaces the terms by those of a modification. */
  modify(terms: OrderTerms): void {
    this.terms = terms;
    this.pricing = pricingOf(terms);
    // A trailing stop keeps where it is; anything else starts from its new prices.
    const fresh = firstTrigger(this.pricing);
    this.trigger = this.trigger.isAwake ? { ...fresh, isAwake: true } : fresh;
  }

  /** Takes part of a fill into the sums. */
  take(quantity: number, price: number): void {
    const value = this.avgFillPrice * this.filled + price * quantity;
    this.filled += quantity;
    this.avgFillPrice = Math.round(value / this.filled * 1e8) / 1e8;
    this.lastFillPrice = price;
  }

  /** The order as openOrder tells it. */
  echo(): OrderEcho {
    return {
      orderId: this.orderId,
      clientId: this.clientId,
      permId: this.isAcknowledged ? this.permId : 0,
      parentId: this.parentId,
      account: this.account.name,
      status: this.status,
      contract: this.traded.contract,
      legsDescription: this.traded.isCombination
        ? this.traded.legs.map(({ contract, ratio }) => `${contract[0]}|${ratio}`).join(",")
        : "",
      terms: this.terms,
      whatIf: null,
      warning: "",
    };
  }

  /** An orderStatus (3). */
  statusMessage(): FieldWriter {
    // An order that was cancelled after a part of it was filled has nothing remaining.
    const isOver = this.status === "Cancelled" || this.status === "ApiCancelled";
    const remaining = isOver && this.filled > 0 ? 0 : this.left;
    const message = new FieldWriter(MESSAGE.orderStatus).int(this.orderId).text(this.status);
    message.double(this.filled).double(remaining).double(this.avgFillPrice);
    message.int(this.isAcknowledged ? this.permId : 0).int(this.parentId);
    message.double(this.lastFillPrice).int(this.clientId).text(this.whyHeld);
    return message.double(0);
  }
}

/** When and at which price an order trades, from its fields. */
export function pricingOf(terms: OrderTerms): Pricing {
  const typeText = textOf(terms, "orderType").toUpperCase();
  const type = ORDER_TYPES.find((one) => one === typeText) ?? "LMT";
  const isTrailing = type === "TRAIL" || type === "TRAIL LIMIT";
  const percent = numberOf(terms, "trailingPercent");
  const aux = numberOf(terms, "auxPrice");
  return {
    type,
    isBuy: textOf(terms, "action") === "BUY",
    limit: type === "MKT" || type === "STP" || type === "TRAIL" ? null : priceOf(terms, "lmtPrice"),
    trigger: isTrailing ? numberOf(terms, "trailStopPrice") : aux,
    trailAmount: isTrailing && percent === null ? aux : null,
    trailPercent: isTrailing ? percent : null,
    limitOffset: numberOf(terms, "lmtPriceOffset"),
  };
}

/** A limit of 0 is one only for combinations; for the rest it means none (some clients send 0). */
function priceOf(terms: OrderTerms, field: "lmtPrice"): number | null {
  const price = numberOf(terms, field);
  return price === 0 && terms.contract.secType !== "BAG" ? null : price;
}

/** True when an order is to be sent on, not kept back. */
export function isTransmitted(terms: OrderTerms): boolean {
  return isSet(terms, "transmit");
}
