import { fail, ok, type Result } from "../../base/result.ts";
import type { Account, FxRate } from "../../domain/account.ts";
import type { AccountFigures } from "../../domain/broker_figures.ts";
import type { Fill, Order, Position } from "../../domain/position.ts";
import { ASSUMED_CARRY } from "../../ports/broker.ts";
import type {
  Answer,
  Bar,
  BarQuery,
  BrokerAdapter,
  BrokerError,
  Carry,
  ChainExpiry,
  PreviousClose,
} from "../../ports/broker.ts";
import { notConnected, unknownAccount, unsupported } from "./answers.ts";
import type { JoinedBrokers } from "./joined_brokers.ts";
import type { Member } from "./member.ts";

/** A connected broker. */
interface Asked {
  readonly member: Member;
  readonly adapter: BrokerAdapter;
}

/** What several brokers answer together: lists of all, or the first that has an answer. */
export class JoinedQueries {
  readonly #brokers: JoinedBrokers;
  /** Accounts as an adapter listed them: one that is down later takes none from the others. */
  readonly #accounts = new WeakMap<BrokerAdapter, readonly Account[]>();

  constructor(brokers: JoinedBrokers) {
    this.#brokers = brokers;
  }

  #asked(): readonly Asked[] {
    return this.#brokers.connected().flatMap((member) =>
      member.adapter === null ? [] : [{ member, adapter: member.adapter }]
    );
  }

  /** The accounts of every broker that is connected. */
  async accounts(signal: AbortSignal): Answer<readonly Account[]> {
    const refused = this.#brokers.refuse(signal);
    if (refused !== null) return refused;
    const all: Account[] = [];
    for (const { member, adapter } of this.#asked()) {
      const known = this.#accounts.get(adapter);
      const answer = known === undefined ? await adapter.accounts(signal) : ok(known);
      if (!answer.ok) return answer;
      this.#accounts.set(adapter, answer.value);
      const naming = this.#brokers.naming(member);
      all.push(...answer.value.map((account) => naming.account(account)));
    }
    return ok(all);
  }

  async positions(accountId: string, signal: AbortSignal): Answer<readonly Position[]> {
    const refused = this.#brokers.refuse(signal);
    if (refused !== null) return refused;
    const owner = this.#brokers.ownerOf(accountId);
    if (owner === null) return unknownAccount(accountId);
    const { member, own } = owner;
    if (member.adapter === null) return notConnected(member.label);
    const answer = await member.adapter.positions(own, signal);
    if (!answer.ok) return answer;
    const learned = await this.#learn(member, answer.value, signal);
    if (!learned.ok) return learned;
    const naming = this.#brokers.naming(member);
    return ok(answer.value.map((position) => naming.position(position)));
  }

  /** Fills or orders of one broker, in the desk's names. */
  async held<T extends Fill | Order>(
    member: Member,
    asked: Answer<readonly T[]>,
    signal: AbortSignal,
  ): Answer<readonly T[]> {
    const answer = await asked;
    if (!answer.ok) return answer;
    const learned = await this.#learn(member, answer.value, signal);
    if (!learned.ok) return learned;
    const naming = this.#brokers.naming(member);
    return ok(answer.value.map((one) => naming.held(one)));
  }

  #learn(
    member: Member,
    held: readonly { readonly instrumentKey: string }[],
    signal: AbortSignal,
  ): Promise<Result<null, BrokerError>> {
    const keys = held.map(({ instrumentKey }) => instrumentKey);
    return this.#brokers.knowledge.held(member, keys, signal);
  }

  /** What the broker of an account says of it. */
  async figures(
    member: Member,
    adapter: BrokerAdapter,
    own: string,
    signal: AbortSignal,
  ): Answer<AccountFigures> {
    if (adapter.figures === undefined) return unsupported("figures of its own");
    const answer = await adapter.figures(own, signal);
    return answer.ok ? ok(this.#brokers.naming(member).figures(answer.value)) : answer;
  }

  /** Rates in the desk's base, of whoever has them. */
  async fxRates(signal: AbortSignal): Answer<readonly FxRate[]> {
    const refused = this.#brokers.refuse(signal);
    if (refused !== null) return refused;
    let failure: Result<never, BrokerError> | null = null;
    let isAnswered = false;
    for (const { member, adapter } of this.#asked()) {
      const answer = await adapter.fxRates(signal);
      if (!answer.ok) failure ??= answer;
      else {
        isAnswered = true;
        for (const rate of answer.value) this.#brokers.fx.take(member.place, rate);
      }
    }
    return isAnswered || failure === null ? ok(this.#brokers.fx.rates()) : failure;
  }

  /** Closes of keys, of the source of each where it has one, else of whoever knows it. */
  async previousCloses(
    keys: readonly string[],
    signal: AbortSignal,
  ): Answer<readonly PreviousClose[]> {
    const refused = this.#brokers.refuse(signal);
    if (refused !== null) return refused;
    const { registry } = this.#brokers;
    const found = new Map<string, PreviousClose>();
    const stranger = keys.find((key) => !registry.isKnown(key));
    if (stranger !== undefined) {
      const message = `no broker knows ${stranger}`;
      return fail({ code: "unknownInstrument", message, fix: null });
    }
    let failure: Result<never, BrokerError> | null = null;
    const ask = async ({ member, adapter }: Asked, isAsked: (key: string) => boolean) => {
      const own = new Map(
        keys.filter((key) => !found.has(key) && isAsked(key)).flatMap((key) => {
          const instrument = registry.ownOf(key, member.place);
          return instrument === null ? [] : [[instrument.key, key] as const];
        }),
      );
      if (own.size === 0) return;
      const answer = await adapter.previousCloses([...own.keys()], signal);
      if (!answer.ok) failure ??= answer;
      else {
        for (const close of answer.value) {
          const key = own.get(close.instrumentKey);
          if (key !== undefined) found.set(key, { ...close, instrumentKey: key });
        }
      }
    };
    for (const asked of this.#asked()) {
      await ask(asked, (key) => this.#brokers.sourceOf(key) === asked.member.place);
    }
    for (const asked of this.#asked()) await ask(asked, () => true);
    if (failure === null) return ok([...found.values()]);
    if (found.size === 0) return failure;
    const { lifetime } = this.#brokers;
    const missing = keys.filter((key) => !found.has(key));
    this.#brokers.owe(missing, (owed) => this.previousCloses(owed, lifetime));
    return ok([...found.values()]);
  }

  /** Carry of underlyings, of the first broker that publishes it. */
  async carry(underlyings: readonly string[], signal: AbortSignal): Answer<readonly Carry[]> {
    const refused = this.#brokers.refuse(signal);
    if (refused !== null) return refused;
    const { registry } = this.#brokers;
    const found = new Map<string, Carry>();
    let failure: Result<never, BrokerError> | null = null;
    let isAnswered = false;
    for (const { member, adapter } of this.#asked()) {
      const own = new Map(
        underlyings.filter((name) => isWanting(found.get(name))).map((name) =>
          [registry.ownOf(name, member.place)?.underlying ?? name, name] as const
        ),
      );
      const answer = await adapter.carry([...own.keys()], signal);
      if (!answer.ok) {
        failure ??= answer;
        continue;
      }
      isAnswered = true;
      for (const carry of answer.value) {
        const underlying = own.get(carry.underlying);
        if (underlying === undefined || (found.has(underlying) && isWanting(carry))) continue;
        found.set(underlying, { ...carry, underlying });
      }
    }
    return isAnswered || failure === null ? ok([...found.values()]) : failure;
  }

  /** The chain of an underlying, of the first broker that has one. */
  async chain(underlying: string, signal: AbortSignal): Answer<readonly ChainExpiry[]> {
    const refused = this.#brokers.refuse(signal);
    if (refused !== null) return refused;
    let last: Result<readonly ChainExpiry[], BrokerError> = unsupported("option chains");
    for (const { member, adapter } of this.#asked()) {
      if (!adapter.capabilities.hasChains) continue;
      const answer = await adapter.chain(underlying, signal);
      if (!answer.ok) {
        if (!last.ok) last = answer;
        continue;
      }
      last = ok(this.#brokers.naming(member).chain(answer.value));
      if (answer.value.length > 0) break;
    }
    return last;
  }

  /** Bars of an instrument, of its source where it has some, else of whoever knows it. */
  async bars(query: BarQuery, signal: AbortSignal): Answer<readonly Bar[]> {
    const refused = this.#brokers.refuse(signal);
    if (refused !== null) return refused;
    const { registry } = this.#brokers;
    const source = this.#brokers.sourceOf(query.instrumentKey);
    const isKnown = registry.isKnown(query.instrumentKey);
    let last: Result<readonly Bar[], BrokerError> = isKnown
      ? unsupported(`bars of ${query.size}`)
      : fail({
        code: "unknownInstrument",
        message: `no broker knows ${query.instrumentKey}`,
        fix: null,
      });
    const order = this.#asked().toSorted((a, b) =>
      Number(b.member.place === source) - Number(a.member.place === source)
    );
    for (const { member, adapter } of order) {
      const own = registry.ownOf(query.instrumentKey, member.place);
      if (own === null || !adapter.capabilities.barSizes.includes(query.size)) continue;
      const answer = await adapter.bars({ ...query, instrumentKey: own.key }, signal);
      if (answer.ok || !last.ok) last = answer;
      if (answer.ok && answer.value.length > 0) break;
    }
    return last;
  }
}

/** True while nobody told a carry, or somebody only assumed one. */
function isWanting(carry: Carry | undefined): boolean {
  return carry === undefined || carry.source === ASSUMED_CARRY;
}
