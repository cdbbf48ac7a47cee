import type { Currency, UnixMs } from "../base/brand.ts";

/** An account of a broker. The number is masked everywhere but at the broker's own boundary. */
export interface Account {
  /** Stable id inside the desk: broker and number. */
  readonly id: string;
  readonly broker: string;
  /** Full account number; never sent to a page or a log, see `maskAccountNumber`. */
  readonly number: string;
  /** Name as the user gave it: Individual, Joint, IRA … */
  readonly nickname: string;
  readonly type: string;
  readonly currency: Currency;
  /** True where its money is not real: a paper account, a broker's test system; absent: real. */
  readonly isPaper?: boolean;
}

/** Cash of one currency, in that currency. */
export interface CashBalance {
  readonly currency: Currency;
  readonly amount: number;
  /** Amount at the previous official close, null when the broker does not say. */
  readonly previousClose: number | null;
}

/** What the broker says about an account, in the account's currency unless named. */
export interface Balances {
  readonly accountId: string;
  readonly cash: readonly CashBalance[];
  /** The broker's own net liquidating value; null when not reported. */
  readonly netLiquidation: number | null;
  /** Net liq at the previous official close; null when not reported. */
  readonly previousNetLiquidation: number | null;
  /** Deposits minus withdrawals since the previous close. */
  readonly externalFlows: number;
  /** Dividends and interest booked since the previous close, less the broker's own fees. */
  readonly income: number;
  /** Accrued dividends and interest that count as net liq. */
  readonly accrued: number;
  readonly asOf: UnixMs;
  /**
   * Until when they are current without another word of the broker, by the source's clock; absent:
   * until the next one, however long that takes.
   */
  readonly freshUntil?: UnixMs;
}

/** An exchange rate: one unit of `currency` is `rate` units of the base currency. */
export interface FxRate {
  readonly currency: Currency;
  readonly base: Currency;
  readonly rate: number;
  /** Rate at the previous official close; null when the source does not say. */
  readonly previousClose: number | null;
  readonly asOf: UnixMs;
}

/** Masks an account number to its last four characters: `••••1234`. */
export function maskAccountNumber(number: string): string {
  return `••••${number.slice(-4)}`;
}

/** What stands below an account's name: its kind, unless the name is that. */
export function typeBeside({ nickname, type }: Pick<Account, "nickname" | "type">): string {
  return type.trim().toLowerCase() === nickname.trim().toLowerCase() ? "" : type.trim();
}

const BROKER_NAMES: ReadonlyMap<string, string> = new Map([["ib", "Interactive Brokers"]]);

/** A broker as pages name it, from the id that accounts carry; the id where it has no other. */
export function brokerName(id: string): string {
  return BROKER_NAMES.get(id) ?? id;
}

/** A broker where room is short: "IB". */
export function shortBrokerName(id: string): string {
  return id === "ib" ? "IB" : id;
}
