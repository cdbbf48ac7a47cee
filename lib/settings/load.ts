import { resolve as resolvePath } from "node:path";
import { ok, type Result } from "../base/result.ts";
import { readDotenv } from "./dotenv.ts";
import { readCommandLine, type SourceEntries } from "./flags.ts";
import { PASSWORDS_ENDED } from "./former_names.ts";
import { openHostNote } from "./ib_settings.ts";
import { refuse, type SettingsProblem } from "./problem.ts";
import { type ResolvedSetting, resolveSettings } from "./resolve.ts";
import { type Settings, settingsFrom } from "./settings.ts";
import { readSettingsFile, readVariables, type SourceReading } from "./sources.ts";
import { SETTINGS } from "./table.ts";

/** Why a file gave no text. */
export type TextFileProblem = "notFound" | "unreadable";

/** Where settings are read from. */
export interface SettingsInput {
  readonly args: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  /** Absolute; relative paths start here, `.env` and `deltadesk.json` are looked for here. */
  readonly workingDirectory: string;
  /** Text of the file at an absolute path. */
  readonly readText: (path: string) => Result<string, TextFileProblem>;
  /** True when others than the owner may read the file; it is not asked where this is left out. */
  readonly isReadByOthers?: (path: string) => boolean;
  /** True for a task that connects to no broker and so needs none of its secrets. */
  readonly isOffline?: boolean;
}

/** Settings that a desk can start with, and how they came about. */
export interface LoadedSettings {
  readonly kind: "settings";
  readonly settings: Settings;
  /** Every setting with its value and origin, in the order of the help. */
  readonly resolved: readonly ResolvedSetting[];
  /** Lines to print that stop nothing. */
  readonly notes: readonly string[];
}

const EXPOSED = ".env holds secrets and other users of this machine can read it: chmod 600 .env";

/** Name of the settings file that is read when it is there. */
export const SETTINGS_FILE = "deltadesk.json";

function loadDotenv(input: SettingsInput): Result<SourceReading, SettingsProblem> {
  const path = resolvePath(input.workingDirectory, ".env");
  const text = input.readText(path);
  if (!text.ok && text.error === "notFound") {
    return ok({ entries: new Map(), passwordNames: [], notes: [] });
  }
  if (!text.ok) return refuse(".env cannot be read: make it readable for this user or remove it");
  const variables = readDotenv(text.value);
  if (!variables.ok) return variables;
  const reading = readVariables(SETTINGS, variables.value, "dotenv");
  if (!reading.ok) return reading;
  const holdsSecret = SETTINGS.some((row) => row.isSecret && reading.value.entries.has(row.key));
  if (!holdsSecret || input.isReadByOthers?.(path) !== true) return reading;
  return ok({ ...reading.value, notes: [...reading.value.notes, EXPOSED] });
}

/** What is said about names of password sessions that stand in nobody's way. */
function passwordNotes(names: readonly string[], { mode }: Settings): readonly string[] {
  const own = names.filter((name) => mode === "live" || /tasty/i.test(name));
  if (own.length === 0) return [];
  const list = own.join(" and ");
  if (mode !== "live") return [`${list} ${PASSWORDS_ENDED}`];
  return [`${list}: tastytrade ended password sessions, nothing reads this any more; remove it`];
}

function ibNotes({ ib }: Settings): readonly string[] {
  const note = ib === null ? null : openHostNote(ib);
  return note === null ? [] : [note];
}

function namedSettingsFile(sources: readonly SourceEntries[]): string | null {
  return sources.map((source) => source.get("config")?.text ?? null)
    .reduce((weaker, stronger) => stronger ?? weaker, null);
}

function loadFile(
  input: SettingsInput,
  named: string | null,
): Result<SourceEntries, SettingsProblem> {
  const name = named ?? SETTINGS_FILE;
  const text = input.readText(resolvePath(input.workingDirectory, name));
  if (text.ok) return readSettingsFile(SETTINGS, text.value, name);
  if (named === null && text.error === "notFound") return ok(new Map());
  const what = text.error === "notFound" ? "is not there" : "cannot be read";
  return refuse(`the settings file ${name} ${what}: correct its name or its access rights`);
}

/**
 * Reads all settings, weakest source first: defaults, settings file, `.env`, environment, flags.
 * `--help` among the flags stops the reading.
 */
export function loadSettings(
  input: SettingsInput,
): Result<LoadedSettings | { readonly kind: "help" }, SettingsProblem> {
  const flags = readCommandLine(SETTINGS, input.args);
  if (!flags.ok) return flags;
  if (flags.value.wantsHelp) return ok({ kind: "help" });
  const environment = readVariables(SETTINGS, input.environment, "environment");
  if (!environment.ok) return environment;
  const dotenv = loadDotenv(input);
  if (!dotenv.ok) return dotenv;
  const stronger = [dotenv.value.entries, environment.value.entries, flags.value.entries];
  const file = loadFile(input, namedSettingsFile(stronger));
  if (!file.ok) return file;
  const resolved = resolveSettings(SETTINGS, [file.value, ...stronger]);
  if (!resolved.ok) return resolved;
  const passwordNames = [
    ...new Set([...environment.value.passwordNames, ...dotenv.value.passwordNames]),
  ];
  const settings = settingsFrom(resolved.value, {
    workingDirectory: input.workingDirectory,
    passwordNames,
    isOffline: input.isOffline ?? false,
  });
  if (!settings.ok) return settings;
  const notes = [
    ...dotenv.value.notes,
    ...environment.value.notes,
    ...passwordNotes(passwordNames, settings.value),
    ...ibNotes(settings.value),
  ];
  return ok({ kind: "settings", settings: settings.value, resolved: resolved.value, notes });
}
