import type { EventName, IBApi } from "@stoqey/ib";
import { assert } from "../../../base/assert.ts";
import type { IbBar, IbEvents } from "./client.ts";
import { RawMessage } from "./raw_message.ts";
import { contractOf, detailsOf, openOrderOf } from "./stoqey_map.ts";

/** Versions whose messages are known; the library itself refuses what is above. */
const VERSION_MIN = 157;
const VERSION_MAX = 193;
const OUTDATED = 503;
const UNDECODED = 505;
const NO_PRICE = -1;
const BID = 1;
const BID_SIZE = 0;
const FINISHED = "finished-";

interface LibraryInside {
  readonly controller: {
    processIngressQueue(): void;
    readonly decoder: { dataQueue: unknown[] };
  };
}

/**
 * Hands what the library emits on to the events of a connection. Every listener is guarded: what
 * escaped one would come out of the socket's callback and end the process. What is not a number is
 * absent, whole messages that cannot be understood are left out.
 */
export class StoqeyEvents {
  readonly #api: IBApi;
  readonly #names: typeof EventName;
  readonly #events: IbEvents;
  readonly #raw = new RawMessage();
  #blankCount = 0;
  #isOver = false;
  #reason = "TWS closed the connection";

  constructor(api: IBApi, names: typeof EventName, events: IbEvents) {
    this.#api = api;
    this.#names = names;
    this.#events = events;
    this.#guardDecoder();
    this.#listenToConnection();
    this.#listenToTicks();
    this.#listenToAccounts();
    this.#listenToContracts();
    this.#listenToHistory();
    this.#listenToOrders();
  }

  /** Nothing is reported any more. */
  end(): void {
    this.#isOver = true;
    this.#api.removeAllListeners();
  }

  /** The connection is gone, or could not begin. Comes once. */
  close(reason: string): void {
    if (this.#isOver) return;
    this.end();
    this.#events.closed(reason);
  }

  /**
   * The one seam of the library that is not public: an exception of its decoder (a reject text that
   * is not JSON) is kept from the socket's callback and costs its own message only.
   */
  #guardDecoder(): void {
    const { controller } = this.#api as unknown as LibraryInside;
    assert(typeof controller.processIngressQueue === "function", "the library is 1.6.10");
    const decode = controller.processIngressQueue.bind(controller);
    controller.processIngressQueue = () => {
      try {
        decode();
      } catch (error) {
        controller.decoder.dataQueue = [];
        if (!this.#isOver) this.#salvage(error);
      }
    };
  }

  #salvage(error: unknown): void {
    const raw = this.#raw;
    this.#quarantine(error instanceof Error ? error.message : String(error));
    if (raw.at(0) !== "4") return;
    // The words and the code of the error are whole; only what hangs on them is not.
    const id = Number(raw.at(2));
    const code = Number(raw.at(3));
    this.#guard(() => this.#events.notice({ id, code, text: raw.at(4) }));
  }

  #quarantine(reason: string): void {
    if (this.#raw.isQuarantined) return;
    this.#raw.isQuarantined = true;
    this.#guard(() => this.#events.undecoded(reason.slice(0, 120), this.#raw.shown()));
  }

  #guard(work: () => void): void {
    if (this.#isOver) return;
    try {
      work();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** A listener of ours failed: its message is lost, and that is said. */
  #failed(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    const raw = this.#raw;
    if (raw.isQuarantined || this.#isOver) return;
    raw.isQuarantined = true;
    try {
      this.#events.undecoded(`not taken in: ${reason}`.slice(0, 120), raw.shown());
    } catch (second) {
      // Whoever counts failures failed; there is nobody left to tell but the next message.
      this.#reason = second instanceof Error ? second.message : String(second);
    }
  }

  /** As `#guard`, for what comes out of a message; says how many numbers were not there. */
  #take(work: () => void): void {
    if (this.#raw.isQuarantined) return;
    this.#guard(work);
    this.#tellBlanks();
  }

  #tellBlanks(): void {
    const { blankCount } = this.#raw;
    if (blankCount === this.#blankCount) return;
    const count = blankCount - this.#blankCount;
    this.#blankCount = blankCount;
    this.#guard(() => this.#events.blank(count, this.#raw.at(0)));
  }

  #listenToConnection(): void {
    const [api, names, events, raw] = [this.#api, this.#names, this.#events, this.#raw];
    api.on(names.received, (fields: string[]) => {
      raw.begin(fields);
      this.#guard(() => events.received());
    });
    api.on(names.server, (version: number) => {
      if (version >= VERSION_MIN && version <= VERSION_MAX) {
        return this.#guard(() => events.connected(version));
      }
      const text = `server version ${version}: 157 to 193 are understood`;
      this.#guard(() => events.notice({ id: -1, code: OUTDATED, text }));
      this.close(text);
    });
    api.on(names.disconnected, () => this.close(this.#reason));
    api.on(names.info, (text: string, code: number) => {
      this.#take(() => events.notice({ id: -1, code, text: text ?? "" }));
    });
    api.on(names.error, (error: Error, code: number, id: number) => {
      const text = error.message;
      if (code === UNDECODED && id === -1) return this.#quarantine(text);
      if (id === -1) this.#reason = text;
      this.#take(() => events.notice({ id, code, text }));
    });
    api.on(names.managedAccounts, (text: string) => {
      const numbers = text.split(",").map((one) => one.trim()).filter((one) => one !== "");
      this.#take(() => events.managedAccounts(numbers));
    });
    api.on(names.nextValidId, (id: number) => this.#take(() => events.nextValidId(id)));
    api.on(names.currentTime, (s: number) => this.#take(() => events.currentTime(s)));
  }

  #listenToTicks(): void {
    const [api, names, events, raw] = [this.#api, this.#names, this.#events, this.#raw];
    // Bodies are guarded in place, without a closure each: these come by the hundred thousand.
    api.on(names.tickPrice, (id, type, price) => {
      if (raw.isQuarantined || this.#isOver) return;
      try {
        events.tickPrice(id, type, price === NO_PRICE ? NaN : raw.number(price, 4));
        // The library hands on the size in a price's message but that of a bid, whose type is 0.
        if (type === BID) events.tickSize(id, BID_SIZE, raw.at(5) === "" ? NaN : Number(raw.at(5)));
        if (raw.blankCount !== this.#blankCount) this.#tellBlanks();
      } catch (error) {
        this.#failed(error);
      }
    });
    api.on(names.tickSize, (id, type, size) => {
      if (raw.isQuarantined || this.#isOver || type === undefined) return;
      try {
        events.tickSize(id, type, size === undefined || size < 0 ? NaN : size);
      } catch (error) {
        this.#failed(error);
      }
    });
    // deno-fmt-ignore
    api.on(names.tickOptionComputation, (
      id, type, _attrib, iv, delta, price, dividend, gamma, vega, theta, underlying,
    ) => {
      if (raw.isQuarantined || this.#isOver) return;
      try {
        events.tickOptionComputation(
          id, type, raw.number(iv, 4), raw.number(delta, 5), raw.number(price, 6),
          raw.number(dividend, 7), raw.number(gamma, 8), raw.number(vega, 9),
          raw.number(theta, 10), raw.number(underlying, 11),
        );
        if (raw.blankCount !== this.#blankCount) this.#tellBlanks();
      } catch (error) {
        this.#failed(error);
      }
    });
    api.on(names.tickGeneric, (id, type, value) => {
      this.#take(() => events.tickGeneric(id, type, raw.number(value, 4)));
    });
    api.on(names.tickString, (id, type, text) => {
      this.#take(() => events.tickString(id, type, text));
    });
    api.on(names.marketDataType, (id, type) => {
      this.#take(() => events.marketDataType(id, type));
    });
    api.on(names.tickSnapshotEnd, (id) => this.#take(() => events.tickSnapshotEnd(id)));
  }

  #listenToAccounts(): void {
    const [api, names, events, raw] = [this.#api, this.#names, this.#events, this.#raw];
    api.on(names.position, (account, library, position, averageCost) => {
      const contract = contractOf(library);
      if (contract === null || !Number.isFinite(position)) return this.#quarantine("a position");
      this.#take(() => events.position(account, contract, position, raw.orNull(averageCost, 15)));
    });
    api.on(names.positionEnd, () => this.#take(() => events.positionEnd()));
    api.on(names.updateAccountValue, (key, value, currency, account) => {
      this.#take(() => events.accountValue(account, key, value, currency));
    });
    // deno-fmt-ignore
    api.on(names.updatePortfolio, (
      library, position, marketPrice, marketValue, averageCost, unrealized, realized, account,
    ) => {
      const contract = contractOf(library);
      if (contract === null || account === undefined || !Number.isFinite(position)) {
        return this.#quarantine("a line of a portfolio");
      }
      this.#take(() =>
        events.portfolio({
          account,
          contract,
          position,
          marketPrice: raw.orNull(marketPrice, 14),
          marketValue: raw.orNull(marketValue, 15),
          averageCost: raw.orNull(averageCost, 16),
          unrealizedPnl: raw.orNull(unrealized, 17),
          realizedPnl: raw.orNull(realized, 18),
        })
      );
    });
    api.on(names.accountDownloadEnd, (account) => {
      this.#take(() => events.accountDownloadEnd(account));
    });
    api.on(names.accountSummary, (id, account, tag, value, currency) => {
      this.#take(() => events.accountSummary(id, { account, tag, value, currency }));
    });
    api.on(names.accountSummaryEnd, (id) => this.#take(() => events.accountSummaryEnd(id)));
    api.on(names.pnl, (id, daily, unrealized, realized) => {
      this.#take(() =>
        events.pnl(id, {
          daily: raw.orNull(daily, 2),
          unrealized: raw.orNull(unrealized, 3),
          realized: raw.orNull(realized, 4),
        })
      );
    });
    api.on(names.pnlSingle, (id, position, daily, unrealized, realized, value) => {
      if (!Number.isFinite(position)) return this.#quarantine("the P&L of a position");
      this.#take(() =>
        events.pnlSingle(id, {
          position,
          daily: raw.orNull(daily, 3),
          unrealized: raw.orNull(unrealized, 4),
          realized: raw.orNull(realized, 5),
          value: raw.orNull(value, 6),
        })
      );
    });
  }

  #listenToContracts(): void {
    const [api, names, events] = [this.#api, this.#names, this.#events];
    api.on(names.contractDetails, (id, library) => {
      const details = detailsOf(library);
      if (details === null) return this.#quarantine("details of a contract");
      this.#take(() => events.contractDetails(id, details));
    });
    api.on(names.contractDetailsEnd, (id) => this.#take(() => events.contractDetailsEnd(id)));
    api.on(
      names.securityDefinitionOptionParameter,
      (id, exchange, underConId, tradingClass, multiplier, expirations, strikes) => {
        const size = Number(multiplier);
        const part = {
          exchange,
          underConId,
          tradingClass,
          multiplier: size > 0 && Number.isFinite(size) ? size : null,
          expirations,
          strikes: strikes.filter((strike) => strike > 0 && Number.isFinite(strike)),
        };
        this.#take(() => events.chainPart(id, part));
      },
    );
    api.on(names.securityDefinitionOptionParameterEnd, (id) => {
      this.#take(() => events.chainEnd(id));
    });
  }

  #listenToHistory(): void {
    const [api, names, events] = [this.#api, this.#names, this.#events];
    api.on(names.historicalData, (id, time, open, high, low, close, volume) => {
      if (time.startsWith(FINISHED)) return this.#take(() => events.historicalEnd(id));
      const bar = barOf(time, [open, high, low, close, volume]);
      if (bar !== null) this.#take(() => events.historicalBar(id, bar));
      else this.#take(() => events.blank(1, "17"));
    });
    api.on(names.historicalDataUpdate, (id, time, open, high, low, close, volume) => {
      const bar = barOf(time, [open, high, low, close, volume]);
      if (bar === null) return this.#quarantine("a bar");
      this.#take(() => events.historicalUpdate(id, bar));
    });
  }

  #listenToOrders(): void {
    const [api, names, events, raw] = [this.#api, this.#names, this.#events, this.#raw];
    api.on(names.openOrder, (orderId, library, order, state) => {
      const contract = contractOf(library);
      const open = openOrderOf(orderId, order, state);
      if (contract === null || open === null) return this.#quarantine("an open order");
      this.#take(() => events.openOrder(open, contract));
    });
    api.on(names.openOrderEnd, () => this.#take(() => events.openOrderEnd()));
    // deno-fmt-ignore
    api.on(names.orderStatus, (
      orderId, status, filled, remaining, average, permId, _parent, _last, clientId,
    ) => {
      if (!Number.isFinite(filled) || !Number.isFinite(remaining)) {
        return this.#quarantine("the state of an order");
      }
      const averageFillPrice = raw.orNull(average, 5);
      this.#take(() =>
        events.orderStatus({
          orderId,
          permId: permId ?? 0,
          clientId: clientId ?? 0,
          status,
          filled,
          remaining,
          averageFillPrice,
        })
      );
    });
    api.on(names.execDetails, (id, library, execution) => {
      const contract = contractOf(library);
      const { execId, side, shares, price, time, acctNumber } = execution;
      const at = raw.number(price, 20);
      const isWhole = contract !== null && execId !== undefined && shares !== undefined &&
        Number.isFinite(shares) && !Number.isNaN(at) && (side === "BOT" || side === "SLD");
      if (!isWhole) return this.#quarantine("an execution");
      this.#take(() =>
        events.execution(id, {
          execId,
          time: time ?? "",
          account: acctNumber ?? "",
          side,
          shares,
          price: at,
          permId: execution.permId ?? 0,
          clientId: execution.clientId ?? 0,
          orderId: execution.orderId ?? 0,
          orderRef: execution.orderRef ?? "",
        }, contract)
      );
    });
    api.on(names.execDetailsEnd, (id) => this.#take(() => events.executionsEnd(id)));
    api.on(names.commissionReport, ({ execId, commission, currency, realizedPNL }) => {
      const paid = raw.number(commission, 3);
      if (execId === undefined || Number.isNaN(paid)) return this.#quarantine("a commission");
      const realizedPnl = raw.orNull(realizedPNL, 5);
      this.#take(() =>
        events.commission({ execId, commission: paid, currency: currency ?? "", realizedPnl })
      );
    });
  }
}

/** A bar; null when one of its prices is none. Volume that there is not is -1, as IB writes it. */
function barOf(time: string, values: readonly (number | undefined)[]): IbBar | null {
  const [open, high, low, close, volume] = values;
  const isPrice = (value: number | undefined): value is number =>
    value !== undefined && Number.isFinite(value);
  if (!isPrice(open) || !isPrice(high) || !isPrice(low) || !isPrice(close)) return null;
  // The library reads an empty price as 0, which no bar's low is.
  if (low === 0 && high !== 0) return null;
  return { time, open, high, low, close, volume: isPrice(volume) ? volume : -1 };
}
