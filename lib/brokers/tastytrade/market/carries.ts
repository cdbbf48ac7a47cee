import type { IsoDate } from "../../../base/brand.ts";
import { ok } from "../../../base/result.ts";
import type { Answer, Carry } from "../../../ports/broker.ts";
import { mapCarry } from "../map/metrics.ts";
import type { TastytradeServices } from "../rest/services.ts";

/**
 * Carry of underlyings: the broker's rate, and the yields of its market metrics. The price of a
 * future has its carry in it, so that its yield is the rate. What the broker does not tell is not
 * in the answer; where it serves no metrics (the sandbox) only products of futures are.
 */
export async function carriesOf(
  services: TastytradeServices,
  underlyings: readonly string[],
  today: IsoDate,
  signal: AbortSignal,
): Answer<readonly Carry[]> {
  if (underlyings.length === 0) return ok([]);
  const rate = await services.riskFreeRate(signal);
  if (!rate.ok) return isOver(rate.error.code) ? rate : ok([]);
  const shares = underlyings.filter((name) => !name.startsWith("/"));
  const metrics = shares.length === 0 ? ok([]) : await services.metrics(shares, signal);
  if (!metrics.ok && isOver(metrics.error.code)) return metrics;
  const bySymbol = new Map((metrics.ok ? metrics.value : []).map((row) => [row.symbol, row]));
  return ok(underlyings.flatMap((underlying) => {
    if (underlying.startsWith("/")) return [futureCarry(underlying, rate.value, today)];
    const row = bySymbol.get(underlying);
    const carry = row === undefined ? null : mapCarry(row, rate.value, today);
    return carry === null ? [] : [carry];
  }));
}

function futureCarry(underlying: string, rate: number, asOf: IsoDate): Carry {
  const riskFreeRate = Math.log1p(rate);
  return { underlying, riskFreeRate, dividendYield: riskFreeRate, source: "tastytrade", asOf };
}

function isOver(code: string): boolean {
  return code === "canceled" || code === "unauthorized";
}
