import { fail, ok, type Result } from "../../base/result.ts";
import type {
  BrokerError,
  Delivery,
  Subscription,
  SubscriptionChanges,
} from "../../ports/broker.ts";
import type { Instrument } from "../../domain/instrument.ts";
import { type Candidate, chooseSource, type FeedTrust } from "./feed_trust.ts";
import type { InstrumentRegistry } from "./instrument_registry.ts";
import type { Member } from "./member.ts";

/** What routes are made from. */
export interface RouterOptions {
  readonly members: readonly Member[];
  readonly registry: InstrumentRegistry;
  readonly trust: FeedTrust;
  /** Key that every broker delivers, heard or not: by it a feed is proven. */
  readonly referenceKey: string;
}

/** A wanted instrument and the place of the broker that delivers it; −1: nobody does. */
interface Route {
  readonly key: string;
  source: number;
}

/** Of nothing known: its feed is never live. */
const NOWHERE: Delivery = { feed: "nowhere", cadenceMs: null, isDerived: false };

/**
 * Which broker delivers the market data of which instrument. Each has one source at a time, so that
 * no two brokers' quotes mix in one value; a source whose feed is not proven live is given up for
 * the next one that knows the instrument.
 */
export class MarketRouter {
  readonly #options: RouterOptions;
  readonly #routes = new Map<number, Route>();
  /** Source by handle plus one, for every event on its way; 0: nobody. */
  #sources = new Uint8Array(1024);
  /** The source as `delivery` told it, by key: it stays until another choice is made for all. */
  readonly #told = new Map<string, number>();

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /** True when events of a handle are to come from this broker. */
  isFrom(handle: number, broker: number): boolean {
    return this.#sources[handle] === broker + 1;
  }

  /** The place of the broker that an instrument comes from; −1 when nobody knows it. */
  sourceOf(key: string): number {
    const known = this.#told.get(key);
    if (known !== undefined && this.#options.members[known]?.adapter) return known;
    return this.#choose(key, known ?? -1);
  }

  /** How market data of an instrument of the desk arrives. */
  delivery(instrument: Instrument): Delivery {
    const member = this.#options.members[this.sourceOf(instrument.key)];
    const own = member && this.#options.registry.ownOf(instrument.key, member.place);
    if (!own || member.adapter === null) return NOWHERE;
    const delivery = member.adapter.delivery(own);
    return { ...delivery, feed: member.feedId(delivery.feed) };
  }

  /** Makes `wanted` the whole set; what cannot be changes nothing. */
  replace(wanted: readonly Subscription[]): Result<null, BrokerError> {
    const unknown = this.#unknown(wanted);
    if (unknown !== null) return unknown;
    this.#routes.clear();
    this.#sources.fill(0);
    for (const one of wanted) this.#add(one);
    this.#divide();
    return ok(null);
  }

  /** Changes the set. */
  change({ added, removed }: SubscriptionChanges): Result<null, BrokerError> {
    const unknown = this.#unknown(added);
    if (unknown !== null) return unknown;
    for (const handle of removed) {
      this.#routes.delete(handle);
      this.#sources[handle] = 0;
    }
    for (const one of added) this.#add(one);
    this.#divide();
    return ok(null);
  }

  /** Chooses anew for all; answers the handles whose source is another now. */
  rebalance(): readonly number[] {
    const moved: number[] = [];
    this.#told.clear();
    for (const [handle, route] of this.#routes) {
      const source = this.#choose(route.key, route.source);
      if (source === route.source) continue;
      route.source = source;
      this.#sources[handle] = source + 1;
      moved.push(handle);
    }
    this.#divide();
    return moved;
  }

  /** Keys of wanted instruments whose source is not trusted: another broker may know them. */
  orphans(): readonly string[] {
    const { members, trust } = this.#options;
    const keys: string[] = [];
    for (const { key, source } of this.#routes.values()) {
      const feed = source < 0 ? null : this.#feedOf(key, members[source]);
      if (feed === null || !trust.isTrusted(feed)) keys.push(key);
    }
    return keys;
  }

  /** Keys of wanted instruments that come from a broker less preferred than this one. */
  behind(place: number): readonly string[] {
    const routes = [...this.#routes.values()];
    return routes.filter(({ source }) => source < 0 || source > place).map(({ key }) => key);
  }

  #add({ handle, instrument: { key } }: Subscription): void {
    const source = this.sourceOf(key);
    this.#routes.set(handle, { key, source });
    if (handle >= this.#sources.length) {
      const sources = new Uint8Array(2 * handle);
      sources.set(this.#sources);
      this.#sources = sources;
    }
    this.#sources[handle] = source + 1;
  }

  #unknown(wanted: readonly Subscription[]): Result<never, BrokerError> | null {
    const stranger = wanted.find(({ instrument }) =>
      !this.#options.registry.isKnown(instrument.key)
    );
    if (stranger === undefined) return null;
    const message = `${stranger.instrument.key} is known to no broker`;
    return fail({ code: "unknownInstrument", message, fix: null });
  }

  /** Gives each broker its share. */
  #divide(): void {
    const { members, registry, referenceKey } = this.#options;
    const shares = members.map(() => new Map<number, Instrument>());
    const give = (handle: number, key: string, place: number) => {
      const own = place < 0 ? null : registry.ownOf(key, place);
      if (own !== null) shares[place].set(handle, own);
    };
    for (const [handle, { key, source }] of this.#routes) {
      if (key === referenceKey) members.forEach(({ place }) => give(handle, key, place));
      else give(handle, key, source);
    }
    members.forEach((member, place) => {
      if (!isSameShare(member.wanted, shares[place])) member.wanted = shares[place];
    });
  }

  #feedOf(key: string, member: Member): string | null {
    const own = this.#options.registry.ownOf(key, member.place);
    if (own === null || member.adapter === null) return null;
    return member.feedId(member.adapter.delivery(own).feed);
  }

  #choose(key: string, present: number): number {
    const { members, trust } = this.#options;
    const candidates: Candidate[] = [];
    for (const member of members) {
      const feed = this.#feedOf(key, member);
      if (feed !== null) candidates.push({ broker: member.place, feed });
    }
    const source = chooseSource(candidates, trust, present);
    if (source >= 0) this.#told.set(key, source);
    return source;
  }
}

function isSameShare(a: ReadonlyMap<number, Instrument>, b: ReadonlyMap<number, Instrument>) {
  if (a.size !== b.size) return false;
  for (const [handle, instrument] of b) if (a.get(handle) !== instrument) return false;
  return true;
}
