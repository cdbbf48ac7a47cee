import type { LastingDifference } from "@/lib/portfolio/reconciliation/answer.ts";
import { parseLasting } from "@/lib/portfolio/reconciliation/wire/parse_answer.ts";

const TIMEOUT_MS = 10_000;

/** Differences from the broker that last, as the desk knows them; null when it does not answer. */
export async function readLasting(
  signal: AbortSignal,
): Promise<readonly LastingDifference[] | null> {
  try {
    const response = await fetch("/api/reconciliation?lasting=1", {
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    return response.ok ? parseLasting(await response.json()) : null;
  } catch (error) {
    // The feed bar says that the desk is away; what was known stays.
    if (!signal.aborted) console.warn("deltadesk: differences", error);
    return null;
  }
}
