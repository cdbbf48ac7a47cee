import type { BrokerAdapter } from "../../ports/broker.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { Timers } from "../../ports/timers.ts";
import type { Connections } from "../connections.ts";
import { type Desk, startDesk } from "../desk.ts";
import type { DeskOptions } from "../options.ts";
import type { Store } from "../recording/recording.ts";
import { type LiveBroker, LiveStart } from "./live_start.ts";

/** What a live desk is made from. */
export interface LiveDeskOptions {
  readonly broker: LiveBroker;
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

/** A desk that is served before its book is there: `LiveStart` around `startDesk`. */
export class LiveDesk {
  readonly #start: LiveStart;
  #untaken: { readonly store: Store | null } | null;

  constructor(options: LiveDeskOptions) {
    this.#untaken = { store: options.store };
    this.#start = new LiveStart({
      ...options,
      startDesk: async (adapter, signal) => {
        const store = this.#untaken === null ? await options.reopenStore() : this.#untaken.store;
        this.#untaken = null;
        return await startDesk(options.options(adapter, store), signal);
      },
    });
  }

  /** What pages and API show of it. */
  get connections(): Connections {
    return this.#start;
  }

  /** Begins to connect; call once. */
  start(): void {
    this.#start.start();
  }

  /** Gives up or stops the desk, whichever it is by then; idempotent. */
  async stop(reason: string): Promise<void> {
    await this.#start.stop(reason);
    const untaken = this.#untaken;
    this.#untaken = null;
    await untaken?.store?.close();
  }
}
