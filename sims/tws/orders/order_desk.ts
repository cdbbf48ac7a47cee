import type { Timers } from "../../../lib/ports/timers.ts";
import type { Instrument, World } from "../../../lib/world/mod.ts";
import type { Client } from "../client.ts";
import type { Fault, FAULT_KINDS } from "../faults/script.ts";
import type { FieldWriter } from "../wire/field_writer.ts";
import { DeskOrder, isTransmitted } from "./desk_order.ts";
import { commissionReport, correctedId, execDetails, type Execution } from "./execution.ts";
import type { Fills, Report } from "./fills.ts";
import { combinationTouch, nextTrigger, type Touch, tradePrice, tradeSize } from "./matching.ts";
import type { OrderBook } from "./order_book.ts";
import { type CheckedOrder, modificationProblem } from "./order_checks.ts";
import { isSet, numberOf, type OrderTerms, textOf } from "./order_terms.ts";
import { openOrder, type OrderStatus } from "./order_writer.ts";

/** How long the emulated exchange takes; ms. */
export interface DeskTimes {
  readonly ackMs: number;
  readonly cancelMs: number;
}

/** What the desk works with. */
export interface DeskParts {
  readonly world: World;
  readonly timers: Timers;
  readonly book: OrderBook;
  readonly fills: Fills;
  readonly times: DeskTimes;
  readonly touchOf: (instrument: Instrument) => Touch;
  /** Connections that are told about the orders of a client. */
  readonly audienceOf: (clientId: number) => Iterable<Client>;
  /** The fault of a kind that happens to an order of a symbol now; null for none. */
  readonly takeFault: (kind: OrderFaultKind, symbol: string) => Fault | null;
  /** False while orders and their answers go nowhere. */
  readonly isLinkUp: () => boolean;
}

/** Kinds of faults that happen to orders. */
export type OrderFaultKind = typeof FAULT_KINDS["orders"][number];

/** An order that passed every check. */
export interface NewOrder extends CheckedOrder {
  readonly orderId: number;
  readonly terms: OrderTerms;
}

/** How often an answer is tried again while the link is lost. */
const RETRY_MS = 1000;
const FIRST_PERM_ID = 1_817_000_000;

/** Takes orders through their lives: acknowledged, triggered, traded, cancelled, corrected. */
export class OrderDesk {
  readonly #parts: DeskParts;
  #permIds = FIRST_PERM_ID;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** Takes a new order, or the modification of one that lives. */
  place(client: Client, order: NewOrder): void {
    const { book, takeFault } = this.#parts;
    const { clientId } = client;
    const known = book.of(clientId, order.orderId);
    if (known !== undefined) return this.#modify(client, known, order);
    const parentId = numberOf(order.terms, "parentId") ?? 0;
    if (parentId !== 0 && !(book.of(clientId, parentId)?.isActive ?? false)) {
      client.error(order.orderId, 135, `Can't find order with id =${parentId}`);
      return;
    }
    const ids = { clientId, orderId: order.orderId, permId: ++this.#permIds };
    const added = new DeskOrder(ids, order.terms, order.account, order.traded);
    book.add(added);
    const fault = takeFault("reject", added.symbol);
    if (fault !== null) return this.#reject(added, fault);
    if (isTransmitted(order.terms)) this.#transmit(added);
    else this.#tellOpen(added);
  }

  /** Cancels an order that a client asks for. */
  cancel(client: Client, orderId: number): void {
    const order = this.#parts.book.of(client.clientId, orderId);
    const about = `OrderId ${orderId} that needs to be cancelled`;
    if (order === undefined) return client.error(orderId, 10147, `${about} is not found.`);
    if (!order.isActive) {
      client.error(orderId, 10148, `${about} cannot be cancelled, state: ${order.status}.`);
      return;
    }
    if (order.status === "PendingCancel") {
      const text = "Cancel attempted when order is not in a cancellable state.";
      return client.error(orderId, 161, `${text} Order permId = ${order.permId}`);
    }
    this.#cancel(order);
  }

  /** Cancels everything, whoever placed it. */
  cancelAll(): void {
    const { book, world } = this.#parts;
    for (const order of book.active()) if (order.status !== "PendingCancel") this.#cancel(order);
    for (const { orderId, status } of world.orders()) {
      if (status === "working") world.cancelOrder(orderId);
    }
  }

  /** Looks at every working order after the market moved. */
  stepped(): void {
    if (!this.#parts.isLinkUp()) return;
    for (const order of this.#parts.book.active()) {
      this.#follow(order);
      // What is not filled at the first sight of the market is over.
      const tif = textOf(order.terms, "tif");
      const isOnce = (tif === "IOC" || tif === "FOK") && order.status === "Submitted";
      if (isOnce) this.#end(order, "Cancelled", "");
    }
  }

  /** The session is over: day orders end. */
  sessionClosed(): void {
    for (const order of this.#parts.book.active()) {
      const tif = textOf(order.terms, "tif");
      if (order.isAcknowledged && (tif === "DAY" || tif === "")) this.#end(order, "Cancelled", "");
    }
  }

  /** Ends every timer. */
  close(): void {
    for (const order of this.#parts.book.all()) {
      order.pending?.cancel();
      for (const timer of order.corrections) timer.cancel();
    }
  }

  #tellCommission({ commission }: Report, clientId: number): void {
    if (commission !== null) this.#tell(clientId, () => commissionReport(commission));
  }

  #tell(clientId: number, message: (serverVersion: number) => FieldWriter): void {
    for (const client of this.#parts.audienceOf(clientId)) {
      client.send(message(client.serverVersion));
    }
  }

  #tellOpen(order: DeskOrder): void {
    this.#tell(order.clientId, (version) => openOrder(order.echo(), version));
  }

  #tellStatus(order: DeskOrder): void {
    const isTwice = this.#parts.takeFault("statusTwice", order.symbol) !== null;
    for (let n = isTwice ? 2 : 1; n > 0; n--) {
      this.#tell(order.clientId, () => order.statusMessage());
    }
  }

  #tellError(order: DeskOrder, code: number, text: string, rejectJson = ""): void {
    for (const client of this.#parts.audienceOf(order.clientId)) {
      client.error(order.orderId, code, text, rejectJson);
    }
  }

  #reject(order: DeskOrder, fault: Fault): void {
    order.status = "Inactive";
    order.completedStatus = "Rejected";
    order.endedAt = this.#parts.world.now();
    const text = fault.text ?? "Order rejected - reason:the exchange refused it";
    const error = (): void => this.#tellError(order, fault.code ?? 201, text, fault.reject ?? "");
    if (fault.isStatusFirst !== true) error();
    this.#tellOpen(order);
    this.#tellStatus(order);
    if (fault.isStatusFirst === true) error();
    for (const child of this.#parts.book.childrenOf(order)) this.#end(child, "Cancelled", "parent");
  }

  /** Sends an order on, and with it the part of its family that was kept back. */
  #transmit(order: DeskOrder): void {
    const { book } = this.#parts;
    const parent = book.parentOf(order);
    const family = parent === undefined ? [order] : [parent, ...book.childrenOf(parent)];
    for (const one of family) if (one.status === "ApiPending") this.#submit(one);
  }

  #submit(order: DeskOrder): void {
    order.status = "PendingSubmit";
    this.#tellOpen(order);
    this.#tellStatus(order);
    this.#later(order, this.#parts.times.ackMs, () => {
      if (order.isActive) this.#acknowledge(order);
    });
  }

  /** Does something to an order after a while, or as soon as the link is there again. */
  #later(order: DeskOrder, delayMs: number, work: () => void): void {
    order.pending = this.#parts.timers.setTimer(delayMs, () => {
      order.pending = null;
      if (this.#parts.isLinkUp()) work();
      else this.#later(order, RETRY_MS, work);
    });
  }

  #acknowledge(order: DeskOrder): void {
    order.isAcknowledged = true;
    const parent = this.#parts.book.parentOf(order);
    if (parent !== undefined && parent.status !== "Filled") {
      order.status = "PreSubmitted";
      order.whyHeld = "child";
      this.#tellOpen(order);
      this.#tellStatus(order);
    } else this.#activate(order);
  }

  /** Puts an order to work, or says why it is held. */
  #activate(order: DeskOrder): void {
    const { takeFault } = this.#parts;
    const isOpen = this.#canTrade(order);
    const hold = takeFault("hold", order.symbol);
    order.whyHeld = hold !== null ? "locate" : order.trigger.isAwake ? "" : "trigger";
    order.status = isOpen && order.whyHeld === "" ? "Submitted" : "PreSubmitted";
    this.#tellOpen(order);
    this.#tellStatus(order);
    // The same status comes twice more often than not.
    this.#tellStatus(order);
    if (hold !== null) {
      this.#tellError(order, 404, "Order held while securities are located");
    } else if (!isOpen) {
      const what = `${textOf(order.terms, "action")} ${order.quantity} ${order.symbol}`;
      const text = "your order will not be placed at the exchange until the next session";
      this.#tellError(order, 399, `Order Message:\n${what}\nWarning: ${text}`);
    }
    const warning = takeFault("warn", order.symbol);
    if (warning !== null) {
      this.#tellError(order, warning.code ?? 399, warning.text ?? "Order Message");
    }
  }

  #canTrade(order: DeskOrder): boolean {
    return order.traded.legs.every(({ instrument }) => this.#parts.world.canTrade(instrument.id));
  }

  /** Lets an order trigger and trade as far as the market of this moment allows. */
  #follow(order: DeskOrder): void {
    if (!order.isWorking || order.whyHeld === "locate" || !this.#canTrade(order)) return;
    const touch = this.#touch(order);
    order.trigger = nextTrigger(order.pricing, order.trigger, touch);
    if (order.trigger.isAwake && order.status === "PreSubmitted") {
      order.whyHeld = "";
      order.status = "Submitted";
      this.#tellOpen(order);
      this.#tellStatus(order);
    }
    const price = tradePrice(order.pricing, order.trigger, touch);
    if (price === null || order.left === 0) return;
    this.#trade(order, price, this.#sizeOf(order, touch));
  }

  #touch(order: DeskOrder): Touch {
    const { touchOf } = this.#parts;
    const { legs, isCombination } = order.traded;
    if (!isCombination) return touchOf(legs[0].instrument);
    return combinationTouch(
      legs.map(({ ratio, instrument }) => ({ ratio, touch: touchOf(instrument) })),
    );
  }

  #sizeOf(order: DeskOrder, touch: Touch): number {
    const shown = tradeSize(order.isBuy, order.left, touch);
    const isWhole = textOf(order.terms, "tif") === "FOK" || isSet(order.terms, "allOrNone");
    if (isWhole) return shown === order.left ? shown : 0;
    const split = this.#parts.takeFault("partial", order.symbol);
    return split === null ? shown : Math.min(shown, split.count ?? 1);
  }

  #trade(order: DeskOrder, price: number, quantity: number): void {
    if (quantity <= 0) return;
    const { fills, takeFault } = this.#parts;
    const legPrices = order.traded.legs.map(({ ratio, instrument }) => {
      const { bid, ask } = this.#parts.touchOf(instrument);
      return order.isBuy === ratio > 0 ? ask : bid;
    });
    const reports = fills.trade(order, quantity, price, legPrices);
    order.take(quantity, price);
    if (order.left === 0) {
      order.status = "Filled";
      order.whyHeld = "";
      order.endedAt = this.#parts.world.now();
      order.completedStatus = `Filled Size: ${order.filled}`;
    }
    const correction = takeFault("correct", order.symbol);
    for (const { execution } of reports) this.#tellExecution(order, execution, correction);
    if (takeFault("noStatus", order.symbol) === null) {
      this.#tellOpen(order);
      this.#tellStatus(order);
    }
    for (const report of reports) this.#tellCommission(report, order.clientId);
    this.#settleRivals(order, quantity);
    if (order.status !== "Filled") return;
    for (const child of this.#parts.book.childrenOf(order)) {
      if (child.whyHeld === "child") this.#activate(child);
    }
  }

  /** Tells a fill; a fault tells it a cent wrong first and corrects it later. */
  #tellExecution(order: DeskOrder, right: Execution, fault: Fault | null): void {
    const { clientId } = order;
    if (fault === null) return this.#tell(clientId, () => execDetails(-1, right));
    const wrong = { ...right, price: Math.round((right.price + 0.01) * 1e4) / 1e4 };
    this.#tell(clientId, () => execDetails(-1, wrong));
    const corrected = { ...right, execId: correctedId(right.execId) };
    this.#parts.fills.correct(right, wrong);
    order.corrections.push(this.#parts.timers.setTimer(fault.latencyMs ?? 1000, () => {
      this.#parts.fills.correct(wrong, corrected);
      this.#tell(clientId, () => execDetails(-1, corrected));
    }));
  }

  /** A fill cancels what stands in its group, or takes its size from it. */
  #settleRivals(order: DeskOrder, quantity: number): void {
    const isCancelling = order.status === "Filled" || textOf(order.terms, "ocaType") === "1";
    for (const rival of this.#parts.book.rivalsOf(order)) {
      if (isCancelling) this.#end(rival, "Cancelled", "OCA group is cancelled");
      else {
        const values = new Map(rival.terms.values);
        values.set("totalQuantity", String(Math.max(rival.filled + 1, rival.quantity - quantity)));
        rival.terms = { ...rival.terms, values };
        this.#tellOpen(rival);
        this.#tellStatus(rival);
      }
    }
  }

  #cancel(order: DeskOrder): void {
    const { times, takeFault } = this.#parts;
    if (!order.isAcknowledged) {
      order.pending?.cancel();
      return this.#end(order, "ApiCancelled", "");
    }
    order.status = "PendingCancel";
    this.#tellStatus(order);
    const isRaced = takeFault("cancelRace", order.symbol) !== null;
    this.#later(order, times.cancelMs, () => {
      if (isRaced && order.isActive && this.#canTrade(order)) {
        const { bid, ask } = this.#touch(order);
        this.#trade(order, order.isBuy ? ask : bid, order.left);
      }
      if (order.isActive) return this.#end(order, "Cancelled", "");
      const about = `OrderId ${order.orderId} that needs to be cancelled`;
      this.#tellError(order, 10148, `${about} cannot be cancelled, state: ${order.status}.`);
    });
  }

  /** Ends an order that is not filled, and its children with it. */
  #end(order: DeskOrder, status: OrderStatus, reason: string): void {
    order.pending?.cancel();
    order.pending = null;
    order.status = status;
    order.whyHeld = "";
    order.endedAt = this.#parts.world.now();
    order.completedStatus = reason === "" ? "Cancelled by Trader" : `Cancelled by ${reason}`;
    this.#tellStatus(order);
    this.#tellError(order, 202, `Order Canceled - reason:${reason}`);
    for (const child of this.#parts.book.childrenOf(order)) {
      this.#end(child, child.isAcknowledged ? "Cancelled" : "ApiCancelled", "parent");
    }
  }

  #modify(client: Client, order: DeskOrder, change: NewOrder): void {
    const problem = modificationProblem(order, change);
    if (problem !== null) return client.error(order.orderId, problem.code, problem.text);
    order.modify(change.terms);
    if (order.status === "ApiPending") {
      if (isTransmitted(change.terms)) this.#transmit(order);
      else this.#tellOpen(order);
      return;
    }
    this.#tellOpen(order);
    this.#tellStatus(order);
  }
}
