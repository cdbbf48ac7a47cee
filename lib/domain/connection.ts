import type { UnixMs } from "../base/brand.ts";

/**
 * How one step of a connection stands. `notTested`: nothing can be proven now, with the reason in
 * its detail; it is never shown as passed. `notReached`: a step before it fails.
 */
export type StepState = "passed" | "failed" | "running" | "notReached" | "notTested";

/** Every state of a step. */
export const STEP_STATES: readonly StepState[] = [
  "passed",
  "failed",
  "running",
  "notReached",
  "notTested",
];

/** Why a step fails, for a person. What stands on a screen is between two pairs of asterisks. */
export interface StepFault {
  /** What happens, as the end of "tastytrade stops at step 3: …", without its full stop. */
  readonly headline: string;
  /** When that happens, in sentences. */
  readonly cause: string;
  /** What to do, in order. */
  readonly remedy: readonly string[];
}

/** One step of a connection, as it was found. */
export interface ConnectionStep {
  readonly id: string;
  readonly title: string;
  readonly state: StepState;
  /** What was found: "2 accounts, 142 legs", "refused after 41 ms"; no secret is in it. */
  readonly detail: string;
  /** When it was found; null for a step that was not tested. */
  readonly at: UnixMs | null;
  /** Why it fails; kept while it is tested again. */
  readonly fault: StepFault | null;
}

/** A setting that a connection uses; a secret says whether it is set and nothing else. */
export interface SettingInUse {
  readonly name: string;
  readonly value: string;
  /** Where it comes from: "environment", ".env", "default". */
  readonly origin: string;
}

/** One broker's connection, step by step. */
export interface ConnectionReport {
  readonly id: string;
  readonly label: string;
  /** How it is reached: "OAuth, production". */
  readonly note: string;
  readonly steps: readonly ConnectionStep[];
  /** True once what it has is in the book. */
  readonly isLoaded: boolean;
  readonly isTesting: boolean;
  readonly checkedAt: UnixMs | null;
  /** When it is tested next without being asked; null: only when asked. */
  readonly nextTestAt: UnixMs | null;
  readonly settings: readonly SettingInUse[];
  /** How to change them, a step each; asterisks as in `StepFault`. */
  readonly howToChange: readonly string[];
}

/** What a desk is marked as: its mode, or what stands in for a broker's real money. */
export const CONNECTION_MODES = [
  "demo",
  "replay",
  "live",
  "sandbox",
  "simulator",
  "paper",
  "mixed",
] as const;

/** One of `CONNECTION_MODES`. */
export type ConnectionMode = typeof CONNECTION_MODES[number];

/** The connections of a desk at a moment. */
export interface ConnectionsState {
  readonly mode: ConnectionMode;
  /** True once the book is loaded and the pages show it. */
  readonly isLoaded: boolean;
  readonly now: UnixMs;
  /** Empty where no broker is connected by design. */
  readonly connections: readonly ConnectionReport[];
}

/** Index of the first step that fails or is tested again after it failed; −1 when none does. */
export function failingStep(steps: readonly ConnectionStep[]): number {
  return steps.findIndex((step) =>
    step.state === "failed" || (step.state === "running" && step.fault !== null)
  );
}
