/** One small breakage of the desk and the test that must notice it. */
export interface Mutation {
  /** Area and number: "PRC-01". */
  readonly id: string;
  /** What would be wrong, in words. */
  readonly title: string;
  /** True for the few that run with every test run. */
  readonly isInCi: boolean;
  /** Path of the broken file, relative to the project. */
  readonly file: string;
  /** Text that is replaced; occurs exactly once in the file. */
  readonly original: string;
  /** Text that takes its place; empty when the original is dropped. */
  readonly replacement: string;
  /** Path of the test that must fail. */
  readonly test: string;
  /** Part of the names of the tests that are run; null for all of the file. */
  readonly filter: string | null;
}

/** The page that lists the mutations. */
export const PAGE = new URL("../mutations.md", import.meta.url);

// Of an entry's text behind `### `: id, CI, title; file, test, filter; diff. What may follow is the
// heading of the next area.
const HEADING = /([A-Z]{3}-\d{2})( \(CI\))? (.+)\n\n/;
const PLACES = /`(\S+)`\s→\s`(\S+)`(?:\s"([^"]+)")?\n\n/;
const DIFF = /```diff\n([\s\S]+?)\n```\n*(?:\n## .+\n[\s\S]*)?/;
const ENTRY = new RegExp(`^${HEADING.source}${PLACES.source}${DIFF.source}$`);

function marked(lines: readonly string[], mark: string): string {
  return lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(2)).join("\n");
}

function readEntry(text: string): Mutation {
  const match = ENTRY.exec(text);
  const lines = match === null ? [] : match[7].split("\n");
  const areMarked = lines.length > 0 && lines.every((line) => /^[-+] /.test(line));
  if (match === null || !areMarked) {
    throw new Error(`tests/mutations.md: cannot read "${text.split("\n", 1)[0]}"`);
  }
  return {
    id: match[1],
    title: match[3],
    isInCi: match[2] !== undefined,
    file: match[4],
    original: marked(lines, "- "),
    replacement: marked(lines, "+ "),
    test: match[5],
    // The formatter may have broken the line inside it.
    filter: match[6]?.replaceAll("\n", " ") ?? null,
  };
}

/**
 * Reads the mutations of a page: one `###` section each, as the page's head describes. Throws an
 * Error that names the entry that it cannot read.
 */
export function parseMutations(page: string): Mutation[] {
  return page.split(/^### /m).slice(1).map(readEntry);
}

/** The mutations of `tests/mutations.md`, in its order. */
export function readMutations(): Mutation[] {
  return parseMutations(Deno.readTextFileSync(PAGE));
}

/** How often a text occurs in another, overlaps not counted. */
export function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}
