/** What a run of `deno test` came to. */
export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** `name (what was absent)` of each test skipped for want of a prerequisite. */
  readonly skippedNames: readonly string[];
}

function count(line: string, word: string): number {
  const match = new RegExp(`(\\d+) ${word}`).exec(line);
  return match === null ? 0 : Number(match[1]);
}

/**
 * Reads the closing line of `deno test`, e.g. `ok | 15 passed | 0 failed | 2 ignored (1s)`, and the
 * lines that `testWith` prints for what it skips. No closing line reads as nothing passed.
 */
export function parseSummary(out: string, err: string): Summary {
  const closing = out.split("\n").findLast((line) => /^(ok|FAILED) \| /.test(line)) ?? "";
  const skippedNames = (out + "\n" + err).split("\n")
    .map((line) => /^skipped, (.+?) absent: (.+)$/.exec(line))
    .flatMap((match) => match === null ? [] : [`${match[2]} (${match[1]} absent)`]);
  return {
    passed: count(closing, "passed"),
    failed: count(closing, "failed"),
    skipped: count(closing, "ignored"),
    skippedNames,
  };
}
