import { ok, type Result } from "../base/result.ts";
import type { SourceEntries, SourceEntry } from "./flags.ts";
import { isPasswordName } from "./former_names.ts";
import { nearestName } from "./nearest_name.ts";
import { type OriginKind, quoted, refuse, type SettingsProblem } from "./problem.ts";
import { OTHER_ENV_NAMES, type SettingRow } from "./table.ts";

const PREFIX = "DELTADESK_";

/** Entries of one source, and remarks that are printed but stop nothing. */
export interface SourceReading {
  readonly entries: SourceEntries;
  /** Variables of password sessions that are set: what worked with tastytrade once. */
  readonly passwordNames: readonly string[];
  readonly notes: readonly string[];
}

function checkNames(
  rows: readonly SettingRow[],
  names: Iterable<string>,
  where: string,
): Result<readonly string[], SettingsProblem> {
  const known = rows.map((row) => row.env);
  const notes: string[] = [];
  for (const name of names) {
    if (!name.startsWith(PREFIX) || known.includes(name) || OTHER_ENV_NAMES.includes(name)) {
      continue;
    }
    if (isPasswordName(name)) continue;
    const near = nearestName(name, known);
    if (near !== null) return refuse(`unknown variable ${name} in ${where}: did you mean ${near}?`);
    notes.push(`${name} in ${where} is no setting of the desk and is ignored`);
  }
  return ok(notes);
}

/**
 * Reads the settings among variables (the environment, or a `.env`): a setting's own name wins over
 * its aliases, and an empty value counts as not set. A `DELTADESK_` name that is nearly a setting
 * is refused; any other unknown one is noted, because orchestrators invent such names.
 */
export function readVariables(
  rows: readonly SettingRow[],
  variables: ReadonlyMap<string, string>,
  kind: Extract<OriginKind, "dotenv" | "environment">,
): Result<SourceReading, SettingsProblem> {
  const notes = checkNames(rows, variables.keys(), kind === "dotenv" ? ".env" : "the environment");
  if (!notes.ok) return notes;
  const entries = new Map<string, SourceEntry>();
  for (const row of rows) {
    const name = [row.env, ...row.aliases].find((one) => (variables.get(one) ?? "").trim() !== "");
    if (name === undefined) continue;
    entries.set(row.key, { text: variables.get(name) ?? "", origin: { kind, name } });
  }
  const passwordNames = [...variables].filter(([name, text]) =>
    isPasswordName(name) && text.trim() !== ""
  ).map(([name]) => name);
  return ok({ entries, passwordNames, notes: notes.value });
}

function fileText(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const isList = Array.isArray(value) && value.every((item) => typeof item === "string");
  return isList ? value.join(",") : null;
}

function parseJson(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text));
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Reads a settings file: one JSON object whose keys are the flags without dashes. `name` is how
 * messages call the file. Refuses bad JSON, unknown keys and values that are neither a text, a
 * number, true or false, nor a list of texts.
 */
export function readSettingsFile(
  rows: readonly SettingRow[],
  text: string,
  name: string,
): Result<SourceEntries, SettingsProblem> {
  const json = parseJson(text.replace(/^\uFEFF/, ""));
  if (!json.ok) return refuse(`${name} is not JSON (${json.error}): correct it or remove it`);
  if (typeof json.value !== "object" || json.value === null || Array.isArray(json.value)) {
    return refuse(`${name} must hold one JSON object, such as { "port": 8765 }`);
  }
  const inFile = rows.filter((row) => row.isInFile);
  const entries = new Map<string, SourceEntry>();
  for (const [key, value] of Object.entries<unknown>({ ...json.value })) {
    const row = inFile.find((one) => one.flag === key);
    const secret = rows.find((one) => one.isSecret && one.flag === key);
    if (secret !== undefined) {
      return refuse(
        `"${key}" does not belong in ${name}, which is no place for a secret: ` +
          `put ${secret.env} in the environment or in .env instead`,
      );
    }
    if (row === undefined) {
      const near = nearestName(key, inFile.map((one) => one.flag));
      const hint = near === null
        ? "remove it; --help lists the settings"
        : `did you mean "${near}"?`;
      return refuse(`unknown key ${quoted(key)} in ${name}: ${hint}`);
    }
    const written = fileText(value);
    if (written === null) {
      return refuse(`"${key}" in ${name} must be a text, a number, true, false or a list of texts`);
    }
    entries.set(row.key, { text: written, origin: { kind: "file", name: `"${key}"` } });
  }
  return ok(entries);
}
