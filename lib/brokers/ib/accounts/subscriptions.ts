import type { Clock } from "../../../ports/clock.ts";
import type { IbLink } from "../link.ts";

/** A list that was asked for and did not end within it is asked for again, ms. */
const LIST_MS = 20_000;
/** Executions are not asked for more often than this, ms. */
const EXECUTIONS_EVERY_MS = 2_000;
/** What the summary tells; `$LEDGER:ALL` is cash and rates by currency. Source: ib.md §8. */
const SUMMARY_TAGS = "AccountType,NetLiquidation,TotalCashValue,AccruedCash,$LEDGER:ALL";

/** Lists that TWS tells whole, and that have one end each. */
export type ListName = "executions" | "orders" | "positions";

/** The beginnings of a connection that are waited for, in the words of a failure. */
export const STAGE: Readonly<Record<ListName | "values", string>> = {
  executions: "executions",
  orders: "open orders",
  positions: "positions",
  values: "account summary",
};

/**
 * What is asked of a connection about its accounts, and under which ids. One list of a kind is
 * under way at a time, because positions and orders come without an id.
 */
export class AccountSubscriptions {
  readonly #clock: Clock;
  readonly #askedAt = new Map<ListName, number>();
  #link: IbLink | null = null;
  #executionsId = 0;
  #executionsAt = -Infinity;
  #summaryId = 0;
  #isSummaryRefused = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A connection began: nothing was asked on it. */
  begin(link: IbLink): void {
    this.#link = link;
    this.#askedAt.clear();
    this.#executionsAt = -Infinity;
    this.#summaryId = 0;
    this.#isSummaryRefused = false;
  }

  /** The connection ended. */
  end(): void {
    this.#link = null;
    this.#askedAt.clear();
  }

  /** TWS forgot what it was asked: nothing is under way any more. */
  forget(): void {
    this.#askedAt.clear();
  }

  /** Asks for today's executions of all accounts; false while such a question is under way. */
  executions(): boolean {
    const link = this.#start("executions");
    if (link === null) return false;
    const id = link.nextId();
    this.#executionsId = id;
    this.#executionsAt = this.#clock.monotonic();
    link.send("account", (client) => client.reqExecutions(id, {}));
    return true;
  }

  /** As `executions`, unless they were asked for a moment ago. */
  executionsAgain(): boolean {
    const isRecent = this.#clock.monotonic() - this.#executionsAt < EXECUTIONS_EVERY_MS;
    return isRecent ? false : this.executions();
  }

  /**
   * Asks for the open orders of all clients, unless such a question is under way. `begin` is called
   * when it is sent: what comes from then on may be of the list.
   */
  orders(begin: () => void): void {
    this.#start("orders")?.send("account", (client) => {
      begin();
      client.reqAllOpenOrders();
    });
  }

  /** As `orders`, the positions of all accounts, which are told on change from then on. */
  positions(isAgain: boolean, begin: () => void): void {
    this.#start("positions")?.send("account", (client) => {
      begin();
      if (isAgain) client.cancelPositions();
      client.reqPositions();
    });
  }

  /** Subscribes values of all accounts, in the place of the subscription before. */
  summary(): void {
    const link = this.#link;
    if (link === null) return;
    const before = this.#summaryId;
    const id = link.nextId();
    this.#summaryId = id;
    this.#isSummaryRefused = false;
    link.send("account", (client) => {
      if (before > 0) client.cancelAccountSummary(before);
      client.reqAccountSummary(id, SUMMARY_TAGS);
    });
  }

  /** True for the id of the subscription of values. */
  isSummary(id: number): boolean {
    return id === this.#summaryId && id > 0;
  }

  /** Takes a refusal; true when it is that of the subscription of values. */
  refusesSummary(id: number): boolean {
    if (!this.isSummary(id)) return false;
    this.#isSummaryRefused = true;
    return true;
  }

  /** True when IB refused the subscription of values: there may be no more than two (322). */
  get isSummaryRefused(): boolean {
    return this.#isSummaryRefused;
  }

  /** A list ended; `id`: of its question, for executions. False for the end of another question. */
  ended(list: ListName, id = this.#executionsId): boolean {
    if (list === "executions" && id !== this.#executionsId) return false;
    return this.#askedAt.delete(list);
  }

  /** True while a list is under way. */
  isUnderWay(list: ListName): boolean {
    return this.#askedAt.has(list);
  }

  #start(list: ListName): IbLink | null {
    const now = this.#clock.monotonic();
    const askedAt = this.#askedAt.get(list);
    if (askedAt !== undefined && now - askedAt < LIST_MS) return null;
    if (this.#link !== null) this.#askedAt.set(list, now);
    return this.#link;
  }
}
