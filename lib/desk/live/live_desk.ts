import { assert } from "../../base/assert.ts";
import type { BrokerAdapter } from "../../ports/broker.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { Timers } from "../../ports/timers.ts";
import type { Connections } from "../connections.ts";
import { type Desk, startDesk } from "../desk.ts";
import type { DeskOptions } from "../options.ts";
import type { Store } from "../recording/recording.ts";
import { JointBook } from "./joint_book.ts";
import { type LiveBroker, LiveStart, type LiveStartOptions } from "./live_start.ts";
import { SeveralStarts } from "./several_starts.ts";

/** What a live desk is made from. */
export interface LiveDeskOptions {
  /** In the order in which their market data is preferred; at least one. */
  readonly brokers: readonly LiveBroker[];
  /** Opened before anything is sent, so that a folder that cannot be used ends the start. */
  readonly store: Store | null;
  /** Opens it again: a start that failed has closed the one it had. */
  readonly reopenStore: () => Promise<Store | null>;
  /** A desk around one attempt's adapter and store. */
  readonly options: (adapter: BrokerAdapter, store: Store | null) => DeskOptions;
  readonly onLoaded: (desk: Desk) => void;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
}

/** The desk's own money where brokers keep books in several, and what proves a feed alive. */
const BASE_CURRENCY = "USD";
const REFERENCE_KEY = "SPY";

/** A desk that is served before its book is there: `LiveStart` around `startDesk`, per broker. */
export class LiveDesk {
  readonly #starts: SeveralStarts;
  #untaken: { readonly store: Store | null } | null;

  constructor(options: LiveDeskOptions) {
    const { brokers, clock } = options;
    assert(brokers.length > 0, "a live desk has a broker");
    this.#untaken = { store: options.store };
    const start = async (adapter: BrokerAdapter, signal: AbortSignal) => {
      const store = this.#untaken === null ? await options.reopenStore() : this.#untaken.store;
      this.#untaken = null;
      return await startDesk(options.options(adapter, store), signal);
    };
    const starts = brokers.length === 1
      ? [new LiveStart({ ...options, broker: brokers[0], startDesk: start })]
      : jointStarts(options, start);
    this.#starts = new SeveralStarts(starts, clock);
  }

  /** What pages and API show of it. */
  get connections(): Connections {
    return this.#starts;
  }

  /** Begins to connect; call once. */
  start(): void {
    this.#starts.start();
  }

  /** Gives up or stops the desk, whichever it is by then; idempotent. */
  async stop(reason: string): Promise<void> {
    await this.#starts.stop(reason);
    const untaken = this.#untaken;
    this.#untaken = null;
    await untaken?.store?.close();
  }
}

/** A start per broker, all of one book. */
function jointStarts(
  options: LiveDeskOptions,
  startDesk: LiveStartOptions["startDesk"],
): LiveStart[] {
  const { brokers, clock, timers } = options;
  const book = new JointBook({
    members: brokers.map(({ id, label }) => ({ id, label })),
    baseCurrency: BASE_CURRENCY,
    referenceKey: REFERENCE_KEY,
    startDesk,
    clock,
    timers,
  });
  return brokers.map((broker) =>
    new LiveStart({
      ...options,
      broker,
      startDesk: (adapter, signal) => book.take(broker.id, adapter, signal),
      onFailed: (report) => book.failed(report),
    })
  );
}
