/**
 * Enforces what the style page asks of the tree: direction of imports without cycles, globals of
 * the outside world only in lib/host, no casts, file length, docstrings on exports, names.
 * Run by `deno task ok` and by its test; prints one line per finding and exits 1 when there is any.
 */
import { findings, type SourceFile } from "./style/rules.ts";

const ROOTS = [
  "launch.ts",
  "main.ts",
  "serve.ts",
  "dev.ts",
  "lib",
  "routes",
  "islands",
  "components",
  "fresh_host",
  "sims",
  "tests",
  "tools",
  "bench",
];

function isSource(path: string): boolean {
  return /\.tsx?$/.test(path) && !path.includes("node_modules/") && !path.includes("/_fresh/");
}

function* walk(path: string): Generator<string> {
  let stat: Deno.FileInfo;
  try {
    stat = Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (stat.isFile) return void (yield path);
  for (const entry of Deno.readDirSync(path)) yield* walk(`${path}/${entry.name}`);
}

/** Reads every source file below the project's root. */
export function readTree(root: string): SourceFile[] {
  const files: SourceFile[] = [];
  for (const start of ROOTS) {
    for (const path of walk(`${root}/${start}`)) {
      if (!isSource(path)) continue;
      files.push({ path: path.slice(root.length + 1), text: Deno.readTextFileSync(path) });
    }
  }
  return files;
}

if (import.meta.main) {
  const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
  const found = findings(readTree(root));
  for (const line of found) console.error(line);
  console.log(`style: ${found.length} findings`);
  if (found.length > 0) Deno.exit(1);
}
