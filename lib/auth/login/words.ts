import type { AfterFailure } from "./attempts.ts";
import { ATTEMPT_LIMITS } from "./attempts.ts";

const MINUTE_MS = 60_000;

function minutes(ms: number): number {
  return Math.max(1, Math.ceil(ms / MINUTE_MS));
}

/** "Too many wrong codes. Try again in 12 minutes." */
export function pauseWords(pauseMs: number): string {
  const count = minutes(pauseMs);
  return `Too many wrong codes. Try again in ${count} ${count === 1 ? "minute" : "minutes"}.`;
}

/** What a wrong code means: what is left, and what comes then. */
export function failureWords(after: AfterFailure): string {
  if (after.kind === "paused") return pauseWords(after.pauseMs);
  const pause = `then a ${minutes(ATTEMPT_LIMITS.pauseMs)} minute pause`;
  const tries = after.tries === 1 ? "try" : "tries";
  return `That code does not match. ${after.tries} ${tries} left, ${pause}.`;
}

/** For input that cannot be a code; it costs no try. */
export const SHAPE_WORDS = "The code has eight letters and digits, such as K7QM-2XPD.";
