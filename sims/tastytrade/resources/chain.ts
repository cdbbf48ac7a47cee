import { newYorkDay } from "../../../lib/world/civil.ts";
import type { ChainExpiry, Instrument } from "../../../lib/world/mod.ts";
import { decimal, isoTime, minimal } from "../decimals.ts";
import type { MarketFace } from "../market_face.ts";
import { contractCode, futureOptionRoot } from "../symbols.ts";
import { chainType, deliverables, expirationType, futureProduct, tickSizes } from "./instrument.ts";
import { daysTo, endsAt } from "./kinds.ts";

/** Symbols of a strike's call and put, REST and feed. */
interface StrikeSymbols {
  readonly call: string;
  readonly put: string;
  readonly callStreamer: string;
  readonly putStreamer: string;
}

/** Nested chain: one item per root, expirations and strikes inside; null without options. */
export function nestedChain(symbol: string, market: MarketFace): Record<string, unknown>[] | null {
  const chain = market.world.chain(symbol);
  if (chain.length === 0) return null;
  const day = newYorkDay(market.now());
  const classes = market.listingOf(listedUnderlying(symbol, market)).classes;
  return classes.map((optionClass) => {
    const own = chain.filter((expiry) => expiry.root === optionClass.root);
    return {
      "underlying-symbol": symbol,
      "root-symbol": optionClass.root,
      "option-chain-type": chainType(optionClass.root, symbol),
      "shares-per-contract": optionClass.multiplier,
      "tick-sizes": tickSizes(optionClass.ticks),
      deliverables: own.length === 0 ? [] : deliverables(own[0], symbol),
      expirations: own.map((expiry) => ({
        "expiration-type": expirationType(expiry.expiry),
        "expiration-date": expiry.expiry,
        "days-to-expiration": daysTo(expiry.expiry, day),
        "settlement-type": expiry.settlement,
        strikes: expiry.strikes.map((strike) => strikeRow(strike, equitySymbols(expiry, strike))),
      })),
    };
  });
}

/** Symbols alone, root by root; null without options. */
export function compactChain(symbol: string, market: MarketFace): Record<string, unknown>[] | null {
  const nested = nestedChain(symbol, market);
  if (nested === null) return null;
  const chain = market.world.chain(symbol);
  return nested.map((item) => {
    const own = chain.filter((expiry) => expiry.root === item["root-symbol"]);
    const pairs = own.flatMap((expiry) =>
      expiry.strikes.map((strike) => equitySymbols(expiry, strike))
    );
    return {
      "underlying-symbol": symbol,
      "root-symbol": item["root-symbol"],
      "option-chain-type": item["option-chain-type"],
      "shares-per-contract": item["shares-per-contract"],
      symbols: pairs.flatMap(({ call, put }) => [call, put]),
      "streamer-symbols": pairs.flatMap(({ callStreamer, putStreamer }) => [
        callStreamer,
        putStreamer,
      ]),
    };
  });
}

/** Nested chain of the options on a future; null for an unknown product. */
export function nestedFutureChain(
  code: string,
  market: MarketFace,
): Record<string, unknown> | null {
  const future = market.underlyings().find((one) => one.root === `/${code}`);
  if (future === undefined) return null;
  const day = newYorkDay(market.now());
  const ticks = tickSizes(market.listingOf(future).classes[0].ticks);
  const expirations = market.world.chain(future.root).map((expiry) => ({
    "underlying-symbol": future.symbol,
    "root-symbol": future.root,
    "option-root-symbol": futureOptionRoot(expiry.expiry),
    "option-contract-symbol": contractCode(expiry.expiry, 1),
    asset: code,
    "expiration-date": expiry.expiry,
    "days-to-expiration": daysTo(expiry.expiry, day),
    "expiration-type": expirationType(expiry.expiry),
    "settlement-type": "Future",
    "notional-value": decimal(expiry.multiplier),
    "display-factor": "0.01",
    "strike-factor": "1.0",
    "stops-trading-at": isoTime(expiry.expiresAt),
    "expires-at": isoTime(expiry.expiresAt),
    "tick-sizes": ticks,
    strikes: expiry.strikes.map((strike) =>
      strikeRow(strike, futureSymbols(expiry, strike, future))
    ),
  }));
  return {
    futures: [{
      symbol: future.symbol,
      "root-symbol": future.root,
      "expiration-date": future.expiry,
      "days-to-expiration": daysTo(future.expiry ?? "", day),
      "active-month": true,
      "next-active-month": false,
      "stops-trading-at": isoTime(endsAt(future) ?? 0),
      "expires-at": isoTime(endsAt(future) ?? 0),
    }],
    "option-chains": [{
      "underlying-symbol": future.symbol,
      "root-symbol": future.root,
      "exercise-style": "American",
      "future-product": futureProduct(future),
      expirations,
    }],
  };
}

/** Every contract of a chain that a flat list would hold, by REST symbol. */
export function chainSymbols(symbol: string, market: MarketFace): string[] {
  return market.world.chain(symbol).flatMap((expiry) =>
    expiry.strikes.flatMap((strike) => {
      const { call, put } = equitySymbols(expiry, strike);
      return [call, put];
    })
  );
}

function listedUnderlying(symbol: string, market: MarketFace): Instrument {
  return market.world.instruments()[market.world.instrumentOf(symbol) ?? 0];
}

function strikeRow(strike: number, symbols: StrikeSymbols): Record<string, string> {
  return {
    "strike-price": decimal(strike),
    call: symbols.call,
    "call-streamer-symbol": symbols.callStreamer,
    put: symbols.put,
    "put-streamer-symbol": symbols.putStreamer,
  };
}

function equitySymbols(expiry: ChainExpiry, strike: number): StrikeSymbols {
  const day = expiry.expiry.slice(2).replaceAll("-", "");
  const thousandths = String(Math.round(strike * 1000)).padStart(8, "0");
  const api = (right: string): string => `${expiry.root.padEnd(6)}${day}${right}${thousandths}`;
  const feed = (right: string): string => `.${expiry.root}${day}${right}${minimal(strike)}`;
  return { call: api("C"), put: api("P"), callStreamer: feed("C"), putStreamer: feed("P") };
}

function futureSymbols(expiry: ChainExpiry, strike: number, future: Instrument): StrikeSymbols {
  const day = expiry.expiry.slice(2).replaceAll("-", "");
  const head = `.${future.symbol.padEnd(6)}${contractCode(expiry.expiry, 1).padEnd(6)}${day}`;
  const api = (right: string): string => `${head}${right}${minimal(strike)}`;
  const code = contractCode(expiry.expiry, 2);
  const feed = (right: string): string => `./${code}${right}${minimal(strike)}:XCME`;
  return { call: api("C"), put: api("P"), callStreamer: feed("C"), putStreamer: feed("P") };
}
