import { FaultPlan as Plan } from "../../fault_plan.ts";
import type { Fault, FaultKind, FaultScript } from "./script.ts";

const INSTANT_KINDS: ReadonlySet<FaultKind> = new Set(
  ["drop", "closeChannel", "error", "expireAccess", "expireQuote", "revokeRefresh"],
);

/** A script in action; see the plan of all simulators. */
export class FaultPlan extends Plan<Fault> {
  /** `elapsedMs`: time since the start of the simulator. */
  constructor(script: FaultScript, seed: number, elapsedMs: () => number) {
    const { faults } = script;
    super({ faults, seed: script.seed ?? seed, elapsedMs, instantKinds: INSTANT_KINDS });
  }
}
