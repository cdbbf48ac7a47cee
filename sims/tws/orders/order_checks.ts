import { fail, ok, type Result } from "../../../lib/base/result.ts";
import type { Instrument } from "../../../lib/world/mod.ts";
import type { TwsAccount } from "../accounts/accounts_face.ts";
import type { Contract } from "../contracts/contract.ts";
import { NO_DEFINITION } from "../contracts/registry.ts";
import type { TwsFace } from "../face.ts";
import { BLANK_SPEC } from "../wire/contract_fields.ts";
import { combinationText, contractText } from "./contract_text.ts";
import type { DeskOrder, OrderAccount, Traded, TradedLeg } from "./desk_order.ts";
import { ORDER_TYPES } from "./matching.ts";
import type { OrderBook } from "./order_book.ts";
import { numberOf, numberOfText, type OrderTerms, textOf } from "./order_terms.ts";

const ACTIVE_PER_SIDE_MAX = 20;
const LEGS_MAX = 8;
const EDGE = 1e-6;

/** Why an order is not taken, as an error about its id. */
export interface OrderProblem {
  readonly code: number;
  readonly text: string;
}

/** An order whose fields make sense: what it trades, and for whom. */
export interface CheckedOrder {
  readonly account: OrderAccount;
  readonly traded: Traded;
}

/** Looks at the fields of an order before it is taken; `book` is null for what adds no order. */
export function checkOrder(
  terms: OrderTerms,
  face: TwsFace,
  book: OrderBook | null,
): Result<CheckedOrder, OrderProblem> {
  const traded = tradedOf(terms, face);
  if (!traded.ok) return traded;
  const account = accountOf(textOf(terms, "account"), face);
  if (!account.ok) return account;
  const problem = fieldProblem(terms) ?? priceProblem(terms, traded.value) ??
    partProblem(account.value, traded.value, face) ??
    (book === null ? null : countProblem(terms, traded.value, book));
  if (problem !== null) return fail(problem);
  const { number: name, worldId } = account.value;
  return ok({ account: { name, worldId }, traded: traded.value });
}

/** What is wrong with a modification of an order; null when nothing is. */
export function modificationProblem(
  order: DeskOrder,
  change: CheckedOrder & { readonly terms: OrderTerms },
): OrderProblem | null {
  if (order.status === "Filled") return { code: 104, text: "Cannot modify a filled order." };
  if (!order.isActive) return { code: 103, text: "Duplicate order id" };
  if (order.status === "PendingCancel") {
    return { code: 106, text: `Can't transmit order ID:${order.orderId}` };
  }
  const isSame = order.traded.contract[0] === change.traded.contract[0] &&
    order.account.name === change.account.name &&
    textOf(order.terms, "action") === textOf(change.terms, "action");
  if (!isSame) return { code: 105, text: "Order being modified does not match original order" };
  return null;
}

function tradedOf(terms: OrderTerms, face: TwsFace): Result<Traded, OrderProblem> {
  const { contract: spec } = terms;
  if (spec.secType.toUpperCase() === "BAG") return combinationOf(terms, face);
  const found = face.contracts.resolve(spec);
  if (!found.ok) return fail({ code: 200, text: found.error });
  const leg = legOf(found.value, face, 1, spec.exchange);
  if (!leg.ok) return leg;
  return ok({ contract: leg.value.contract, legs: [leg.value], isCombination: false });
}

function combinationOf(terms: OrderTerms, face: TwsFace): Result<Traded, OrderProblem> {
  const { contract: { symbol, currency, exchange }, legs: named } = terms;
  if (named.length === 0 || named.length > LEGS_MAX) {
    return fail({ code: 321, text: invalid("Missing or invalid combo legs") });
  }
  const legs: TradedLeg[] = [];
  for (const { conId, ratio, action, exchange: route } of named) {
    const [found] = face.contracts.find({ ...BLANK_SPEC, conId: Number(conId) });
    const units = numberOfText(ratio);
    if (found === undefined || units === null || !(units > 0)) {
      return fail({ code: 200, text: NO_DEFINITION });
    }
    const leg = legOf(found, face, action === "SELL" ? -units : units, route);
    if (!leg.ok) return leg;
    legs.push(leg.value);
  }
  const contract = combinationText(symbol, currency || "USD", exchange || "SMART");
  return ok({ contract, legs, isCombination: true });
}

function legOf(
  contract: Contract,
  face: TwsFace,
  ratio: number,
  exchange: string,
): Result<TradedLeg, OrderProblem> {
  const instrument = face.contracts.instrument(contract);
  if (instrument !== undefined && !face.market.world.isLive(instrument.id)) {
    return fail({ code: 200, text: NO_DEFINITION });
  }
  if (instrument === undefined || instrument.kind === "index") {
    return fail({ code: 201, text: "Order rejected - reason:This contract is not tradable" });
  }
  return ok({ instrument, contract: contractText(contract, exchange || undefined), ratio });
}

function accountOf(name: string, face: TwsFace): Result<TwsAccount, OrderProblem> {
  const { accounts } = face.accounts;
  if (name === "") {
    if (accounts.length === 1) return ok(accounts[0]);
    return fail({ code: 435, text: "You must specify an account." });
  }
  const account = face.accounts.of(name);
  return account === undefined
    ? fail({ code: 321, text: invalid("Invalid account") })
    : ok(account);
}

function fieldProblem(terms: OrderTerms): OrderProblem | null {
  const action = textOf(terms, "action");
  if (action !== "BUY" && action !== "SELL") {
    return { code: 321, text: invalid("The action is invalid") };
  }
  const quantity = numberOf(terms, "totalQuantity");
  if (quantity === null || quantity === 0) {
    return { code: 434, text: "The order size cannot be zero." };
  }
  if (quantity < 0 || !Number.isInteger(quantity)) {
    return { code: 321, text: invalid("The quantity is invalid") };
  }
  const type = textOf(terms, "orderType").toUpperCase();
  if (!ORDER_TYPES.some((one) => one === type)) {
    const text = "Unsupported order type for this exchange and security type.";
    return { code: 387, text };
  }
  return null;
}

/** A price that is missing or no multiple of the increment. */
function priceProblem(terms: OrderTerms, traded: Traded): OrderProblem | null {
  const type = textOf(terms, "orderType").toUpperCase();
  const limit = numberOf(terms, "lmtPrice");
  const aux = numberOf(terms, "auxPrice");
  const needsLimit = type === "LMT" || type === "STP LMT" || type === "LIT";
  const needsAux = needsAuxPrice(type);
  const isMissing = (needsLimit && (limit === null || (limit === 0 && !traded.isCombination))) ||
    (needsAux && (aux === null || !(aux > 0)));
  if (isMissing) {
    return { code: 201, text: "Order rejected - reason:A price of the order is missing" };
  }
  const [{ instrument }] = traded.legs;
  const prices = [needsLimit ? limit : null, needsAux ? aux : null];
  const isOff = !traded.isCombination &&
    prices.some((price) => price !== null && !isOnTick(instrument, price));
  if (!isOff) return null;
  return {
    code: 110,
    text: "The price does not conform to the minimum price variation for this contract.",
  };
}

function needsAuxPrice(type: string): boolean {
  return type === "STP" || type === "STP LMT" || type === "MIT" || type === "LIT";
}

function isOnTick({ ticks }: Instrument, price: number): boolean {
  const steps = price * (price < ticks.threshold ? ticks.small : ticks.large);
  return Math.abs(steps - Math.round(steps)) < EDGE * Math.max(1, steps);
}

/** The odd options of a split account of the world are traded in its second account alone. */
function partProblem(account: TwsAccount, traded: Traded, face: TwsFace): OrderProblem | null {
  const isElsewhere = traded.legs.some(({ instrument }) =>
    face.accounts.holderOf(account.worldId, instrument)?.number !== account.number
  );
  return isElsewhere ? { code: 460, text: "No trading permissions." } : null;
}

function countProblem(terms: OrderTerms, traded: Traded, book: OrderBook): OrderProblem | null {
  const isBuy = textOf(terms, "action") === "BUY";
  const account = textOf(terms, "account");
  const same = book.active().filter((order) =>
    order.traded.contract[0] === traded.contract[0] && order.isBuy === isBuy &&
    textOf(order.terms, "account") === account
  );
  if (same.length < ACTIVE_PER_SIDE_MAX) return null;
  const text = "Order rejected - reason:The maximum of 20 orders for this contract is reached";
  return { code: 201, text };
}

function invalid(cause: string): string {
  return `Error validating request.-'b0' : cause - ${cause}`;
}
