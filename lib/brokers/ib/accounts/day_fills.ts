import type { IsoDate, UnixMs } from "../../../base/brand.ts";
import { tradeDateAt } from "../../../calendar/market_state.ts";
import { newYorkTime } from "../../../calendar/new_york.ts";
import type { Fill } from "../../../domain/position.ts";
import {
  type Cost,
  type Executed,
  executionName,
  readCost,
  readExecution,
} from "../map/executions.ts";
import { ibInstant } from "../map/time.ts";
import type { Oddities } from "../map/oddities.ts";
import type { IbCommission, IbExecution } from "../wire/client.ts";
import type { IbContract } from "../wire/contract.ts";

/** Executions of a login kept at most: some days' worth, as TWS may send a week. */
const EXECUTIONS_MAX = 100_000;

/** The session that an instant belongs to; its day in New York beyond the calendar's years. */
export function sessionDate(at: UnixMs): IsoDate {
  const date = tradeDateAt(at);
  return date.ok ? date.value : newYorkTime(at).date;
}

/** An execution with the session that it is of. */
interface Dated extends Executed {
  readonly session: IsoDate;
}

/**
 * Executions by their lineage: the last correction wins, a repeated one changes nothing, and the
 * cost, which comes by itself and mostly later, is kept with the correction that it is of (R26).
 * Source: ib.md §6.2, §6.3.
 */
export class DayFills {
  readonly #oddities: Oddities;
  readonly #executed = new Map<string, Dated>();
  /** Executions of a session by account, as they were asked for last. */
  readonly #lists = new Map<string, { readonly today: IsoDate; readonly list: Executed[] }>();
  readonly #costs = new Map<string, Cost>();

  constructor(oddities: Oddities) {
    this.#oddities = oddities;
  }

  /** Takes an execution; answers it when it is news, else null. */
  take(execution: IbExecution, contract: IbContract, receivedAt: UnixMs): Executed | null {
    const read = readExecution(execution, contract, receivedAt);
    if (typeof read === "string") {
      // The line of a spread is as it should be: its legs carry the fills.
      if (read !== "combination") this.#oddities.note(`execution without a ${read}`);
      return null;
    }
    if (ibInstant(execution.time) === null) this.#oddities.note("execution without a time zone");
    const known = this.#executed.get(read.lineage);
    if (known === undefined) {
      if (this.#executed.size >= EXECUTIONS_MAX) return null;
    } else if (known.correction > read.correction || isSame(known, read)) return null;
    this.#executed.set(read.lineage, { ...read, session: sessionDate(read.at) });
    this.#lists.clear();
    return read;
  }

  /** Takes what an execution cost; answers the execution when that is known and this is news. */
  takeCost(commission: IbCommission): Executed | null {
    const cost = readCost(commission);
    if (cost === null) {
      this.#oddities.note("commission without a number");
      return null;
    }
    const { lineage } = executionName(commission.execId);
    const known = this.#costs.get(lineage);
    if (known === undefined && this.#costs.size >= EXECUTIONS_MAX) return null;
    if (known !== undefined && known.correction > cost.correction) return null;
    this.#costs.set(lineage, cost);
    const isNews = known?.amount !== cost.amount || known.currency !== cost.currency;
    return isNews ? this.#executed.get(lineage) ?? null : null;
  }

  /** Executions of an account in the session of `now`. */
  of(account: string, now: UnixMs): readonly Executed[] {
    const today = sessionDate(now);
    const known = this.#lists.get(account);
    if (known?.today === today) return known.list;
    const list = [...this.#executed.values()].filter((one) =>
      one.account === account && one.session >= today
    );
    this.#lists.set(account, { today, list });
    return list;
  }

  /** Quantity that an order filled, above or at 0; for orders that tell no end. */
  filledOf(permId: number): number {
    let filled = 0;
    for (const one of this.#executed.values()) {
      if (one.permId === permId) filled += Math.abs(one.signedQuantity);
    }
    return filled;
  }

  /** Cost of an execution; null while TWS has not told it. */
  costOf({ lineage }: Executed): Cost | null {
    return this.#costs.get(lineage) ?? null;
  }

  /** Forgets what is of earlier sessions than `now`'s. */
  startSession(now: UnixMs): void {
    const today = sessionDate(now);
    for (const [lineage, one] of this.#executed) {
      if (one.session >= today) continue;
      this.#executed.delete(lineage);
      this.#costs.delete(lineage);
    }
    this.#lists.clear();
  }
}

function isSame(a: Executed, b: Executed): boolean {
  return a.correction === b.correction && a.signedQuantity === b.signedQuantity &&
    a.price === b.price && a.account === b.account && a.contract.conId === b.contract.conId;
}

/**
 * A fill of the desk. A correction has the id of what it corrects, so that it takes its place.
 * `fees` in the instrument's currency, 0 until they are told.
 */
export function fillOf(
  executed: Executed,
  fees: number,
  names: { readonly accountId: string; readonly instrumentKey: string },
): Fill {
  const { lineage, signedQuantity, price, at } = executed;
  return { execId: lineage, ...names, signedQuantity, price, fees, filledAt: at };
}
