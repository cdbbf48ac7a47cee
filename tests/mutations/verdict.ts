import { parseSummary } from "@/tools/run_tests/summary.ts";

/**
 * What a run of the named test says about a mutation: `caught` by an assertion, `survived` because
 * the tests pass or none ran, `broken` when the run failed in another way, as by a module that does
 * not load, which proves nothing about the tests.
 */
export type Verdict = "caught" | "survived" | "broken";

/** The end of a `deno test`. */
export interface TestRun {
  readonly isOk: boolean;
  /** What it printed, without colours. */
  readonly output: string;
}

/** True when a run passed and ran anything: a filter that matches no test passes as well. */
export function isPass(run: TestRun): boolean {
  return run.isOk && parseSummary(run.output, "").passed > 0;
}

/** A test's own helpers throw a plain Error; a mistake of the code is of another class. */
const ASSERTED =
  /\bAssertionError\b|^(?:error|Caused by): Error: (?!Property failed after)|by returning false/m;

/** Judges the run of a mutated tree. */
export function verdictOf(run: TestRun): Verdict {
  if (run.isOk) return "survived";
  const isAsserted = ASSERTED.test(run.output);
  const isWhole = !/\(uncaught error\)/.test(run.output);
  const { failed } = parseSummary(run.output, "");
  return isAsserted && isWhole && failed > 0 ? "caught" : "broken";
}
