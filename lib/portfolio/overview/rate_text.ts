import { formatLevel } from "../../format/number.ts";
import { formatAge } from "../../format/time.ts";
import type { FxRateStatus } from "../../stream/protocol/messages.ts";

/** Decimals of an exchange rate. */
const RATE_DECIMALS = 4;

/** "1 EUR = 1.0857 USD": a rate as the page says it (G-058). */
export function rateText({ currency, base, rate }: FxRateStatus): string {
  return `1 ${currency} = ${formatLevel(rate, RATE_DECIMALS)} ${base}`;
}

/** How long ago a rate held, "12 s"; "" when its time is not known. */
export function rateAge({ asOf }: FxRateStatus, now: number): string {
  return Number.isFinite(asOf) && Number.isFinite(now) ? formatAge(now - asOf) : "";
}
