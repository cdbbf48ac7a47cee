/** Lets `perSecond` acts pass on average, and `burst` at once. Time in ms, monotonic. */
export class TokenBucket {
  #tokens: number;
  #at: number;

  constructor(
    readonly limits: { readonly burst: number; readonly perSecond: number },
    nowMs: number,
  ) {
    this.#tokens = limits.burst;
    this.#at = nowMs;
  }

  /** Takes one token; false when there is none. */
  take(nowMs: number): boolean {
    const earned = Math.max(0, nowMs - this.#at) * this.limits.perSecond / 1000;
    this.#tokens = Math.min(this.limits.burst, this.#tokens + earned);
    this.#at = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** True when nothing was taken lately. */
  isFull(nowMs: number): boolean {
    const earned = Math.max(0, nowMs - this.#at) * this.limits.perSecond / 1000;
    return this.#tokens + earned >= this.limits.burst;
  }
}
