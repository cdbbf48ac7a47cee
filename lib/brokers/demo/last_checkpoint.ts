import type { Timers } from "../../ports/timers.ts";
import type { WorldLink } from "./wire/messages.ts";

/** Longest wait for the checkpoint of a market that ends, ms. */
export const LAST_CHECKPOINT_WAIT_MS = 2000;

/** Asks a market for its last checkpoint and waits for it, but not for long. */
export class LastCheckpoint {
  readonly #arrived = Promise.withResolvers<void>();

  /** Resolves once `settle` is called, or after the longest wait. */
  async take(link: WorldLink, timers: Timers): Promise<void> {
    const timer = timers.setTimer(LAST_CHECKPOINT_WAIT_MS, () => this.settle());
    link.send({ kind: "checkpoint" });
    await this.#arrived.promise;
    timer.cancel();
  }

  /** The checkpoint came, or none will. */
  settle(): void {
    this.#arrived.resolve();
  }
}
