import { fail, ok, type Result } from "../../base/result.ts";
import type { Instrument } from "../../domain/instrument.ts";
import type { BrokerAdapter, BrokerError, FeedHealth } from "../../ports/broker.ts";

/** A broker of the joined desk. */
export interface MemberName {
  /** As in `--brokers`; unique. */
  readonly id: string;
  readonly label: string;
}

/** Why nothing comes from a broker, and since when, while no adapter stands for it. */
export interface Away {
  readonly state: "connecting" | "down" | "closed";
  readonly since: number;
  readonly detail: string | null;
}

/** What the set of subscriptions of a broker is to be, by handle. */
type Wanted = ReadonlyMap<number, Instrument>;

/**
 * One broker among several: its adapter once it is there, its names made unique, and the market
 * data that is wanted of it.
 */
export class Member {
  readonly id: string;
  readonly label: string;
  /** Place in the order of preference. */
  readonly place: number;
  /** Handles with the broker's own descriptions, as they are to be subscribed. */
  wanted = new Map<number, Instrument>();
  /** True while what it has is on its way into a book that others are in already. */
  isLoading = false;
  /** Accounts by the desk's id, with the broker's own. */
  readonly #ownIds = new Map<string, string>();
  #adapter: BrokerAdapter | null = null;
  #away: Away;
  /** As the broker has them; null: nobody knows. */
  #sent: Wanted | null = null;
  #sending: Promise<unknown> = Promise.resolve();

  constructor(name: MemberName, place: number, now: number) {
    this.id = name.id;
    this.label = name.label;
    this.place = place;
    this.#away = { state: "connecting", since: now, detail: "not connected yet" };
  }

  /** The connected adapter; null while the broker is away. */
  get adapter(): BrokerAdapter | null {
    return this.#adapter;
  }

  /** A connected adapter stands for the broker from now on. */
  come(adapter: BrokerAdapter): void {
    this.#adapter = adapter;
    this.#sent = null;
    this.isLoading = false;
  }

  /** The broker is away, or still is for another reason; true when that is news. */
  leave(away: Away): boolean {
    const isNews = this.#adapter !== null || this.#away.state !== away.state ||
      this.#away.detail !== away.detail;
    const isSame = this.#adapter === null && this.#away.state === away.state;
    this.#away = isSame ? { ...away, since: this.#away.since } : away;
    this.#adapter = null;
    this.#sent = null;
    this.isLoading = false;
    return isNews;
  }

  /** The desk's id of an account: the broker's own where it names the broker. */
  accountId(own: string): string {
    const id = own.startsWith(this.id) ? own : `${this.id}-${own}`;
    this.#ownIds.set(id, own);
    return id;
  }

  /** The broker's id of an account of the desk; null when it has none such. */
  ownAccountId(id: string): string | null {
    return this.#ownIds.get(id) ?? null;
  }

  /** Id of a feed, unique over brokers. */
  feedId(own: string): string {
    return own.startsWith(this.id) ? own : `${this.id}-${own}`;
  }

  /** A feed as the desk shows it: named by its broker, with what it carries. */
  shown(health: FeedHealth): FeedHealth {
    const feed = this.feedId(health.feed);
    return { ...health, feed, broker: this.id, carries: this.#carries(health.feed) };
  }

  #carries(own: string): "prices" | "accounts" | "all" {
    const feeds = this.#adapter?.health() ?? [];
    if (feeds.length < 2) return "all";
    return this.pricesFeed() === own ? "prices" : "accounts";
  }

  /** The feed over which prices come, by the broker's own name; null while it is away. */
  pricesFeed(): string | null {
    const one = this.wanted.values().next();
    if (this.#adapter === null) return null;
    return this.#adapter.delivery(one.done ? REFERENCE : one.value).feed;
  }

  /** All feeds; while the broker is away or being loaded, one that says so. */
  health(): readonly FeedHealth[] {
    const own = this.#adapter?.health().map((one) => this.shown(one)) ?? [];
    if (this.#adapter !== null && !this.isLoading) return own;
    const { since } = this.#away;
    const state = this.isLoading ? "connecting" : this.#away.state;
    const detail = this.isLoading ? "its accounts are being loaded" : this.#away.detail;
    return [...own, {
      feed: `${this.id}-connection`,
      label: this.label,
      state,
      since,
      lastByteAt: null,
      lastHeartbeatAt: null,
      lastEventAt: null,
      dropped: {},
      detail,
      broker: this.id,
      carries: "all",
    }];
  }

  /** True when the broker is there and has not what is wanted of it. */
  get isBehind(): boolean {
    return this.#adapter !== null && this.#sent !== this.wanted;
  }

  /** Makes what the broker has what is wanted by then; one call at a time, in order. */
  send(signal: AbortSignal): Promise<Result<null, BrokerError>> {
    const sent = this.#sending.then(() => this.#send(signal));
    this.#sending = sent;
    return sent;
  }

  async #send(signal: AbortSignal): Promise<Result<null, BrokerError>> {
    const adapter = this.#adapter;
    const { wanted } = this;
    if (adapter === null || this.#sent === wanted) return ok(null);
    const answer = await this.#call(adapter, wanted, signal);
    if (this.#adapter !== adapter) return answer;
    this.#sent = answer.ok ? wanted : null;
    return answer;
  }

  #call(
    adapter: BrokerAdapter,
    wanted: Wanted,
    signal: AbortSignal,
  ): Promise<Result<null, BrokerError>> {
    const sent = this.#sent;
    if (signal.aborted) return Promise.resolve(fail(CANCELED));
    if (sent === null || adapter.changeSubscriptions === undefined) {
      const all = Array.from(wanted, ([handle, instrument]) => ({ handle, instrument }));
      return adapter.subscribe(all, signal);
    }
    const added = [...wanted].filter(([handle, instrument]) => sent.get(handle) !== instrument)
      .map(([handle, instrument]) => ({ handle, instrument }));
    const removed = [...sent.keys()].filter((handle) => !wanted.has(handle));
    if (added.length + removed.length === 0) return Promise.resolve(ok(null));
    return adapter.changeSubscriptions({ added, removed }, signal);
  }
}

/** What a call answers whose signal was aborted. */
export const CANCELED: BrokerError = { code: "canceled", message: "canceled", fix: null };

/** Any share: which feed brings its prices is asked before anything is wanted. */
const REFERENCE: Instrument = {
  kind: "equity",
  key: "SPY",
  symbol: "SPY",
  underlying: "SPY",
  multiplier: 1,
  currency: "USD",
  exchange: "",
  sessionClass: "equity",
  tickSize: 0.01,
};
