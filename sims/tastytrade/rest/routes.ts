import * as accounts from "./account_routes.ts";
import type { RestContext } from "./context.ts";
import * as customers from "./customer_routes.ts";
import * as instruments from "./instrument_routes.ts";
import * as market from "./market_routes.ts";
import * as orders from "./order_routes.ts";
import { notFound, type SimReply } from "./reply.ts";

type Answer = (context: RestContext, rest: string) => SimReply;

/** Routes outside accounts: method, path, answer. A path that ends with "*" takes a symbol. */
const ROUTES: readonly (readonly [string, string, Answer])[] = [
  ["POST", "/oauth/token", customers.oauthToken],
  ["GET", "/customers/me", customers.customer],
  ["GET", "/customers/me/accounts", customers.customerAccounts],
  ["GET", "/customers/me/accounts/*", customers.customerAccount],
  ["GET", "/customers/me/orders", orders.customerOrders],
  ["GET", "/customers/me/orders/live", orders.customerOrders],
  ["GET", "/api-quote-tokens", customers.quoteToken],
  ["GET", "/instruments/equities*", instruments.equities],
  ["GET", "/instruments/equity-options*", instruments.equityOptions],
  ["GET", "/instruments/futures*", instruments.futures],
  ["GET", "/instruments/future-products*", instruments.futureProducts],
  ["GET", "/instruments/future-options*", instruments.futureOptions],
  ["GET", "/instruments/cryptocurrencies*", instruments.cryptocurrencies],
  ["GET", "/instruments/quantity-decimal-precisions", instruments.precisions],
  ["GET", "/option-chains/*", instruments.optionChain],
  ["GET", "/futures-option-chains/*", instruments.futureOptionChain],
  ["GET", "/symbols/search/*", instruments.symbolSearch],
  ["GET", "/market-data/by-type", market.marketDataByType],
  ["GET", "/market-data/*", market.marketData],
  ["GET", "/market-metrics", market.marketMetrics],
  ["GET", "/market-metrics/historic-corporate-events/*", market.corporateEvents],
  ["GET", "/market-time/equities/sessions/current", market.marketSession],
  ["GET", "/market-time/equities/holidays", market.marketHolidays],
  ["GET", "/margin-requirements-public-configuration", market.publicConfiguration],
];

/** Routes below /accounts/{n}. */
const ACCOUNT_ROUTES: readonly (readonly [string, string, accounts.AccountRoute])[] = [
  ["GET", "/positions", accounts.positions],
  ["GET", "/balances*", accounts.balances],
  ["GET", "/balance-snapshots", accounts.snapshots],
  ["GET", "/net-liq/history", accounts.netLiqHistory],
  ["GET", "/transactions*", accounts.transactions],
  ["GET", "/trading-status", accounts.tradingStatus],
  ["POST", "/orders/dry-run", orders.dryRun],
  ["GET", "/orders*", orders.orders],
  ["POST", "/orders", orders.submit],
  ["DELETE", "/orders/*", orders.cancel],
];

/** Paths that the sandbox does not serve. */
const PRODUCTION_ONLY = /^\/(market-metrics|market-data|symbols)|\/net-liq\//;

/** Paths that need no access token. */
export function isPublic(path: string): boolean {
  return path === "/oauth/token" || path === "/margin-requirements-public-configuration";
}

/** True for what only the production environment serves. */
export function isProductionOnly(path: string): boolean {
  return PRODUCTION_ONLY.test(path);
}

/** The answer of the route that fits; 404 when none does. */
export function answer(context: RestContext): SimReply {
  const { method, path } = context.request;
  const account = /^\/accounts\/([^/]+)(\/.*)$/.exec(path);
  if (account !== null) {
    const found = context.account(decodeURIComponent(account[1]));
    if (found === undefined) return notFound(`account ${account[1]}`);
    for (const [own, pattern, route] of ACCOUNT_ROUTES) {
      const rest = own === method ? matched(pattern, account[2]) : null;
      if (rest !== null) return route(context, found, rest);
    }
    return notFound(path);
  }
  for (const [own, pattern, route] of ROUTES) {
    const rest = own === method ? matched(pattern, path) : null;
    if (rest !== null) return route(context, rest);
  }
  return notFound(path);
}

/** What a "*" stands for, decoded, without its first slash; null when the path does not fit. */
function matched(pattern: string, path: string): string | null {
  if (!pattern.endsWith("*")) return pattern === path ? "" : null;
  const head = pattern.slice(0, -1);
  if (!path.startsWith(head)) return null;
  const rest = path.slice(head.length);
  if (head.endsWith("/")) return decodeURIComponent(rest);
  if (rest === "") return "";
  return rest.startsWith("/") ? decodeURIComponent(rest.slice(1)) : null;
}
