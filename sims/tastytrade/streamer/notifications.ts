import type { WorldEvent } from "../../../lib/world/mod.ts";
import type { AccountsFace } from "../accounts_face.ts";
import { isShown, type MarketFace } from "../market_face.ts";
import type { OrdersFace } from "../orders_face.ts";
import { balanceResource } from "../resources/balance.ts";
import { otherBalances } from "../resources/other_kinds.ts";
import { positionResource } from "../resources/position.ts";

/** A change of an account, as the streamer tells it: always the whole object. */
export interface Notification {
  readonly account: string;
  readonly type: "Order" | "CurrentPosition" | "AccountBalance";
  readonly data: Record<string, unknown>;
  readonly timestamp: number;
}

/** What notifications are made from. */
export interface NotificationParts {
  readonly market: MarketFace;
  readonly accounts: AccountsFace;
  readonly orders: OrdersFace;
  /** The first account holds a coin and a bond beside what the world knows. */
  readonly hasOtherKinds: boolean;
}

const VIEW = { hasMarks: false, hasStreamerSymbol: true, hasTextQuantity: true } as const;

/** Collects what happens to accounts between two steps of the market. */
export class Notifications {
  readonly #market: MarketFace;
  readonly #accounts: AccountsFace;
  readonly #orders: OrdersFace;
  readonly #hasOtherKinds: boolean;
  #waiting: Notification[] = [];
  readonly #moved = new Set<string>();

  constructor(parts: NotificationParts) {
    const { market, accounts, orders } = parts;
    this.#market = market;
    this.#accounts = accounts;
    this.#orders = orders;
    this.#hasOtherKinds = parts.hasOtherKinds;
    market.follow({ happened: (event) => this.#take(event) });
  }

  /** What waits, with the balances of the accounts whose money moved behind it. */
  drain(): Notification[] {
    const timestamp = Math.floor(this.#market.now());
    for (const account of this.#accounts.accounts) {
      if (!this.#moved.has(account.number)) continue;
      const balances = this.#accounts.balances(account);
      const own = balanceResource(account, balances, this.#market.now());
      const isFirst = account === this.#accounts.accounts[0];
      const data = this.#hasOtherKinds && isFirst ? otherBalances(own, this.#market) : own;
      this.#waiting.push({ account: account.number, type: "AccountBalance", data, timestamp });
    }
    this.#moved.clear();
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  /** Marks move nothing here: only fills, flows and orders are told. */
  #take(event: WorldEvent): void {
    const timestamp = Math.floor(event.at);
    if (event.kind === "order") {
      const account = this.#orders.accountOf(event.order);
      if (account === null) return;
      const data = this.#orders.resource(event.order);
      this.#waiting.push({ account: account.number, type: "Order", data, timestamp });
    }
    if (event.kind === "position") {
      const position = this.#accounts.position(event.position);
      if (!isShown(position.instrument)) return;
      const account = this.#accounts.holderOf(event.position.account, position.instrument);
      const data = positionResource(account, position, this.#market, VIEW);
      this.#moved.add(account.number);
      this.#waiting.push({ account: account.number, type: "CurrentPosition", data, timestamp });
    }
    if (event.kind === "flow") {
      const account = this.#accounts.accounts.find((one) => one.worldId === event.account);
      if (account !== undefined) this.#moved.add(account.number);
    }
  }
}
