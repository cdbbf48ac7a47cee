import { ok, type Result } from "../../base/result.ts";
import { type Instrument, isOption } from "../../domain/instrument.ts";
import type { BrokerError } from "../../ports/broker.ts";
import type { Timers } from "../../ports/timers.ts";
import { notConnected } from "./answers.ts";
import { describeKnown } from "./describing.ts";
import type { InstrumentRegistry, KeptApart } from "./instrument_registry.ts";
import type { Member } from "./member.ts";

/** What is needed to learn what brokers know. */
export interface KnowledgeOptions {
  readonly members: readonly Member[];
  readonly registry: InstrumentRegistry;
  readonly timers: Timers;
  /** Ends what runs by itself. */
  readonly lifetime: AbortSignal;
  readonly trouble: (message: string) => void;
}

/** A broker that fails to describe what it holds is asked so often, with this pause between. */
const TRIES = 5;
const PAUSE_MS = 2_000;
/** Keys that a broker is asked for by itself at once: what it holds comes first. */
const ASKED_AT_ONCE = 500;

/** Learns from each broker what it calls contracts, and which of them it knows. */
export class Knowledge {
  readonly #options: KnowledgeOptions;
  /** Keys that a broker said it does not know. */
  readonly #refused: readonly Set<string>[];
  readonly #isAsking: boolean[];

  constructor(options: KnowledgeOptions) {
    this.#options = options;
    this.#refused = options.members.map(() => new Set());
    this.#isAsking = options.members.map(() => false);
  }

  /**
   * Asks brokers, the preferred first, for keys of the desk until each is known; one that is known
   * of a less preferred broker is asked of the preferred one too, so that its prices can come from
   * there. Answers the first failure that is not a plain no.
   */
  async describe(keys: readonly string[], signal: AbortSignal): Promise<BrokerError | null> {
    const { members, registry } = this.#options;
    let failure: BrokerError | null = null;
    for (const member of members) {
      const isOpen = (key: string) =>
        this.#isWorthAsking(member, key) &&
        !members.some(({ place, adapter }) =>
          place < member.place && adapter !== null && registry.ownOf(key, place) !== null
        );
      const asked = await this.#learn(member, keys.filter(isOpen), { signal, isHeld: false });
      if (!asked.ok && asked.error.code !== "notConnected") failure ??= asked.error;
    }
    for (const key of keys) {
      const own = registry.undescribed(key);
      if (own === null) continue;
      const learned = await this.#learn(members[own.broker], [own.key], { signal, isHeld: true });
      if (!learned.ok) failure ??= learned.error;
    }
    return failure;
  }

  /** Learns what a broker holds; fails when it cannot say. */
  held(
    member: Member,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<null, BrokerError>> {
    return this.#learn(member, [...new Set(keys)], { signal, isHeld: true });
  }

  /** As `held`, for what comes by itself: tries again for a while, then leaves it undescribed. */
  async learnHeld(member: Member, keys: readonly string[]): Promise<void> {
    const { lifetime } = this.#options;
    for (let tries = 0; tries < TRIES && !lifetime.aborted; tries++) {
      if ((await this.held(member, keys, lifetime)).ok) return;
      await this.#pause();
    }
  }

  /** Asks a broker by itself which of these it knows; one question at a time. */
  async ask(member: Member, keys: readonly string[]): Promise<void> {
    if (this.#isAsking[member.place]) return;
    this.#isAsking[member.place] = true;
    const { lifetime: signal } = this.#options;
    const open = keys.filter((key) => this.#isWorthAsking(member, key)).slice(0, ASKED_AT_ONCE);
    await this.#learn(member, open, { signal, isHeld: false });
    this.#isAsking[member.place] = false;
  }

  /** True for a key that brokers share and this one was not asked for. */
  #isWorthAsking({ place, adapter }: Member, key: string): boolean {
    const { registry } = this.#options;
    if (adapter === null || registry.keyOf(place, key) !== null) return false;
    const isShared = registry.isCanonical(key) || !registry.isKnown(key);
    return isShared && registry.undescribed(key) === null && !this.#refused[place].has(key);
  }

  async #learn(
    member: Member,
    keys: readonly string[],
    { signal, isHeld }: { readonly signal: AbortSignal; readonly isHeld: boolean },
  ): Promise<Result<null, BrokerError>> {
    const { place, adapter } = member;
    const unknown = keys.filter((key) => this.#isUnknown(place, key));
    if (unknown.length === 0) return ok(null);
    if (adapter === null) return notConnected(member.label);
    const described = await describeKnown(adapter, unknown, signal);
    if (!described.ok) return described;
    const drivers = await describeKnown(
      adapter,
      this.#driversOf(place, described.value),
      signal,
    );
    if (!drivers.ok) return drivers;
    const all = [...drivers.value, ...described.value];
    for (const one of all.filter((one) => !isOption(one))) this.#place(place, one, isHeld);
    for (const one of all.filter(isOption)) this.#place(place, one, isHeld);
    for (const key of unknown) {
      if (this.#isUnknown(place, key)) this.#refused[place].add(key);
    }
    return ok(null);
  }

  #isUnknown(place: number, key: string): boolean {
    const { registry } = this.#options;
    const known = registry.keyOf(place, key);
    return known === null || registry.undescribed(known) !== null;
  }

  #driversOf(place: number, described: readonly Instrument[]): readonly string[] {
    const keys = described.flatMap((one) => isOption(one) ? [one.underlyingKey] : []);
    const listed = new Set(described.map(({ key }) => key));
    return [...new Set(keys)].filter((key) => !listed.has(key) && this.#isUnknown(place, key));
  }

  #place(place: number, instrument: Instrument, isHeld: boolean): void {
    const apart = this.#options.registry.place(place, instrument);
    if (apart !== null && isHeld) this.#options.trouble(this.#sentence(apart));
  }

  #sentence({ key, apartKey, brokers, difference }: KeptApart): string {
    const [first, second] = brokers.map((place) => this.#options.members[place].label);
    const terms = `${difference.term} ${difference.first} and ${difference.second}`;
    return `${key} is not the same contract at ${first} and ${second}: ${terms}; ` +
      `the one at ${second} is kept apart as ${apartKey}`;
  }

  #pause(): Promise<void> {
    const { timers, lifetime } = this.#options;
    return new Promise((resolve) => {
      const timer = timers.setTimer(PAUSE_MS, resolve);
      lifetime.addEventListener("abort", () => {
        timer.cancel();
        resolve();
      }, { once: true });
    });
  }
}
