import type { IsoDate, UnixMs } from "../../../base/brand.ts";
import { fail, ok, type Result } from "../../../base/result.ts";
import { newYorkTime } from "../../../calendar/new_york.ts";
import { previousSession } from "../../../calendar/sessions.ts";
import type { Account, Balances } from "../../../domain/account.ts";
import type { Fill, Order } from "../../../domain/position.ts";
import type { Answer, BrokerError } from "../../../ports/broker.ts";
import type { Clock } from "../../../ports/clock.ts";
import { sessionDate } from "../../feed/session_date.ts";
import type { InstrumentCache } from "../instruments/instrument_cache.ts";
import type { InstrumentLookup, NamedSymbol } from "../instruments/instrument_lookup.ts";
import { type BalanceRecord, mapBalances } from "../map/balances.ts";
import { type Deliveries, deliveriesOf } from "../map/deliveries.ts";
import { todaysFills } from "../map/fills.ts";
import { mapOrder, type OrderNames, type OrderRecord } from "../map/orders.ts";
import { heldInstrument, type HeldRow, type HeldRows } from "../map/positions.ts";
import type { RescaledCloses } from "../market/rescaled_closes.ts";
import { cashMovements, type TransactionRecord } from "../map/transactions.ts";
import type { TastytradeServices } from "../rest/services.ts";

/** What was done in an account: orders and fills of today, transactions since the last session. */
export interface Activity {
  readonly orders: readonly Order[];
  readonly fills: readonly Fill[];
  readonly transactions: readonly TransactionRecord[];
}

/** Balances at the end of a session; none when the broker had none `at` that moment. */
interface Closing {
  readonly session: IsoDate;
  readonly rows: readonly BalanceRecord[];
  /** Monotonic ms. */
  readonly at: number;
}

/** Pause before balances of the close are asked for again that the broker did not have, ms. */
const NO_CLOSE_MS = 600_000;

/** Everything is asked for at least so often, ms: two that brought nothing make it old. */
export const LOOK_EVERY_MS = 60_000;

/** A row of nothing held: names an instrument by its symbol alone. */
const UNHELD: HeldRow = {
  accountNumber: null,
  symbol: "",
  instrumentType: "",
  underlyingSymbol: null,
  streamerSymbol: null,
  signedQuantity: 0,
  multiplier: null,
  averagePrice: null,
  closePrice: null,
  markPrice: null,
  expiresAt: null,
  updatedAt: null,
};

/** What an account's loader works with. */
export interface LoaderParts {
  readonly services: TastytradeServices;
  readonly cache: InstrumentCache;
  readonly lookup: InstrumentLookup;
  readonly clock: Clock;
  /** Hears what was split today. */
  readonly rescaled: RescaledCloses;
}

/** The session before a date; the date itself beyond the calendar's years. */
export function sessionBefore(date: IsoDate): IsoDate {
  const before = previousSession(date);
  return before.ok ? before.value : date;
}

/**
 * Asks the broker about one account and puts the answers into the desk's terms: instruments are
 * described before anything is named after them. Keeps nothing but the close of the day before.
 */
export class AccountLoader {
  readonly account: Account;
  readonly #parts: LoaderParts;
  #recent: { readonly at: number; readonly activity: Activity } | null = null;
  #closing: Closing | null = null;

  constructor(account: Account, parts: LoaderParts) {
    this.account = account;
    this.#parts = parts;
  }

  /** How symbols are named now. */
  names(): OrderNames {
    const { cache, clock } = this.#parts;
    return {
      accountId: this.account.id,
      keyOf: (symbol) => cache.keyOf(symbol),
      asOf: clock.now(),
    };
  }

  /**
   * Orders and fills of today, and what was booked since the session before. `ageMaxMs`: how old an
   * answer may be, for questions that come one behind the other.
   */
  async activity(signal: AbortSignal, ageMaxMs = 0): Answer<Activity> {
    const recent = this.#recent;
    const now = this.#parts.clock.monotonic();
    if (recent !== null && ageMaxMs > 0 && now - recent.at <= ageMaxMs) return ok(recent.activity);
    const activity = await this.#askActivity(signal);
    if (activity.ok) this.#recent = { at: now, activity: activity.value };
    return activity;
  }

  async #askActivity(signal: AbortSignal): Answer<Activity> {
    const { services, clock } = this.#parts;
    const { number } = this.account;
    const now = clock.now();
    const session = sessionDate(now);
    const dates = { from: sessionBefore(session), to: newYorkTime(now).date };
    const [orders, booked] = await Promise.all([
      services.ordersToday(number, signal),
      services.transactions(number, dates, signal),
    ]);
    if (!orders.ok) return orders;
    if (!booked.ok) return booked;
    const learned = await this.#learn([...ofOrders(orders.value), ...booked.value], signal);
    if (!learned.ok) return learned;
    this.#nameDelivered(this.#ofToday(booked.value));
    return ok({
      orders: orders.value.flatMap((order) => mapOrder(order, this.names())),
      fills: this.fillsOf(orders.value, booked.value),
      transactions: booked.value,
    });
  }

  /** Today's fills in orders and transactions; those that rest since earlier are of their day. */
  fillsOf(
    orders: readonly OrderRecord[],
    transactions: readonly TransactionRecord[],
  ): Fill[] {
    const session = sessionDate(this.#parts.clock.now());
    return todaysFills(orders, this.#ofToday(transactions), this.names())
      .filter(({ filledAt }) => sessionDate(filledAt) >= session);
  }

  /** What came or went today without a trade. `heldBefore`: long > 0, null when not known. */
  deliveriesOf(
    transactions: readonly TransactionRecord[],
    heldBefore: (instrumentKey: string) => number | null,
  ): Deliveries {
    const { cache, rescaled } = this.#parts;
    const found = deliveriesOf(this.#ofToday(transactions), {
      accountId: this.account.id,
      instrumentOf: (symbol) => cache.bySymbol(symbol)?.instrument ?? null,
      heldBefore,
    });
    rescaled.note(found.rescaled);
    return found;
  }

  #ofToday(transactions: readonly TransactionRecord[]): TransactionRecord[] {
    const session = sessionDate(this.#parts.clock.now());
    return transactions.filter(({ executedAt }) =>
      executedAt !== null && sessionDate(executedAt) >= session
    );
  }

  /** Open positions, as sent; every instrument in them is described afterwards. */
  async rows(signal: AbortSignal): Answer<HeldRows> {
    const { services } = this.#parts;
    const held = await services.positions(this.account.number, signal);
    if (!held.ok) return held;
    const learned = await this.#learn(held.value.rows, signal);
    return learned.ok ? held : learned;
  }

  /** The desk's key of what a row holds; it is an instrument of the desk from then on. */
  keyOfRow(row: HeldRow): string {
    const { cache } = this.#parts;
    return cache.add(heldInstrument(row, cache.bySymbol(row.symbol))).instrument.key;
  }

  /** True when the row can be named without a question. */
  isNamed(symbol: string): boolean {
    return this.#parts.cache.bySymbol(symbol) !== null;
  }

  /** Balances by currency, as sent. */
  balanceRows(signal: AbortSignal): Answer<readonly BalanceRecord[]> {
    return this.#parts.services.balances(this.account.number, signal);
  }

  /**
   * Learns what the account was worth at the close before, once a session, if the broker says. What
   * it does not have yet is asked for again later.
   */
  async learnClose(signal: AbortSignal): Promise<void> {
    const { services, clock } = this.#parts;
    const session = sessionBefore(sessionDate(clock.now()));
    const at = clock.monotonic();
    const known = this.#closing?.session === session ? this.#closing : null;
    if (known !== null && (known.rows.length > 0 || at - known.at < NO_CLOSE_MS)) return;
    const rows = await services.balancesAtEnd(this.account.number, session, signal);
    if (rows.ok) this.#closing = { session, rows: rows.value, at };
    else if (rows.error.code === "refused") this.#closing = { session, rows: [], at };
  }

  /** Balances of the desk, with the flows since the close before. `toldAt`: when net liq came. */
  balancesOf(
    rows: readonly BalanceRecord[],
    transactions: readonly TransactionRecord[],
    toldAt: UnixMs,
  ): Result<Balances, BrokerError> {
    const now = this.#parts.clock.now();
    const session = sessionBefore(sessionDate(now));
    const since = transactions.filter(({ date }) => date !== null && date > session);
    const flows = cashMovements(since);
    const mapped = mapBalances(rows, {
      accountId: this.account.id,
      // A change since then that cannot be told from a flow of unknown size is none of the day's.
      previous: flows !== null && this.#closing?.session === session ? this.#closing.rows : [],
      externalFlows: flows?.external ?? 0,
      income: flows?.income ?? 0,
      asOf: toldAt,
      freshUntil: toldAt + 2 * LOOK_EVERY_MS,
    });
    if (mapped !== null) return ok(mapped);
    const message = "balances: the answer names no cash";
    return fail({ code: "malformed", message, fix: "look for a newer version of the desk" });
  }

  /** What ended and is defined no more is in the day's P&L all the same, by its symbol. */
  #nameDelivered(transactions: readonly TransactionRecord[]): void {
    const { cache } = this.#parts;
    for (const row of transactions) {
      const { type, symbol, instrumentType, underlyingSymbol } = row;
      if (type !== "Receive Deliver" || symbol === null || instrumentType === null) continue;
      if (cache.bySymbol(symbol) === null) {
        cache.add(heldInstrument({ ...UNHELD, symbol, instrumentType, underlyingSymbol }, null));
      }
    }
  }

  /** Where the broker does not define an instrument, its row and symbol speak for it. */
  #learn(
    named: readonly { readonly symbol: string | null; readonly instrumentType: string | null }[],
    signal: AbortSignal,
  ): Answer<null> {
    const wanted: NamedSymbol[] = named.flatMap(({ symbol, instrumentType }) =>
      symbol === null ? [] : [{ symbol, instrumentType }]
    );
    return this.#parts.lookup.learn(wanted, signal);
  }
}

function ofOrders(orders: readonly OrderRecord[]): NamedSymbol[] {
  return orders.flatMap(({ legs }) => legs);
}
