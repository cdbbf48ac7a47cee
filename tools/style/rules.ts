import { importProblem } from "./layers.ts";

/** A source file of the project; `path` is relative to its root. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const LINES_MAX = 400;
const OUTSIDE_WORLD =
  /(?<![.\w])(Date\.now\(|new Date\(\)|Math\.random\(|performance\.now\(|set(Interval|Timeout)\(|crypto\.(randomUUID|getRandomValues)|fetch\(|new (WebSocket|Worker)\(|Deno\.)/;
const MAY_TOUCH_WORLD =
  /^(lib\/host\/|launch\.ts|serve\.ts|dev\.ts|tests\/|tools\/|bench\/|fresh_host\/|sims\/|islands\/|components\/)/;
const PURE =
  /^lib\/(base|format|domain|calendar|pricing|market|portfolio|analytics|world|stream\/protocol)\//;
const FORBIDDEN_NAME = /(^|\/)(utils?|helpers?|common|manager|misc)(\/|[._])/;
const CAST = /(?<![\w.])(?:as (?!const\b)[A-Za-z_{(\[]|any\b(?=[\s,;)>\]]))/;

const MULTIPLIER_LITERAL =
  /multiplier\w*\s*(?:[:=]|\?\?|\|\|)\s*(?:50|100|1000)\b|[qQ]uantity\w*\s*\*\s*(?:50|100|1000)\b/;

function isCheckedForMultiplier(path: string): boolean {
  return path.startsWith("lib/") && !isTest(path) && !/^lib\/(brokers|world)\//.test(path);
}

function isTest(path: string): boolean {
  return /_test\.tsx?$/.test(path) || path.startsWith("tests/");
}

/** Source text with strings, templates and comments blanked, line breaks kept. */
export function codeOnly(text: string): string {
  const token =
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g;
  return text.replace(token, (match) => match.replace(/[^\n]/g, " "));
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

function* lineFindings(file: SourceFile): Generator<string> {
  const code = codeOnly(file.text).split("\n");
  const raw = file.text.split("\n");
  for (let i = 0; i < code.length; i++) {
    const at = `${file.path}:${i + 1}`;
    if (!isTest(file.path) && !MAY_TOUCH_WORLD.test(file.path) && OUTSIDE_WORLD.test(code[i])) {
      yield `${at}: clock, randomness, network or Deno outside lib/host`;
    }
    if (PURE.test(file.path) && !isTest(file.path) && /\basync\b|\bawait\b/.test(code[i])) {
      yield `${at}: async in a pure folder`;
    }
    if (isCheckedForMultiplier(file.path) && MULTIPLIER_LITERAL.test(code[i])) {
      yield `${at}: literal contract multiplier; it comes from the contract`;
    }
    if (isCheckedForCasts(file.path) && isCast(code[i])) yield `${at}: cast or any`;
    if (/\b(TODO|FIXME|XXX)\b|@ts-ignore|deno-lint-ignore/.test(raw[i]) && !ownRules(file.path)) {
      yield `${at}: mark of unfinished work`;
    }
    if (raw[i].length > 100 && !/https?:\/\//.test(raw[i]) && !ownRules(file.path)) {
      yield `${at}: over 100 columns`;
    }
  }
}

function ownRules(path: string): boolean {
  return path.startsWith("tools/style/");
}

function isCheckedForCasts(path: string): boolean {
  return !isTest(path) && !path.includes("/wire/") && !path.startsWith("fresh_host/") &&
    path !== "lib/base/record.ts" && !ownRules(path);
}

function isCast(code: string): boolean {
  if (/^\s*(import|export)\b.*\bas\b/.test(code) || /^\s*(type )?\w+ as \w+,?$/.test(code)) {
    return false;
  }
  return CAST.test(code) || /[\w)\]]!(?=[.;,)\]\s[(])(?!=)/.test(code);
}

function* docFindings(file: SourceFile): Generator<string> {
  if (isTest(file.path) || !/^(lib|fresh_host)\//.test(file.path)) return;
  const lines = file.text.split("\n");
  const declaration =
    /^export (?:default )?(?:abstract )?(?:async )?(function\*?|class|interface|type|const|enum) (\w+)/;
  for (let i = 0; i < lines.length; i++) {
    const match = declaration.exec(lines[i]);
    if (match === null) continue;
    const above = lines[i - 1] ?? "";
    const isContinued = match[1] === "const" && declaration.test(above);
    const isOverload = match[1] === "function" && new RegExp(`function ${match[2]}\\b`).test(above);
    const isListed = match[1] === "type" && /^export type /.test(above);
    if (!above.trim().endsWith("*/") && !isContinued && !isOverload && !isListed) {
      yield `${file.path}:${i + 1}: export ${match[2]} has no docstring`;
    }
  }
}

/** Project path that a relative or `@/` specifier means, or null for packages. */
export function resolveImport(from: string, specifier: string): string | null {
  if (specifier.startsWith("@/")) return specifier.slice(2);
  if (!specifier.startsWith(".")) return null;
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** Specifiers that a file imports or re-exports, with their line numbers. */
export function importsOf(file: SourceFile): { specifier: string; line: number }[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^"';]*?from\s*"([^"]+)"|(?:^|\n)\s*import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"/g;
  return [...file.text.matchAll(pattern)].map((match) => ({
    specifier: match[1] ?? match[2] ?? match[3],
    line: lineOf(file.text, match.index),
  }));
}

function* importFindings(file: SourceFile): Generator<string> {
  for (const { specifier } of importsOf(file)) {
    const target = resolveImport(file.path, specifier);
    if (target === null) {
      if (isWebPackage(specifier) && !isWeb(file.path)) {
        yield `${file.path}: imports ${specifier}; the engine does not know the web`;
      }
      continue;
    }
    const problem = importProblem(file.path, target);
    if (problem !== null) yield problem;
  }
}

function isWebPackage(specifier: string): boolean {
  return /^(fresh|preact|@preact)(\/|$)/.test(specifier);
}

function isWeb(path: string): boolean {
  const isServed = /^(main|serve|dev)\.ts$/.test(path);
  return isServed ||
    /^(routes|islands|components|fresh_host|tests|bench\/browser\/page)\//.test(path);
}

/** Import cycles among non-test files, each as `a -> b -> a`. */
export function cycles(files: readonly SourceFile[]): string[] {
  const paths = new Set(files.map((file) => file.path));
  const edges = new Map(files.map((file) => [
    file.path,
    importsOf(file).map((i) => resolveImport(file.path, i.specifier))
      .filter((to): to is string => to !== null && paths.has(to)),
  ]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) return void found.push([...trail.slice(at), path].join(" -> "));
    if (done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const file of files) visit(file.path, []);
  return found;
}

/** Every violation in the tree, one line each. */
export function findings(files: readonly SourceFile[]): string[] {
  const found: string[] = [];
  for (const file of files) {
    const lines = file.text.split("\n").length - 1;
    if (lines > LINES_MAX) found.push(`${file.path}: ${lines} lines, at most ${LINES_MAX}`);
    if (FORBIDDEN_NAME.test(file.path)) found.push(`${file.path}: name says nothing`);
    found.push(...lineFindings(file), ...docFindings(file), ...importFindings(file));
  }
  found.push(...cycles(files).map((cycle) => `import cycle: ${cycle}`));
  return found;
}
