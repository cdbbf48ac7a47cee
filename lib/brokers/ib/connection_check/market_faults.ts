import type { StepFault } from "../../../domain/connection.ts";
import { IB_CODES, shownText } from "../codes.ts";
import type { IbNotice } from "../wire/client.ts";
import { NO_SERVERS } from "./faults.ts";

const SUBSCRIBE = "In Client Portal open **Settings, Market Data Subscriptions** and subscribe " +
  "to what your contracts need (US equities and options: the **US Securities Snapshot and " +
  "Futures Value Bundle** with **OPRA**), and sign the market data agreements for the API.";

const DELAYED = "Or take delayed quotes: start the desk with **--md-type 3**.";

/** Neither live nor delayed data may be had (354, 10089, 10168, 10186). */
export function notSubscribed(words: string): StepFault {
  return {
    headline: "this login gets no market data",
    cause: `IB answered: ${words}.`,
    remedy: [
      SUBSCRIBE,
      DELAYED,
      "For a paper account: share the live user's subscriptions with it in Client Portal, " +
      "**Paper Trading Account**.",
    ],
  };
}

/** Another session of the same user has the data (10197). */
export const COMPETING: StepFault = {
  headline: "another session of this user takes the market data",
  cause: "IB serves one session of a user at a time: TWS elsewhere, the mobile app or the web " +
    "site holds it.",
  remedy: [
    "Log out of the other session, or tell it not to take the data.",
    "Use a user of its own for the API.",
  ],
};

/** All lines are in use (101). */
export const OUT_OF_LINES: StepFault = {
  headline: "all market data lines are in use",
  cause: "A login has 100 lines at first, shared by TWS and every program that uses it.",
  remedy: [
    "Close watchlists and option chains in TWS, and other programs that use it.",
    "Ask IB for more lines (quote booster packs).",
  ],
};

/** A farm is broken (2103, 2105, 2157). `farm`: IB's words. */
export function farmFault(words: string): StepFault {
  return {
    headline: "a data farm of IB is not connected",
    cause: `TWS said: ${words}.`,
    remedy: [
      "Wait a minute: farms come back by themselves, after the nightly reset too.",
      "In TWS press **Ctrl+Alt+F**, or restart it, when it lasts.",
    ],
  };
}

/** In the session nothing comes although nothing is refused. */
export const NO_TICK: StepFault = {
  headline: "no quote comes",
  cause: "SPY was asked for and nothing came in 15 seconds of the session, and nothing refused it.",
  remedy: [
    "See in TWS whether SPY moves there.",
    SUBSCRIBE,
    "Test again here; the book loads without quotes meanwhile.",
  ],
};

/** Quotes come, Greeks do not. `words`: what IB said of it; null: nothing. */
export function noGreeks(words: string | null): StepFault {
  const said = words === null ? "" : ` IB said: ${words}.`;
  return {
    headline: "no Greeks come",
    cause: "IB computes Greeks from live quotes of the option and of its underlying; one of the " +
      `two is not subscribed, or nothing is quoted.${said}`,
    remedy: [
      SUBSCRIBE,
      "The desk computes Greeks by itself from what it gets meanwhile, and marks them.",
    ],
  };
}

const REFUSALS: ReadonlySet<number> = new Set([
  IB_CODES.notSubscribed,
  IB_CODES.needsSubscription,
  IB_CODES.delayedNotEnabled,
  IB_CODES.delayedNotEnabledToo,
]);

/** True when live data is refused and delayed data may be had. */
export function isNotSubscribed({ code }: IbNotice): boolean {
  return REFUSALS.has(code);
}

/** Why a request for market data is refused; null for a notice that refuses nothing. */
export function dataFault(notice: IbNotice): StepFault | null {
  if (isNotSubscribed(notice)) return notSubscribed(`${notice.code}, ${shownText(notice.text)}`);
  switch (notice.code) {
    case IB_CODES.competingSession:
      return COMPETING;
    case IB_CODES.outOfLines:
      return OUT_OF_LINES;
    case IB_CODES.upstreamLost:
    case IB_CODES.upstreamBroken:
      return NO_SERVERS;
    default:
      return null;
  }
}
