import type { DeskOrder } from "./desk_order.ts";

/** Orders of the day that are remembered after their end. */
const ENDED_MAX = 5000;

/** Every order that clients placed, by client and order id. */
export class OrderBook {
  readonly #byId = new Map<string, DeskOrder>();

  /** Adds an order. */
  add(order: DeskOrder): void {
    this.#byId.set(`${order.clientId} ${order.orderId}`, order);
    if (this.#byId.size <= ENDED_MAX) return;
    for (const [key, one] of this.#byId) {
      if (one.isActive) continue;
      this.#byId.delete(key);
      return;
    }
  }

  /** An order of a client; undefined when it placed none under that id. */
  of(clientId: number, orderId: number): DeskOrder | undefined {
    return this.#byId.get(`${clientId} ${orderId}`);
  }

  /** Every order, oldest first. */
  all(): DeskOrder[] {
    return [...this.#byId.values()];
  }

  /** Orders that are neither filled nor cancelled nor rejected, oldest first. */
  active(): DeskOrder[] {
    return this.all().filter((order) => order.isActive);
  }

  /** Children of an order that still live. */
  childrenOf(parent: DeskOrder): DeskOrder[] {
    return this.active().filter((order) =>
      order.clientId === parent.clientId && order.parentId === parent.orderId
    );
  }

  /** The order that a child waits for; undefined when it has none. */
  parentOf(child: DeskOrder): DeskOrder | undefined {
    return child.parentId === 0 ? undefined : this.of(child.clientId, child.parentId);
  }

  /**
   * Orders that the fill of one cancels or reduces: those of its group, and its siblings once their
   * parent is filled.
   */
  rivalsOf(order: DeskOrder): DeskOrder[] {
    const { ocaGroup, parentId, clientId, account } = order;
    return this.active().filter((one) => {
      if (one === order) return false;
      if (ocaGroup !== "" && one.ocaGroup === ocaGroup && one.account.name === account.name) {
        return true;
      }
      return parentId !== 0 && one.parentId === parentId && one.clientId === clientId;
    });
  }
}
