import type { ContractSpec } from "../wire/contract_fields.ts";

/** Fields of an order between the contract and the legs of a combination. */
export const MAIN_FIELDS = [
  "secIdType",
  "secId",
  "action",
  "totalQuantity",
  "orderType",
  "lmtPrice",
  "auxPrice",
  "tif",
  "ocaGroup",
  "account",
  "openClose",
  "origin",
  "orderRef",
  "transmit",
  "parentId",
  "blockOrder",
  "sweepToFill",
  "displaySize",
  "triggerMethod",
  "outsideRth",
  "hidden",
] as const;

/** Fields behind the legs, up to what a delta-neutral order adds. */
export const EXTENDED_FIELDS = [
  "sharesAllocation",
  "discretionaryAmt",
  "goodAfterTime",
  "goodTillDate",
  "faGroup",
  "faMethod",
  "faPercentage",
  "modelCode",
  "shortSaleSlot",
  "designatedLocation",
  "exemptCode",
  "ocaType",
  "rule80A",
  "settlingFirm",
  "allOrNone",
  "minQty",
  "percentOffset",
  "eTradeOnly",
  "firmQuoteOnly",
  "nbboPriceCap",
  "auctionStrategy",
  "startingPrice",
  "stockRefPrice",
  "delta",
  "stockRangeLower",
  "stockRangeUpper",
  "overridePercentageConstraints",
  "volatility",
  "volatilityType",
  "deltaNeutralOrderType",
  "deltaNeutralAuxPrice",
] as const;

/** What a delta-neutral order has beyond the others. */
export const DELTA_NEUTRAL_FIELDS = [
  "dnConId",
  "dnSettlingFirm",
  "dnClearingAccount",
  "dnClearingIntent",
  "dnOpenClose",
  "dnShortSale",
  "dnShortSaleSlot",
  "dnDesignatedLocation",
] as const;

/** Trailing and scale fields that every order has. */
export const TRAIL_FIELDS = [
  "continuousUpdate",
  "referencePriceType",
  "trailStopPrice",
  "trailingPercent",
  "scaleInitLevelSize",
  "scaleSubsLevelSize",
  "scalePriceIncrement",
] as const;

/** What a scale order has beyond the others. */
export const SCALE_FIELDS = [
  "scalePriceAdjustValue",
  "scalePriceAdjustInterval",
  "scaleProfitOffset",
  "scaleAutoReset",
  "scaleInitPosition",
  "scaleInitFillQty",
  "scaleRandomPercent",
] as const;

/** Fields between the scale table and the hedge. */
export const SCHEDULE_FIELDS = ["scaleTable", "activeStartTime", "activeStopTime"] as const;

/** Fields behind the hedge. */
export const CLEARING_FIELDS = [
  "optOutSmartRouting",
  "clearingAccount",
  "clearingIntent",
  "notHeld",
] as const;

/** The contract that a delta-neutral combination is hedged with. */
export const HEDGE_CONTRACT_FIELDS = ["hedgeConId", "hedgeDelta", "hedgePrice"] as const;

/** Fields behind the algorithm. */
export const OPTION_FIELDS = [
  "algoId",
  "whatIf",
  "orderMiscOptions",
  "solicited",
  "randomizeSize",
  "randomizePrice",
] as const;

/** What an order pegged to a benchmark has beyond the others. */
export const BENCHMARK_FIELDS = [
  "referenceContractId",
  "isPeggedChangeAmountDecrease",
  "peggedChangeAmount",
  "referenceChangeAmount",
  "referenceExchangeId",
] as const;

/** Fields behind the conditions. */
export const LATE_FIELDS = [
  "adjustedOrderType",
  "triggerPrice",
  "lmtPriceOffset",
  "adjustedStopPrice",
  "adjustedStopLimitPrice",
  "adjustedTrailingAmount",
  "adjustableTrailingUnit",
  "extOperator",
  "softDollarName",
  "softDollarValue",
  "cashQty",
  "mifid2DecisionMaker",
  "mifid2DecisionAlgo",
  "mifid2ExecutionTrader",
  "mifid2ExecutionAlgo",
  "dontUseAutoPriceForHedge",
  "isOmsContainer",
  "discretionaryUpToLimitPrice",
  "usePriceMgmtAlgo",
  "duration",
  "postToAts",
  "autoCancelParent",
  "advancedErrorOverride",
  "manualOrderTime",
] as const;

/** Fields of pegged orders, and of those that newer versions have. */
export const TAIL_FIELDS = [
  "minTradeQty",
  "minCompeteSize",
  "competeAgainstBestOffset",
  "midOffsetAtWhole",
  "midOffsetAtHalf",
  "customerAccount",
  "professionalCustomer",
  "includeOvernight",
  "manualOrderIndicator",
] as const;

type Name =
  | typeof MAIN_FIELDS[number]
  | typeof EXTENDED_FIELDS[number]
  | typeof DELTA_NEUTRAL_FIELDS[number]
  | typeof TRAIL_FIELDS[number]
  | typeof SCALE_FIELDS[number]
  | typeof SCHEDULE_FIELDS[number]
  | typeof CLEARING_FIELDS[number]
  | typeof HEDGE_CONTRACT_FIELDS[number]
  | typeof OPTION_FIELDS[number]
  | typeof BENCHMARK_FIELDS[number]
  | typeof LATE_FIELDS[number]
  | typeof TAIL_FIELDS[number];

/** Name of a field of an order with a single value. */
export type OrderField = Name | "hedgeType" | "hedgeParam" | "algoStrategy";

/** A leg of a combination as an order names it. */
export interface OrderLeg {
  readonly conId: string;
  readonly ratio: string;
  readonly action: string;
  readonly exchange: string;
  readonly openClose: string;
  readonly shortSaleSlot: string;
  readonly designatedLocation: string;
  readonly exemptCode: string;
}

/** An order as a client sent it: every field as text, "" where it is unset. */
export interface OrderTerms {
  readonly contract: ContractSpec;
  readonly values: ReadonlyMap<OrderField, string>;
  readonly legs: readonly OrderLeg[];
  readonly legPrices: readonly string[];
  readonly smartParams: readonly (readonly [string, string])[];
  readonly algoParams: readonly (readonly [string, string])[];
  /** Each condition from its type on. */
  readonly conditions: readonly (readonly string[])[];
  readonly conditionsIgnoreRth: string;
  readonly conditionsCancelOrder: string;
}

/** Text of a field; "" when it is unset. */
export function textOf(terms: OrderTerms, field: OrderField): string {
  return terms.values.get(field) ?? "";
}

/** Number of a field; null when it is unset or no number. */
export function numberOf(terms: OrderTerms, field: OrderField): number | null {
  return numberOfText(textOf(terms, field));
}

/** Number that a wire text means; null for unset ones. */
export function numberOfText(text: string): number | null {
  const value = text === "" ? NaN : Number(text);
  return Number.isFinite(value) && value < 1e300 && value !== 2147483647 ? value : null;
}

/** True when a flag is set. */
export function isSet(terms: OrderTerms, field: OrderField): boolean {
  const text = textOf(terms, field);
  return text === "1" || text === "true";
}
