import type { UnixMs } from "../../../base/brand.ts";
import { ok, type Result } from "../../../base/result.ts";
import type { Balances } from "../../../domain/account.ts";
import type { Fill, Order, Position } from "../../../domain/position.ts";
import type { Answer, BrokerError, BrokerSink } from "../../../ports/broker.ts";
import type { BalanceRecord } from "../map/balances.ts";
import type { TransactionRecord } from "../map/transactions.ts";
import type { OrderRecord } from "../map/orders.ts";
import type { HeldRow } from "../map/positions.ts";
import { mapOrder } from "../map/orders.ts";
import type { AccountLoader, Activity } from "./account_loader.ts";
import { holdingsOf, keepingSame, withMoved } from "./holdings.ts";
import { lifecycleEvents } from "./lifecycle.ts";

/** Loads that are repeated because something was told meanwhile. */
const TRIES_MAX = 3;
/** Fills, orders and booked events remembered of a session; beyond them they are told twice. */
const REMEMBERED_MAX = 50_000;

/** Age up to which one answer serves the questions of a start, ms. */
const RECENT_MS = 1_000;

/** Where differences go; null while nobody listens. */
export type SinkOf = () => BrokerSink | null;

/** What a look at the broker found. */
interface Found {
  readonly activity: Activity;
  readonly positions: readonly Position[];
  readonly balances: Balances;
}

const WORKING: ReadonlySet<string> = new Set(["submitted", "accepted", "partiallyFilled"]);

/**
 * One account: answers what it holds, takes what the streamer tells, and finds by loading what
 * nobody told. What was loaded replaces what was known; only differences go to the sink, but the
 * list of positions, which is told whole. Source: tastytrade.md §8; BRK-7.
 */
export class AccountWatch {
  readonly loader: AccountLoader;
  readonly #sink: SinkOf;
  /** Told so far, by id: fills, orders with their stamps, and ends of options. */
  readonly #fills = new Map<string, Fill>();
  readonly #orders = new Map<string, Order>();
  readonly #stamps = new Map<string, number>();
  readonly #booked = new Set<string>();
  /** What was held last by instrument, long > 0: the end of an option may not say its side. */
  readonly #lastHeld = new Map<string, number>();
  #areOrdersKnown = false;
  #areFillsKnown = false;
  #positions: readonly Position[] = [];
  #balanceRows: readonly BalanceRecord[] = [];
  /** When the broker last told what the account is worth, by the source's clock. */
  #netLiqAt: UnixMs = 0;
  #transactions: readonly TransactionRecord[] = [];
  #unclear: ReadonlyMap<string, number> = new Map();
  #unreadCount = 0;
  #noticeCount = 0;

  constructor(loader: AccountLoader, sink: SinkOf) {
    this.loader = loader;
    this.#sink = sink;
  }

  /** Positions that were sent and could not be read. */
  get unreadCount(): number {
    return this.#unreadCount;
  }

  /** True while an order waits for its end. */
  get hasWorkingOrders(): boolean {
    return [...this.#orders.values()].some(({ state }) => WORKING.has(state));
  }

  /** Today's fills; what is answered counts as told. */
  async fillsToday(signal: AbortSignal): Answer<readonly Fill[]> {
    const activity = await this.#activity(signal, RECENT_MS);
    if (!activity.ok) return activity;
    for (const fill of activity.value.fills) this.#fills.set(fill.execId, fill);
    this.#areFillsKnown = true;
    return ok(activity.value.fills);
  }

  /** Orders of today and those that rest. */
  async orders(signal: AbortSignal): Answer<readonly Order[]> {
    const activity = await this.#activity(signal);
    return activity.ok ? ok(activity.value.orders) : activity;
  }

  /** Positions; what was held overnight is known by today's fills. */
  async positions(signal: AbortSignal): Answer<readonly Position[]> {
    const fills = this.#areFillsKnown ? ok([]) : await this.fillsToday(signal);
    if (!fills.ok) return fills;
    return await this.#load(this.#fills.values(), signal);
  }

  /** Balances of now, with what the account was worth at the close before. */
  async balances(signal: AbortSignal): Answer<Balances> {
    const activity = await this.#activity(signal, RECENT_MS);
    return activity.ok ? await this.#loadBalances(signal) : activity;
  }

  /** Looks at everything and tells what differs from what was told. */
  async reload(signal: AbortSignal): Answer<null> {
    for (let tries = 1;; tries++) {
      const before = this.#noticeCount;
      const found = await this.#look(signal);
      if (!found.ok) return found;
      // What the streamer told meanwhile may be newer than what was loaded.
      if (before !== this.#noticeCount && tries < TRIES_MAX) continue;
      this.#tell(found.value);
      return ok(null);
    }
  }

  /** Looks at positions and cash alone; true when something moved that nobody told. */
  async hasMoved(signal: AbortSignal): Answer<boolean> {
    const before = this.#positions;
    const cashBefore = cashOf(this.#balanceRows);
    const count = this.#noticeCount;
    const positions = await this.#load(this.#fills.values(), signal);
    if (!positions.ok) return positions;
    const balances = await this.#loadBalances(signal);
    if (!balances.ok) return balances;
    const isSame = before === positions.value && cashBefore === cashOf(this.#balanceRows);
    if (!isSame || count !== this.#noticeCount) return ok(true);
    this.#sink()?.positions(this.loader.account.id, positions.value);
    this.#sink()?.balances(balances.value);
    return ok(false);
  }

  /** The broker says that a position changed. True when the rest has to be loaded. */
  movedPosition(row: HeldRow): boolean {
    this.#noticeCount++;
    if (!this.loader.isNamed(row.symbol)) return true;
    const moved = withMoved(this.#positions, row, this.#names());
    if (moved === null || moved === this.#positions) return true;
    this.#positions = moved;
    this.#sink()?.positions(this.loader.account.id, moved);
    return true;
  }

  /** The broker tells balances, or a part of them. */
  movedBalance(told: BalanceRecord): void {
    this.#noticeCount++;
    const old = this.#balanceRows.find(({ currency }) => currency === told.currency);
    if (old === undefined) return;
    const isOlder = told.updatedAt !== null && old.updatedAt !== null &&
      told.updatedAt < old.updatedAt;
    if (isOlder) return;
    const merged = mergedBalance(old, told);
    this.#balanceRows = this.#balanceRows.map((row) => row === old ? merged : row);
    if (told.netLiquidatingValue !== null) this.#netLiqAt = this.loader.names().asOf;
    const { loader } = this;
    const balances = loader.balancesOf(this.#balanceRows, this.#transactions, this.#netLiqAt);
    if (balances.ok) this.#sink()?.balances(balances.value);
  }

  /** The broker tells an order. True when the rest has to be loaded. */
  movedOrder(record: OrderRecord): boolean {
    this.#noticeCount++;
    const stamp = record.updatedAt ?? 0;
    if (stamp < (this.#stamps.get(record.id) ?? 0)) return false;
    if (this.#stamps.size < REMEMBERED_MAX) this.#stamps.set(record.id, stamp);
    if (!record.legs.every(({ symbol }) => this.loader.isNamed(symbol))) return true;
    // Costs come with the transactions; the fill itself does not wait for them.
    const fresh = this.loader.fillsOf([record], []).filter(({ execId }) =>
      !this.#fills.has(execId)
    );
    this.#tellFills(fresh);
    this.#tellOrders(mapOrder(record, this.loader.names()));
    return fresh.length > 0;
  }

  /** A new session: today's fills and orders are over. */
  startSession(): void {
    this.#noticeCount++;
    this.#fills.clear();
    this.#unclear = new Map();
    this.#orders.clear();
    this.#stamps.clear();
  }

  #names() {
    const names = this.loader.names();
    return { ...names, keyOfRow: (row: HeldRow) => this.loader.keyOfRow(row) };
  }

  readonly #heldBefore = (instrumentKey: string): number | null =>
    this.#lastHeld.get(instrumentKey) ?? null;

  async #activity(signal: AbortSignal, ageMaxMs = 0): Answer<Activity> {
    const activity = await this.loader.activity(signal, ageMaxMs);
    if (!activity.ok) return activity;
    const { transactions } = activity.value;
    this.#transactions = transactions;
    const { movements, unclear } = this.loader.deliveriesOf(transactions, this.#heldBefore);
    this.#unclear = unclear;
    return ok({ ...activity.value, fills: [...activity.value.fills, ...movements] });
  }

  async #load(fills: Iterable<Fill>, signal: AbortSignal): Answer<readonly Position[]> {
    const held = await this.loader.rows(signal);
    if (!held.ok) return held;
    const changes = { fills, unclear: this.#unclear };
    const { positions, unreadCount } = holdingsOf(held.value.rows, changes, this.#names());
    this.#unreadCount = unreadCount + held.value.unreadCount;
    this.#positions = keepingSame(this.#positions, positions);
    for (const { instrumentKey, signedQuantity } of positions) {
      const isRoom = this.#lastHeld.size < REMEMBERED_MAX || this.#lastHeld.has(instrumentKey);
      if (signedQuantity !== 0 && isRoom) this.#lastHeld.set(instrumentKey, signedQuantity);
    }
    return ok(this.#positions);
  }

  async #loadBalances(signal: AbortSignal): Answer<Balances> {
    await this.loader.learnClose(signal);
    const rows = await this.loader.balanceRows(signal);
    if (!rows.ok) return rows;
    this.#balanceRows = rows.value;
    this.#netLiqAt = this.loader.names().asOf;
    return this.loader.balancesOf(rows.value, this.#transactions, this.#netLiqAt);
  }

  async #look(signal: AbortSignal): Promise<Result<Found, BrokerError>> {
    const activity = await this.#activity(signal);
    if (!activity.ok) return activity;
    const fills = new Map(activity.value.fills.map((fill) => [fill.execId, fill]));
    for (const [execId, fill] of this.#fills) if (!fills.has(execId)) fills.set(execId, fill);
    const positions = await this.#load(fills.values(), signal);
    if (!positions.ok) return positions;
    const balances = await this.#loadBalances(signal);
    if (!balances.ok) return balances;
    this.#tellEnds(activity.value.transactions);
    return ok({ activity: activity.value, positions: positions.value, balances: balances.value });
  }

  #tell({ activity, positions, balances }: Found): void {
    this.#tellFills(activity.fills.filter((fill) => isNews(this.#fills.get(fill.execId), fill)));
    this.#areFillsKnown = true;
    if (this.#areOrdersKnown) this.#tellOrders(activity.orders);
    else for (const order of activity.orders) this.#orders.set(order.brokerOrderId, order);
    this.#areOrdersKnown = true;
    this.#sink()?.positions(this.loader.account.id, positions);
    this.#sink()?.balances(balances);
  }

  #tellFills(fills: readonly Fill[]): void {
    for (const fill of fills) {
      if (this.#fills.size < REMEMBERED_MAX) this.#fills.set(fill.execId, fill);
      this.#sink()?.fill(fill);
    }
  }

  #tellOrders(orders: readonly Order[]): void {
    for (const order of orders) {
      const known = this.#orders.get(order.brokerOrderId);
      const isOlder = known !== undefined && order.asOf < known.asOf;
      const isSame = known !== undefined && known.state === order.state &&
        known.filledQuantity === order.filledQuantity && known.limitPrice === order.limitPrice;
      if (isOlder || isSame) continue;
      if (this.#orders.size < REMEMBERED_MAX) this.#orders.set(order.brokerOrderId, order);
      this.#sink()?.order(order);
    }
  }

  /** Each end of an option is told once. */
  #tellEnds(transactions: readonly TransactionRecord[]): void {
    const names = this.loader.names();
    const booked = lifecycleEvents(transactions, {
      accountId: names.accountId,
      keyOf: names.keyOf,
      heldBefore: this.#heldBefore,
    });
    for (const { id, event } of booked) {
      if (this.#booked.has(id)) continue;
      if (this.#booked.size < REMEMBERED_MAX) this.#booked.add(id);
      this.#sink()?.lifecycle(event);
    }
  }
}

function isNews(known: Fill | undefined, fill: Fill): boolean {
  return known === undefined || known.fees !== fill.fees || known.price !== fill.price ||
    known.signedQuantity !== fill.signedQuantity;
}

function cashOf(rows: readonly BalanceRecord[]): string {
  return rows.map(({ currency, cashBalance }) => `${currency} ${cashBalance}`).join(" ");
}

/** What a notice does not name stays as it was. */
function mergedBalance(old: BalanceRecord, told: BalanceRecord): BalanceRecord {
  return {
    ...old,
    cashBalance: told.cashBalance ?? old.cashBalance,
    pendingCash: told.pendingCash ?? old.pendingCash,
    netLiquidatingValue: told.netLiquidatingValue ?? old.netLiquidatingValue,
    updatedAt: told.updatedAt ?? old.updatedAt,
  };
}
