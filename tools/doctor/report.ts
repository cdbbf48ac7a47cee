import { Secret } from "../../lib/base/secret.ts";
import type { ResolvedSetting } from "../../lib/settings/resolve.ts";
import { originText } from "../../lib/settings/problem.ts";

/** What the doctor found out about one thing. */
export interface Finding {
  readonly subject: string;
  /** "not tested" is said where nothing was tried: it is neither good nor bad. */
  readonly verdict: "ok" | "failed" | "not tested";
  /** What was seen, and for a failure how to fix it. */
  readonly detail: string;
}

function valueText({ row, value }: ResolvedSetting): string {
  if (value === null) return row.defaultText;
  if (row.isSecret || value instanceof Secret) return "••••";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "object") return value.length === 0 ? row.defaultText : value.join(",");
  return String(value);
}

/** The settings, one per line: name, value, origin. The value of a secret is masked. */
export function settingLines(resolved: readonly ResolvedSetting[]): readonly string[] {
  const rows = resolved.map((one) => ({
    name: one.row.flag,
    text: valueText(one),
    origin: originText(one.origin),
  }));
  const nameWidth = Math.max(0, ...rows.map((row) => row.name.length));
  const textWidth = Math.max(0, ...rows.map((row) => row.text.length));
  return rows.map(({ name, text, origin }) =>
    `  ${name.padEnd(nameWidth)}  ${text.padEnd(textWidth)}  (${origin})`
  );
}

const MARKS = { ok: "✓", failed: "✗", "not tested": "–" } as const;

/** One line per finding; only what was tried and found good carries a tick. */
export function findingLines(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ subject, verdict, detail }) => {
    const words = verdict === "not tested" ? `not tested: ${detail}` : detail;
    return `  ${MARKS[verdict]} ${subject}: ${words}`;
  });
}
