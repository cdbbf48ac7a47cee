import type { AccountFigures, PositionFigures, ToldFigure } from "../../domain/broker_figures.ts";
import { createEuropeanValue } from "../../pricing/european.ts";
import type { ModelGreeks } from "../model_greeks.ts";
import { compareAccount, type ComparedAccount } from "./account.ts";
import type { FeedGreeks, OptionFacts, OurAccount, OurPosition } from "./our_figures.ts";

/** 2025-03-19 10:15 New York. */
export const NOW = Date.UTC(2025, 2, 19, 14, 15);

export function told(value: number, at: number | null = null): ToldFigure {
  return { value, at, source: "test" };
}

export function aModel(over: Partial<ModelGreeks> = {}): ModelGreeks {
  return {
    ...createEuropeanValue(),
    price: 2,
    delta: 0.4,
    gamma: 0.02,
    thetaPerDay: -0.05,
    vegaPerPoint: 0.2,
    iv: 0.25,
    quotedAt: NOW - 1000,
    isOfLatestQuote: true,
    ...over,
  };
}

export function aFeed(over: Partial<FeedGreeks> = {}): FeedGreeks {
  return {
    iv: 0.25,
    delta: 0.4,
    gamma: 0.02,
    thetaPerDay: -0.05,
    vegaPerPoint: 0.2,
    at: NOW - 1000,
    isStale: false,
    ...over,
  };
}

export function anOptionFact(over: Partial<OptionFacts> = {}): OptionFacts {
  return {
    right: "call",
    strike: 105,
    isAmerican: false,
    spot: 100,
    model: aModel(),
    feed: aFeed(),
    ...over,
  };
}

/** Two long calls, 1.99 to 2.01. */
export function ourPosition(over: Partial<OurPosition> = {}): OurPosition {
  return {
    instrumentKey: "XYZ C",
    label: "XYZ 16 May 105 call",
    underlying: "XYZ",
    signedQuantity: 2,
    overnightQuantity: 2,
    multiplier: 100,
    tickSize: 0.01,
    rate: 1,
    isFuture: false,
    isSupported: true,
    bid: 1.99,
    ask: 2.01,
    last: 1.9,
    previousClose: 1.5,
    mark: 2,
    markSource: "mid",
    markAt: NOW - 1000,
    staleness: "current",
    option: anOptionFact(),
    ...over,
  };
}

export function theirPosition(over: Partial<PositionFigures> = {}): PositionFigures {
  return {
    instrumentKey: "XYZ C",
    name: "XYZ 250516C00105000",
    signedQuantity: 2,
    multiplier: 100,
    mark: told(2),
    previousClose: told(1.5),
    ...over,
  };
}

/** Positions of 400, cash of 9,600, net liq of 10,000; up 100 since the close. */
export function ourAccount(over: Partial<OurAccount> = {}): OurAccount {
  const positions = over.positions ?? new Map([["XYZ C", ourPosition()]]);
  return {
    accountId: "A",
    currency: "USD",
    rate: 1,
    cash: 9600,
    accrued: 0,
    cashAt: NOW,
    positionsValue: 400,
    dayPnl: 100,
    previousNetLiq: 9900,
    externalFlows: 0,
    readAt: NOW,
    ...over,
    positions,
  };
}

export function theirAccount(over: Partial<AccountFigures> = {}): AccountFigures {
  return {
    accountId: "A",
    currency: "USD",
    netLiquidation: told(10_000, NOW),
    cash: told(9600, NOW),
    pendingCash: null,
    positionsValue: null,
    dayPnl: null,
    positions: [theirPosition()],
    unreadCount: 0,
    ...over,
  };
}

/** Compares, with nothing that moved while the broker was asked. */
export function compared(
  theirs: Partial<AccountFigures> = {},
  ours: Partial<OurAccount> = {},
  lastFillAt: number | null = null,
): ComparedAccount {
  const own = ourAccount(ours);
  return compareAccount({ figures: theirAccount(theirs), before: own, ours: own, lastFillAt });
}
