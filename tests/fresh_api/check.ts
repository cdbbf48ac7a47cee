/**
 * Type-checks the app against the declaration of Fresh 2.3.3's public API in place of the host, so
 * that the one line in `deno.json` is all that a move to real Fresh changes.
 *
 * `deno run --allow-read --allow-write --allow-run --allow-env tests/fresh_api/check.ts [folder]`;
 * exit code 1 and the reasons when the app imports what Fresh does not export.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const DECLARATION = new URL("./fresh_2_3_3/", import.meta.url);

const ENTRIES = ["main.ts", "main.tsx", "serve.ts", "dev.ts", "define.ts"];
const FOLDERS = ["routes", "islands", "components"];
const SOURCE = /\.tsx?$/;
const TEST = /[._]test\.tsx?$/;

/** Specifiers of a framework's inside, whoever hosts it. */
const FORBIDDEN = /(?:from|import)\s*\(?\s*["']([^"']*(?:fresh[_-]host|@fresh\/|jsr:)[^"']*)["']/g;

/** What the check found. */
export interface CheckResult {
  readonly isPortable: boolean;
  /** Paths that were checked, from the app's folder. */
  readonly files: readonly string[];
  /** Why it is not portable; empty when it is. */
  readonly report: string;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function sourcesBelow(folder: string): Promise<string[]> {
  if (!await isThere(folder)) return [];
  const found: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) found.push(...await sourcesBelow(path));
    else if (SOURCE.test(entry.name) && !TEST.test(entry.name)) found.push(path);
  }
  return found;
}

async function appFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of ENTRIES) if (await isThere(join(folder, entry))) files.push(entry);
  for (const name of FOLDERS) {
    files.push(
      ...(await sourcesBelow(join(folder, name))).map((path) => path.slice(folder.length)),
    );
  }
  return files.map((path) => path.replace(/^\//, "")).sort();
}

/** The project's import map with the declaration in the place of the host. */
async function declarationImports(): Promise<Record<string, string>> {
  const config: { imports: Record<string, string> } = JSON.parse(
    await Deno.readTextFile(join(PROJECT, "deno.json")),
  );
  const imports: Record<string, string> = {};
  for (const [name, target] of Object.entries(config.imports)) {
    if (name === "fresh" || name.startsWith("fresh/")) continue;
    imports[name] = target.startsWith("./") ? `file://${join(PROJECT, target)}` : target;
    if (target.startsWith("npm:")) imports[`${name}/`] = `npm:/${target.slice("npm:".length)}/`;
  }
  imports["fresh"] = new URL("core.ts", DECLARATION).href;
  imports["fresh/runtime"] = new URL("runtime.ts", DECLARATION).href;
  imports["fresh/dev"] = new URL("dev.ts", DECLARATION).href;
  return imports;
}

async function forbiddenImports(folder: string, files: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const file of files) {
    const text = await Deno.readTextFile(join(folder, file));
    for (const [, specifier] of text.matchAll(FORBIDDEN)) {
      found.push(`${file} imports ${specifier}, which real Fresh does not have`);
    }
  }
  return found;
}

async function typeErrors(folder: string, files: readonly string[]): Promise<string> {
  const scratch = await Deno.makeTempDir({ prefix: "fresh_api_" });
  try {
    const importMap = join(scratch, "import_map.json");
    // What the build generates may import the framework's inside; the app may not.
    const generated = { "fresh/internal": new URL("generated.ts", DECLARATION).href };
    const scopes = { [`file://${folder}_fresh/`]: generated };
    const imports = await declarationImports();
    await Deno.writeTextFile(importMap, JSON.stringify({ imports, scopes }));
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "check",
        "--no-lock",
        `--config=${join(PROJECT, "deno.json")}`,
        `--import-map=${importMap}`,
        ...files.map((file) => join(folder, file)),
      ],
      env: { NO_COLOR: "1" },
      stdout: "null",
      stderr: "piped",
    }).output();
    return success ? "" : new TextDecoder().decode(stderr);
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

/** Checks the app in `folder` (absolute), or the project itself. */
export async function checkApp(folder: string = PROJECT): Promise<CheckResult> {
  const base = folder.endsWith("/") ? folder : `${folder}/`;
  const files = await appFiles(base);
  if (files.length === 0) return { isPortable: false, files, report: `no app in ${base}` };
  const forbidden = await forbiddenImports(base, files);
  const report = forbidden.length > 0 ? forbidden.join("\n") : await typeErrors(base, files);
  return { isPortable: report === "", files, report };
}

if (import.meta.main) {
  const { isPortable, files, report } = await checkApp(Deno.args[0]);
  console.log(isPortable ? `${files.length} files use Fresh 2.3.3's public API alone` : report);
  Deno.exit(isPortable ? 0 : 1);
}
