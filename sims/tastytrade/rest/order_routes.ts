import type { FaceAccount } from "../accounts_face.ts";
import { decimal, isoTime, withEffect } from "../decimals.ts";
import { isObject, type JsonObject, textOf } from "../json.ts";
import type { Instrument } from "../../../lib/world/mod.ts";
import { typeName } from "../resources/kinds.ts";
import type { AccountRoute } from "./account_routes.ts";
import type { RestContext } from "./context.ts";
import { item, json, list, notFound, paged, refusal, type SimReply } from "./reply.ts";

const ACTIONS = ["Buy to Open", "Sell to Open", "Buy to Close", "Sell to Close", "Buy", "Sell"];
const TYPES = ["Limit", "Market", "Marketable Limit", "Stop", "Stop Limit", "Notional Market"];
const LEGS_MAX = 4;
/** From this version on a search needs its start. */
const DATED_SEARCH_VERSION = "20261012";

interface Leg {
  readonly instrument: Instrument;
  readonly quantity: number;
  readonly action: string;
}

/** GET /accounts/{n}/orders, /orders/live, /orders/{id} */
export const orders: AccountRoute = (context, account, rest) => {
  const book = context.parts.orders;
  if (rest === "live") return list(context.context, book.list(account));
  if (rest !== "") {
    const found = book.of(account, Number(rest));
    return found === null ? notFound("order") : item(context.context, found);
  }
  const { query } = context;
  const isDated = query.has("start-date") || query.has("start-at");
  if ((context.request.headers["accept-version"] ?? "") >= DATED_SEARCH_VERSION && !isDated) {
    return refusal(400, "validation_error", "start-date or start-at is required");
  }
  const statuses = context.all("status");
  const shown = book.list(account).filter((order) =>
    statuses.length === 0 || statuses.includes(String(order.status))
  );
  return paged(context.context, shown, context.page(10));
};

/** GET /customers/{id}/orders/live: every account. */
export function customerOrders(context: RestContext): SimReply {
  const { accounts, orders: book } = context.parts;
  const wanted = context.all("account-numbers");
  const found = accounts.accounts
    .filter(({ number }) => wanted.length === 0 || wanted.includes(number))
    .flatMap((account) => book.list(account));
  return paged(context.context, found, context.page(100, 200));
}

/** POST /accounts/{n}/orders/dry-run: the order without an id, "Received", updated-at 0. */
export const dryRun: AccountRoute = (context, account) => {
  const checked = check(context, account);
  if (!("legs" in checked)) return checked.refused;
  const order = { ...orderOf(account, checked, context), status: "Received", "updated-at": 0 };
  return json(201, {
    data: answer(order, checked.legs, context, account),
    context: context.context,
  });
};

/** POST /accounts/{n}/orders */
export const submit: AccountRoute = (context, account) => {
  const checked = check(context, account);
  if (!("legs" in checked)) return checked.refused;
  const placed = context.parts.orders.place(account, {
    ...orderOf(account, checked, context),
    "updated-at": Math.floor(context.parts.clock.now()),
  });
  const data = answer(placed, checked.legs, context, account);
  return json(201, { data, context: context.context });
};

/** DELETE /accounts/{n}/orders/{id} */
export const cancel: AccountRoute = (context, account, id) => {
  const asked = context.parts.orders.cancel(account, Number(id));
  if (asked !== null) return item(context.context, asked);
  return context.parts.orders.of(account, Number(id)) === null
    ? notFound("order")
    : refusal(422, "cannot_update_order", "Order cannot be updated");
};

interface Checked {
  readonly body: JsonObject;
  readonly legs: readonly Leg[];
}

function check(
  context: RestContext,
  account: FaceAccount,
): Checked | { readonly refused: SimReply } {
  const body = context.body();
  if (body === null || !Array.isArray(body.legs) || body.legs.length === 0) {
    return { refused: refusal(400, "validation_error", "Request validation failed") };
  }
  const type = textOf(body, "order-type");
  if (type === null || !TYPES.includes(type) || textOf(body, "time-in-force") === null) {
    return { refused: refusal(400, "validation_error", "order-type and time-in-force") };
  }
  if (type === "Market" && body["time-in-force"] === "GTC") {
    return { refused: refusal(422, "gtc_market_orders_not_supported", "GTC market orders") };
  }
  const legs = body.legs.map((leg) => legOf(leg, context)).filter((leg) => leg !== null);
  if (legs.length !== body.legs.length || legs.length > LEGS_MAX) {
    return { refused: preflight("invalid_leg", "A leg's symbol, quantity or action is not valid") };
  }
  if (closesNothing(body, legs, account, context)) {
    return { refused: preflight("position_not_found", "A closing leg has no position to close") };
  }
  const cost = -valueOf(body, legs);
  const { netLiq } = context.parts.accounts.balances(account);
  if (cost > netLiq) {
    return { refused: preflight("margin_check_failed", "Not enough buying power") };
  }
  return { body, legs };
}

/** Only where strict validation is asked for; else such a leg opens. */
function closesNothing(
  body: JsonObject,
  legs: readonly Leg[],
  account: FaceAccount,
  context: RestContext,
): boolean {
  const advanced = body["advanced-instructions"];
  if (!isObject(advanced) || advanced["strict-position-effect-validation"] !== true) return false;
  const held = context.parts.accounts.positions(account);
  return legs.some(({ instrument, quantity, action }) => {
    if (!action.endsWith("Close")) return false;
    const own = held.find((one) => one.instrument.id === instrument.id)?.signedQuantity ?? 0;
    return action.startsWith("Sell") ? own < quantity : -own < quantity;
  });
}

function preflight(code: string, message: string): SimReply {
  return json(422, {
    error: {
      code: "preflight_check_failure",
      message: "One or more preflight checks failed",
      errors: [{ code, message }],
    },
  });
}

function legOf(value: unknown, context: RestContext): Leg | null {
  if (!isObject(value)) return null;
  const instrument = context.parts.market.ofApi(textOf(value, "symbol") ?? "");
  const quantity = Number(value.quantity);
  const action = textOf(value, "action") ?? "";
  if (instrument === undefined || !(quantity > 0) || !ACTIONS.includes(action)) return null;
  return { instrument, quantity, action };
}

/** What the order brings in dollars; negative when it costs. */
function valueOf(body: JsonObject, legs: readonly Leg[]): number {
  const price = Number(body.price ?? 0);
  const [first] = legs;
  if (first.instrument.kind === "future") return 0;
  const sign = body["price-effect"] === "Credit" ? 1 : -1;
  return sign * price * sizeOf(legs) * first.instrument.multiplier;
}

function sizeOf(legs: readonly Leg[]): number {
  const divisor = (a: number, b: number): number => b === 0 ? a : divisor(b, a % b);
  return legs.map((leg) => leg.quantity).reduce(divisor);
}

function orderOf(account: FaceAccount, checked: Checked, context: RestContext): JsonObject {
  const { body, legs } = checked;
  const { market, clock } = context.parts;
  const underlying = market.underlyingOf(legs[0].instrument);
  return {
    "account-number": account.number,
    "time-in-force": body["time-in-force"],
    "order-type": body["order-type"],
    size: sizeOf(legs),
    "underlying-symbol": underlying.symbol,
    "underlying-instrument-type": typeName(underlying),
    ...(body.price === undefined ? {} : { price: decimal(Number(body.price)) }),
    ...(body["price-effect"] === undefined ? {} : { "price-effect": body["price-effect"] }),
    cancellable: true,
    editable: true,
    edited: false,
    // Echoed, never deduplicated.
    "external-identifier": body["external-identifier"],
    source: body.source,
    "global-request-id": "f6c586000000",
    "received-at": isoTime(clock.now()),
    legs: legs.map((leg) => ({
      "instrument-type": typeName(leg.instrument),
      symbol: market.apiSymbol(leg.instrument),
      quantity: leg.quantity,
      "remaining-quantity": leg.quantity,
      action: leg.action,
      fills: [],
    })),
  };
}

function answer(
  order: JsonObject,
  legs: readonly Leg[],
  context: RestContext,
  account: FaceAccount,
): JsonObject {
  const contracts = legs.reduce((sum, leg) => sum + leg.quantity, 0);
  const value = valueOf(order, legs);
  const fees = -Math.round(contracts * 114) / 100;
  const free = context.parts.accounts.balances(account).netLiq;
  return {
    order,
    warnings: [],
    "buying-power-effect": {
      ...withEffect("change-in-margin-requirement", Math.min(0, value)),
      ...withEffect("change-in-buying-power", value + fees),
      ...withEffect("current-buying-power", free),
      ...withEffect("new-buying-power", free + value + fees),
      ...withEffect("isolated-order-margin-requirement", Math.min(0, value)),
      "is-spread": legs.length > 1,
      impact: decimal(Math.abs(value + fees)),
      effect: value + fees < 0 ? "Debit" : "Credit",
    },
    "fee-calculation": {
      ...withEffect("regulatory-fees", 0),
      ...withEffect("clearing-fees", 0),
      ...withEffect("commission", fees),
      ...withEffect("proprietary-index-option-fees", 0),
      ...withEffect("total-fees", fees),
      "per-quantity": false,
    },
  };
}
