/**
 * Runs every suite of the project and prints what it cost: `deno task test [SUITE …]`.
 *
 * Each suite is one `deno test` with the permissions it needs. What is skipped on this machine is
 * named; with DELTADESK_REQUIRE set nothing may be skipped. The last line is
 * `N passed, N failed, N skipped`; exit code 1 when anything failed.
 */
import { type Suite, suites } from "./run_tests/suites.ts";
import { parseSummary, type Summary } from "./run_tests/summary.ts";

const CI_BUDGET_S = 12 * 60;

interface Outcome {
  readonly suite: Suite;
  readonly summary: Summary;
  readonly isOk: boolean;
  readonly tookS: number;
}

async function collect(stream: ReadableStream<Uint8Array>, show: boolean): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    if (show) Deno.stdout.writeSync(chunk);
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

async function runSuite(suite: Suite, isQuiet: boolean): Promise<Outcome> {
  const startedAt = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...suite.args],
    cwd: suite.cwd,
    env: { NO_COLOR: "1", ...suite.jobs === undefined ? {} : { DENO_JOBS: String(suite.jobs) } },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [out, err, status] = await Promise.all([
    collect(child.stdout, !isQuiet),
    collect(child.stderr, !isQuiet),
    child.status,
  ]);
  if (isQuiet) console.log(out + err);
  const summary = parseSummary(out, err);
  const isOk = status.success && summary.passed > 0 && summary.failed === 0;
  return { suite, summary, isOk, tookS: (performance.now() - startedAt) / 1000 };
}

function report(outcomes: readonly Outcome[]): boolean {
  console.log("\nsuite            passed  failed skipped  seconds");
  for (const { suite, summary, isOk, tookS } of outcomes) {
    const numbers = [summary.passed, summary.failed, summary.skipped, Math.round(tookS)];
    const cells = numbers.map((n) => String(n).padStart(8)).join("");
    console.log(`${suite.name.padEnd(15)}${cells}${isOk ? "" : "  FAILED"}`);
  }
  const total = (pick: (s: Summary) => number) =>
    outcomes.reduce((sum, outcome) => sum + pick(outcome.summary), 0);
  const beside = outcomes.filter(({ suite }) => suite.runsBeside).map(({ tookS }) => tookS);
  const alone = outcomes.filter(({ suite }) => !suite.runsBeside);
  const seconds = Math.round(
    alone.reduce((sum, { tookS }) => sum + tookS, Math.max(0, ...beside)),
  );
  console.log(`time budget: ${seconds} s of ${CI_BUDGET_S} s`);
  for (const name of new Set(outcomes.flatMap((o) => o.summary.skippedNames))) {
    console.log(`skipped: ${name}`);
  }
  const broken = outcomes.filter((o) => !o.isOk && o.summary.failed === 0).length;
  const failed = total((s) => s.failed) + broken;
  const skipped = total((s) => s.skipped);
  console.log(`${total((s) => s.passed)} passed, ${failed} failed, ${skipped} skipped`);
  return failed === 0;
}

const wanted = Deno.args;
const chosen = suites().filter((s) => wanted.length === 0 || wanted.includes(s.name));
if (chosen.length === 0) {
  console.error(`no such suite; there are: ${suites().map((s) => s.name).join(", ")}`);
  Deno.exit(2);
}
const outcomes: Outcome[] = [];
for (const suite of chosen.filter((s) => !s.runsBeside)) {
  console.log(`\n== ${suite.name}`);
  outcomes.push(await runSuite(suite, false));
}
const beside = chosen.filter((s) => s.runsBeside);
if (beside.length > 0) {
  console.log(`\n== side by side: ${beside.map((s) => s.name).join(", ")}`);
  outcomes.push(...await Promise.all(beside.map((s) => runSuite(s, true))));
}
Deno.exit(report(outcomes) ? 0 : 1);
