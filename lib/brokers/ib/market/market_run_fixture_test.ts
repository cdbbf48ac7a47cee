import assert from "node:assert/strict";
import type { Instrument, Option } from "../../../domain/instrument.ts";
import { MARKET_EVENT, MARKET_STRIDE, type MarketBatch } from "../../../domain/market_data.ts";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import type { IbLink, RequestKind } from "../link.ts";
import type { IbClient } from "../wire/client.ts";
import type { IbContractQuery } from "../wire/contract.ts";
import { IbMarket, type IbMarketOptions } from "./ib_market.ts";

/** 2025-03-19 10:15 New York, in session. */
export const NOW = Date.UTC(2025, 2, 19, 14, 15);

export function aShare(symbol: string): Instrument {
  return {
    kind: "equity",
    key: symbol,
    symbol,
    underlying: symbol,
    multiplier: 1,
    currency: "USD",
    exchange: "SMART",
    sessionClass: "equity",
    tickSize: 0.01,
  };
}

export function anOption(strike: number, underlying = "SPY"): Option {
  return {
    kind: "option",
    key: `${underlying} 2025-05-16 C ${strike} x100`,
    symbol: underlying,
    underlying,
    multiplier: 100,
    currency: "USD",
    exchange: "SMART",
    sessionClass: "equity",
    tickSize: 0.01,
    right: "call",
    strike,
    expiry: "2025-05-16",
    expiresAt: NOW + 58 * 86_400_000,
    settlement: "PM",
    underlyingKey: underlying,
    deliverable: 100,
    root: underlying,
  };
}

/** A request as the scripted IB saw it. */
export interface Sent {
  readonly at: number;
  readonly what: "type" | "data" | "cancel";
  readonly id: number;
  readonly key: string;
}

/** An event as the board gets it. */
export interface Told {
  readonly handle: number;
  readonly kind: string;
  readonly at: number;
  readonly values: readonly number[];
}

const KIND_NAME = new Map<number, string>(
  Object.entries(MARKET_EVENT).map(([name, kind]) => [kind, name]),
);

/** Market data over a scripted connection and virtual time. */
export class MarketRun {
  readonly time = new VirtualTime(NOW);
  readonly sent: Sent[] = [];
  readonly told: Told[] = [];
  readonly held = new Map<string, number>();
  readonly unknown = new Set<string>();
  readonly market: IbMarket;
  changes = 0;
  #nextId = 1_000_000;
  readonly #conIds = new Map<string, number>();
  /** Open requests by key, as IB sees them. */
  readonly open = new Map<string, number>();

  constructor(over: Partial<IbMarketOptions> = {}) {
    this.market = new IbMarket({
      clock: this.time,
      timers: this.time,
      feed: "ib",
      market: (batch) => this.#take(batch),
      contractOf: (instrument) => this.#contractOf(instrument),
      heldQuantity: (key) => this.held.get(key) ?? 0,
      dataType: 1,
      linesMax: 100,
      referenceKey: "SPY",
      capacity: 4096,
      changed: () => void this.changes++,
      ...over,
    });
  }

  /** A connection becomes ready. */
  connect(): void {
    this.open.clear();
    this.market.began(this.#link());
  }

  /** Wants shares and options under handles 0, 1, … in order. */
  want(...instruments: readonly Instrument[]): void {
    this.market.subscribe(instruments.map((instrument, handle) => ({ handle, instrument })));
  }

  /** Time passes, and what came is written. */
  pass(ms: number): void {
    this.time.advance(ms);
    this.market.flush();
  }

  /** The open request of an instrument; fails when there is none. */
  idOf({ key }: Instrument): number {
    const id = this.open.get(key);
    assert.ok(id !== undefined, `no open request for ${key}`);
    return id;
  }

  conIdOf({ key }: Instrument): number {
    const known = this.#conIds.get(key) ?? this.#conIds.size + 1;
    this.#conIds.set(key, known);
    return known;
  }

  /** Bid, ask and sizes as IB sends them. */
  quote(instrument: Instrument, bid: number, ask: number): void {
    const id = this.idOf(instrument);
    this.market.tickPrice(id, 1, bid);
    this.market.tickSize(id, 0, 10);
    this.market.tickPrice(id, 2, ask);
    this.market.tickSize(id, 3, 11);
  }

  /** A computation: iv, delta, price, gamma, vega, theta. */
  compute(instrument: Instrument, type: number, ...greeks: readonly number[]): void {
    const [iv, delta, price, gamma, vega, theta] = greeks;
    const id = this.idOf(instrument);
    this.market.tickOptionComputation(id, type, iv, delta, price, NaN, gamma, vega, theta, NaN);
  }

  notice(instrument: Instrument, code: number, text = "words"): void {
    const id = this.idOf(instrument);
    if (code !== 10_167 && code !== 10_090 && code !== 10_197) this.open.delete(instrument.key);
    this.market.notice({ id, code, text });
  }

  /** What was told since the last call, of one kind. */
  take(kind: keyof typeof MARKET_EVENT): readonly Told[] {
    this.market.flush();
    return this.told.splice(0).filter((one) => one.kind === kind);
  }

  /** Requests of a kind since the last call. */
  takeSent(what?: Sent["what"]): readonly Sent[] {
    return this.sent.splice(0).filter((one) => what === undefined || one.what === what);
  }

  /** Ends it; answers the timers that are left. */
  end(): number {
    this.market.close();
    return this.time.pendingCount;
  }

  #contractOf(instrument: Instrument): IbContractQuery | null {
    const { key } = instrument;
    if (this.unknown.has(key)) return null;
    return { conId: this.conIdOf(instrument), exchange: "SMART", localSymbol: key };
  }

  #link(): IbLink {
    const client = this.#client();
    return {
      serverVersion: 178,
      accounts: ["DU1"],
      isReady: () => true,
      nextId: () => this.#nextId++,
      send: (kind: RequestKind, request: (client: IbClient) => void) => {
        assert.equal(kind, "market");
        request(client);
        return () => false;
      },
    };
  }

  #client(): IbClient {
    const note = (what: Sent["what"], id: number, key: string) =>
      void this.sent.push({ at: this.time.monotonic(), what, id, key });
    const client: Partial<IbClient> = {
      reqMarketDataType: (type) => note("type", type, ""),
      reqMarketData: (id, contract) => {
        const key = contract.localSymbol ?? "";
        assert.ok(!this.open.has(key), `${key} is open twice`);
        this.open.set(key, id);
        note("data", id, key);
      },
      cancelMarketData: (id) => {
        const key = [...this.open].find(([, open]) => open === id)?.[0] ?? "";
        this.open.delete(key);
        note("cancel", id, key);
      },
    };
    return client as IbClient;
  }

  #take(batch: MarketBatch): void {
    for (let i = 0; i < batch.count; i++) {
      const from = i * MARKET_STRIDE;
      this.told.push({
        handle: batch.handle[i],
        kind: KIND_NAME.get(batch.kind[i]) ?? "",
        at: batch.eventAt[i],
        values: [...batch.values.subarray(from, from + MARKET_STRIDE)],
      });
    }
  }
}
