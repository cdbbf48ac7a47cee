/**
 * Runs a desk under load for minutes or hours and checks, once a minute, that a client's copy,
 * `/api/data` and a full recomputation are equal at one flush; prints memory, loop lag, latencies
 * and gaps. `deno task soak --help`.
 */
import { HELP, readArguments } from "./soak/arguments.ts";
import { type SoakReport, summaryOf } from "./soak/report.ts";
import { runSoak } from "./soak/run.ts";

const MINUTE_MS = 60_000;

const read = readArguments(Deno.args);
if (!read.ok) {
  console.error(`soak: ${read.error}`);
  Deno.exit(2);
}
if (read.value === "help") {
  console.log(HELP);
  Deno.exit(0);
}
const { minutes, ...load } = read.value;
const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => interrupt.abort());
}

async function run(): Promise<SoakReport> {
  try {
    return await runSoak({
      ...load,
      durationMs: minutes * MINUTE_MS,
      checkEveryMs: MINUTE_MS,
      stop: interrupt.signal,
      say: (line) => console.log(line),
    });
  } catch (error) {
    if (!interrupt.signal.aborted) {
      console.error(`soak: ${error instanceof Error ? error.message : String(error)}`);
    }
    return Deno.exit(interrupt.signal.aborted ? 130 : 1);
  }
}

const report = await run();
console.log(summaryOf(report));
Deno.exit(interrupt.signal.aborted ? 130 : report.failures.length > 0 ? 1 : 0);
