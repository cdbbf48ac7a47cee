import type { Clock } from "../../lib/ports/clock.ts";
import type { Timers } from "../../lib/ports/timers.ts";
import type { FaultScript } from "./faults/script.ts";

/** What a simulator is made from. Everything but time has a default. */
export interface TwsOptions extends Partial<TwsBehaviour> {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Of the world and of everything random here. @default 1 */
  readonly seed?: number;
  /** Positions of the world's book. @default the standard book */
  readonly positions?: number;
  /** Session to show, "YYYY-MM-DD" at 10:15 New York. @default what the clock says */
  readonly date?: string;
  /** "calendar" follows the clock through nights; "compressed" closes for two minutes only. */
  readonly pace?: "calendar" | "compressed";
  /** Market events of the world per second. @default 300 */
  readonly eventRate?: number;
  /** Mean time between two fills of the accounts' own orders, ms. @default 90 000 */
  readonly fillGapMs?: number;
  /** Time between two steps of the market, ms. @default 50 */
  readonly stepMs?: number;
  readonly faults?: FaultScript;
}

/** Number of accounts: three of the world, from the fourth on the odd options of each apart. */
export type AccountCount = 1 | 2 | 3 | 4 | 5 | 6;

/** How TWS behaves where installations differ. */
export interface TwsBehaviour {
  readonly accounts: AccountCount;
  /** Account numbers "DU..." as of a paper login, or "U...". @default true */
  readonly isPaper: boolean;
  /** 178, or 193 with what came in between. @default 178 */
  readonly serverVersion: 178 | 193;
  /** Market data lines of all clients together; one more is refused with 101. @default 100 */
  readonly lines: number;
  /** Messages of a client per second before 100. @default 50 */
  readonly messagesPerS: number;
  /** Orders are refused with 321. @default false */
  readonly isReadOnly: boolean;
  /** The list of accounts ends with a comma, as a real one may. @default true */
  readonly hasTrailingComma: boolean;
  /** The next order id comes before the list of accounts. @default false */
  readonly isIdFirst: boolean;
  /** Contract details give the last trade date with its time and zone. @default false */
  readonly hasLongTradeDates: boolean;
  /** Options settled at the open name the session before their expiry. @default true */
  readonly hasLastTradeDay: boolean;
  /** Time between two updates of a bar that forms, ms. @default 3000 */
  readonly barUpdateMs: number;
  /** Client that hears of the orders of all clients; null for none. @default null */
  readonly masterClientId: number | null;
  /** First order id that a client is given. @default 1 */
  readonly firstOrderId: number;
  /** Time between two refreshes of account values and summaries, ms. @default 180 000 */
  readonly accountRefreshMs: number;
  /** Time between two P&L messages, ms. @default 1000 */
  readonly pnlMs: number;
}

/** Defaults of TWS. */
export const TWS_DEFAULTS: TwsBehaviour = {
  accounts: 3,
  isPaper: true,
  serverVersion: 178,
  lines: 100,
  messagesPerS: 50,
  isReadOnly: false,
  hasTrailingComma: true,
  isIdFirst: false,
  hasLongTradeDates: false,
  hasLastTradeDay: true,
  barUpdateMs: 3000,
  masterClientId: null,
  firstOrderId: 1,
  accountRefreshMs: 180_000,
  pnlMs: 1000,
};
