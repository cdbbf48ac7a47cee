import { isoOf, newYorkDay } from "../../../lib/world/civil.ts";
import { LISTINGS } from "../../../lib/world/listings.ts";
import { isSession, previousSession, sessionOn, xetraCloseAt } from "../../../lib/world/session.ts";
import { localTime, type Zone } from "../times.ts";
import type { Contract } from "./contract.ts";
import { compactDate } from "./naming.ts";

/** Days that the hours of a contract reach ahead, today included. */
const DAYS = 6;
const HOUR_MS = 3_600_000;
const PRE_MARKET_MS = 5.5 * HOUR_MS;
const AFTER_MARKET_MS = 4 * HOUR_MS;

/** Hours of a contract in the words of TWS, and the zone they are in. */
export interface ContractHours {
  readonly zone: Zone;
  /** "20261120:0930-20261120:1600;20261121:CLOSED". */
  readonly trading: string;
  readonly liquid: string;
}

interface Span {
  readonly openAt: number;
  readonly closeAt: number;
}

/** Trading and liquid hours of a contract for the days from an instant on. */
export function hoursOf(contract: Contract, at: number): ContractHours {
  const zone = zoneOf(contract);
  const first = newYorkDay(at);
  const days = [...Array(DAYS).keys()].map((n) => first + n);
  const listed = (spanOf: (dayNo: number) => Span): string =>
    days.map((dayNo) => {
      if (!isSession(dayNo)) return `${compactDate(isoOf(dayNo))}:CLOSED`;
      const { openAt, closeAt } = spanOf(dayNo);
      return `${minute(openAt, zone)}-${minute(closeAt, zone)}`;
    }).join(";");
  return {
    zone,
    trading: listed((dayNo) => tradingSpan(contract, dayNo)),
    liquid: listed((dayNo) => liquidSpan(contract, dayNo)),
  };
}

/** Instant at which a contract last trades on its last trade day; undefined without one. */
export function lastTradeAt(contract: Contract, dayNo: number): number {
  return liquidSpan(contract, dayNo).closeAt;
}

/** Zone in which TWS gives a contract's hours. */
export function zoneOf({ secType, listing, currency }: Contract): Zone {
  if (secType === "STK" && currency === "EUR") return "MET";
  const isChicago = secType === "FUT" || secType === "FOP" || listing === "SPX";
  return isChicago ? "US/Central" : "US/Eastern";
}

function liquidSpan(contract: Contract, dayNo: number): Span {
  const session = sessionOn(dayNo);
  const { openAt, regularCloseAt, lateCloseAt } = session;
  if (zoneOf(contract) === "MET") {
    const closeAt = xetraCloseAt(session);
    return { openAt: closeAt - 8.5 * HOUR_MS, closeAt };
  }
  return { openAt, closeAt: isLate(contract) ? lateCloseAt : regularCloseAt };
}

function tradingSpan(contract: Contract, dayNo: number): Span {
  const { openAt, closeAt } = liquidSpan(contract, dayNo);
  switch (contract.secType) {
    case "STK":
      if (contract.currency === "EUR") return { openAt, closeAt };
      return { openAt: openAt - PRE_MARKET_MS, closeAt: closeAt + AFTER_MARKET_MS };
    case "FUT":
    case "FOP":
    case "CASH":
      // From the evening before.
      return { openAt: sessionOn(previousSession(dayNo)).regularCloseAt + 2 * HOUR_MS, closeAt };
    case "IND":
    case "OPT":
      return { openAt, closeAt };
  }
}

/** Whether the world lets it quote a quarter of an hour longer. */
function isLate(contract: Contract): boolean {
  const { secType, origin, listing } = contract;
  if (secType === "FUT" || secType === "FOP") return true;
  if (secType !== "OPT") return false;
  const root = origin.kind === "chain"
    ? origin.query.root
    : origin.kind === "listed"
    ? origin.instrument.root
    : "";
  const found = LISTINGS.find((one) => one.root === listing);
  return found?.classes.find((one) => one.root === root)?.isLate ?? false;
}

/** "20261120:0930". */
function minute(at: number, zone: Zone): string {
  const time = localTime(at, zone);
  return `${time.slice(0, 8)}:${time.slice(9, 11)}${time.slice(12, 14)}`;
}
