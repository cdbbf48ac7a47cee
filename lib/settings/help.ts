import { SETTINGS_FILE } from "./load.ts";
import { type SettingRow, SETTINGS } from "./table.ts";
import { typeText } from "./value.ts";

/** The flag as it is written; null for a secret, which has none. */
function flagText(row: SettingRow): string | null {
  if (row.isSecret) return null;
  if (row.type.kind !== "switch") return `--${row.flag} ${row.argument}`;
  return row.default === true ? `--no-${row.flag}` : `--${row.flag}`;
}

function boundsText(row: SettingRow): string {
  switch (row.type.kind) {
    case "integer":
    case "decimal":
    case "date":
      return `; ${typeText(row.type).replace(/^a (whole )?(number|date) /, "")}`;
    case "switch":
    case "list":
    case "path":
    case "host":
    case "machine":
    case "currencies":
    case "names":
    case "choice":
    case "simulator":
    case "secret":
      return "";
  }
}

const NAME_WIDTH = 16;

function helpLines(row: SettingRow): string {
  const name = flagText(row) ?? row.env;
  const twins = (row.isSecret ? row.aliases : [row.env, ...row.aliases]).join(", ");
  const indent = `\n${" ".repeat(NAME_WIDTH + 3)}`;
  const head = name.length > NAME_WIDTH ? `  ${name}${indent}` : `  ${name.padEnd(NAME_WIDTH)} `;
  return `${head}${row.help}${indent}default ${row.defaultText}${boundsText(row)}; ${twins}`;
}

/** What `--help` prints: every flag with its default, bounds and environment names. */
export function helpText(): string {
  return `Deltadesk: a live options desk that you host yourself.

  deno task start [flags]

${SETTINGS.map(helpLines).join("\n")}
  ${"--help".padEnd(NAME_WIDTH)} print this and end

A flag wins over the environment, that over .env, that over ${SETTINGS_FILE}, that over the default.
Exit codes: 0 ended cleanly, 1 failed, 2 a setting cannot be used, 3 a desk already runs on this
data folder or the named port is taken, 4 a broker cannot be reached (--once).`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** The settings as a Markdown table, as the README shows it; rows in the order of the help. */
export function settingsTable(): string {
  const rows = SETTINGS.map((row: SettingRow) => {
    const names = [row.env, ...row.aliases].map((name) => `\`${name}\``).join(", ");
    const what = `${row.help}${boundsText(row)}`;
    const flag = flagText(row);
    const named = flag === null ? "none" : `\`${cell(flag)}\``;
    return `| ${named} | ${names} | ${cell(row.defaultText)} | ${cell(what)} |`;
  });
  return ["| Flag | Environment | Default | Meaning |", "| --- | --- | --- | --- |", ...rows]
    .join("\n");
}
