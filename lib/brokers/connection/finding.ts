import type { StepFault, StepState } from "../../domain/connection.ts";

/** What a test of one step of a connection found. */
export interface Finding {
  readonly state: StepState;
  readonly detail: string;
  readonly fault: StepFault | null;
  /** True when the broker refused the login. */
  readonly isLoginRefused: boolean;
  readonly retryAfterMs: number | null;
}

/** It works. */
export function passed(detail: string): Finding {
  return { state: "passed", detail, fault: null, isLoginRefused: false, retryAfterMs: null };
}

/** Nothing can be proven now; `detail` says why. */
export function notTested(detail: string): Finding {
  return { ...passed(detail), state: "notTested" };
}

/** It fails. */
export function failed(detail: string, fault: StepFault): Finding {
  return { ...passed(detail), state: "failed", fault };
}
