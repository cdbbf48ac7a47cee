import type { Contract, ContractDetails, Order, OrderState, SecType } from "@stoqey/ib";
import type { IbContract, IbContractDetails, IbContractQuery } from "./contract.ts";
import type { IbOpenOrder } from "./client.ts";

/** A query in the library's terms; absent fields go out empty. */
export function libraryContract(query: IbContractQuery): Contract {
  const text = (value: string | undefined) => value === "" ? undefined : value;
  return {
    conId: query.conId,
    symbol: text(query.symbol),
    secType: text(query.secType) as SecType | undefined,
    lastTradeDateOrContractMonth: text(query.lastTradeDate),
    strike: query.strike,
    right: query.right as Contract["right"],
    multiplier: query.multiplier,
    exchange: text(query.exchange),
    primaryExch: text(query.primaryExchange),
    currency: text(query.currency),
    localSymbol: text(query.localSymbol),
    tradingClass: text(query.tradingClass),
  };
}

/** A number above 0, else null: IB writes 0 for a strike or multiplier that there is not. */
function positive(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : null;
}

/** A contract of the library; null when it has no identity. */
export function contractOf(contract: Contract): IbContract | null {
  const { conId, symbol, secType, right, strike } = contract;
  if (conId === undefined || !(conId > 0) || !secType) return null;
  const isOption = right === "C" || right === "P";
  return {
    conId,
    symbol: symbol ?? "",
    secType,
    lastTradeDate: contract.lastTradeDateOrContractMonth ?? "",
    // Options on a spread may have a strike of 0 or less.
    strike: isOption && strike !== undefined && Number.isFinite(strike) ? strike : positive(strike),
    right: isOption ? right : null,
    multiplier: positive(contract.multiplier),
    exchange: contract.exchange ?? "",
    primaryExchange: contract.primaryExch ?? "",
    currency: contract.currency ?? "",
    localSymbol: contract.localSymbol ?? "",
    tradingClass: contract.tradingClass ?? "",
  };
}

function list(text: string | undefined): string[] {
  return (text ?? "").split(",").map((one) => one.trim()).filter((one) => one !== "");
}

/** What the library knows of a contract; null when it has no identity. */
export function detailsOf(details: ContractDetails): IbContractDetails | null {
  const contract = contractOf(details.contract);
  if (contract === null) return null;
  return {
    contract,
    marketName: details.marketName ?? "",
    minTick: positive(details.minTick),
    priceMagnifier: positive(details.priceMagnifier),
    underConId: positive(details.underConId),
    underSymbol: details.underSymbol ?? "",
    underSecType: details.underSecType ?? "",
    longName: details.longName ?? "",
    contractMonth: details.contractMonth ?? "",
    realExpirationDate: details.realExpirationDate ?? "",
    timeZoneId: details.timeZoneId ?? "",
    tradingHours: details.tradingHours ?? "",
    liquidHours: details.liquidHours ?? "",
    validExchanges: list(details.validExchanges),
    marketRuleIds: list(details.marketRuleIds).map(Number).filter(Number.isSafeInteger),
    stockType: details.stockType ?? "",
  };
}

/** An open order as far as it is read; null when its side or quantity is not to be understood. */
export function openOrderOf(
  orderId: number,
  order: Order,
  state: OrderState,
): IbOpenOrder | null {
  const { action, totalQuantity } = order;
  if (action !== "BUY" && action !== "SELL") return null;
  if (totalQuantity === undefined || !Number.isFinite(totalQuantity)) return null;
  const hasLimit = /LMT|LIMIT|REL|LOC|PEG/.test(order.orderType ?? "");
  const { lmtPrice } = order;
  return {
    orderId,
    permId: order.permId ?? 0,
    clientId: order.clientId ?? 0,
    account: order.account ?? "",
    action,
    totalQuantity,
    orderType: order.orderType ?? "",
    limitPrice: hasLimit && lmtPrice !== undefined && Number.isFinite(lmtPrice) ? lmtPrice : null,
    orderRef: order.orderRef ?? "",
    status: state.status ?? "",
  };
}
