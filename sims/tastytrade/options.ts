import type { Clock } from "../../lib/ports/clock.ts";
import type { Timers } from "../../lib/ports/timers.ts";
import type { FaultScript } from "./faults/script.ts";

/** What a simulator is made from. Everything but time has a default. */
export interface SimOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Of the world and of everything random here. @default 1 */
  readonly seed?: number;
  /** Positions of the world's book. @default the standard book */
  readonly positions?: number;
  /** Three accounts of the world, or six: the odd options of each in an account of their own. */
  readonly accounts?: 3 | 6;
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
  readonly rest?: Partial<RestOptions>;
  readonly dxlink?: Partial<DxlinkOptions>;
  readonly streamer?: Partial<StreamerOptions>;
}

/** How the REST service behaves. */
export interface RestOptions {
  /** Requires `User-Agent: product/version`, else 401. @default true */
  readonly isUserAgentChecked: boolean;
  readonly clientSecret: string;
  readonly refreshToken: string;
  readonly accessTokenLifeMs: number;
  readonly quoteTokenLifeMs: number;
  /** Both shapes of /balances are in the wild. @default "object" */
  readonly balanceShape: "object" | "items";
  /** Older answers of /positions lack the streamer symbol. @default true */
  readonly hasStreamerSymbols: boolean;
  /** "sandbox" does not serve market data, metrics and history, and delays its feed. */
  readonly environment: "production" | "sandbox";
  /** How far the service's own clock is ahead of the simulator's, ms. @default 0 */
  readonly skewMs: number;
  /** Adds a cryptocurrency and a bond to the first account. @default false */
  readonly hasOtherKinds: boolean;
}

/** How the feed behaves where servers differ. */
export interface DxlinkOptions {
  /** "strict" answers what only the specification forbids with BAD_ACTION too. @default lenient */
  readonly strictness: "strict" | "lenient";
  /** AUTH_STATE UNAUTHORIZED right after SETUP. @default true */
  readonly hasHello: boolean;
  /** "none" authorizes every connection at once. @default "required" */
  readonly auth: "required" | "none";
  /** What a refused token leads to. @default "keep": five seconds, then close */
  readonly onRefusedToken: "keep" | "close";
  /** What a token that ends on a live connection leads to. @default "unauthorized" */
  readonly onTokenEnd: "unauthorized" | "close" | "nothing";
  /** Fields announced before the first data of a type instead of at once. @default false */
  readonly isConfigLazy: boolean;
  /** Several types in one COMPACT message. @default false */
  readonly hasManyPairs: boolean;
  /** Candle symbols in their shortest form: "{=1m}" becomes "{=m}". @default true */
  readonly hasShortCandleSymbols: boolean;
  /** Longest candle snapshot; a longer one ends with SNAPSHOT_SNIP. @default 2000 */
  readonly candlesMax: number;
  /** Rows of a candle snapshot per message. @default 100 */
  readonly candleChunk: number;
  /** Longest client message, bytes; beyond it the connection is closed with 1009. */
  readonly messageBytesMax: number;
  /** Connections at a time; one more is refused. @default no limit */
  readonly connectionsMax: number;
  readonly keepaliveTimeoutS: number;
  /** Longest wait for SETUP. @default 10 000 */
  readonly setupTimeoutMs: number;
}

/** How the account streamer behaves. */
export interface StreamerOptions {
  /** Notifications of one instant in one `results` message. @default false */
  readonly isBatching: boolean;
  /** Silence of a client after which it is closed. @default 60 000 */
  readonly idleMs: number;
  /** Closes the connection when the token of its connect ends. @default false */
  readonly closesOnTokenEnd: boolean;
  /** Also takes a token without "Bearer". @default false */
  readonly takesRawToken: boolean;
}

/** Defaults of the REST service. */
export const REST_DEFAULTS: RestOptions = {
  isUserAgentChecked: true,
  clientSecret: "sim-client-secret",
  refreshToken: "sim-refresh-token",
  accessTokenLifeMs: 900_000,
  quoteTokenLifeMs: 86_400_000,
  balanceShape: "object",
  hasStreamerSymbols: true,
  environment: "production",
  skewMs: 0,
  hasOtherKinds: false,
};

/** Defaults of the feed: the official client 0.3.0 is satisfied by them. */
export const DXLINK_DEFAULTS: DxlinkOptions = {
  strictness: "lenient",
  hasHello: true,
  auth: "required",
  onRefusedToken: "keep",
  onTokenEnd: "unauthorized",
  isConfigLazy: false,
  hasManyPairs: false,
  hasShortCandleSymbols: true,
  candlesMax: 2000,
  candleChunk: 100,
  messageBytesMax: 65_536,
  connectionsMax: Infinity,
  keepaliveTimeoutS: 60,
  setupTimeoutMs: 10_000,
};

/** Defaults of the account streamer. */
export const STREAMER_DEFAULTS: StreamerOptions = {
  isBatching: false,
  idleMs: 60_000,
  closesOnTokenEnd: false,
  takesRawToken: false,
};
