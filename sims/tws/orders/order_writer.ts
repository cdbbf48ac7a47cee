import { FieldWriter, UNSET_DOUBLE, UNSET_INT } from "../wire/field_writer.ts";
import { MESSAGE } from "../wire/message_ids.ts";
import { numberOf, type OrderField, type OrderTerms, textOf } from "./order_terms.ts";

/** Where an order is in its life. */
export type OrderStatus =
  | "ApiPending"
  | "PendingSubmit"
  | "PreSubmitted"
  | "Submitted"
  | "PendingCancel"
  | "Cancelled"
  | "ApiCancelled"
  | "Filled"
  | "Inactive";

/** Margins and costs that a what-if order is answered with; texts of the wire. */
export interface WhatIf {
  /** Initial margin, maintenance margin, equity with loan: before, change, after. */
  readonly margins: readonly string[];
  readonly commission: string;
  readonly minCommission: string;
  readonly maxCommission: string;
  readonly currency: string;
}

/** An order as openOrder and completedOrder tell it. */
export interface OrderEcho {
  readonly orderId: number;
  readonly clientId: number;
  readonly permId: number;
  readonly parentId: number;
  readonly account: string;
  readonly status: OrderStatus;
  /** conId, symbol, secType, date, strike, right, multiplier, exchange, currency, local, class. */
  readonly contract: readonly string[];
  readonly legsDescription: string;
  readonly terms: OrderTerms;
  readonly whatIf: WhatIf | null;
  readonly warning: string;
}

/** How a field is echoed: its name, and what stands for it when it is unset. */
type Echoed = readonly [OrderField, string];

const HEAD: readonly Echoed[] = [
  ["action", ""],
  ["totalQuantity", "0"],
  ["orderType", ""],
  ["lmtPrice", "0.0"],
  ["auxPrice", "0.0"],
  ["tif", "DAY"],
  ["ocaGroup", ""],
];

const AFTER_PERM_ID: readonly Echoed[] = [
  ["outsideRth", "0"],
  ["hidden", "0"],
  ["discretionaryAmt", "0"],
  ["goodAfterTime", ""],
];

const ADVISOR: readonly Echoed[] = [
  ["faGroup", ""],
  ["faMethod", ""],
  ["faPercentage", ""],
  ["modelCode", ""],
  ["goodTillDate", ""],
  ["rule80A", ""],
  ["percentOffset", ""],
  ["settlingFirm", ""],
  ["shortSaleSlot", "0"],
  ["designatedLocation", ""],
  ["exemptCode", "-1"],
];

const BOX: readonly Echoed[] = [
  ["startingPrice", ""],
  ["stockRefPrice", ""],
  ["delta", ""],
  ["stockRangeLower", ""],
  ["stockRangeUpper", ""],
  ["displaySize", ""],
];

const SIZES: readonly Echoed[] = [
  ["blockOrder", "0"],
  ["sweepToFill", "0"],
  ["allOrNone", "0"],
  ["minQty", ""],
  ["ocaType", "3"],
  ["eTradeOnly", "0"],
  ["firmQuoteOnly", "0"],
  ["nbboPriceCap", ""],
];

const VOLATILITY: readonly Echoed[] = [["volatility", ""], ["volatilityType", "0"]];
const CLEARING: readonly Echoed[] = [["clearingAccount", ""], ["clearingIntent", "IB"]];

const TRAIL: readonly Echoed[] = [
  ["continuousUpdate", "0"],
  ["referencePriceType", "0"],
  ["trailStopPrice", ""],
  ["trailingPercent", ""],
];

const SCALE: readonly Echoed[] = [
  ["scaleInitLevelSize", ""],
  ["scaleSubsLevelSize", ""],
  ["scalePriceIncrement", ""],
];

const SCALE_MORE: readonly Echoed[] = [
  ["scalePriceAdjustValue", ""],
  ["scalePriceAdjustInterval", ""],
  ["scaleProfitOffset", ""],
  ["scaleAutoReset", "0"],
  ["scaleInitPosition", ""],
  ["scaleInitFillQty", ""],
  ["scaleRandomPercent", "0"],
];

const BENCHMARK: readonly Echoed[] = [
  ["referenceContractId", "0"],
  ["isPeggedChangeAmountDecrease", "0"],
  ["peggedChangeAmount", "0"],
  ["referenceChangeAmount", "0"],
  ["referenceExchangeId", ""],
];

const ADJUSTED: readonly Echoed[] = [
  ["adjustedOrderType", "None"],
  ["triggerPrice", UNSET_DOUBLE],
  ["trailStopPrice", UNSET_DOUBLE],
  ["lmtPriceOffset", UNSET_DOUBLE],
  ["adjustedStopPrice", UNSET_DOUBLE],
  ["adjustedStopLimitPrice", UNSET_DOUBLE],
  ["adjustedTrailingAmount", UNSET_DOUBLE],
  ["adjustableTrailingUnit", "0"],
  ["softDollarName", ""],
  ["softDollarValue", ""],
];

const LATE: readonly Echoed[] = [
  ["cashQty", ""],
  ["dontUseAutoPriceForHedge", "0"],
  ["isOmsContainer", "0"],
  ["discretionaryUpToLimitPrice", "0"],
  ["usePriceMgmtAlgo", "0"],
  ["duration", UNSET_INT],
  ["postToAts", UNSET_INT],
  ["autoCancelParent", "0"],
];

const PEGGED: readonly Echoed[] = [
  ["minTradeQty", ""],
  ["minCompeteSize", ""],
  ["competeAgainstBestOffset", ""],
  ["midOffsetAtWhole", ""],
  ["midOffsetAtHalf", ""],
];

/** Fields of a message in the making; shared by the messages that tell a whole order. */
class OrderMessage {
  readonly writer: FieldWriter;
  readonly #order: OrderEcho;

  constructor(messageId: number, order: OrderEcho) {
    this.writer = new FieldWriter(messageId);
    this.#order = order;
  }

  put(...fields: readonly (string | number)[]): this {
    for (const field of fields) this.writer.text(String(field));
    return this;
  }

  echo(fields: readonly Echoed[]): this {
    for (const [name, unset] of fields) this.put(textOf(this.#order.terms, name) || unset);
    return this;
  }

  list(items: readonly (readonly string[])[]): this {
    this.put(items.length);
    for (const item of items) this.put(...item);
    return this;
  }

  /** The delta-neutral part; TWS names the type "None", so that the fields behind it are there. */
  deltaNeutral(isWhole: boolean): this {
    const { terms } = this.#order;
    const of = (name: OrderField, unset: string): string => textOf(terms, name) || unset;
    this.put(of("deltaNeutralOrderType", "None"), of("deltaNeutralAuxPrice", "0.0"));
    this.put(of("dnConId", "0"));
    if (isWhole) {
      this.put(of("dnSettlingFirm", ""), of("dnClearingAccount", ""), of("dnClearingIntent", ""));
      this.put(of("dnOpenClose", "?"));
    }
    return this.put(
      of("dnShortSale", "0"),
      of("dnShortSaleSlot", "0"),
      of("dnDesignatedLocation", ""),
    );
  }

  combination(): this {
    const { terms, legsDescription } = this.#order;
    this.put(legsDescription);
    this.list(terms.legs.map((leg) => [
      leg.conId,
      leg.ratio,
      leg.action,
      leg.exchange,
      leg.openClose || "0",
      leg.shortSaleSlot || "0",
      leg.designatedLocation,
      leg.exemptCode || "-1",
    ]));
    return this.list(terms.legPrices.map((price) => [price])).list(terms.smartParams);
  }

  scale(): this {
    this.echo(SCALE);
    const increment = numberOf(this.#order.terms, "scalePriceIncrement");
    return increment !== null && increment > 0 ? this.echo(SCALE_MORE) : this;
  }

  hedge(): this {
    const type = textOf(this.#order.terms, "hedgeType");
    return type === "" ? this.put("") : this.put(type).echo([["hedgeParam", ""]]);
  }

  hedgeContract(): this {
    if (textOf(this.#order.terms, "hedgeConId") === "") return this.put(0);
    return this.put(1).echo([["hedgeConId", "0"], ["hedgeDelta", "0"], ["hedgePrice", "0"]]);
  }

  algorithm(): this {
    const { terms } = this.#order;
    const strategy = textOf(terms, "algoStrategy");
    return strategy === "" ? this.put("") : this.put(strategy).list(terms.algoParams);
  }

  benchmark(): this {
    const type = textOf(this.#order.terms, "orderType");
    return type === "PEG BENCH" || type === "PEGBENCH" ? this.echo(BENCHMARK) : this;
  }

  conditions(): this {
    const { conditions, conditionsIgnoreRth, conditionsCancelOrder } = this.#order.terms;
    this.list(conditions);
    if (conditions.length === 0) return this;
    return this.put(conditionsIgnoreRth || "0", conditionsCancelOrder || "0");
  }

  /** What customers' fields newer versions have. */
  customer(serverVersion: number): this {
    if (serverVersion >= 183) this.echo([["customerAccount", ""]]);
    if (serverVersion >= 184) this.echo([["professionalCustomer", "0"]]);
    return this;
  }
}

/** An openOrder (5). */
export function openOrder(order: OrderEcho, serverVersion: number): FieldWriter {
  const out = new OrderMessage(MESSAGE.openOrder, order);
  out.put(order.orderId, ...order.contract).echo(HEAD);
  out.put(order.account).echo([["openClose", ""], ["origin", "0"], ["orderRef", ""]]);
  out.put(order.clientId, order.permId).echo(AFTER_PERM_ID).put("").echo(ADVISOR);
  out.echo([["auctionStrategy", "0"]]).echo(BOX).echo(SIZES);
  out.put(order.parentId).echo([["triggerMethod", "0"]]).echo(VOLATILITY).deltaNeutral(true);
  out.echo(TRAIL).put("", "").combination().scale().hedge();
  out.echo([["optOutSmartRouting", "0"]]).echo(CLEARING).echo([["notHeld", "0"]]);
  out.hedgeContract().algorithm().echo([["solicited", "0"]]);
  const { whatIf } = order;
  out.put(whatIf === null ? 0 : 1, order.status);
  out.put(...(whatIf?.margins ?? new Array<string>(9).fill(UNSET_DOUBLE)));
  out.put(whatIf?.commission ?? "", whatIf?.minCommission ?? "", whatIf?.maxCommission ?? "");
  out.put(whatIf?.currency ?? "", order.warning);
  out.echo([["randomizeSize", "0"], ["randomizePrice", "0"]]).benchmark().conditions();
  out.echo(ADJUSTED).put("").echo(LATE).echo(PEGGED).customer(serverVersion);
  if (serverVersion >= 185) out.put("");
  if (serverVersion >= 189) out.echo([["includeOvernight", "0"]]);
  if (serverVersion >= 193) {
    out.echo([["extOperator", ""], ["manualOrderIndicator", UNSET_INT]]);
  }
  return out.writer;
}

/** How an order ended, as completedOrder tells it. */
export interface Completion {
  readonly filledQuantity: number;
  readonly parentPermId: number;
  /** "20261120 14:47:01 US/Eastern". */
  readonly completedTime: string;
  readonly completedStatus: string;
}

/** A completedOrder (101). */
export function completedOrder(
  order: OrderEcho,
  end: Completion,
  serverVersion: number,
): FieldWriter {
  const out = new OrderMessage(MESSAGE.completedOrder, order);
  out.put(...order.contract).echo(HEAD).put(order.account);
  out.echo([["openClose", ""], ["origin", "0"], ["orderRef", ""]]).put(order.permId);
  out.echo(AFTER_PERM_ID).echo(ADVISOR).echo(BOX);
  out.echo([["sweepToFill", "0"], ["allOrNone", "0"], ["minQty", ""], ["ocaType", "3"]]);
  out.echo([["triggerMethod", "0"]]).echo(VOLATILITY).deltaNeutral(false).echo(TRAIL);
  out.combination().scale().hedge().echo(CLEARING).echo([["notHeld", "0"]]);
  out.hedgeContract().algorithm().echo([["solicited", "0"]]).put(order.status);
  out.echo([["randomizeSize", "0"], ["randomizePrice", "0"]]).benchmark().conditions();
  out.echo([["trailStopPrice", UNSET_DOUBLE], ["lmtPriceOffset", UNSET_DOUBLE], ["cashQty", ""]]);
  out.echo([["dontUseAutoPriceForHedge", "0"], ["isOmsContainer", "0"]]).put("");
  out.put(end.filledQuantity, 0).echo([["autoCancelParent", "0"]]).put("", 0, 0);
  out.put(end.parentPermId, end.completedTime, end.completedStatus);
  return out.echo(PEGGED).customer(serverVersion).writer;
}
