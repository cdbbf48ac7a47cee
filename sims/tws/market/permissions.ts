import type { FaultPlan } from "../../fault_plan.ts";
import type { Fault } from "../faults/script.ts";

/** What a client may see of a symbol, and what it is told about it. */
export interface Permission {
  /** False: nothing flows. */
  readonly isGranted: boolean;
  readonly isDelayed: boolean;
  /** Error about the request; null when live data flows as asked. */
  readonly notice: { readonly code: number; readonly text: string } | null;
}

const TEXTS: Readonly<Record<number, string>> = {
  354: "Requested market data is not subscribed. Delayed market data is available.",
  10089: "Requested market data requires additional subscription for API. " +
    "See link in 'Market Data Connections' dialog for more details." +
    "Delayed market data is available.",
  10090: "Part of requested market data is not subscribed. " +
    "Subscription-independent ticks are still active.",
  10091: "Part of requested market data requires additional subscription for API. " +
    "See link in 'Market Data Connections' dialog for more details.",
  10167: "Requested market data is not subscribed. Displaying delayed market data.",
  10168: "Requested market data is not subscribed. Delayed market data is not enabled.",
  10186: "Requested market data is not subscribed. Delayed market data is not enabled.",
  10197: "No market data during competing live session",
};

/** Code of a fault that takes the data altogether. */
export const COMPETING_SESSION = 10197;
const NOT_SUBSCRIBED = 354;
const DELAYED_SHOWN = 10167;
const NEEDS_SUBSCRIPTION = 10089;
const LIVE: Permission = { isGranted: true, isDelayed: false, notice: null };

/** Words of a market data code. */
export function permissionText(code: number): string {
  return TEXTS[code] ?? TEXTS[NOT_SUBSCRIBED];
}

/** Whether a fault is about one of the names of a symbol. */
export function isAbout(fault: Fault, names: readonly string[]): boolean {
  return fault.symbol === undefined || names.includes(fault.symbol);
}

/** What the script lets a request of a type (1 live … 4 delayed and frozen) see of a symbol. */
export function permissionOf(
  plan: FaultPlan<Fault>,
  names: readonly string[],
  askedType: number,
): Permission {
  const fault = plan.take("market", "noData", {}, (one) => isAbout(one, names));
  if (fault === null) return LIVE;
  const code = fault.code ?? NOT_SUBSCRIBED;
  const isDelayedAsked = askedType === 3 || askedType === 4;
  const isRefused = code === COMPETING_SESSION || fault.isDelayedToo === true || !isDelayedAsked;
  if (isRefused) {
    const notice = { code, text: fault.text ?? permissionText(code) };
    return { isGranted: false, isDelayed: false, notice };
  }
  const shown = code === NEEDS_SUBSCRIPTION ? NEEDS_SUBSCRIPTION : DELAYED_SHOWN;
  return { isGranted: true, isDelayed: true, notice: { code: shown, text: permissionText(shown) } };
}
