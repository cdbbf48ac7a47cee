import { basename, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { importMapPlugin } from "./import_map_plugin.ts";

/** What to bundle for the browser. */
export interface BundleOptions {
  /** Absolute path of the project. */
  readonly root: string;
  /** Absolute paths of the island files. */
  readonly islands: readonly string[];
  readonly isMinified: boolean;
  readonly target: string[];
}

/** A chunk for the browser. */
export interface Chunk {
  /** File name, such as "Counter.js". */
  readonly name: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

/** The chunks of a build. */
export interface Bundle {
  readonly chunks: readonly Chunk[];
  /** Chunk name of each island file. */
  readonly chunkOf: ReadonlyMap<string, string>;
}

function entryName(path: string, root: string): string {
  return relative(root, path).replace(/\.[jt]sx?$/, "").replaceAll(/[^\w-]+/g, "_");
}

/** Bundles the islands and the boot module into chunks that share what they have in common. */
export async function bundle(options: BundleOptions): Promise<Bundle> {
  const { root, islands, isMinified, target } = options;
  if (islands.length === 0) return { chunks: [], chunkOf: new Map() };
  const chunkOf = new Map<string, string>();
  const entryPoints: Record<string, string> = {
    "fresh-runtime": fileURLToPath(new URL("./client.ts", import.meta.url)),
  };
  for (const path of islands) {
    const name = entryName(path, root);
    if (name in entryPoints) throw new Error(`Two islands are called ${name}`);
    entryPoints[name] = path;
    chunkOf.set(path, `${name}.js`);
  }
  try {
    const result = await esbuild.build({
      absWorkingDir: root,
      bundle: true,
      chunkNames: "chunk-[hash]",
      define: { "process.env.NODE_ENV": isMinified ? '"production"' : '"development"' },
      entryPoints,
      format: "esm",
      jsx: "automatic",
      jsxImportSource: "preact",
      legalComments: "none",
      logLevel: "silent",
      minify: isMinified,
      outdir: root,
      platform: "browser",
      plugins: [await importMapPlugin(root)],
      sourcemap: isMinified ? false : "inline",
      splitting: true,
      target,
      treeShaking: true,
      write: false,
    });
    const chunks = result.outputFiles.map((file) => ({
      name: basename(file.path),
      content: new Uint8Array(file.contents),
    }));
    return { chunks: chunks.sort((a, b) => a.name < b.name ? -1 : 1), chunkOf };
  } finally {
    await esbuild.stop();
  }
}
