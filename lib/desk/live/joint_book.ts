import type { Currency } from "../../base/brand.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { JoinedBroker } from "../../brokers/joined/adapter.ts";
import type { Away, MemberName } from "../../brokers/joined/member.ts";
import type { ConnectionReport } from "../../domain/connection.ts";
import { connectionSentence } from "../../portfolio/connect/sentence.ts";
import type { BrokerAdapter, BrokerError } from "../../ports/broker.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Timers } from "../../ports/timers.ts";
import type { Desk } from "../desk.ts";

/** What one book over several brokers is made from. */
export interface JointBookOptions {
  /** In the order in which their market data is preferred. */
  readonly members: readonly MemberName[];
  readonly baseCurrency: Currency;
  readonly referenceKey: string;
  /** Starts the desk over the first broker that is there; a failure has closed the adapter. */
  readonly startDesk: (
    adapter: BrokerAdapter,
    signal: AbortSignal,
  ) => Promise<Result<Desk, BrokerError>>;
  readonly clock: Clock;
  readonly timers: Timers;
}

const CANCELED: BrokerError = { code: "canceled", message: "the start was given up", fix: null };

/**
 * One desk over brokers that come one after the other, in any order: the first starts it, the
 * others are taken in while it runs. Each is one `LiveStart`, which sees a desk of its own.
 */
export class JointBook {
  readonly #options: JointBookOptions;
  readonly #aways = new Map<string, Away>();
  #joined: JoinedBroker | null = null;
  #desk: Desk | null = null;
  /** Brokers come one at a time. */
  #turn: Promise<unknown> = Promise.resolve();
  #stopped: Promise<void> | null = null;

  constructor(options: JointBookOptions) {
    this.#options = options;
  }

  /** Takes a tested adapter in; after a failure it is closed. */
  take(
    id: string,
    adapter: BrokerAdapter,
    signal: AbortSignal,
  ): Promise<Result<Desk, BrokerError>> {
    const taken = this.#turn.then(() => this.#take(id, adapter, signal));
    this.#turn = taken;
    return taken;
  }

  /** A broker is not there, for the reason that its steps give. */
  failed(report: ConnectionReport): void {
    const away: Away = {
      state: "down",
      since: this.#options.clock.now(),
      detail: connectionSentence(report).replace(/\.$/, ""),
    };
    this.#aways.set(report.id, away);
    this.#joined?.away(report.id, away);
  }

  async #take(
    id: string,
    adapter: BrokerAdapter,
    signal: AbortSignal,
  ): Promise<Result<Desk, BrokerError>> {
    if (signal.aborted || this.#stopped !== null) {
      await adapter.close();
      return fail(CANCELED);
    }
    const desk = this.#desk;
    if (desk === null) return await this.#begin(id, adapter, signal);
    const added = await this.#add(id, adapter, { desk, signal });
    if (!added.ok) {
      this.#joined?.away(id, {
        state: "down",
        since: this.#options.clock.now(),
        detail: added.error.message,
      });
      await adapter.close();
      return added;
    }
    return ok(this.#seen(desk));
  }

  async #begin(
    id: string,
    adapter: BrokerAdapter,
    signal: AbortSignal,
  ): Promise<Result<Desk, BrokerError>> {
    const { members, baseCurrency, referenceKey, startDesk, clock, timers } = this.#options;
    const joined = new JoinedBroker({
      members: members.map((name) => ({ ...name, adapter: name.id === id ? adapter : null })),
      mode: "live",
      baseCurrency,
      referenceKey,
      source: clock,
      clock,
      timers,
    });
    for (const [other, away] of this.#aways) if (other !== id) joined.away(other, away);
    this.#joined = joined;
    const started = await startDesk(joined, signal);
    if (!started.ok) {
      this.#joined = null;
      return started;
    }
    this.#desk = started.value;
    return ok(this.#seen(started.value));
  }

  async #add(
    id: string,
    adapter: BrokerAdapter,
    { desk, signal }: { readonly desk: Desk; readonly signal: AbortSignal },
  ): Promise<Result<null, BrokerError>> {
    const admitted = await this.#joined?.admit(id, adapter, signal) ?? fail(CANCELED);
    if (!admitted.ok) return admitted;
    const taken = await desk.takeIn();
    if (taken.ok) this.#joined?.loaded(id);
    return signal.aborted ? fail(CANCELED) : taken;
  }

  /** The desk as one of its brokers sees it: whoever stops it first stops it once. */
  #seen(desk: Desk): Desk {
    return {
      services: desk.services,
      takeIn: () => desk.takeIn(),
      stop: (reason) => this.#stopped ??= desk.stop(reason),
    };
  }
}
