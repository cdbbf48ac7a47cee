import type { Instrument } from "../../../lib/world/mod.ts";
import { chainSymbols, compactChain, nestedChain, nestedFutureChain } from "../resources/chain.ts";
import {
  equityResource,
  futureOptionResource,
  futureProduct,
  futureResource,
  optionResource,
} from "../resources/instrument.ts";
import { cryptoResource } from "../resources/other_kinds.ts";
import type { RestContext } from "./context.ts";
import { item, list, notFound, paged, refusal, type SimReply } from "./reply.ts";

/** Options in one list of a flat chain at most; the service has no page for it. */
const FLAT_CHAIN_MAX = 2000;

/** A route whose last part is a symbol, decoded; "" when the path ends before it. */
export type SymbolRoute = (context: RestContext, symbol: string) => SimReply;

function isEquity(instrument: Instrument): boolean {
  return instrument.kind === "equity" || instrument.kind === "index";
}

/** GET /instruments/equities, /equities/active and /equities/{symbol} */
export const equities: SymbolRoute = (context, symbol) => {
  const { market } = context.parts;
  const all = market.underlyings().filter(isEquity);
  const shown = (one: Instrument): unknown => equityResource(one, market);
  if (symbol === "active") return paged(context.context, all.map(shown), context.page(1000));
  if (symbol !== "") {
    const found = all.find((one) => one.symbol === symbol);
    return found === undefined ? notFound(symbol) : item(context.context, shown(found));
  }
  const wanted = context.all("symbol");
  return list(context.context, all.filter((one) => wanted.includes(one.symbol)).map(shown));
};

/** GET /instruments/equity-options?symbol[]= and /equity-options/{OCC} */
export const equityOptions: SymbolRoute = (context, symbol) => {
  const { market, options } = context.parts;
  const find = (text: string): Instrument | undefined => {
    const found = market.ofApi(text);
    return found?.kind === "option" ? found : undefined;
  };
  if (symbol !== "") {
    const found = find(symbol);
    if (found === undefined) return notFound(symbol);
    return item(context.context, optionResource(found, market));
  }
  if (options.environment === "sandbox") return refusal(403, "not_permitted", "Not permitted");
  const found = context.all("symbol").map(find).filter((one) => one !== undefined);
  return list(context.context, found.map((one) => optionResource(one, market)));
};

/** GET /instruments/futures and /futures/{symbol} */
export const futures: SymbolRoute = (context, symbol) => {
  const { market } = context.parts;
  const all = market.world.instruments().filter((one) => one.kind === "future");
  const shown = (one: Instrument): unknown => futureResource(one, market);
  if (symbol !== "") {
    const name = symbol.startsWith("/") ? symbol : `/${symbol}`;
    const found = all.find((one) => one.symbol === name);
    return found === undefined ? notFound(symbol) : item(context.context, shown(found));
  }
  const symbols = context.all("symbol");
  const codes = context.all("product-code");
  const found = all.filter((one) =>
    (symbols.length === 0 || symbols.includes(one.symbol)) &&
    (codes.length === 0 || codes.includes(one.root.slice(1))) &&
    (symbols.length > 0 || market.world.isLive(one.id))
  );
  return list(context.context, found.map(shown));
};

/** GET /instruments/future-products and /future-products/{exchange}/{code} */
export const futureProducts: SymbolRoute = (context, name) => {
  const all = context.parts.market.underlyings().filter((one) => one.kind === "future");
  if (name === "") return list(context.context, all.map(futureProduct));
  const found = all.find((one) => `${one.exchange}/${one.root.slice(1)}` === name);
  return found === undefined ? notFound(name) : item(context.context, futureProduct(found));
};

/** GET /instruments/future-options?symbol[]= and /future-options/{symbol} */
export const futureOptions: SymbolRoute = (context, symbol) => {
  const { market } = context.parts;
  const find = (text: string): Instrument | undefined => {
    // A client that lets its URL be normalised loses the leading "./".
    const found = market.ofApi(text) ?? market.ofApi(`./${text}`);
    return found?.kind === "futureOption" ? found : undefined;
  };
  if (symbol !== "") {
    const found = find(symbol);
    if (found === undefined) return notFound(symbol);
    return item(context.context, futureOptionResource(found, market));
  }
  const found = context.all("symbol").map(find).filter((one) => one !== undefined);
  return list(context.context, found.map((one) => futureOptionResource(one, market)));
};

/** GET /instruments/cryptocurrencies and /cryptocurrencies/{symbol} */
export const cryptocurrencies: SymbolRoute = (context, symbol) => {
  const coin = cryptoResource();
  if (symbol !== "") {
    return symbol === coin.symbol ? item(context.context, coin) : notFound(symbol);
  }
  const wanted = context.all("symbol");
  const isShown = wanted.length === 0 || wanted.includes(String(coin.symbol));
  return list(context.context, isShown ? [coin] : []);
};

/** GET /instruments/quantity-decimal-precisions */
export const precisions: SymbolRoute = (context) =>
  list(context.context, [
    { "instrument-type": "Equity", value: 5, "minimum-increment-precision": 0 },
    { "instrument-type": "Equity Option", value: 0, "minimum-increment-precision": 0 },
    { "instrument-type": "Cryptocurrency", symbol: "BTC/USD", value: 8 },
  ]);

/** GET /option-chains/{symbol}, /{symbol}/nested and /{symbol}/compact */
export const optionChain: SymbolRoute = (context, name) => {
  const { market } = context.parts;
  const form = /^(.+)\/(nested|compact)$/.exec(name);
  const symbol = form === null ? name : form[1];
  if (form !== null) {
    const items = form[2] === "nested" ? nestedChain(symbol, market) : compactChain(symbol, market);
    return items === null ? notFound(symbol) : list(context.context, items);
  }
  const symbols = chainSymbols(symbol, market);
  if (symbols.length === 0) return notFound(symbol);
  const found = symbols.slice(0, FLAT_CHAIN_MAX).map((one) => market.ofApi(one))
    .filter((one) => one !== undefined);
  return list(context.context, found.map((one) => optionResource(one, market)));
};

/** GET /futures-option-chains/{code}/nested */
export const futureOptionChain: SymbolRoute = (context, name) => {
  const form = /^\/?([A-Z0-9]+)\/nested$/.exec(name);
  const chain = form === null ? null : nestedFutureChain(form[1], context.parts.market);
  return chain === null ? notFound(name) : item(context.context, chain);
};

/** GET /symbols/search/{text} */
export const symbolSearch: SymbolRoute = (context, text) => {
  const { market } = context.parts;
  const found = market.underlyings()
    .filter((one) => isEquity(one) && one.symbol.startsWith(text.toUpperCase()));
  return list(
    context.context,
    found.map((one) => ({
      symbol: one.symbol,
      description: `${one.symbol} of the simulated market`,
      "listed-market": one.exchange,
      "instrument-type": "Equity",
      options: market.listingOf(one).classes.length > 0,
    })),
  );
};
