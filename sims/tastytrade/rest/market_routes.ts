import { dayNumber, dayOfIso, isoOf, weekday } from "../../../lib/world/civil.ts";
import {
  isEarlyClose,
  isSession,
  nextSession,
  previousSession,
  sessionOn,
} from "../../../lib/world/session.ts";
import { decimal, isoTime } from "../decimals.ts";
import { MARKET_DATA_TYPES, marketDataResource } from "../resources/market_data.ts";
import { metricsResource } from "../resources/metrics.ts";
import type { RestContext } from "./context.ts";
import type { SymbolRoute } from "./instrument_routes.ts";
import { item, list, notFound, refusal, type SimReply } from "./reply.ts";

const SYMBOLS_MAX = 100;
const EXTENDED_MS = 4 * 3_600_000;
const PRE_MARKET_MS = 75 * 60_000;

/** GET /market-data/by-type: at most 100 symbols over all types together. */
export function marketDataByType(context: RestContext): SimReply {
  const { market } = context.parts;
  const symbols = MARKET_DATA_TYPES.flatMap((type) => context.joined(type));
  if (symbols.length > SYMBOLS_MAX) {
    return refusal(400, "validation_error", `At most ${SYMBOLS_MAX} symbols`);
  }
  const found = symbols.map((symbol) => market.ofApi(symbol)).filter((one) => one !== undefined);
  return list(context.context, found.map((one) => marketDataResource(one, market)));
}

/** GET /market-data/{type}/{symbol} */
export const marketData: SymbolRoute = (context, name) => {
  const { market } = context.parts;
  const symbol = name.slice(name.indexOf("/") + 1);
  const found = market.ofApi(symbol);
  return found === undefined
    ? notFound(symbol)
    : item(context.context, marketDataResource(found, market));
};

/** GET /market-metrics?symbols=A,B */
export function marketMetrics(context: RestContext): SimReply {
  const { market } = context.parts;
  const found = context.joined("symbols").map((symbol) => market.ofApi(symbol))
    .filter((one) => one !== undefined && one.option === undefined && one.kind !== "future")
    .filter((one) => one !== undefined);
  return list(context.context, found.map((one) => metricsResource(one, market)));
}

/** GET /market-metrics/historic-corporate-events/... : the world has neither. */
export const corporateEvents: SymbolRoute = (context) => list(context.context, []);

/** GET /market-time/equities/sessions/current */
export function marketSession(context: RestContext): SimReply {
  const { market } = context.parts;
  const dayNo = dayOfIso(market.world.session().date);
  const now = market.now();
  const own = sessionOn(dayNo);
  const state = now < own.openAt
    ? "Pre-market"
    : now < own.regularCloseAt
    ? "Open"
    : now < own.regularCloseAt + EXTENDED_MS
    ? "Extended"
    : "Closed";
  return item(context.context, {
    ...sessionTimes(dayNo),
    state,
    "next-session": dated(nextSession(dayNo)),
    "previous-session": dated(previousSession(dayNo)),
  });
}

/** GET /market-time/equities/holidays: of the year that the market is in. */
export function marketHolidays(context: RestContext): SimReply {
  const year = Number(context.parts.market.world.session().date.slice(0, 4));
  const days: number[] = [];
  for (let day = dayNumber(year, 1, 1); day < dayNumber(year + 1, 1, 1); day++) days.push(day);
  const isWeekend = (day: number): boolean => weekday(day) === 0 || weekday(day) === 6;
  return item(context.context, {
    "market-holidays": days.filter((day) => !isWeekend(day) && !isSession(day)).map(isoOf),
    "market-half-days": days.filter(isEarlyClose).map(isoOf),
  });
}

/** GET /margin-requirements-public-configuration: no token is asked for. */
export function publicConfiguration(context: RestContext): SimReply {
  const rate = context.parts.market.world.carry("SPY")?.riskFreeRate ?? 0;
  return item(context.context, { "risk-free-rate": decimal(rate) });
}

function sessionTimes(dayNo: number): Record<string, unknown> {
  const { openAt, regularCloseAt } = sessionOn(dayNo);
  return {
    "close-at": isoTime(regularCloseAt),
    "close-at-ext": isoTime(regularCloseAt + EXTENDED_MS),
    "instrument-collection": "Equity",
    "open-at": isoTime(openAt),
    "start-at": isoTime(openAt - PRE_MARKET_MS),
  };
}

function dated(dayNo: number): Record<string, unknown> {
  return { ...sessionTimes(dayNo), "session-date": isoOf(dayNo) };
}
