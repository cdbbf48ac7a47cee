import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { OnResolveResult, Plugin, PluginBuild } from "esbuild";

const RUNTIME = fileURLToPath(new URL("../runtime.ts", import.meta.url));

/** Name and sub-path of an npm specifier: "npm:@a/b@1.2.3/c" → "@a/b/c". */
export function npmPath(specifier: string): string {
  const match = /^npm:\/?((?:@[^/]+\/)?[^/@]+)(?:@[^/]*)?(\/.*)?$/.exec(specifier);
  if (match === null) throw new SyntaxError(`not an npm specifier: ${specifier}`);
  return match[1] + (match[2] ?? "");
}

/** The import-map target of a specifier: exact names first, then the longest prefix; or null. */
export function mapSpecifier(
  specifier: string,
  imports: Readonly<Record<string, string>>,
): string | null {
  if (Object.hasOwn(imports, specifier)) return imports[specifier];
  const keys = Object.keys(imports).sort((a, b) => b.length - a.length);
  for (const key of keys) {
    const target = imports[key];
    if (key.endsWith("/") && specifier.startsWith(key)) {
      return target + specifier.slice(key.length);
    }
    // Deno lets the sub-paths of a package follow its name.
    const isPackage = target.startsWith("npm:") || target.startsWith("jsr:");
    if (isPackage && specifier.startsWith(`${key}/`)) return target + specifier.slice(key.length);
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

interface ImportMap {
  /** Absolute path of the folder that holds the configuration. */
  readonly folder: string;
  readonly imports: Readonly<Record<string, string>>;
}

/** The imports of the nearest `deno.json` at or above `folder`. */
async function readImportMap(folder: string): Promise<ImportMap> {
  const text = await readTextIfThere(join(folder, "deno.json"));
  if (text === null) {
    const parent = dirname(folder);
    return parent === folder ? { folder, imports: {} } : await readImportMap(parent);
  }
  const config: unknown = JSON.parse(text);
  const imports = isRecord(config) && isRecord(config.imports) ? config.imports : {};
  const entries = Object.entries(imports).map(([name, target]) => [name, String(target)]);
  return { folder, imports: Object.fromEntries(entries) };
}

async function readTextIfThere(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function refused(text: string): OnResolveResult {
  return { errors: [{ text }] };
}

/** Resolves imports of browser code by the import map of the project's `deno.json`. */
export async function importMapPlugin(root: string): Promise<Plugin> {
  const { folder, imports } = await readImportMap(root);
  return {
    name: "import-map",
    setup(build: PluginBuild) {
      build.onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer }) => {
        if (kind === "entry-point" || importer.includes("/node_modules/")) return undefined;
        if (path.startsWith("node:")) return refused(`${path} is not there in a browser`);
        if (path === "fresh/runtime") return { path: RUNTIME };
        if (path === "fresh" || path.startsWith("fresh/")) {
          return refused(`${path} is for the server; islands use fresh/runtime`);
        }
        const target = mapSpecifier(path, imports) ?? path;
        if (target.startsWith(".")) return { path: join(folder, target) };
        const name = target.startsWith("npm:") ? npmPath(target) : target;
        // As if a package had asked, so that this rule does not ask itself.
        const asker = join(folder, "node_modules", "browser.js");
        return await build.resolve(name, { kind, resolveDir: folder, importer: asker });
      });
    },
  };
}
