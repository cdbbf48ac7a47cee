import { ok, type Result } from "../base/result.ts";
import type { SourceEntries } from "./flags.ts";
import type { Origin, SettingsProblem } from "./problem.ts";
import type { SettingRow, SettingValue } from "./table.ts";
import { parseSetting } from "./value.ts";

/** One setting with its value and where that came from; null where there is no default. */
export interface ResolvedSetting {
  readonly row: SettingRow;
  readonly value: SettingValue | null;
  readonly origin: Origin;
}

/** How messages name a value of this origin. */
function writtenName(origin: Origin): string {
  switch (origin.kind) {
    case "file":
      return `${origin.name} in the settings file`;
    case "dotenv":
      return `${origin.name} in .env`;
    case "default":
    case "environment":
    case "flag":
      return origin.name;
  }
}

/**
 * Takes each setting from the strongest source that has it and parses it. Weaker values are parsed
 * too, so that a mistake in a file is found at once and not on the day its flag is left out.
 * `sources`: weakest first. Result: one entry per row, in the order of the rows.
 */
export function resolveSettings(
  rows: readonly SettingRow[],
  sources: readonly SourceEntries[],
): Result<readonly ResolvedSetting[], SettingsProblem> {
  const resolved: ResolvedSetting[] = [];
  for (const row of rows) {
    let value = row.default;
    let origin: Origin = { kind: "default", name: "" };
    for (const source of sources) {
      const entry = source.get(row.key);
      if (entry === undefined) continue;
      const parsed = parseSetting(row, entry.text, writtenName(entry.origin));
      if (!parsed.ok) return parsed;
      value = parsed.value;
      origin = entry.origin;
    }
    resolved.push({ row, value, origin });
  }
  return ok(resolved);
}
