import { present } from "@/lib/base/assert.ts";
import { accountIdOf } from "@/lib/brokers/tastytrade/map/accounts.ts";
import { TastytradeServices } from "@/lib/brokers/tastytrade/rest/services.ts";
import { Engine } from "@/lib/desk/engine.ts";
import { ROW_F64, ROW_F64_AT } from "@/lib/domain/measures.ts";
import type { Fill, Order } from "@/lib/domain/position.ts";
import type { LifecycleEvent } from "@/lib/ports/broker.ts";
import { pnlIdentity } from "@/lib/portfolio/pnl_identity.ts";
import { TastytradeRun, type TastytradeRunOptions } from "../../contract/tastytrade_run.ts";

/** A row of the book as a test reads it. */
export interface SeenRow {
  readonly key: string;
  readonly kind: string;
  readonly accountId: string;
  readonly signedQuantity: number;
  readonly positionDelta: number;
  readonly marketValue: number;
}

/** A desk on a simulator of tastytrade under virtual time. */
export class TastytradeDesk {
  readonly run: TastytradeRun;
  readonly engine: Engine;
  readonly troubles: string[] = [];
  readonly fills: Fill[] = [];
  readonly orders: Order[] = [];
  readonly events: LifecycleEvent[] = [];

  constructor(options: TastytradeRunOptions = {}) {
    this.run = new TastytradeRun(options);
    const { broker, time, timers } = this.run;
    this.engine = new Engine({
      adapter: broker,
      accounts: [],
      requiresAccounts: false,
      capacity: 20_000,
      clock: time,
      timers,
      listener: {
        fill: (fill) => void this.fills.push(fill),
        earlierFill: () => {},
        order: (order) => void this.orders.push(order),
        lifecycle: (event) => void this.events.push(event),
        feed: () => {},
        trouble: (message) => void this.troubles.push(message),
      },
    });
  }

  /** A desk that holds its book. */
  static async started(options: TastytradeRunOptions = {}): Promise<TastytradeDesk> {
    const desk = new TastytradeDesk(options);
    await desk.start();
    return desk;
  }

  /** Loads the book. */
  async start(): Promise<void> {
    // The official package comes from the disk, which virtual time does not wait for.
    await TastytradeServices.load(this.run.broker.transport);
    const answer = await this.run.during(this.engine.start());
    present(answer.ok ? true : null, answer.ok ? "" : answer.error.message);
  }

  /** Accounts whose day's P&L in the book is not what the simulator's own net liq moved by. */
  unexplained(): string[] {
    const { accounts } = this.run.sim;
    return accounts.accounts.flatMap((account, a) => {
      const flows = accounts.flows.filter((flow) => flow.account === account.number)
        .reduce((sum, { amount }) => sum + amount, 0);
      const before = accounts.previousNetLiq(account);
      const moved = accounts.balances(account).netLiq - before - flows;
      const { profit } = pnlIdentity(this.engine.book, [a]);
      const isSame = Math.abs(profit - moved) < 1;
      return isSame ? [] : [`${account.nickname}: ${profit}, net liq moved ${moved}`];
    });
  }

  /** Rows of the book, without those that were closed. */
  rows(): SeenRow[] {
    const { book } = this.engine;
    const value = (row: number, at: number): number => book.rowF64[row * ROW_F64.length + at];
    return Array.from({ length: book.rowCount }, (_, row) => ({
      key: book.instrumentOfRow(row).key,
      kind: book.instrumentOfRow(row).kind,
      accountId: book.account(book.accountOfRow(row)).account.id,
      signedQuantity: value(row, ROW_F64_AT.signedQuantity),
      positionDelta: value(row, ROW_F64_AT.positionDelta),
      marketValue: value(row, ROW_F64_AT.marketValue),
    })).filter(({ signedQuantity }) => signedQuantity !== 0);
  }

  /** Ends desk and simulator; answers the timers that the desk left behind. */
  async end(): Promise<number> {
    await this.engine.stop();
    this.run.sim.close();
    await this.run.advance(1_000);
    return this.run.timers.pendingCount;
  }
}

/** Holdings of the world by account, as quantities by REST symbol. */
export function worldHeld(desk: TastytradeDesk): Map<string, number> {
  const { accounts, market } = desk.run.sim;
  return new Map(
    accounts.accounts.flatMap((account) =>
      accounts.positions(account).map(({ instrument, signedQuantity }) =>
        [`${accountIdOf(account.number)} ${market.apiSymbol(instrument)}`, signedQuantity] as const
      )
    ),
  );
}

/** What the book holds, named as `worldHeld` does. */
export function bookHeld(desk: TastytradeDesk): Map<string, number> {
  const cache = desk.run.broker.cache();
  return new Map(
    desk.rows().map(({ accountId, key, signedQuantity }) =>
      [`${accountId} ${cache?.byKey(key)?.apiSymbol}`, signedQuantity] as const
    ),
  );
}

/** Quantities by name as lines, sorted. */
export function sorted(held: Map<string, number>): string[] {
  return [...held].map(([name, quantity]) => `${name} ${quantity}`).sort();
}
