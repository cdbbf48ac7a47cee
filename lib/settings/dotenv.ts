import { ok, type Result } from "../base/result.ts";
import { refuse, type SettingsProblem } from "./problem.ts";

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/;
const QUOTED_VALUE = /^(["'])(.*?)\1\s*(?:#.*)?$/;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function plainValue(text: string): string {
  const withinQuotes = QUOTED_VALUE.exec(text);
  if (withinQuotes === null) return text.replace(/(^|\s)#.*$/, "").trim();
  const [, quote, inner] = withinQuotes;
  return quote === "'"
    ? inner
    : inner.replaceAll(/\\(.)/g, (_, one: string) => ESCAPES[one] ?? one);
}

/**
 * Reads the `NAME=value` lines of a `.env` file: optional `export`, single or double quotes (in
 * double ones `\n \r \t \\` are escapes), `#` comments; no `$REF` expansion. Of a name given twice
 * the last counts. A line of another form is refused with its number, never with its text.
 */
export function readDotenv(text: string): Result<ReadonlyMap<string, string>, SettingsProblem> {
  const values = new Map<string, string>();
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at].trim();
    if (line === "" || line.startsWith("#")) continue;
    const assignment = ASSIGNMENT.exec(line);
    if (assignment === null) {
      return refuse(`line ${at + 1} of .env is not NAME=value: correct it or begin it with #`);
    }
    values.set(assignment[1], plainValue(assignment[2]));
  }
  return ok(values);
}
