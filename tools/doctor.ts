/**
 * Prints every setting with its value and origin and looks at what a start needs:
 * `deno task doctor [the flags of start]`. Exit code 0, 1 when a check failed, 2 for bad settings.
 */
import { dirname } from "node:path";
import { environment, isReadByOthers, readTextFile } from "../lib/host/environment.ts";
import { helpText } from "../lib/settings/help.ts";
import { loadSettings } from "../lib/settings/load.ts";
import { runChecks } from "./doctor/checks.ts";
import { findingLines, settingLines } from "./doctor/report.ts";

/** Runs the doctor; the result is the exit code. */
export async function doctor(args: readonly string[], projectDirectory: string): Promise<number> {
  const loaded = loadSettings({
    args,
    environment: environment(),
    workingDirectory: Deno.cwd(),
    readText: readTextFile,
    isReadByOthers,
  });
  if (!loaded.ok) {
    console.error(`deltadesk: ${loaded.error.message}`);
    return 2;
  }
  if (loaded.value.kind === "help") {
    console.log(helpText());
    return 0;
  }
  const { settings, resolved, notes } = loaded.value;
  const findings = await runChecks(settings, projectDirectory);
  const lines = [
    `Settings (mode ${settings.mode}, data in ${settings.dataDirectory})`,
    ...settingLines(resolved),
    "Checks",
    ...findingLines(findings),
    ...notes.map((note) => `  – ${note}`),
  ];
  console.log(lines.join("\n"));
  return findings.some((finding) => finding.verdict === "failed") ? 1 : 0;
}

if (import.meta.main) {
  Deno.exit(await doctor(Deno.args, dirname(import.meta.dirname ?? Deno.cwd())));
}
