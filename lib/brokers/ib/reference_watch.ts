import type { ReferenceSigns } from "./link.ts";

const SILENT_MS = 15_000;
/** Within this time of a connection the reference is asked for, if it ever is. */
const ASKING_MS = 5_000;
/** Mute connections after which the reference is not believed: it has no data here. */
const STRIKES = 2;

/** What the reference symbol says of market data. */
export type ReferenceVerdict = "proven" | "unproven" | "silent" | "off";

/**
 * Whether market data is proven live by the reference symbol: in the regular session its silence
 * over 15 s means mute. A reference that never ticks on two connections has no data here, and is no
 * longer believed until it ticks. Source: design.md, "Current, stale, absent, closed".
 */
export class ReferenceWatch {
  verdict: ReferenceVerdict = "off";
  isTrusted = true;
  /** It ticked on this connection. */
  hasTicked = false;
  #count = 0;
  #begunAt: number | null = null;
  #since: number | null = null;
  #strikes = 0;

  /** A new connection begins. */
  restart(): void {
    this.verdict = "off";
    this.hasTicked = false;
    this.#count = 0;
    this.#begunAt = null;
    this.#since = null;
  }

  /** One look at awake `now`; "replace" when the connection is mute, null otherwise. */
  look(now: number, signs: ReferenceSigns, isDue: boolean): "replace" | null {
    if (signs.tickCount !== this.#count) {
      this.#count = signs.tickCount;
      this.hasTicked = signs.tickCount > 0;
      this.#since = now;
      if (this.hasTicked) this.#believe();
    }
    this.#begunAt ??= now;
    const isWaited = signs.isAsked || now - this.#begunAt < ASKING_MS;
    if (!isDue || !isWaited || signs.isHalted || !this.isTrusted) {
      this.#since = null;
      this.verdict = "off";
      return null;
    }
    if (!signs.isAsked) {
      this.verdict = "unproven";
      return null;
    }
    this.#since ??= now;
    if (now - this.#since < SILENT_MS) {
      this.verdict = this.hasTicked ? "proven" : "unproven";
      return null;
    }
    this.verdict = "silent";
    if (!this.hasTicked && ++this.#strikes >= STRIKES) {
      this.isTrusted = false;
      this.verdict = "off";
      return null;
    }
    return "replace";
  }

  #believe(): void {
    this.isTrusted = true;
    this.#strikes = 0;
  }
}
