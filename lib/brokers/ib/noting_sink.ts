import type { IsoDate } from "../../base/brand.ts";
import type { Balances, FxRate } from "../../domain/account.ts";
import type { MarketBatch } from "../../domain/market_data.ts";
import type { Fill, Order, Position } from "../../domain/position.ts";
import type {
  BrokerSink,
  Carry,
  FeedHealth,
  LifecycleEvent,
  PreviousClose,
} from "../../ports/broker.ts";

/** Hands everything on to whoever listens now, and notes the positions on the way. */
export class NotingSink implements BrokerSink {
  readonly #sink: () => BrokerSink | null;
  readonly #note: (accountId: string, positions: readonly Position[]) => void;

  constructor(
    sink: () => BrokerSink | null,
    note: (accountId: string, positions: readonly Position[]) => void,
  ) {
    this.#sink = sink;
    this.#note = note;
  }

  positions(accountId: string, positions: readonly Position[]): void {
    this.#note(accountId, positions);
    this.#sink()?.positions(accountId, positions);
  }
  market(batch: MarketBatch): void {
    this.#sink()?.market(batch);
  }
  balances(balances: Balances): void {
    this.#sink()?.balances(balances);
  }
  fxRate(rate: FxRate): void {
    this.#sink()?.fxRate(rate);
  }
  previousClose(close: PreviousClose): void {
    this.#sink()?.previousClose(close);
  }
  fill(fill: Fill): void {
    this.#sink()?.fill(fill);
  }
  order(order: Order): void {
    this.#sink()?.order(order);
  }
  carry(carry: Carry): void {
    this.#sink()?.carry(carry);
  }
  health(health: FeedHealth): void {
    this.#sink()?.health(health);
  }
  lifecycle(event: LifecycleEvent): void {
    this.#sink()?.lifecycle(event);
  }
  session(date: IsoDate): void {
    this.#sink()?.session(date);
  }
}
