import type { UnixMs } from "../../base/brand.ts";

const KEPT = 20;

/** A message that was left out, as text: bounded, account numbers masked. */
export interface SetAside {
  readonly at: UnixMs;
  readonly text: string;
}

/** The last messages that could not be understood, for the debug page. */
export class Quarantine {
  /** How many there were. */
  count = 0;
  #kept: SetAside[] = [];

  /** Sets one aside. */
  add(at: UnixMs, text: string): void {
    this.count++;
    this.#kept.push({ at, text });
    if (this.#kept.length > KEPT) this.#kept.shift();
  }

  /** Those that are kept, oldest first. */
  read(): readonly SetAside[] {
    return [...this.#kept];
  }
}
