import type { DailyEntry } from "../../ports/history.ts";

const BARS_MAX = 100_000;

/** Daily bars that wait for the disk: the newest of each; past the bound the oldest are dropped. */
export class WaitingBars {
  #byName = new Map<string, DailyEntry>();

  /** Bars that wait. */
  get size(): number {
    return this.#byName.size;
  }

  /** Adds bars; one of the same session and column replaces the one that waits. */
  put(bars: readonly DailyEntry[]): void {
    for (const bar of bars) {
      const name = `${bar.kind} ${bar.column} ${bar.session} ${bar.key}`;
      this.#byName.delete(name);
      this.#byName.set(name, bar);
      if (this.#byName.size <= BARS_MAX) continue;
      const [oldest] = this.#byName.keys();
      this.#byName.delete(oldest);
    }
  }

  /** Takes all. */
  takeAll(): readonly DailyEntry[] {
    const bars = [...this.#byName.values()];
    this.#byName = new Map();
    return bars;
  }
}
