import type { BrokerError } from "../../ports/broker.ts";
import type { IbNotice } from "./wire/client.ts";
import { masked } from "./wire/raw_message.ts";

/** Codes of TWS and of the client library that the desk reacts to. Source: ib.md section 10. */
export const IB_CODES = {
  paceExceeded: 100,
  outOfLines: 101,
  history: 162,
  unknownContract: 200,
  unknownTicker: 300,
  serverError: 320,
  invalidRequest: 321,
  clientIdInUse: 326,
  notSubscribed: 354,
  noSuchQuery: 366,
  connectFailed: 502,
  outdated: 503,
  notConnected: 504,
  undecoded: 505,
  unsupportedVersion: 506,
  badLength: 507,
  upstreamLost: 1100,
  restoredDataLost: 1101,
  restoredDataKept: 1102,
  portChanged: 1300,
  upstreamBroken: 2110,
  needsSubscription: 10089,
  delayedShown: 10167,
  delayedNotEnabled: 10168,
  delayedNotEnabledToo: 10186,
  competingSession: 10197,
} as const;

const ADVISORIES: ReadonlySet<number> = new Set([399, 404, 492, 10090, 10091, 10167]);

const PATH = "in TWS or IB Gateway, Configure > Settings > API > Settings";

/** Lines for the user: what to do, and where to click. */
export const IB_FIXES = {
  notListening: `start TWS or IB Gateway and log in; ${PATH}: tick "Enable ActiveX and Socket ` +
    `Clients" and compare "Socket port" with --ib-port`,
  silent: `${PATH}: add this machine to "Trusted IPs", or answer the prompt that TWS shows`,
  clientId: "close the other program with this client id, or give this desk another one: " +
    "--ib-client-id",
  login: "log in to TWS or IB Gateway; it may ask for the second factor",
  readOnly: `${PATH}: untick "Read-Only API" if orders are to be sent or seen`,
  subscription: "subscribe to the market data in Client Portal, or take delayed data: " +
    "--md-type 3",
  version: "update TWS or IB Gateway to a version that speaks the API from 157 to 193",
  competing: "log out of the other TWS, Gateway, web or phone session that takes the data",
  lines: "close quotes in TWS or ask IB for more market data lines",
} as const;

/** IB's words as they may be shown: account numbers down to the last four, and not endless. */
export function shownText(text: string): string {
  return masked(text).replace(/\s+/g, " ").slice(0, 200).trim();
}

/** True when a notice leaves its request alive: a warning, or something to know. */
export function isAdvisory({ code, text }: IbNotice): boolean {
  return (code >= 2100 && code < 3000) || ADVISORIES.has(code) || text.includes("Warning:");
}

/** True when the pace of requests was too fast, by the code or by the words of 162. */
export function isPacing({ code, text }: IbNotice): boolean {
  return code === IB_CODES.paceExceeded ||
    (code === IB_CODES.history && /pacing/i.test(text)) || code === 420;
}

/** True for the refusal of what a read-only API does not allow. */
export function isReadOnly({ code, text }: IbNotice): boolean {
  return (code === IB_CODES.invalidRequest || code === IB_CODES.serverError) &&
    /read-?only/i.test(text);
}

function codeOf(notice: IbNotice): BrokerError["code"] {
  if (isPacing(notice)) return "rateLimited";
  switch (notice.code) {
    case IB_CODES.unknownContract:
      return "unknownInstrument";
    case IB_CODES.connectFailed:
      return "unreachable";
    case IB_CODES.notConnected:
    case IB_CODES.upstreamLost:
    case IB_CODES.upstreamBroken:
      return "notConnected";
    case IB_CODES.undecoded:
      return "malformed";
    default:
      return "refused";
  }
}

function fixOf(notice: IbNotice): string | null {
  if (isReadOnly(notice)) return IB_FIXES.readOnly;
  switch (notice.code) {
    case IB_CODES.connectFailed:
      return IB_FIXES.notListening;
    case IB_CODES.clientIdInUse:
      return IB_FIXES.clientId;
    case IB_CODES.outdated:
    case IB_CODES.unsupportedVersion:
      return IB_FIXES.version;
    case IB_CODES.upstreamLost:
    case IB_CODES.upstreamBroken:
      return IB_FIXES.login;
    case IB_CODES.notSubscribed:
    case IB_CODES.needsSubscription:
    case IB_CODES.delayedNotEnabled:
    case IB_CODES.delayedNotEnabledToo:
      return IB_FIXES.subscription;
    case IB_CODES.competingSession:
      return IB_FIXES.competing;
    case IB_CODES.outOfLines:
      return IB_FIXES.lines;
    default:
      return null;
  }
}

/** What a notice that ends its request means to whoever asked. */
export function brokerErrorOf(notice: IbNotice): BrokerError {
  const message = `IB ${notice.code}: ${shownText(notice.text)}`;
  return { code: codeOf(notice), message, fix: fixOf(notice) };
}
