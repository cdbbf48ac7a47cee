import type { Book } from "./book.ts";
import type { Core } from "./core.ts";
import { Prng } from "./prng.ts";
import type { Order } from "./types.ts";
import { passOrders } from "./records.ts";
import type { Tape } from "./tape.ts";

/** Orders that rest at any time while the session is open. */
const WORKING_ORDERS = 5;
/** Orders of a session that are remembered. */
const ORDERS_MAX = 4000;
const PLACE_TRIES = 8;

/** The account owner's own trading: a few day orders that rest, and now and then one is filled. */
export class OrderFlow {
  readonly #core: Core;
  readonly #book: Book;
  readonly #fillGapMs: number;
  readonly #random: Prng;
  #orders: Order[] = [];
  #working: Order[] = [];
  #placed = 0;

  constructor(core: Core, book: Book, fillGapMs: number) {
    this.#core = core;
    this.#book = book;
    this.#fillGapMs = fillGapMs;
    this.#random = new Prng(core.seed, "orders");
  }

  /** Orders of the session, oldest first. */
  list(): readonly Order[] {
    return [...this.#orders, ...this.#working];
  }

  /** Starts a session with fresh orders. */
  open(at: number): void {
    this.#orders = [];
    this.#working = [];
    this.#refill(at);
  }

  /** Cancels what rests: they are day orders. */
  close(at: number): void {
    for (const order of this.#working) this.#finish({ ...order, status: "cancelled" }, at);
    this.#working = [];
  }

  /** Cancels an order that rests; false when none of that id does. */
  cancel(orderId: string, at: number): boolean {
    const index = this.#working.findIndex((one) => one.orderId === orderId);
    if (index < 0) return false;
    const [order] = this.#working.splice(index, 1);
    this.#finish({ ...order, status: "cancelled" }, at);
    return true;
  }

  /** Lets `ms` pass until `at`. */
  step(ms: number, at: number): void {
    if (this.#working.length === 0 || !this.#random.isHit(ms / this.#fillGapMs)) return;
    const index = this.#random.below(this.#working.length);
    const order = this.#working[index];
    this.#working.splice(index, 1);
    if (this.#core.canTrade(order.instrument, at)) this.#fill(order, at);
    else this.#finish({ ...order, status: "cancelled" }, at);
    this.#refill(at);
  }

  /** Replaces the limit by the touch and fills part or all of the order. */
  #fill(order: Order, at: number): void {
    const ledger = this.#core.ledgers.find((one) => one.account.id === order.account);
    if (ledger === undefined) return;
    const { instrument, orderId } = order;
    const left = order.signedQuantity - order.filledQuantity;
    const isPartial = Math.abs(left) > 1 && this.#random.isHit(0.3);
    const signedQuantity = isPartial ? Math.trunc(left / 2) : left;
    const fill = this.#core.tradeNow({ ledger, instrument, signedQuantity, at, orderId });
    const filled: Order = {
      ...order,
      limitPrice: fill.price,
      filledQuantity: order.filledQuantity + signedQuantity,
      status: isPartial ? "working" : "filled",
    };
    if (isPartial) {
      this.#working.push(filled);
      this.#core.events.push({ kind: "order", at, order: filled });
    } else this.#finish(filled, at);
    const balances = ledger.balances(at, this.#core.eurUsd());
    this.#core.events.push({ kind: "balance", at, balances });
  }

  #finish(order: Order, at: number): void {
    this.#orders.push(order);
    if (this.#orders.length > ORDERS_MAX) this.#orders.shift();
    this.#core.events.push({ kind: "order", at, order });
  }

  #refill(at: number): void {
    for (let n = 0; n < PLACE_TRIES && this.#working.length < WORKING_ORDERS; n++) this.#place(at);
  }

  /** Places an order on a leg of the book, towards the quantity that the leg has by nature. */
  #place(at: number): void {
    const core = this.#core;
    const leg = this.#book.leg(this.#random.below(this.#book.size));
    const { instrument } = leg;
    const account = core.ledgers[leg.account].account.id;
    const isTaken = this.#working.some((order) =>
      order.instrument === instrument && order.account === account
    );
    if (isTaken || !core.canTrade(instrument, at)) return;
    const held = core.ledgers[leg.account].quantityOf(instrument);
    const size = Math.max(1, Math.round(Math.abs(leg.quantity) * 0.25));
    const away = held - leg.quantity;
    const sign = away !== 0 ? -Math.sign(away) : this.#random.isHit(0.5) ? 1 : -1;
    const signedQuantity = sign * (away !== 0 ? Math.min(size, Math.abs(away)) : size);
    // A leg never trades through zero by itself: the shape of the book stays.
    if (held + signedQuantity === 0) return;
    const { bid, ask } = core.quotes;
    const tick = 1 / core.table.all[instrument].ticks.small;
    const order: Order = {
      orderId: `O${String(++this.#placed).padStart(8, "0")}`,
      account,
      instrument,
      signedQuantity,
      filledQuantity: 0,
      limitPrice: signedQuantity > 0 ? Math.max(tick, bid[instrument]) : ask[instrument],
      status: "working",
      placedAt: at,
    };
    this.#working.push(order);
    core.events.push({ kind: "order", at, order });
  }

  /** Passes the orders of the session through a tape. */
  persist(tape: Tape): void {
    tape.section("orders");
    this.#random.persist(tape);
    this.#orders = passOrders(tape, this.#orders);
    this.#working = passOrders(tape, this.#working);
    this.#placed = tape.f64(this.#placed);
  }
}
