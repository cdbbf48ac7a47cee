import type { UnixMs } from "../../../base/brand.ts";
import type { Order } from "../../../domain/position.ts";
import { knownAmount } from "../map/amount.ts";
import { orderState } from "../map/orders.ts";
import type { IbNotice, IbOpenOrder, IbOrderStatus } from "../wire/client.ts";
import type { IbContract } from "../wire/contract.ts";

/** Orders of a login kept at most. */
const ORDERS_MAX = 20_000;
/** Codes that reject an order; 202 is the end of one that was cancelled. Source: ib.md §10. */
const REJECTIONS: ReadonlySet<number> = new Set([110, 200, 201, 320, 321, 434, 460]);
const WORKING: ReadonlySet<string> = new Set(["submitted", "accepted", "partiallyFilled"]);
const ENDED: ReadonlySet<string> = new Set(["Filled", "Cancelled", "ApiCancelled"]);

/** An order as the desk keeps it until its instrument is known. */
interface Kept {
  readonly id: string;
  permId: number;
  readonly account: string;
  readonly contract: IbContract;
  readonly sign: 1 | -1;
  quantity: number;
  limitPrice: number | null;
  status: string;
  filled: number;
  isRejected: boolean;
  /** Its end was not told, but it left the list of open orders. */
  isEndInferred: boolean;
  at: UnixMs;
  /** What was told of it last; null: nothing. */
  told: Order | null;
}

/** How the account and its contracts are named. */
export interface OrderNames {
  readonly accountId: string;
  keyOf(contract: IbContract): string;
}

function clientName(clientId: number, orderId: number): string {
  return `${clientId}/${orderId}`;
}

/**
 * Orders of the accounts, whichever client placed them, read only. An order is known by client and
 * number and, once IB gave it one, by its permanent id; the id that it is first told with stays.
 * Source: ib.md §6.2, §6.3.
 */
export class ToldOrders {
  readonly #byClient = new Map<string, Kept>();
  readonly #byPermId = new Map<number, Kept>();
  readonly #all = new Set<Kept>();
  /** Seen in the list that is under way; null: none. */
  #listed: Set<Kept> | null = null;

  /** A list of open orders was asked for. */
  begin(): void {
    this.#listed = new Set();
  }

  /** The connection ended: a list that is under way never ends. */
  abandon(): void {
    this.#listed = null;
  }

  /**
   * The list is complete: what worked and is not in it has come to its end unseen, unless lists are
   * not to be believed now. `filledOf`: what its executions say.
   */
  end(isBelieved: boolean, filledOf: (permId: number) => number, at: UnixMs): void {
    const listed = this.#listed;
    this.#listed = null;
    if (listed === null || !isBelieved) return;
    for (const order of this.#all) {
      if (listed.has(order) || !this.#isWorking(order)) continue;
      const filled = order.permId > 0 ? filledOf(order.permId) : 0;
      order.filled = Math.max(order.filled, Math.min(filled, order.quantity));
      order.status = order.filled >= order.quantity ? "Filled" : "Cancelled";
      order.isEndInferred = true;
      order.at = at;
    }
  }

  /** Takes an open order. */
  open(order: IbOpenOrder, contract: IbContract, at: UnixMs): void {
    const { clientId, orderId, permId, account, action, totalQuantity, limitPrice } = order;
    // An order of which only the margin was asked is none.
    if (!(totalQuantity > 0) || (permId <= 0 && orderId <= 0)) return;
    const known = this.#find(clientId, orderId, permId);
    const kept = known ?? this.#add({
      id: permId > 0 ? String(permId) : clientName(clientId, orderId),
      permId,
      account,
      contract,
      sign: action === "SELL" ? -1 : 1,
      quantity: totalQuantity,
      limitPrice: null,
      status: order.status,
      filled: 0,
      isRejected: false,
      isEndInferred: false,
      at,
      told: null,
    });
    if (kept === null) return;
    kept.quantity = totalQuantity;
    kept.limitPrice = /LMT|LIMIT/.test(order.orderType) ? knownAmount(limitPrice) : null;
    this.#move(kept, order.status, at);
    this.#index(kept, clientId, orderId, permId);
    this.#listed?.add(kept);
  }

  /** Takes a change of state; one of an order that was never shown open waits for the next list. */
  status(status: IbOrderStatus, at: UnixMs): void {
    const { clientId, orderId, permId, filled } = status;
    const kept = this.#find(clientId, orderId, permId);
    if (kept === null) return;
    // A later message with less filled is an older one.
    if (filled > kept.filled) kept.filled = Math.min(filled, kept.quantity);
    this.#move(kept, status.status, at);
    this.#index(kept, clientId, orderId, permId);
    this.#listed?.add(kept);
  }

  /**
   * An end stays: TWS repeats older states after it. What it rejects it calls Inactive, Cancelled
   * and Inactive again. Source: recorded order events of a paper account.
   */
  #move(kept: Kept, status: string, at: UnixMs): void {
    const isOver = ENDED.has(kept.status) && !kept.isEndInferred;
    if (isOver && status === "Inactive" && kept.filled === 0) kept.isRejected = true;
    else if (!isOver || status === "Filled") {
      kept.status = status;
      kept.isEndInferred = false;
    }
    kept.at = at;
  }

  /** Takes a notice; true when it rejects an order of client `clientId`. */
  notice({ id, code }: IbNotice, clientId: number): boolean {
    const kept = id > 0 && REJECTIONS.has(code)
      ? this.#byClient.get(clientName(clientId, id))
      : undefined;
    if (kept === undefined) return false;
    kept.isRejected = true;
    return true;
  }

  /** Contracts of the orders of an account, to be named. */
  contracts(account: string): readonly IbContract[] {
    return [...this.#all].filter((order) => order.account === account)
      .map(({ contract }) => contract);
  }

  /** Orders of an account number as they are now; what is answered counts as told. */
  of(account: string, names: OrderNames): Order[] {
    return this.#mapped(account, names).map(({ kept, order }) => kept.told = order);
  }

  /** Orders of an account that differ from what was told of them last. */
  news(account: string, names: OrderNames): Order[] {
    const news = this.#mapped(account, names).filter(({ kept, order }) => {
      const { told } = kept;
      return told === null || told.state !== order.state ||
        told.filledQuantity !== order.filledQuantity || told.limitPrice !== order.limitPrice ||
        told.signedQuantity !== order.signedQuantity;
    });
    return news.map(({ kept, order }) => kept.told = order);
  }

  /** True while an order of any account works. */
  hasWorking(): boolean {
    return [...this.#all].some((order) => this.#isWorking(order));
  }

  /** A new session: what came to its end before is forgotten. */
  startSession(): void {
    for (const order of this.#all) if (!this.#isWorking(order)) this.#drop(order);
  }

  #isWorking(order: Kept): boolean {
    const state = orderState(order);
    return state === null || WORKING.has(state);
  }

  #mapped(account: string, names: OrderNames): { readonly kept: Kept; readonly order: Order }[] {
    return [...this.#all].flatMap((kept) => {
      const state = orderState(kept);
      if (kept.account !== account || state === null) return [];
      const order: Order = {
        brokerOrderId: kept.id,
        accountId: names.accountId,
        instrumentKey: names.keyOf(kept.contract),
        signedQuantity: kept.sign * kept.quantity,
        filledQuantity: kept.filled === 0 ? 0 : kept.sign * kept.filled,
        limitPrice: kept.limitPrice,
        state,
        asOf: kept.at,
      };
      return [{ kept, order }];
    });
  }

  #find(clientId: number, orderId: number, permId: number): Kept | null {
    const known = permId > 0 ? this.#byPermId.get(permId) : undefined;
    if (known !== undefined) return known;
    const named = orderId === 0 ? undefined : this.#byClient.get(clientName(clientId, orderId));
    // The number may be that of another order, of before the client began to count anew.
    const isOther = named !== undefined &&
      ((permId > 0 && named.permId > 0) || (permId <= 0 && ENDED.has(named.status)));
    return named === undefined || isOther ? null : named;
  }

  #index(kept: Kept, clientId: number, orderId: number, permId: number): void {
    if (permId > 0) {
      kept.permId = permId;
      this.#byPermId.set(permId, kept);
    }
    if (orderId !== 0) this.#byClient.set(clientName(clientId, orderId), kept);
  }

  #add(kept: Kept): Kept | null {
    if (this.#all.size >= ORDERS_MAX) return null;
    this.#all.add(kept);
    return kept;
  }

  #drop(order: Kept): void {
    this.#all.delete(order);
    this.#byPermId.delete(order.permId);
    for (const [name, kept] of this.#byClient) if (kept === order) this.#byClient.delete(name);
  }
}
