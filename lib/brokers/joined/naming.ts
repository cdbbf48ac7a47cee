import type { Account, Balances } from "../../domain/account.ts";
import type { AccountFigures } from "../../domain/broker_figures.ts";
import type { Fill, Order, Position } from "../../domain/position.ts";
import type { ChainExpiry, LifecycleEvent } from "../../ports/broker.ts";
import type { InstrumentRegistry } from "./instrument_registry.ts";
import type { Member } from "./member.ts";

/** What a broker says, in the names of the desk: its accounts, its contracts. */
export class Naming {
  readonly #member: Member;
  readonly #registry: InstrumentRegistry;
  /** Unchanged positions stay the same objects, so that a long list costs next to nothing. */
  readonly #positions = new WeakMap<Position, Position>();

  constructor(member: Member, registry: InstrumentRegistry) {
    this.#member = member;
    this.#registry = registry;
  }

  /** The desk's key of a contract of the broker; null before it was described. */
  knownKey(key: string): string | null {
    return this.#registry.keyOf(this.#member.place, key);
  }

  /** The desk's key; of what nobody described, one that is this broker's alone. */
  key(key: string): string {
    return this.knownKey(key) ?? this.#registry.placeUndescribed(this.#member.place, key);
  }

  /** An account under the name of its broker. */
  account(account: Account): Account {
    const { id } = this.#member;
    return { ...account, id: this.#member.accountId(account.id), broker: id };
  }

  /** A position; of the same object always the same one. */
  position(position: Position): Position {
    const known = this.#positions.get(position);
    if (known !== undefined) return known;
    const named = this.#held(position);
    this.#positions.set(position, named);
    return named;
  }

  /** A fill or an order. */
  held<T extends Fill | Order>(one: T): T {
    return this.#held(one);
  }

  /** Balances of one of its accounts. */
  balances(balances: Balances): Balances {
    return { ...balances, accountId: this.#member.accountId(balances.accountId) };
  }

  /** What happened in one of its accounts. */
  lifecycle(event: LifecycleEvent): LifecycleEvent {
    const { accountId, instrumentKey } = event;
    return {
      ...event,
      accountId: accountId === null ? null : this.#member.accountId(accountId),
      instrumentKey: instrumentKey === null ? null : this.key(instrumentKey),
    };
  }

  /** The broker's own figures; what it alone lists keeps its key. */
  figures(figures: AccountFigures): AccountFigures {
    const positions = figures.positions.map((one) => ({
      ...one,
      instrumentKey: this.knownKey(one.instrumentKey) ?? one.instrumentKey,
    }));
    return { ...figures, accountId: this.#member.accountId(figures.accountId), positions };
  }

  /** Keys of a chain that were not described yet stay the broker's own until they are asked for. */
  chain(chain: readonly ChainExpiry[]): readonly ChainExpiry[] {
    const named = (key: string | null) => key === null ? null : this.knownKey(key) ?? key;
    return chain.map((expiry) => ({
      ...expiry,
      strikes: expiry.strikes.map(({ strike, callKey, putKey }) => ({
        strike,
        callKey: named(callKey),
        putKey: named(putKey),
      })),
    }));
  }

  #held<T extends { readonly accountId: string; readonly instrumentKey: string }>(one: T): T {
    const accountId = this.#member.accountId(one.accountId);
    const instrumentKey = this.key(one.instrumentKey);
    const isSame = accountId === one.accountId && instrumentKey === one.instrumentKey;
    return isSame ? one : { ...one, accountId, instrumentKey };
  }
}
