import { ok, type Result } from "../base/result.ts";
import { formerFlagFix, isPasswordName, PASSWORDS_ENDED } from "./former_names.ts";
import { nearestName } from "./nearest_name.ts";
import { type Origin, quoted, refuse, type SettingsProblem } from "./problem.ts";
import type { SettingRow } from "./table.ts";

/** The text of one setting in one source. */
export interface SourceEntry {
  readonly text: string;
  readonly origin: Origin;
}

/** What one source says: at most one entry per setting key. */
export type SourceEntries = ReadonlyMap<string, SourceEntry>;

/** What the command line says. */
export interface CommandLine {
  readonly wantsHelp: boolean;
  readonly entries: SourceEntries;
}

interface WrittenFlag {
  readonly name: string;
  readonly inlineText: string | null;
}

function splitFlag(argument: string): WrittenFlag {
  const equals = argument.indexOf("=");
  return equals === -1
    ? { name: argument.slice(2), inlineText: null }
    : { name: argument.slice(2, equals), inlineText: argument.slice(equals + 1) };
}

function refuseSecret(row: SettingRow): Result<never, SettingsProblem> {
  return refuse(
    `--${row.flag} would show the secret to every program on this machine: ` +
      `put ${row.env} in the environment or in .env instead`,
  );
}

function refuseUnknown(
  name: string,
  rows: readonly SettingRow[],
): Result<never, SettingsProblem> {
  if (isPasswordName(name)) return refuse(`--${name} ${PASSWORDS_ENDED}`);
  const former = formerFlagFix(name);
  if (former !== null) return refuse(`unknown flag ${quoted(`--${name}`)}: ${former}`);
  const known = rows.flatMap((row) =>
    row.type.kind === "switch" ? [row.flag, `no-${row.flag}`] : [row.flag]
  );
  const near = nearestName(name, [...known, "help"]);
  const hint = near === null ? "--help lists the flags" : `did you mean --${near}?`;
  return refuse(`unknown flag ${quoted(`--${name}`)}: ${hint}`);
}

function switchText(row: SettingRow, flag: WrittenFlag): string | null {
  if (flag.inlineText !== null) return flag.inlineText;
  return flag.name === row.flag ? "true" : "false";
}

function findRow(rows: readonly SettingRow[], flag: WrittenFlag): SettingRow | undefined {
  return rows.find((row) =>
    row.flag === flag.name ||
    (row.type.kind === "switch" && flag.inlineText === null && `no-${row.flag}` === flag.name)
  );
}

/**
 * Reads `--name value`, `--name=value`, `--switch` and `--no-switch`; of a flag given twice the
 * last counts. Refuses unknown flags, secrets, a flag without its value and anything that is no
 * flag.
 */
export function readCommandLine(
  rows: readonly SettingRow[],
  args: readonly string[],
): Result<CommandLine, SettingsProblem> {
  const entries = new Map<string, SourceEntry>();
  for (let at = 0; at < args.length; at++) {
    const argument = args[at];
    if (argument === "--help" || argument === "-h") return ok({ wantsHelp: true, entries });
    if (argument === "--") continue;
    if (!argument.startsWith("--")) {
      return refuse(
        `${quoted(argument)} is not a flag: flags begin with --, and --help lists them`,
      );
    }
    const flag = splitFlag(argument);
    const row = findRow(rows, flag);
    if (row === undefined) return refuseUnknown(flag.name, rows);
    if (row.isSecret) return refuseSecret(row);
    const isSwitch = row.type.kind === "switch";
    const text = isSwitch ? switchText(row, flag) : flag.inlineText ?? args[++at];
    if (
      text === undefined || text === null || (flag.inlineText === null && text.startsWith("--"))
    ) {
      return refuse(`--${row.flag} needs a value: --${row.flag} ${row.argument}`);
    }
    entries.set(row.key, { text, origin: { kind: "flag", name: `--${flag.name}` } });
  }
  return ok({ wantsHelp: false, entries });
}
