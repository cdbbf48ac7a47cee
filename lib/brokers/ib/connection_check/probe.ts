import type { Timer, Timers } from "../../../ports/timers.ts";
import type { IbAddress, IbClient, OpenIbClient } from "../wire/client.ts";
import { Seen } from "./seen.ts";

/** What a probe needs. */
export interface ProbeOptions {
  readonly address: IbAddress;
  readonly open: OpenIbClient;
  readonly timers: Timers;
}

/** How a wait ended: what was waited for came, the connection ended, or the time was over. */
export type WaitEnd = "met" | "ended" | "late" | "canceled";

const FIRST_ID = 1_900_000;

/** A connection that is opened to test and closed afterwards. */
export class IbProbe {
  readonly seen: Seen;
  readonly client: IbClient;
  readonly #timers: Timers;
  #look: () => void = () => {};
  #nextId = FIRST_ID;

  constructor({ address, open, timers }: ProbeOptions) {
    this.#timers = timers;
    this.seen = new Seen(() => this.#look());
    this.client = open(address, this.seen.events());
  }

  /** A request id that no order has. */
  nextId(): number {
    return this.#nextId++;
  }

  /** Waits until `holds`, at most `limitMs`; one wait at a time. */
  until(holds: () => boolean, limitMs: number, signal: AbortSignal): Promise<WaitEnd> {
    return new Promise((resolve) => {
      let timer: Timer | null = null;
      const end = (how: WaitEnd) => {
        timer?.cancel();
        signal.removeEventListener("abort", cancel);
        this.#look = () => {};
        resolve(how);
      };
      const cancel = () => end("canceled");
      if (signal.aborted) return end("canceled");
      this.#look = () => {
        if (holds()) end("met");
        else if (this.seen.closedReason !== null) end("ended");
      };
      signal.addEventListener("abort", cancel);
      timer = this.#timers.setTimer(limitMs, () => end("late"));
      this.#look();
    });
  }

  /** Ends it; idempotent. */
  close(): void {
    this.client.close();
  }
}
