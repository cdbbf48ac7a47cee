import type { Order } from "../../../lib/world/mod.ts";
import { askedTime } from "../history/asked_time.ts";
import type { Client, Feature } from "../client.ts";
import type { TwsFace } from "../face.ts";
import { zonedTime } from "../times.ts";
import type { FieldReader } from "../wire/field_reader.ts";
import { FieldWriter } from "../wire/field_writer.ts";
import { MESSAGE, REQUEST } from "../wire/message_ids.ts";
import { CostBasis } from "./cost_basis.ts";
import { contractText } from "./contract_text.ts";
import { DeskOrder } from "./desk_order.ts";
import { commissionReport, execDetails, type ExecutionFilter, isWanted } from "./execution.ts";
import { Fills, type Report } from "./fills.ts";

import { OrderBook } from "./order_book.ts";
import { checkOrder } from "./order_checks.ts";
import { OrderDesk } from "./order_desk.ts";
import { readOrder } from "./order_reader.ts";
import { isSet } from "./order_terms.ts";
import { completedOrder, openOrder } from "./order_writer.ts";
import { whatIfOf } from "./what_if.ts";
import { echoOfWorld, statusOfWorld } from "./world_orders.ts";

/** How long the emulated exchange takes, ms. */
const TIMES = { ackMs: 20, cancelMs: 20 };
/** From here on cancellations have no version, and an operator. */
const CANCEL_WITHOUT_VERSION = 192;
const READ_ONLY = "Error validating request.-'b0' : cause - " +
  "The API interface is currently in Read-Only mode.";
const NOT_DEFAULT_CLIENT = "Only the default client (i.e 0) can auto bind orders.";

/** Orders, executions and what clients are told of them. */
export function ordersFeature(face: TwsFace): Feature {
  return new Orders(face);
}

class Orders implements Feature {
  readonly requests;
  readonly #face: TwsFace;
  readonly #book = new OrderBook();
  readonly #fills: Fills;
  readonly #desk: OrderDesk;
  /** Clients of id 0 that asked for the orders of TWS, with negative ids. */
  readonly #bound = new Set<Client>();
  /** Negative ids of orders of TWS, by order of the world. */
  readonly #boundIds = new Map<string, number>();
  /** Fills that happened while the link was lost. */
  #late: Report[] = [];

  constructor(face: TwsFace) {
    this.#face = face;
    const { market, accounts, contracts, timers, seed, plan, gateway } = face;
    const { world } = market;
    this.#fills = new Fills({
      world,
      seed,
      basis: new CostBasis(world),
      accountOf: (worldId, instrument) =>
        accounts.holderOf(worldId, market.instrument(instrument))?.number,
      contractOf: (instrument) => contractText(contracts.of(market.instrument(instrument))),
    });
    for (const fill of world.fillsToday()) this.#fills.ofMorning(fill);
    this.#desk = new OrderDesk({
      world,
      timers,
      book: this.#book,
      fills: this.#fills,
      times: TIMES,
      touchOf: (instrument) => market.latest(instrument),
      audienceOf: (clientId) => this.#audience(clientId),
      takeFault: (kind, symbol) =>
        plan.take(
          "orders",
          kind,
          {},
          (fault) => fault.symbol === undefined || fault.symbol === symbol,
        ),
      isLinkUp: () => gateway.isLinkUp,
    });
    market.follow({
      happened: (event) => {
        if (event.kind === "sessionOpened") this.#fills.clear();
        if (event.kind === "sessionClosed") this.#desk.sessionClosed();
        if (event.kind === "order") this.#orderOfWorld(event.order);
        if (event.kind !== "fill") return;
        const report = this.#fills.ofWorld(event.fill);
        if (report !== null) this.#late.push(report);
      },
    });
    this.requests = {
      [REQUEST.placeOrder]: (client: Client, request: FieldReader) => this.#place(client, request),
      [REQUEST.cancelOrder]: (client: Client, request: FieldReader) => {
        if (client.serverVersion < CANCEL_WITHOUT_VERSION) request.int();
        this.#desk.cancel(client, request.int());
      },
      [REQUEST.globalCancel]: () => this.#desk.cancelAll(),
      [REQUEST.openOrders]: (client: Client) => this.#tellOpen(client, false),
      [REQUEST.allOpenOrders]: (client: Client) => this.#tellOpen(client, true),
      [REQUEST.autoOpenOrders]: (client: Client, request: FieldReader) => {
        request.int();
        this.#bind(client, request.flag());
      },
      [REQUEST.completedOrders]: (client: Client, request: FieldReader) =>
        this.#tellCompleted(client, request.flag()),
      [REQUEST.executions]: (client: Client, request: FieldReader) =>
        this.#tellExecutions(client, request),
    };
  }

  left(client: Client): void {
    this.#bound.delete(client);
  }

  stepped(): void {
    const { gateway, clients } = this.#face;
    this.#desk.stepped();
    if (!gateway.isLinkUp) return;
    for (const { execution, commission } of this.#late.splice(0)) {
      for (const client of clients()) {
        client.send(execDetails(-1, execution));
        if (commission !== null) client.send(commissionReport(commission));
      }
    }
  }

  closed(): void {
    this.#desk.close();
  }

  *#audience(clientId: number): Generator<Client> {
    const { masterClientId } = this.#face.behaviour;
    for (const client of this.#face.clients()) {
      if (client.clientId === clientId || client.clientId === masterClientId) yield client;
    }
  }

  #place(client: Client, request: FieldReader): void {
    const { behaviour, plan, orderIds } = this.#face;
    const orderId = request.int();
    const terms = readOrder(request, client.serverVersion);
    const isReadOnly = behaviour.isReadOnly || plan.take("gateway", "readOnly", {}) !== null;
    if (isReadOnly) return client.error(orderId, 321, READ_ONLY);
    if (plan.take("orders", "mute", {}) !== null) return;
    const isKnown = this.#book.of(client.clientId, orderId) !== undefined;
    const adds = !isKnown && !isSet(terms, "whatIf");
    const checked = checkOrder(terms, this.#face, adds ? this.#book : null);
    if (!checked.ok) return client.error(orderId, checked.error.code, checked.error.text);
    const { account, traded } = checked.value;
    if (isSet(terms, "whatIf")) {
      const ids = { clientId: client.clientId, orderId, permId: 0 };
      return this.#answerWhatIf(client, new DeskOrder(ids, terms, account, traded));
    }
    orderIds.used(client.clientId, orderId);
    this.#desk.place(client, { orderId, terms, account, traded });
  }

  #answerWhatIf(client: Client, order: DeskOrder): void {
    const account = this.#face.accounts.of(order.account.name);
    if (account === undefined) return;
    const whatIf = whatIfOf(order, account, this.#face);
    const echo = { ...order.echo(), status: "PreSubmitted" as const, whatIf };
    client.send(openOrder(echo, client.serverVersion));
  }

  #tellOpen(client: Client, isAll: boolean): void {
    const { world } = this.#face.market;
    for (const order of this.#book.active()) {
      if (!isAll && order.clientId !== client.clientId) continue;
      client.send(openOrder(order.echo(), client.serverVersion));
      client.send(order.statusMessage());
    }
    if (isAll || client.clientId === 0) {
      for (const order of world.orders()) {
        if (order.status === "working") this.#tellWorldOrder(client, order);
      }
    }
    client.send(new FieldWriter(MESSAGE.openOrderEnd).int(1));
  }

  #tellWorldOrder(client: Client, order: Order): void {
    if (this.#isHidden(order)) return;
    const orderId = this.#bound.has(client) ? this.#boundId(order) : 0;
    const echo = echoOfWorld(order, orderId, this.#face);
    client.send(openOrder(echo, client.serverVersion));
    client.send(statusOfWorld(order, orderId));
  }

  #isHidden({ account, instrument }: Order): boolean {
    const { accounts, market } = this.#face;
    return accounts.holderOf(account, market.instrument(instrument)) === undefined;
  }

  #boundId(order: Order): number {
    const known = this.#boundIds.get(order.orderId);
    if (known !== undefined) return known;
    const id = -1 - this.#boundIds.size;
    this.#boundIds.set(order.orderId, id);
    return id;
  }

  #orderOfWorld(order: Order): void {
    for (const client of this.#bound) this.#tellWorldOrder(client, order);
  }

  #bind(client: Client, isBound: boolean): void {
    if (client.clientId !== 0) return client.error(-1, 327, NOT_DEFAULT_CLIENT);
    if (!isBound) return void this.#bound.delete(client);
    this.#bound.add(client);
    for (const order of this.#face.market.world.orders()) {
      if (order.status === "working") this.#tellWorldOrder(client, order);
    }
  }

  #tellCompleted(client: Client, isApiOnly: boolean): void {
    const { serverVersion } = client;
    for (const order of this.#book.all()) {
      if (order.isActive || order.status === "Inactive") continue;
      const end = {
        filledQuantity: order.filled,
        parentPermId: this.#book.parentOf(order)?.permId ?? 0,
        completedTime: zonedTime(order.endedAt),
        completedStatus: order.completedStatus,
      };
      client.send(completedOrder(order.echo(), end, serverVersion));
    }
    const done = isApiOnly ? [] : this.#face.market.world.orders();
    for (const order of done) {
      if (order.status === "working" || this.#isHidden(order)) continue;
      const filledQuantity = Math.abs(order.filledQuantity);
      const end = {
        filledQuantity,
        parentPermId: 0,
        completedTime: zonedTime(order.placedAt),
        completedStatus: filledQuantity > 0 ? `Filled Size: ${filledQuantity}` : "Cancelled",
      };
      client.send(completedOrder(echoOfWorld(order, 0, this.#face), end, serverVersion));
    }
    client.send(new FieldWriter(MESSAGE.completedOrdersEnd));
  }

  #tellExecutions(client: Client, request: FieldReader): void {
    request.int();
    const reqId = request.int();
    const filter = filterOf(request);
    for (const { execution, commission } of this.#fills.today()) {
      if (!isWanted(execution, filter)) continue;
      client.send(execDetails(reqId, execution));
      if (commission !== null) client.send(commissionReport(commission));
    }
    client.send(new FieldWriter(MESSAGE.execDetailsEnd).int(1).int(reqId));
  }
}

function filterOf(request: FieldReader): ExecutionFilter {
  const clientId = request.int();
  const account = request.text();
  const time = request.text();
  return {
    clientId,
    account,
    from: askedTime(time, "US/Eastern")?.at ?? 0,
    symbol: request.text(),
    secType: request.text(),
    exchange: request.text(),
    side: request.text(),
  };
}
