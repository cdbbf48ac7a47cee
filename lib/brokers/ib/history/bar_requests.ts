import type { UnixMs } from "../../../base/brand.ts";
import { DAY_MS } from "../../../calendar/date.ts";
import type { BarQuery } from "../../../ports/broker.ts";
import type { IbHistoryQuery } from "../wire/client.ts";
import type { IbContractQuery } from "../wire/contract.ts";
import { utcStamp } from "./bar_time.ts";

/** Requests that one query may take; more would keep all others waiting for minutes. */
const REQUESTS_MAX = 20;
const DAYS_PER_YEAR = 365;
const MINUTE_BARS_DAYS = 1;

/** What bars are asked of. */
export interface BarContract {
  readonly query: IbContractQuery;
  /** STK, OPT, IND, FUT, FOP, CASH, CRYPTO … */
  readonly secType: string;
}

/** What trades of a kind are called. */
function whatToShow(secType: string): string {
  if (secType === "CASH") return "MIDPOINT";
  return secType === "CRYPTO" ? "AGGTRADES" : "TRADES";
}

/** Futures and coins have no regular hours that the desk would want alone. */
function isRegularOnly(secType: string): boolean {
  return secType === "STK" || secType === "OPT" || secType === "IND";
}

/**
 * The requests that bring the bars of a span, the newest first: minutes a day at a time, days a
 * year at a time. Empty for an empty span. Of a span that would take too many only its end comes:
 * 20 days of minutes, 20 years of days. Source: ib.md §7.1.
 */
export function barRequests(
  contract: BarContract,
  { size, from, to }: Pick<BarQuery, "size" | "from" | "to">,
  now: UnixMs,
): IbHistoryQuery[] {
  const end = Math.min(to, now);
  const days = Math.ceil((end - from) / DAY_MS);
  if (!(days > 0)) return [];
  const perRequest = size === "1m" ? MINUTE_BARS_DAYS : DAYS_PER_YEAR;
  const requests: IbHistoryQuery[] = [];
  const most = perRequest * REQUESTS_MAX;
  for (let left = Math.min(days, most), until = end; left > 0; left -= perRequest) {
    // A day more than asked: a duration counts sessions, and the first may begin before `from`.
    const count = Math.min(perRequest, size === "1m" ? left : left + 1);
    requests.push({
      contract: contract.query,
      end: until >= now ? "" : utcStamp(until),
      duration: `${count} D`,
      barSize: size === "1m" ? "1 min" : "1 day",
      whatToShow: whatToShow(contract.secType),
      useRth: isRegularOnly(contract.secType),
      keepsUpToDate: false,
    });
    until -= perRequest * DAY_MS;
  }
  return requests;
}

/** Everything that makes a request the same as another. */
export function requestIdentity(query: IbHistoryQuery): string {
  const { contract, end, duration, barSize, whatToShow, useRth } = query;
  return [contractIdentity(contract), end, duration, barSize, whatToShow, useRth].join("|");
}

/** Contract and exchange of a request. */
export function contractIdentity({ conId, exchange, localSymbol }: IbContractQuery): string {
  return `${conId ?? localSymbol ?? ""}@${exchange ?? ""}`;
}
