import { SETTINGS_FILE } from "./load.ts";
import { type SettingRow, SETTINGS } from "./table.ts";
import { typeText } from "./value.ts";

function flagText(row: SettingRow): string {
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
    case "secret":
      return "";
  }
}

function helpLines(row: SettingRow): string {
  const twins = [row.env, ...row.aliases].join(", ");
  return `  ${flagText(row).padEnd(16)} ${row.help}\n` +
    `${" ".repeat(19)}default ${row.defaultText}${boundsText(row)}; ${twins}`;
}

/** What `--help` prints: every flag with its default, bounds and environment names. */
export function helpText(): string {
  return `Deltadesk: a live options desk that you host yourself.

  deno task start [flags]

${SETTINGS.map(helpLines).join("\n")}
  ${"--help".padEnd(16)} print this and end

A flag wins over the environment, that over .env, that over ${SETTINGS_FILE}, that over the default.
Exit codes: 0 ended cleanly, 1 failed, 2 a setting cannot be used, 3 a desk already runs on this
data folder or the named port is taken.`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** The settings as a Markdown table, as the README shows it; rows in the order of the help. */
export function settingsTable(): string {
  const rows = SETTINGS.map((row: SettingRow) => {
    const names = [row.env, ...row.aliases].map((name) => `\`${name}\``).join(", ");
    const what = `${row.help}${boundsText(row)}`;
    return `| \`${flagText(row)}\` | ${names} | ${cell(row.defaultText)} | ${cell(what)} |`;
  });
  return ["| Flag | Environment | Default | Meaning |", "| --- | --- | --- | --- |", ...rows]
    .join("\n");
}
