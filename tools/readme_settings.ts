import { settingsTable } from "../lib/settings/help.ts";

const BEGIN = "<!-- settings -->\n";
const END = "<!-- /settings -->";

/** The README with its table of settings made anew from the settings' own table. */
export function withSettings(readme: string): string {
  const from = readme.indexOf(BEGIN) + BEGIN.length;
  const to = readme.indexOf(END);
  return `${readme.slice(0, from)}\n${settingsTable().trim()}\n\n${readme.slice(to)}`;
}

if (import.meta.main) {
  const path = new URL("../README.md", import.meta.url);
  Deno.writeTextFileSync(path, withSettings(Deno.readTextFileSync(path)));
}
