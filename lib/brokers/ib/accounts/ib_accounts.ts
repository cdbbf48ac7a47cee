import type { Currency } from "../../../base/brand.ts";
import { ok, type Result } from "../../../base/result.ts";
import type { Account, Balances, FxRate } from "../../../domain/account.ts";
import type { AccountFigures } from "../../../domain/broker_figures.ts";
import type { Fill, Order, Position } from "../../../domain/position.ts";
import type { Answer, BrokerError } from "../../../ports/broker.ts";
import type { Timer } from "../../../ports/timers.ts";
import { isAdvisory } from "../codes.ts";
import type { IbLink, IbPart, Upstream } from "../link.ts";
import { mapAccount, shownNumbers } from "../map/accounts.ts";
import { knownAmount } from "../map/amount.ts";
import { Oddities } from "../map/oddities.ts";
import type {
  IbCommission,
  IbEvents,
  IbExecution,
  IbNotice,
  IbOpenOrder,
  IbOrderStatus,
  IbPortfolioLine,
} from "../wire/client.ts";
import type { IbContract } from "../wire/contract.ts";
import { AccountTeller, type TellerParts } from "./account_teller.ts";
import { AccountUpdates } from "./account_updates.ts";
import { DayFills } from "./day_fills.ts";
import { Doubt } from "./doubt.ts";
import { figuresOf } from "./figures.ts";
import { HeldLines } from "./held_lines.ts";
import type { OneAccount } from "./one_account.ts";
import { PnlWatch } from "./pnl_watch.ts";
import { canceled, noAccounts, stillLoading, unknownAccount } from "./refusals.ts";
import { Stages } from "./stages.ts";
import { AccountSubscriptions, type ListName, STAGE } from "./subscriptions.ts";
import { ToldOrders } from "./told_orders.ts";

/** What the accounts of a login work with. */
export interface IbAccountsParts extends Omit<TellerParts, "book" | "isWhole" | "unexplained"> {
  /** Accounts to show, by number; empty: all of the login. */
  readonly allowed: readonly string[];
  /** Currencies whose cash is shown; empty: all. */
  readonly cashCurrencies: readonly Currency[];
  /** Of this desk's connection: notices about orders are about its own. */
  readonly clientId: number;
}

/** How long a question waits for what TWS sends at the beginning, ms. */
const STAGE_MS = 30_000;
/** Looks for what no message told, ms. */
const LOOK_MS = 30_000;

/**
 * Accounts, positions, balances, fills and orders of one login. It outlives connections: each asks
 * for executions first, then orders, positions and values, and only differences to what the desk
 * knows are told (R26). What TWS sends around its nightly reset is not taken for closed positions.
 * Source: ib.md §6.3, §8, §11.
 */
export class IbAccounts implements IbPart {
  readonly #parts: IbAccountsParts;
  readonly #oddities = new Oddities();
  readonly #lines = new HeldLines();
  readonly #fills: DayFills;
  readonly #orders = new ToldOrders();
  readonly #teller: AccountTeller;
  readonly #stages: Stages;
  readonly #asked: AccountSubscriptions;
  readonly #updates: AccountUpdates;
  readonly #pnl = new PnlWatch();
  readonly #doubt = new Doubt();
  #hasBegun = false;
  #looking: Timer | null = null;

  constructor(parts: IbAccountsParts) {
    const { clock, timers, contracts, cashCurrencies } = parts;
    this.#parts = parts;
    this.#fills = new DayFills(this.#oddities);
    this.#stages = new Stages(timers, STAGE_MS);
    this.#asked = new AccountSubscriptions(clock);
    this.#updates = new AccountUpdates(clock, timers);
    this.#teller = new AccountTeller({
      ...parts,
      book: {
        clock,
        contracts,
        cashCurrencies,
        lines: this.#lines,
        fills: this.#fills,
        orders: this.#orders,
        oddities: this.#oddities,
      },
      isWhole: () => this.#isWhole(),
      unexplained: () => this.#asked.executionsAgain(),
    });
  }

  /** The accounts that are shown, with what IB says of them. */
  async accounts(signal: AbortSignal): Answer<readonly Account[]> {
    const there = await this.#stages.wait(STAGE.values, signal);
    if (!there.ok) return there;
    const { baseCurrency, allowed } = this.#parts;
    const accounts = this.#teller.all().map((account) =>
      mapAccount(account.number, account.values.type, account.listedIn(baseCurrency))
    );
    // Named ones that are not there leave an empty book, and the feed says so (G-003).
    return accounts.length === 0 && allowed.length === 0 ? noAccounts() : ok(accounts);
  }

  /** Positions of an account; fails while TWS has none to be believed. */
  async positions(accountId: string, signal: AbortSignal): Answer<readonly Position[]> {
    const ready = await this.#ready(accountId, ["executions", "positions"], signal);
    if (!ready.ok) return ready;
    const account = ready.value;
    const isEmpty = this.#lines.of(account.number).size === 0;
    if (isEmpty && this.#isDoubtful(account)) return stillLoading();
    account.learnOvernight();
    return ok(account.positions());
  }

  /** Balances of an account, cash by currency (G-058). */
  async balances(accountId: string, signal: AbortSignal): Answer<Balances> {
    const ready = await this.#ready(accountId, ["values"], signal);
    if (!ready.ok) return ready;
    const balances = ready.value.balances();
    return balances === null ? stillLoading() : ok(balances);
  }

  /** What IB itself says of an account: its portfolio, downloaded now, and its P&L. */
  async figures(accountId: string, signal: AbortSignal): Answer<AccountFigures> {
    const ready = await this.#ready(accountId, ["values"], signal);
    if (!ready.ok) return ready;
    const { number, values } = ready.value;
    const lines = await this.#updates.fresh(number, signal);
    if (!lines.ok) return lines;
    const { contracts } = this.#parts;
    await contracts.resolve([...lines.value.keys()], signal);
    if (signal.aborted) return canceled();
    const held = [...this.#lines.of(number).keys()];
    this.#pnl.hold(number, held);
    const figures = figuresOf({
      accountId,
      values,
      lines: lines.value.values(),
      instrumentOf: ({ contract }) => contracts.held(contract),
      pnlOf: (conId) => this.#pnl.of(number, conId),
    });
    return figures === null ? stillLoading() : ok(figures);
  }

  /** Fills of the session of now, corrections applied. */
  async fillsToday(accountId: string, signal: AbortSignal): Answer<readonly Fill[]> {
    const ready = await this.#ready(accountId, ["executions"], signal);
    return ready.ok ? ok(ready.value.fills()) : ready;
  }

  /** Open orders of all clients, and those of this session that came to their end. */
  async orders(accountId: string, signal: AbortSignal): Answer<readonly Order[]> {
    const listed = await this.#stages.wait(STAGE.orders, signal);
    // A read-only API withholds them, and tells no end then.
    if (!listed.ok && listed.error.code !== "timeout") return listed;
    const ready = await this.#ready(accountId, ["executions"], signal);
    return ready.ok ? ok(ready.value.orders()) : ready;
  }

  /** Rates of the currencies that the accounts have, into the base currency (G-058). */
  async fxRates(signal: AbortSignal): Answer<readonly FxRate[]> {
    const there = await this.#stages.wait(STAGE.values, signal);
    return there.ok ? ok(this.#teller.rates()) : there;
  }

  /** A new session began: what was filled before is of another day. */
  startSession(): void {
    this.#fills.startSession(this.#parts.clock.now());
    this.#orders.startSession();
    for (const account of this.#teller.all()) account.startSession();
    this.#asked.executions();
    this.#teller.soon();
    this.#teller.valuesSoon();
  }

  /** What TWS sent otherwise than expected, in words with counts. */
  counts(): Readonly<Record<string, number>> {
    return this.#oddities.counts();
  }

  /** Positions that came and could not be read: the book lacks them. */
  get unreadPositions(): number {
    return this.#lines.unreadCount;
  }

  /** Ends everything; idempotent. */
  close(): void {
    this.ended("closed");
    this.#teller.close();
  }

  began(link: IbLink): void {
    const { clock, timers, allowed } = this.#parts;
    // At the first one nothing was known that an empty list could hide.
    if (this.#hasBegun) this.#doubt.restored(clock.monotonic());
    this.#hasBegun = true;
    const numbers = shownNumbers(link.accounts, allowed);
    this.#teller.begin(numbers);
    this.#stages.begin();
    this.#asked.begin(link);
    this.#askAll(false);
    this.#updates.begin(link, numbers);
    this.#pnl.begin(link, numbers);
    this.#looking?.cancel();
    this.#looking = timers.setPeriodic(LOOK_MS, () => this.#look());
  }

  ended(reason: string): void {
    this.#looking?.cancel();
    this.#looking = null;
    this.#stages.end(reason);
    this.#asked.end();
    this.#updates.end(reason);
    this.#pnl.end();
    this.#lines.abandon();
    this.#orders.abandon();
    this.#teller.end();
  }

  upstream(state: Upstream): void {
    this.#teller.upstream(state === "up");
    if (state === "down") return this.#doubt.cut();
    this.#doubt.restored(this.#parts.clock.monotonic());
    this.#asked.executions();
    this.#askOrders();
  }

  dataLost(): void {
    this.#teller.upstream(true);
    this.#doubt.restored(this.#parts.clock.monotonic());
    this.#asked.forget();
    this.#askAll(true);
    this.#updates.renew();
    this.#pnl.renew();
  }

  notice(notice: IbNotice): void {
    if (isAdvisory(notice)) return;
    if (this.#pnl.refused(notice.id)) this.#oddities.note(`P&L refused by IB (${notice.code})`);
    if (this.#orders.notice(notice, this.#parts.clientId)) this.#teller.soon();
    if (!this.#asked.refusesSummary(notice.id)) return;
    this.#oddities.note(`account summary refused by IB (${notice.code})`);
    this.#valuesByUpdates();
  }

  undecoded(_reason: string, raw: string): void {
    this.#lines.miss(raw);
    this.#orders.abandon();
  }

  execution(_id: number, execution: IbExecution, contract: IbContract): void {
    const isNews = this.#fills.take(execution, contract, this.#parts.clock.now()) !== null;
    if (isNews && !this.#asked.isUnderWay("executions")) this.#teller.soon();
  }

  executionsEnd(id: number): void {
    if (this.#asked.ended("executions", id)) this.#reached("executions");
  }

  commission(commission: IbCommission): void {
    if (this.#fills.takeCost(commission) !== null) this.#teller.soon();
  }

  position(...[number, contract, position, averageCost]: Parameters<IbEvents["position"]>): void {
    const account = this.#teller.of(number);
    if (account === null) return;
    const quantity = knownAmount(position);
    if (quantity === null) return this.#oddities.note("position without a quantity");
    const cost = knownAmount(averageCost);
    if (cost === null) this.#oddities.note("position without an average cost");
    const line = { contract, quantity, averageCost: cost, at: this.#parts.clock.now() };
    const isBelieved = !this.#isDoubtful(account) || account.isFilled(contract.conId);
    if (this.#lines.take(number, line, isBelieved)) this.#teller.soon();
  }

  positionEnd(): void {
    if (!this.#asked.ended("positions")) return;
    this.#lines.end((number) => {
      const account = this.#teller.of(number);
      return account === null || !this.#isDoubtful(account);
    });
    this.#reached("positions");
  }

  openOrder(order: IbOpenOrder, contract: IbContract): void {
    this.#orders.open(order, contract, this.#parts.clock.now());
    this.#teller.soon();
  }

  orderStatus(status: IbOrderStatus): void {
    this.#orders.status(status, this.#parts.clock.now());
    this.#teller.soon();
  }

  openOrderEnd(): void {
    if (!this.#asked.ended("orders")) return;
    const isBelieved = !this.#doubt.holds(this.#parts.clock.monotonic());
    const filledOf = (permId: number) => this.#fills.filledOf(permId);
    this.#orders.end(isBelieved, filledOf, this.#parts.clock.now());
    this.#reached("orders");
  }

  accountSummary(id: number, row: Parameters<IbEvents["accountSummary"]>[1]): void {
    if (this.#asked.isSummary(id)) this.#value(row.account, row);
  }

  accountSummaryEnd(id: number): void {
    if (this.#asked.isSummary(id)) this.#stages.reach(STAGE.values);
  }

  accountValue(account: string, tag: string, value: string, currency: string): void {
    this.#value(account, { tag, value, currency });
  }

  portfolio(line: IbPortfolioLine): void {
    if (this.#teller.of(line.account) !== null) this.#updates.take(line);
  }

  accountDownloadEnd(account: string): void {
    if (this.#teller.of(account) === null) return;
    this.#updates.complete(account);
    this.#valuesByUpdates();
  }

  pnl(id: number, pnl: Parameters<IbEvents["pnl"]>[1]): void {
    this.#pnl.take(id, pnl, this.#parts.clock.now());
  }

  pnlSingle(id: number, pnl: Parameters<IbEvents["pnlSingle"]>[1]): void {
    this.#pnl.take(id, pnl, this.#parts.clock.now());
  }

  /** Waits for lists of the connection and for the contracts of the account. */
  async #ready(
    accountId: string,
    lists: readonly (ListName | "values")[],
    signal: AbortSignal,
  ): Promise<Result<OneAccount, BrokerError>> {
    for (const list of lists) {
      const there = await this.#stages.wait(STAGE[list], signal);
      if (!there.ok) return there;
    }
    const account = this.#teller.all().find(({ id }) => id === accountId);
    if (account === undefined) return unknownAccount();
    await this.#teller.resolve([account], signal);
    return signal.aborted ? canceled() : ok(account);
  }

  #askAll(isAgain: boolean): void {
    this.#asked.executions();
    this.#askOrders();
    this.#askPositions(isAgain);
    this.#asked.summary();
  }

  #askOrders(): void {
    this.#asked.orders(() => this.#orders.begin());
  }

  #askPositions(isAgain: boolean): void {
    this.#asked.positions(isAgain, () => this.#lines.begin());
  }

  #reached(list: ListName): void {
    this.#stages.reach(STAGE[list]);
    this.#teller.soon();
  }

  /** Where the summary is refused, values come with the updates of one account after the other. */
  #valuesByUpdates(): void {
    const areTold = this.#teller.all().every(({ values }) => values.base !== null);
    if (this.#asked.isSummaryRefused && areTold) this.#stages.reach(STAGE.values);
  }

  #isWhole(): boolean {
    return this.#stages.has(STAGE.executions) && this.#stages.has(STAGE.positions);
  }

  #value(number: string, row: Omit<Parameters<IbEvents["accountSummary"]>[1], "account">): void {
    const account = this.#teller.of(number);
    if (account?.values.take(row, this.#parts.clock.now()) ?? false) this.#teller.valuesSoon();
  }

  #isDoubtful({ values }: OneAccount): boolean {
    return this.#doubt.holds(this.#parts.clock.monotonic()) || values.isLoading;
  }

  /** Asks again for what did not come, and for orders of other clients, which nobody tells. */
  #look(): void {
    if (!this.#stages.has(STAGE.executions)) this.#asked.executions();
    if (!this.#stages.has(STAGE.values)) this.#asked.summary();
    this.#teller.note();
    this.#askOrders();
    if (!this.#isWhole() || this.#teller.hasGap()) this.#askPositions(true);
    this.#teller.soon();
  }
}
