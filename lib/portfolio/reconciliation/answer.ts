import type { UnixMs } from "../../base/brand.ts";
import type { ComparedAccount } from "./account.ts";

/** Version of the answer's shape: a page of another version asks for a reload. */
export const ANSWER_FORMAT = 1;

/** The figures of an account that are compared, in the order in which they are shown. */
export const ACCOUNT_FIGURES = ["netLiq", "dayPnl", "positionsValue", "cash"] as const;

/** Name of a figure of an account. */
export type AccountFigure = typeof ACCOUNT_FIGURES[number];

/** What the reader calls a figure. */
export const FIGURE_NAMES: Readonly<Record<AccountFigure, string>> = {
  netLiq: "Net liq",
  dayPnl: "P&L today",
  positionsValue: "Positions at mark",
  cash: "Cash",
};

/** Why an account could not be compared, and what helps. */
export interface AccountProblem {
  readonly message: string;
  readonly fix: string | null;
}

/** One account of the answer; money in the base currency. */
export interface AccountAnswer {
  /** Name in addresses, as `accounts=` takes it. */
  readonly account: string;
  readonly nickname: string;
  /** Kind of account in the broker's words. */
  readonly type: string;
  /** Its broker, on a desk with several; absent on one with one. */
  readonly broker?: string;
  readonly accountNumber: string;
  /** The newest comparison; null before the first. */
  readonly compared: ComparedAccount | null;
  /** Why the broker did not answer last time; null when it did. */
  readonly problem: AccountProblem | null;
  /** Since when figures or positions differ that have done so for a while; null when none has. */
  readonly differsSince: UnixMs | null;
}

/** What `/api/reconciliation` answers: both sides of every account, never one for the other. */
export interface ReconciliationAnswer {
  readonly format: typeof ANSWER_FORMAT;
  readonly mode: string;
  readonly broker: string;
  readonly baseCurrency: string;
  /** Source's clock at the answer. */
  readonly now: UnixMs;
  /** False: the source has no figures of its own, so there is nothing to compare. */
  readonly isTold: boolean;
  readonly accounts: readonly AccountAnswer[];
}

/** A difference that lasts, for those who are to be called. */
export interface LastingDifference {
  /** Dense index of the account. */
  readonly index: number;
  readonly account: string;
  readonly nickname: string;
  /** "Net liq of IRA differs by 312 USD". */
  readonly title: string;
  /** Its probable cause in words. */
  readonly text: string;
  readonly since: UnixMs;
}
