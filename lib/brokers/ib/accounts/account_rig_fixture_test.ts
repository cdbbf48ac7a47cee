import type { Balances, FxRate } from "../../../domain/account.ts";
import type { Fill, Order, Position } from "../../../domain/position.ts";
import type { BrokerSink } from "../../../ports/broker.ts";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import { details, option, share } from "../contracts/details_fixture_test.ts";
import { IbContracts } from "../contracts/ib_contracts.ts";
import { ScriptedLink, type Sent } from "../contracts/scripted_link_fixture_test.ts";
import { accountIdOf } from "../map/accounts.ts";
import type {
  IbCommission,
  IbExecution,
  IbOpenOrder,
  IbOrderStatus,
  IbPortfolioLine,
} from "../wire/client.ts";
import type { IbContract, IbContractDetails, IbContractQuery } from "../wire/contract.ts";
import { IbAccounts, type IbAccountsParts } from "./ib_accounts.ts";

/** A Friday, 10:00 in New York. */
export const STARTED_AT = Date.UTC(2026, 10, 20, 15);
export const ONE = "DU9000001";
export const TWO = "DU9000002";
export const LIVE = new AbortController().signal;

export const AAPL = share(265598, "AAPL");
export const PUT = option(101, "SPY   261218P00500000", {}, { underConId: 756733 });
export const CALL = option(102, "AAPL  261218C00250000", {}, { underConId: 265598 });
export const SAP = details({
  conId: 14204,
  symbol: "SAP",
  secType: "STK",
  currency: "EUR",
  primaryExchange: "IBIS",
});
export const PENCE: IbContractDetails = {
  ...details({ conId: 31, symbol: "VOD", secType: "STK", currency: "GBP", exchange: "LSE" }),
  priceMagnifier: 100,
};

/** A position as `reqPositions` tells it. */
export interface Held {
  readonly account: string;
  readonly contract: IbContract;
  readonly position: number;
  readonly averageCost: number | null;
}

export function held(
  of: IbContractDetails,
  position: number,
  averageCost: number | null = 100,
  account = ONE,
): Held {
  return { account, contract: of.contract, position, averageCost };
}

/** An execution of now with its contract. */
export interface Made {
  readonly execution: IbExecution;
  readonly contract: IbContract;
}

export function made(
  execId: string,
  of: IbContractDetails,
  signedQuantity: number,
  own: Partial<IbExecution> = {},
): Made {
  const execution: IbExecution = {
    execId,
    time: "20261120 09:45:00 US/Eastern",
    account: ONE,
    side: signedQuantity < 0 ? "SLD" : "BOT",
    shares: Math.abs(signedQuantity),
    price: 2,
    permId: 0,
    clientId: 11,
    orderId: 1,
    orderRef: "",
    ...own,
  };
  return { execution, contract: of.contract };
}

export function openOrder(own: Partial<IbOpenOrder> = {}): IbOpenOrder {
  return {
    orderId: 5,
    permId: 777,
    clientId: 11,
    account: ONE,
    action: "SELL",
    totalQuantity: 3,
    orderType: "LMT",
    limitPrice: 2.5,
    orderRef: "",
    status: "Submitted",
    ...own,
  };
}

export function orderStatus(own: Partial<IbOrderStatus> = {}): IbOrderStatus {
  return {
    orderId: 5,
    permId: 777,
    clientId: 11,
    status: "Submitted",
    filled: 0,
    remaining: 3,
    averageFillPrice: null,
    ...own,
  };
}

type Row = readonly [account: string, tag: string, value: string, currency: string];

/** What the scripted TWS holds; tests change it. */
export interface World {
  accounts: readonly string[];
  held: Held[];
  made: Made[];
  costs: IbCommission[];
  orders: { readonly order: IbOpenOrder; readonly contract: IbContract }[];
  rows: Row[];
  portfolio: IbPortfolioLine[];
  listed: IbContractDetails[];
  /** Names of requests that are not answered. */
  mute: Set<string>;
}

export function rowsOf(account: string): Row[] {
  return [
    [account, "AccountType", "INDIVIDUAL", ""],
    [account, "NetLiquidation", "100000.5", "USD"],
    [account, "TotalCashValue", "2100", "USD"],
    [account, "CashBalance", "1000", "USD"],
    [account, "CashBalance", "1000", "EUR"],
    [account, "CashBalance", "0.004", "GBP"],
    [account, "CashBalance", "2100", "BASE"],
    [account, "ExchangeRate", "1.00", "USD"],
    [account, "ExchangeRate", "1.10", "EUR"],
    [account, "ExchangeRate", "1.25", "GBP"],
    [account, "ExchangeRate", "1.00", "BASE"],
  ];
}

/** What went to the desk. */
export interface Told {
  positions: (readonly [string, readonly Position[]])[];
  fills: Fill[];
  orders: Order[];
  balances: Balances[];
  rates: FxRate[];
}

function sinkOf(told: Told): BrokerSink {
  const nothing = () => {};
  return {
    market: nothing,
    positions: (id, positions) => void told.positions.push([id, positions]),
    balances: (balances) => void told.balances.push(balances),
    fxRate: (rate) => void told.rates.push(rate),
    previousClose: nothing,
    fill: (fill) => void told.fills.push(fill),
    order: (order) => void told.orders.push(order),
    carry: nothing,
    health: nothing,
    lifecycle: nothing,
    session: nothing,
  };
}

/** Accounts and contracts on a scripted TWS under virtual time. */
export class AccountRig {
  readonly time: VirtualTime;
  readonly told: Told = { positions: [], fills: [], orders: [], balances: [], rates: [] };
  readonly contracts: IbContracts;
  readonly accounts: IbAccounts;
  readonly world: World;
  readonly id = accountIdOf(ONE);
  link: ScriptedLink;
  #idFirst = 1_000_000;

  constructor(
    world: Partial<World> = {},
    parts: Partial<IbAccountsParts> = {},
    startedAt = STARTED_AT,
  ) {
    this.time = new VirtualTime(startedAt);
    const numbers = world.accounts ?? [ONE];
    this.world = {
      accounts: numbers,
      held: [],
      made: [],
      costs: [],
      orders: [],
      rows: numbers.flatMap(rowsOf),
      portfolio: [],
      listed: [AAPL, PUT, CALL, SAP, PENCE],
      mute: new Set(),
      ...world,
    };
    const sink = sinkOf(this.told);
    this.contracts = new IbContracts({ clock: this.time, timers: this.time });
    this.accounts = new IbAccounts({
      clock: this.time,
      timers: this.time,
      contracts: this.contracts,
      sink: () => sink,
      baseCurrency: "USD",
      allowed: [],
      cashCurrencies: [],
      clientId: 11,
      ...parts,
    });
    this.link = this.connect();
  }

  /** A new connection, which is answered from the world. */
  connect(): ScriptedLink {
    const link = new ScriptedLink(this.world.accounts, this.#idFirst);
    this.#idFirst += 10_000;
    this.link = link;
    link.answer = (sent) => this.world.mute.has(sent[0]) ? undefined : this.#answer(sent);
    this.contracts.began(link);
    this.accounts.began(link);
    return link;
  }

  /** The connection ends. */
  drop(reason = "gone"): void {
    this.link.end();
    this.contracts.ended(reason);
    this.accounts.ended(reason);
  }

  /** Lets time pass, and promises with it. */
  pass(ms = 1000): Promise<void> {
    return this.time.advanceSettling(ms, Math.max(10, ms / 100));
  }

  /** Waits for an answer while time passes. */
  async settled<T>(answer: Promise<T>, ms = 1000): Promise<T> {
    await this.pass(ms);
    return await answer;
  }

  /** The desk has asked for everything once, as at its start. */
  async load(): Promise<void> {
    const { accounts, id } = this;
    await this.settled(accounts.fxRates(LIVE));
    await this.settled(accounts.balances(id, LIVE));
    await this.settled(accounts.fillsToday(id, LIVE));
    await this.settled(accounts.orders(id, LIVE));
    await this.settled(accounts.positions(id, LIVE));
  }

  /** Pushes a position, as TWS does when it changes. */
  push({ account, contract, position, averageCost }: Held): void {
    this.accounts.position(account, contract, position, averageCost);
  }

  /** Pushes an execution nobody asked for. */
  execute({ execution, contract }: Made): void {
    this.accounts.execution(-1, execution, contract);
  }

  /** Instrument keys and signed quantities that the desk was told last. */
  shown(): Readonly<Record<string, number>> {
    const last = this.told.positions.at(-1)?.[1] ?? [];
    return Object.fromEntries(last.map((one) => [one.instrumentKey, one.signedQuantity]));
  }

  #answer([name, ...given]: Sent): void {
    const { world, accounts } = this;
    const id = Number(given[0]);
    switch (name) {
      case "reqExecutions":
        for (const { execution, contract } of world.made) {
          accounts.execution(id, execution, contract);
        }
        for (const cost of world.costs) accounts.commission(cost);
        return accounts.executionsEnd(id);
      case "reqAllOpenOrders":
        for (const { order, contract } of world.orders) accounts.openOrder(order, contract);
        return accounts.openOrderEnd();
      case "reqPositions":
        for (const one of world.held) this.push(one);
        return accounts.positionEnd();
      case "reqAccountSummary":
        for (const [account, tag, value, currency] of world.rows) {
          accounts.accountSummary(id, { account, tag, value, currency });
        }
        return accounts.accountSummaryEnd(id);
      case "reqAccountUpdates":
        if (given[0] !== true) return;
        for (const line of world.portfolio) {
          if (line.account === given[1]) accounts.portfolio(line);
        }
        return accounts.accountDownloadEnd(String(given[1]));
      case "reqContractDetails":
        return this.#describe(id, given[1] as IbContractQuery);
    }
  }

  #describe(id: number, { conId }: IbContractQuery): void {
    const known = this.world.listed.find(({ contract }) => contract.conId === conId);
    if (known === undefined) {
      return this.contracts.notice({ id, code: 200, text: "No security definition" });
    }
    this.contracts.contractDetails(id, known);
    this.contracts.contractDetailsEnd(id);
  }
}
