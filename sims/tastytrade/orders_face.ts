import { present } from "../../lib/base/assert.ts";
import type { Instrument, Order } from "../../lib/world/mod.ts";
import type { AccountsFace, FaceAccount } from "./accounts_face.ts";
import { decimal, isoTime } from "./decimals.ts";
import { isShown, type MarketFace } from "./market_face.ts";
import { typeName } from "./resources/kinds.ts";

const OWN_ORDERS_MAX = 1000;
const WORLD_ID_BASE = 771_000_000;
const OWN_ID_BASE = 880_000_000;

const STATUS = { working: "Live", filled: "Filled", cancelled: "Cancelled" } as const;

/** An order that a client of the simulator placed: it rests until it is cancelled. */
interface OwnOrder {
  readonly account: FaceAccount;
  readonly resource: Record<string, unknown>;
}

/** Orders of the world and those that clients placed, as resources. */
export class OrdersFace {
  readonly #market: MarketFace;
  readonly #accounts: AccountsFace;
  readonly #changedAt = new Map<string, number>();
  readonly #own = new Map<number, OwnOrder>();

  constructor(market: MarketFace, accounts: AccountsFace) {
    this.#market = market;
    this.#accounts = accounts;
    market.follow({
      happened: (event) => {
        if (event.kind === "order") this.#changedAt.set(event.order.orderId, event.at);
        if (event.kind === "sessionOpened") this.#changedAt.clear();
      },
    });
  }

  /** Orders of an account, newest first: those of the present session and what rests. */
  list(account: FaceAccount): Record<string, unknown>[] {
    const world = this.#market.world.orders()
      .filter((order) => this.#isOf(account, order))
      .map((order) => this.resource(order));
    const own = [...this.#own.values()].filter((one) => one.account.number === account.number);
    return [...world, ...own.map((one) => one.resource)].reverse();
  }

  /** An order by its id; null when the account has none such. */
  of(account: FaceAccount, id: number): Record<string, unknown> | null {
    return this.list(account).find((one) => one.id === id) ?? null;
  }

  /** Keeps an order that a client placed: Routed in the answer, Live from then on. */
  place(account: FaceAccount, body: Record<string, unknown>): Record<string, unknown> {
    const id = OWN_ID_BASE + this.#own.size + 1;
    const routed = { ...body, id, status: "Routed", cancellable: false, editable: false };
    const live = { ...routed, status: "Live", cancellable: true, editable: true };
    if (this.#own.size < OWN_ORDERS_MAX) this.#own.set(id, { account, resource: live });
    return routed;
  }

  /** Cancels an order that a client placed; null when it is none, or has ended. */
  cancel(account: FaceAccount, id: number): Record<string, unknown> | null {
    const own = this.#own.get(id);
    if (own === undefined || own.account.number !== account.number) return null;
    if (own.resource.status !== "Live") return null;
    const asked = { ...own.resource, status: "Cancel Requested", cancellable: false };
    this.#own.set(id, { account, resource: { ...asked, status: "Cancelled" } });
    return asked;
  }

  /** The account that an order of the world belongs to; null when the broker does not show it. */
  accountOf(order: Order): FaceAccount | null {
    const instrument = this.#instrument(order);
    return isShown(instrument) ? this.#accounts.holderOf(order.account, instrument) : null;
  }

  /** An order of the world as a resource. */
  resource(order: Order): Record<string, unknown> {
    const account = present(this.accountOf(order), "the account");
    const instrument = this.#instrument(order);
    const underlying = this.#market.underlyingOf(instrument);
    const size = Math.abs(order.signedQuantity);
    const status = STATUS[order.status];
    const fills = this.#market.world.fillsToday().filter((one) => one.orderId === order.orderId);
    const at = Math.max(
      this.#changedAt.get(order.orderId) ?? order.placedAt,
      ...fills.map((fill) => fill.at),
    );
    const isWorking = order.status === "working";
    return {
      id: WORLD_ID_BASE + Number(order.orderId.slice(1)),
      "account-number": account.number,
      "time-in-force": "Day",
      "order-type": "Limit",
      size,
      "underlying-symbol": underlying.symbol,
      "underlying-instrument-type": typeName(underlying),
      price: decimal(order.limitPrice),
      "price-effect": order.signedQuantity > 0 ? "Debit" : "Credit",
      status,
      cancellable: isWorking,
      editable: isWorking,
      edited: false,
      "global-request-id": `f6c586${order.orderId}`,
      "ext-client-order-id": `sim${order.orderId}`,
      "ext-exchange-order-number": String(38_856_000_000 + Number(order.orderId.slice(1))),
      "ext-global-order-number": Number(order.orderId.slice(1)),
      "received-at": isoTime(order.placedAt),
      "updated-at": Math.floor(at),
      "in-flight-at": isoTime(order.placedAt),
      "live-at": isoTime(order.placedAt),
      ...(isWorking ? {} : { "terminal-at": isoTime(at) }),
      "user-id": 99,
      username: "simulator",
      "leg-count": 1,
      legs: [{
        "instrument-type": typeName(instrument),
        symbol: this.#market.apiSymbol(instrument),
        quantity: size,
        "remaining-quantity": size - Math.abs(order.filledQuantity),
        action: this.actionOf(account, instrument, order.signedQuantity),
        fills: fills.map((fill) => ({
          "ext-group-fill-id": "0",
          "ext-exec-id": fill.fillId.slice(1),
          "fill-id": `24_SIM::${fill.fillId}`,
          quantity: Math.abs(fill.signedQuantity),
          "fill-price": decimal(fill.price),
          "filled-at": isoTime(fill.at),
          "destination-venue": "MARKET_SIMULATOR_A",
        })),
      }],
    };
  }

  /** "Buy to Open" and its companions, from what the account holds; futures only buy or sell. */
  actionOf(account: FaceAccount, instrument: Instrument, signedQuantity: number): string {
    const side = signedQuantity > 0 ? "Buy" : "Sell";
    if (instrument.kind === "future") return side;
    const held = this.#market.world.positions(account.worldId)
      .find((one) => one.instrument === instrument.id)?.signedQuantity ?? 0;
    return `${side} to ${held * signedQuantity < 0 ? "Close" : "Open"}`;
  }

  #isOf(account: FaceAccount, order: Order): boolean {
    return this.accountOf(order)?.number === account.number;
  }

  #instrument(order: Order): Instrument {
    return present(this.#market.world.instruments()[order.instrument], "the instrument");
  }
}
