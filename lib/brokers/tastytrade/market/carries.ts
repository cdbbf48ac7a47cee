import type { IsoDate } from "../../../base/brand.ts";
import { ok } from "../../../base/result.ts";
import type { Answer, BrokerError, Carry } from "../../../ports/broker.ts";
import type { Timer, Timers } from "../../../ports/timers.ts";
import { mapCarry } from "../map/metrics.ts";
import type { TastytradeServices } from "../rest/services.ts";

/** Pause before carry that the broker failed to tell is asked for again, ms. */
const RETRY_MS = 60_000;

/** What carries come from and go to. */
export interface CarrySource {
  readonly services: Pick<TastytradeServices, "riskFreeRate" | "metrics">;
  readonly timers: Timers;
  readonly today: () => IsoDate;
  /** Takes what could not be answered at once. */
  readonly later: (carry: Carry) => void;
}

/**
 * Carry of underlyings: the broker's rate, and the yields of its market metrics. The price of a
 * future has its carry in it, so that its yield is the rate. What the broker does not serve (the
 * sandbox has no metrics) is not in the answer; what it fails to tell comes later.
 */
export class Carries {
  readonly #source: CarrySource;
  readonly #owed = new Set<string>();
  readonly #closing = new AbortController();
  #retry: Timer | null = null;

  constructor(source: CarrySource) {
    this.#source = source;
  }

  /** What is known, in the order asked. Fails when the call was ended or the login is refused. */
  async of(underlyings: readonly string[], signal: AbortSignal): Answer<readonly Carry[]> {
    if (underlyings.length === 0) return ok([]);
    const { services } = this.#source;
    const rate = await services.riskFreeRate(signal);
    if (!rate.ok) return this.#failed(underlyings, rate.error);
    const shares = underlyings.filter((name) => !name.startsWith("/"));
    const metrics = shares.length === 0 ? ok([]) : await services.metrics(shares, signal);
    const missing = metrics.ok ? null : this.#failed(shares, metrics.error);
    if (missing !== null && !missing.ok) return missing;
    const bySymbol = new Map((metrics.ok ? metrics.value : []).map((row) => [row.symbol, row]));
    const today = this.#source.today();
    return ok(underlyings.flatMap((underlying) => {
      if (underlying.startsWith("/")) return [futureCarry(underlying, rate.value, today)];
      const row = bySymbol.get(underlying);
      const carry = row === undefined ? null : mapCarry(row, rate.value, today);
      return carry === null ? [] : [carry];
    }));
  }

  /** Asks for nothing any more. */
  close(): void {
    this.#closing.abort();
    this.#retry?.cancel();
  }

  #failed(underlyings: readonly string[], error: BrokerError) {
    const { code } = error;
    if (code === "canceled" || code === "unauthorized") return { ok: false, error } as const;
    if (code !== "unsupported") {
      for (const underlying of underlyings) this.#owed.add(underlying);
      this.#retry ??= this.#source.timers.setTimer(RETRY_MS, () => void this.#askAgain());
    }
    return ok([]);
  }

  async #askAgain(): Promise<void> {
    this.#retry = null;
    const owed = [...this.#owed];
    this.#owed.clear();
    const { signal } = this.#closing;
    const carries = await this.of(owed, signal);
    if (signal.aborted || !carries.ok) return;
    for (const carry of carries.value) this.#source.later(carry);
  }
}

function futureCarry(underlying: string, rate: number, asOf: IsoDate): Carry {
  const riskFreeRate = Math.log1p(rate);
  return { underlying, riskFreeRate, dividendYield: riskFreeRate, source: "tastytrade", asOf };
}
