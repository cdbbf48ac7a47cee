import type { UnixMs } from "../../base/brand.ts";
import { compareAccount, type ComparedAccount } from "../../portfolio/reconciliation/account.ts";
import { ACCOUNT_FIGURES, type AccountProblem } from "../../portfolio/reconciliation/answer.ts";
import type { OurAccount } from "../../portfolio/reconciliation/our_figures.ts";
import { Persistence } from "../../portfolio/reconciliation/persistence.ts";
import type { BrokerAdapter, BrokerError } from "../../ports/broker.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Timer, Timers } from "../../ports/timers.ts";

/** What the reconciler works on. */
export interface ReconcilerOptions {
  readonly adapter: Pick<BrokerAdapter, "figures">;
  readonly clock: Pick<Clock, "monotonic">;
  readonly timers: Timers;
  /** Ids of the accounts by dense index; empty until the book is loaded. */
  readonly accountIds: () => readonly string[];
  /** The desk's side of an account as it stands now. */
  readonly read: (index: number, hasGreeks: boolean) => OurAccount;
  readonly lastFillAt: (accountId: string) => UnixMs | null;
  /** Who answers for an account, by dense index: one that is silent holds up no other's. */
  readonly brokerOf?: (index: number) => string;
  /** Positions that the book holds: nobody walks over a very large book unasked. */
  readonly positionCount: () => number;
}

/** What is known of one account. */
export interface AccountState {
  /** The newest comparison, null before the first. */
  readonly compared: ComparedAccount | null;
  /** Why the broker did not answer last time. */
  readonly problem: AccountProblem | null;
  /** Since when something differs that has done so for a while. */
  readonly differsSince: UnixMs | null;
}

/** Differences of an account that have lasted for a while. */
export interface Lasting {
  readonly since: UnixMs;
  /** The newest comparison that had differences. */
  readonly compared: ComparedAccount;
}

interface Kept {
  askedAt: number;
  notBefore: number;
  compared: ComparedAccount | null;
  differing: ComparedAccount | null;
  problem: AccountProblem | null;
}

/** A broker is asked about an account no more often than this while somebody looks. */
const LOOKED_AT_EVERY_MS = 15_000;
/** And no more often than this while nobody does. */
const UNSEEN_EVERY_MS = 60_000;
/** Somebody looks for this long after a look. */
const LOOK_LASTS_MS = 30_000;
const CHECK_EVERY_MS = 5_000;
const ANSWER_WITHIN_MS = 10_000;
/** How long a page waits for its first comparison. */
const FIRST_WITHIN_MS = 2_500;
/** A larger book is compared only while somebody looks. */
const UNSEEN_POSITIONS_MAX = 2_500;
/** A broker that has had enough is left alone. */
const RATE_LIMITED_MS = 120_000;

/**
 * Asks the broker for its own figures, account after account at a bounded pace, and keeps what a
 * comparison with the desk's found. Never on the way of a quote.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #persistence = new Persistence();
  readonly #abort = new AbortController();
  #timer: Timer | null = null;
  #lookedAt = -Infinity;
  #running: Promise<void> | null = null;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** True when the source has figures of its own. */
  get isTold(): boolean {
    return this.#options.adapter.figures !== undefined;
  }

  /** Compares from now on. */
  start(): void {
    if (!this.isTold) return;
    this.#timer = this.#options.timers.setPeriodic(CHECK_EVERY_MS, () => void this.#check());
  }

  /** Ends everything; idempotent. */
  stop(): void {
    this.#timer?.cancel();
    this.#abort.abort();
  }

  /**
   * Somebody looks. Resolves when every account that may be asked now was compared, and at once
   * when each has a comparison: no page waits for a broker longer than for its first answer.
   */
  async look(): Promise<void> {
    this.#lookedAt = this.#options.clock.monotonic();
    if (!this.isTold || this.#abort.signal.aborted) return;
    const comparing = this.#check();
    const isKnown = this.#options.accountIds().every((id) => this.#kept.has(id));
    if (isKnown && [...this.#kept.values()].every(isAnswered)) return;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = this.#options.timers.setTimer(FIRST_WITHIN_MS, resolve);
    await Promise.race([comparing, late]);
    timer.cancel();
  }

  /** What is known of an account. */
  stateOf(accountId: string): AccountState {
    const kept = this.#kept.get(accountId);
    return {
      compared: kept?.compared ?? null,
      problem: kept?.problem ?? null,
      differsSince: this.#persistence.lastingSince(accountId),
    };
  }

  /** A comparison that shows the differences of an account that last; null when none does. */
  lastingOf(accountId: string): Lasting | null {
    const since = this.#persistence.lastingSince(accountId);
    const compared = this.#kept.get(accountId)?.differing ?? null;
    return since === null || compared === null ? null : { since, compared };
  }

  #check(): Promise<void> {
    const { clock, positionCount } = this.#options;
    const isSeen = clock.monotonic() - this.#lookedAt < LOOK_LASTS_MS;
    if (!isSeen && positionCount() > UNSEEN_POSITIONS_MAX) return Promise.resolve();
    this.#running ??= this.#compareDue(isSeen ? LOOKED_AT_EVERY_MS : UNSEEN_EVERY_MS)
      .finally(() => this.#running = null);
    return this.#running;
  }

  async #compareDue(everyMs: number): Promise<void> {
    const ids = this.#options.accountIds();
    for (const id of this.#kept.keys()) if (!ids.includes(id)) this.#kept.delete(id);
    const brokerOf = this.#options.brokerOf ?? (() => "");
    const byBroker = Map.groupBy(ids.keys(), (index) => brokerOf(index));
    await Promise.all(
      Array.from(byBroker.values(), (own) => this.#compareInTurn(ids, own, everyMs)),
    );
  }

  /** One broker's accounts, one after the other. */
  async #compareInTurn(
    ids: readonly string[],
    own: readonly number[],
    everyMs: number,
  ): Promise<void> {
    for (const index of own) {
      const id = ids[index];
      const now = this.#options.clock.monotonic();
      const kept = this.#kept.get(id);
      const isDue = kept === undefined ||
        (now - kept.askedAt >= everyMs && now >= kept.notBefore);
      if (isDue && !this.#abort.signal.aborted) await this.#compare(index, id, now);
    }
  }

  async #compare(index: number, id: string, askedAt: number): Promise<void> {
    const { read, lastFillAt, accountIds } = this.#options;
    const kept = this.#kept.get(id) ??
      { askedAt, notBefore: -Infinity, compared: null, differing: null, problem: null };
    kept.askedAt = askedAt;
    this.#kept.set(id, kept);
    const before = read(index, false);
    const figures = await this.#ask(id);
    if (this.#abort.signal.aborted || accountIds()[index] !== id) return;
    if (!figures.ok) return this.#refused(kept, figures.error);
    const ours = read(index, true);
    const last = lastFillAt(id);
    const compared = compareAccount({ figures: figures.value, before, ours, lastFillAt: last });
    kept.compared = compared;
    if (compared.state === "differs") kept.differing = compared;
    kept.problem = null;
    this.#persistence.take(id, differing(compared), compared.comparedAt);
  }

  #refused(kept: Kept, { code, message, fix }: BrokerError): void {
    kept.problem = { message, fix };
    if (code === "rateLimited") kept.notBefore = kept.askedAt + RATE_LIMITED_MS;
  }

  /** The broker's answer, or "timeout": a call that never ends would end all comparing. */
  async #ask(id: string) {
    const { adapter, timers } = this.#options;
    const call = new AbortController();
    const end = () => call.abort();
    const timer = timers.setTimer(ANSWER_WITHIN_MS, end);
    this.#abort.signal.addEventListener("abort", end, { once: true });
    const answer = await adapter.figures?.(id, call.signal);
    timer.cancel();
    this.#abort.signal.removeEventListener("abort", end);
    if (answer !== undefined && !(answer.ok === false && answer.error.code === "canceled")) {
      return answer;
    }
    const message = "the broker did not answer within 10 s";
    return { ok: false, error: { code: "timeout", message, fix: null } } as const;
  }
}

function isAnswered({ compared, problem }: Kept): boolean {
  return compared !== null || problem !== null;
}

/** Names of what differs in an account, as differences are followed. */
function* differing(compared: ComparedAccount): Generator<string> {
  for (const name of ACCOUNT_FIGURES) {
    if (compared[name].state === "differs") yield name;
  }
  for (const { instrumentKey, state } of compared.positions) {
    if (state === "differs") yield `position ${instrumentKey}`;
  }
}
