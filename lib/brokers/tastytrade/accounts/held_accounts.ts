import { fail, ok, type Result } from "../../../base/result.ts";
import type { Account } from "../../../domain/account.ts";
import type { BrokerError } from "../../../ports/broker.ts";
import type { Random } from "../../../ports/random.ts";
import type { Timer, Timers } from "../../../ports/timers.ts";
import { Backoff } from "../../feed/backoff.ts";
import { readBalances } from "../map/balances.ts";
import { type Drift, Fields } from "../map/fields.ts";
import type { StreamerNotice } from "../map/notification.ts";
import { readOrder } from "../map/orders.ts";
import { readHeldRow } from "../map/positions.ts";
import { AccountLoader, type LoaderParts, LOOK_EVERY_MS } from "./account_loader.ts";
import { AccountWatch, type SinkOf } from "./account_watch.ts";

/** After a notice the rest is loaded once no other came for so long, ms. */
const SETTLE_MS = 500;
/** Looks that find what no notice told, ms: while an order works, and otherwise. */
const WORKING_LOOK_MS = 30_000;
const LOOKS_PER_ROUND = LOOK_EVERY_MS / WORKING_LOOK_MS;
/** Every so many looks everything is loaded. */
const WHOLE_EVERY = 10;
/** Time that a desk is given to load an account itself after the stream began to listen, ms. */
const FIRST_LOAD_MS = 15_000;

/** Types of notices that are read. Source: tastytrade.md §8. */
const LOADED: ReadonlySet<string> = new Set([
  "CurrentPosition",
  "AccountBalance",
  "Order",
  "ExternalTransaction",
]);
/** Types of notices that say nothing about positions, cash and orders of an account. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  "ComplexOrder",
  "OrderChain",
  "TradingStatus",
  "UnderlyingYearGainSummary",
  "QuoteAlert",
  "PublicWatchlists",
]);

/** What the accounts of a login work with. */
export interface HeldAccountsParts extends LoaderParts {
  readonly accounts: readonly Account[];
  readonly timers: Timers;
  readonly random: Random;
  readonly drift: Drift;
  readonly sink: SinkOf;
}

/** What is under way for one account. */
interface Work {
  readonly watch: AccountWatch;
  /** When to try again after a failure. */
  readonly pace: Backoff;
  /** The desk asked about it; until then nothing is loaded unasked. */
  isAsked: boolean;
  /** Waits before the next whole load. */
  waiting: Timer | null;
  isRunning: boolean;
  /** Asked for while it ran. */
  isWanted: boolean;
}

/**
 * The accounts of a login: answers by id, hands notices to the account that they name, loads
 * everything after each acknowledged connection of the streamer and soon after each notice, and
 * looks by itself at bounded intervals (BRK-7). One load per account at a time.
 */
export class HeldAccounts {
  readonly #parts: HeldAccountsParts;
  readonly #byId = new Map<string, Work>();
  readonly #byNumber = new Map<string, Work>();
  readonly #closing = new AbortController();
  #looking: Timer | null = null;
  #looks = 0;
  #failureCount = 0;

  constructor(parts: HeldAccountsParts) {
    this.#parts = parts;
    for (const account of parts.accounts) {
      const watch = new AccountWatch(new AccountLoader(account, parts), parts.sink);
      const work: Work = {
        watch,
        pace: new Backoff(parts.random),
        isAsked: false,
        waiting: null,
        isRunning: false,
        isWanted: false,
      };
      this.#byId.set(account.id, work);
      this.#byNumber.set(account.number, work);
    }
  }

  /** Begins to look by itself; call once. */
  start(): void {
    this.#looking = this.#parts.timers.setPeriodic(WORKING_LOOK_MS, () => this.#look());
  }

  /** Ends everything under way; idempotent. */
  close(): void {
    this.#closing.abort();
    this.#looking?.cancel();
    for (const work of this.#byId.values()) work.waiting?.cancel();
  }

  /** The account of an id of the desk. */
  of(accountId: string): Result<AccountWatch, BrokerError> {
    const work = this.#byId.get(accountId);
    if (work !== undefined) {
      work.isAsked = true;
      return ok(work.watch);
    }
    const message = "no open account of this login has that id";
    return fail({
      code: "unknownAccount",
      message,
      fix: "name one of the accounts that are shown",
    });
  }

  /**
   * Loads everything now: nothing tells what happened before the streamer listened. What the desk
   * has not asked for yet it will load itself, and is looked at behind that.
   */
  loadAll(): void {
    for (const work of this.#byId.values()) {
      if (work.isAsked) this.#load(work);
      else this.#soon(work, FIRST_LOAD_MS);
    }
  }

  /** Takes a notice of the streamer; a type that nobody knows is noted. */
  take({ type, data }: StreamerNotice): void {
    const { drift } = this.#parts;
    if (!LOADED.has(type)) {
      if (!PASSED_OVER.has(type)) drift.note("streamer", "type", "unknown");
      return;
    }
    const fields = Fields.of(data, `streamer ${type.slice(0, 40)}`, drift);
    const number = fields?.text("account-number") ?? null;
    const work = number === null ? undefined : this.#byNumber.get(number);
    if (fields === null || work === undefined) return;
    switch (type) {
      case "CurrentPosition": {
        const row = readHeldRow(fields);
        return row !== null && work.watch.movedPosition(row) ? this.#soon(work) : undefined;
      }
      case "AccountBalance":
        for (const row of readBalances(data, drift)) work.watch.movedBalance(row);
        return;
      case "Order": {
        const order = readOrder(fields);
        return order !== null && work.watch.movedOrder(order) ? this.#soon(work) : undefined;
      }
      case "ExternalTransaction":
        return this.#soon(work);
    }
  }

  /** A new session began: yesterday's fills are over, and what happened overnight is booked. */
  startSession(): void {
    for (const work of this.#byId.values()) {
      work.watch.startSession();
      this.#load(work);
    }
  }

  /** What went wrong, in words with counts. */
  counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    if (this.#failureCount > 0) counts["loads that failed"] = this.#failureCount;
    const unread = [...this.#byId.values()].reduce((sum, { watch }) => sum + watch.unreadCount, 0);
    if (unread > 0) counts["positions that cannot be read"] = unread;
    return counts;
  }

  #soon(work: Work, delayMs = SETTLE_MS): void {
    work.waiting?.cancel();
    work.waiting = this.#parts.timers.setTimer(delayMs, () => {
      work.waiting = null;
      this.#load(work);
    });
  }

  #load(work: Work): void {
    if (this.#closing.signal.aborted || !work.isAsked) return;
    work.isWanted = true;
    if (!work.isRunning) void this.#drain(work);
  }

  async #drain(work: Work): Promise<void> {
    const { signal } = this.#closing;
    work.isRunning = true;
    while (work.isWanted && !signal.aborted) {
      work.isWanted = false;
      const loaded = await work.watch.reload(signal);
      if (loaded.ok) work.pace.reset();
      else if (!signal.aborted) this.#failed(work);
    }
    work.isRunning = false;
  }

  /** What it shows may be old now: it tries on, with growing pauses. */
  #failed(work: Work): void {
    this.#failureCount++;
    const now = this.#parts.clock.monotonic();
    work.pace.attempt(now);
    this.#soon(work, work.pace.failed(now, true));
  }

  #look(): void {
    const isRound = ++this.#looks % LOOKS_PER_ROUND === 0;
    const isWhole = this.#looks % WHOLE_EVERY === 0;
    for (const work of this.#byId.values()) {
      if (isWhole) this.#load(work);
      else if (isRound || work.watch.hasWorkingOrders) void this.#lookAt(work);
    }
  }

  /** Orders say nothing in positions and cash: while one works, everything is loaded. */
  async #lookAt(work: Work): Promise<void> {
    if (work.isRunning || !work.isAsked) return;
    if (work.watch.hasWorkingOrders) return this.#load(work);
    work.isRunning = true;
    const moved = await work.watch.hasMoved(this.#closing.signal);
    work.isRunning = false;
    if (!moved.ok) this.#failureCount++;
    if (work.isWanted || (moved.ok && moved.value)) this.#load(work);
  }
}
