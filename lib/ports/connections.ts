import type { ConnectionStep } from "../domain/connection.ts";

/** How a test of steps ended. */
export interface CheckEnd {
  /** True when no step failed of those that were tested. */
  readonly isPassed: boolean;
  /** True when the broker refused the login: trying on could lock the account. */
  readonly isLoginRefused: boolean;
  /** How long the broker asks to wait, ms; null when it does not say. */
  readonly retryAfterMs: number | null;
}

/** How a test is made. */
export interface CheckRun {
  /** Id of the last step to test; null: all of them. */
  readonly through: string | null;
  readonly signal: AbortSignal;
}

/**
 * Tests what a broker's connection is made of, one step after the other, and keeps what was found.
 * Steps that a running feed proves by itself are read from its health each time they are asked for.
 */
export interface ConnectionCheck {
  /** Every step in its order, as of now. */
  steps(): readonly ConnectionStep[];
  /** Tests from the first step on and stops at the first that fails; one test at a time. */
  run(run: CheckRun): Promise<CheckEnd>;
  /** The user asks for a login that was given up. */
  forgive(): void;
  /** The book could not be loaded although the steps passed; these words become a failed step. */
  loadingFailed(message: string, fix: string | null): void;
}
