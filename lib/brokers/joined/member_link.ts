import type { IsoDate } from "../../base/brand.ts";
import type { Balances, FxRate } from "../../domain/account.ts";
import { MARKET_STRIDE, type MarketBatch, marketBatch } from "../../domain/market_data.ts";
import type { Fill, Order, Position } from "../../domain/position.ts";
import type {
  BrokerSink,
  Carry,
  FeedHealth,
  LifecycleEvent,
  PreviousClose,
} from "../../ports/broker.ts";
import type { Member } from "./member.ts";
import type { Naming } from "./naming.ts";

/** What a link tells, already in the desk's names. */
export interface LinkListener {
  /** The desk; null before it listens and after the end. */
  sink(): BrokerSink | null;
  /** True when events of a handle are to come from this broker. */
  isFrom(handle: number, broker: number): boolean;
  /** True when the desk takes prices of a contract from this broker. */
  speaksFor(key: string, broker: number): boolean;
  /** Makes keys of the broker known; resolves when that was tried. */
  learn(member: Member, keys: readonly string[]): Promise<void>;
  heard(member: Member, health: FeedHealth): void;
  fxRate(member: Member, rate: FxRate): void;
  carry(member: Member, carry: Carry): void;
  /** Of the market, not of an account; every broker tells it. */
  session(date: IsoDate): void;
  marketEvent(event: LifecycleEvent): void;
}

/** Deliveries that wait for descriptions at most. */
const WAITING_MAX = 10_000;

interface Waiting {
  readonly keys: readonly string[];
  readonly deliver: () => void;
}

/**
 * The sink that one broker of several delivers to. It gives accounts, feeds and contracts the names
 * of the desk, passes market data of those instruments only that this broker is the source of, and
 * holds what names a contract back, in order, until the contract is described: until then nobody
 * can tell whether it is the one that another broker calls so.
 */
export class MemberLink implements BrokerSink {
  readonly #member: Member;
  readonly #naming: Naming;
  readonly #listener: LinkListener;
  readonly #waiting: Waiting[] = [];
  #scratch: MarketBatch = marketBatch(64);
  #isLearning = false;
  #isClosed = false;

  constructor(member: Member, naming: Naming, listener: LinkListener) {
    this.#member = member;
    this.#naming = naming;
    this.#listener = listener;
  }

  /** Nothing is delivered any more. */
  close(): void {
    this.#isClosed = true;
    this.#waiting.length = 0;
  }

  get #sink(): BrokerSink | null {
    return this.#isClosed ? null : this.#listener.sink();
  }

  market(batch: MarketBatch): void {
    const sink = this.#sink;
    if (sink === null) return;
    const { place } = this.#member;
    for (let i = 0; i < batch.count; i++) {
      if (this.#listener.isFrom(batch.handle[i], place)) continue;
      return this.#part(batch, i, sink);
    }
    if (batch.count > 0) sink.market(batch);
  }

  /** Passes the events of a batch that are this broker's to tell; all before `from` are. */
  #part(batch: MarketBatch, from: number, sink: BrokerSink): void {
    if (this.#scratch.handle.length < batch.count) this.#scratch = marketBatch(batch.count);
    const part = this.#scratch;
    part.count = 0;
    for (let i = 0; i < batch.count; i++) {
      if (i >= from && !this.#listener.isFrom(batch.handle[i], this.#member.place)) continue;
      const to = part.count++;
      part.kind[to] = batch.kind[i];
      part.handle[to] = batch.handle[i];
      part.eventAt[to] = batch.eventAt[i];
      for (let k = 0; k < MARKET_STRIDE; k++) {
        part.values[to * MARKET_STRIDE + k] = batch.values[i * MARKET_STRIDE + k];
      }
    }
    if (part.count > 0) sink.market(part);
  }

  positions(accountId: string, positions: readonly Position[]): void {
    const keys = positions.map(({ instrumentKey }) => instrumentKey);
    this.#inOrder(keys, () => {
      const id = this.#member.accountId(accountId);
      this.#sink?.positions(id, positions.map((one) => this.#naming.position(one)));
    });
  }

  balances(balances: Balances): void {
    this.#inOrder([], () => this.#sink?.balances(this.#naming.balances(balances)));
  }

  fill(fill: Fill): void {
    this.#inOrder([fill.instrumentKey], () => this.#sink?.fill(this.#naming.held(fill)));
  }

  order(order: Order): void {
    this.#inOrder([order.instrumentKey], () => this.#sink?.order(this.#naming.held(order)));
  }

  lifecycle(event: LifecycleEvent): void {
    const { accountId, instrumentKey } = event;
    if (accountId === null) return this.#listener.marketEvent(event);
    const keys = instrumentKey === null ? [] : [instrumentKey];
    this.#inOrder(keys, () => this.#sink?.lifecycle(this.#naming.lifecycle(event)));
  }

  previousClose(close: PreviousClose): void {
    const instrumentKey = this.#naming.knownKey(close.instrumentKey);
    if (instrumentKey === null) return;
    if (!this.#listener.speaksFor(instrumentKey, this.#member.place)) return;
    this.#sink?.previousClose({ ...close, instrumentKey });
  }

  fxRate(rate: FxRate): void {
    if (!this.#isClosed) this.#listener.fxRate(this.#member, rate);
  }

  carry(carry: Carry): void {
    if (!this.#isClosed) this.#listener.carry(this.#member, carry);
  }

  health(health: FeedHealth): void {
    if (!this.#isClosed) this.#listener.heard(this.#member, health);
  }

  session(date: IsoDate): void {
    if (!this.#isClosed) this.#listener.session(date);
  }

  trouble(message: string): void {
    this.#sink?.trouble?.(`${this.#member.label}: ${message}`);
  }

  /** Delivers now when nothing waits and every key is known, else in its turn. */
  #inOrder(keys: readonly string[], deliver: () => void): void {
    if (this.#isClosed) return;
    const isKnown = this.#waiting.length === 0 && !this.#isLearning &&
      this.#missing(keys).length === 0;
    if (isKnown) return deliver();
    if (this.#waiting.length >= WAITING_MAX) {
      this.trouble("more waits for descriptions of contracts than can be kept");
      return;
    }
    this.#waiting.push({ keys, deliver });
    if (!this.#isLearning) void this.#learn();
  }

  #missing(keys: readonly string[]): string[] {
    return keys.filter((key) => this.#naming.knownKey(key) === null);
  }

  async #learn(): Promise<void> {
    this.#isLearning = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const missing = this.#missing(next.keys);
      if (missing.length > 0) await this.#listener.learn(this.#member, missing);
      if (this.#isClosed) break;
      next.deliver();
    }
    this.#isLearning = false;
  }
}
