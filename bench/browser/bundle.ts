import { fileURLToPath } from "node:url";
import type { PagePeer, Workshop } from "./workshop.ts";

/** What the bench asks of esbuild. */
export interface EsbuildModule {
  build(options: unknown): Promise<{ readonly outputFiles: readonly { contents: Uint8Array }[] }>;
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGE = fileURLToPath(new URL("page/main.ts", import.meta.url));

/** The module of a peer that its page uses; `chart.js/auto` has every part registered. */
const ENTRY: Readonly<Record<PagePeer, string>> = {
  "chart.js": "chart.js/auto",
  "echarts": "echarts",
  "lightweight-charts": "lightweight-charts",
};

interface Asked {
  readonly path: string;
  readonly importer: string;
  readonly kind: string;
}

interface PluginBuild {
  onResolve(
    options: { readonly filter: RegExp },
    work: (asked: Asked) => Promise<unknown> | undefined,
  ): void;
  resolve(path: string, options: unknown): Promise<unknown>;
}

/** Finds "@/…" in the project and packages in the workshop. */
function resolveIn(folder: string) {
  return {
    name: "workshop",
    setup(build: PluginBuild) {
      build.onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
        const isPackage = importer.includes("/node_modules/");
        if (kind === "entry-point" || isPackage) return undefined;
        if (path.startsWith("@/")) return Promise.resolve({ path: ROOT + path.slice(2) });
        // As if a package had asked, so that this rule does not ask itself.
        const asker = `${folder}/node_modules/page.js`;
        return build.resolve(path, { kind, resolveDir: folder, importer: asker });
      });
    },
  };
}

const COMMON = {
  bundle: true,
  define: { "process.env.NODE_ENV": '"production"' },
  format: "iife",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  logLevel: "silent",
  minify: true,
  platform: "browser",
  target: ["es2022"],
  write: false,
};

/** The page's script and one script per peer, by their names below the server's root. */
export async function bundlePage(
  esbuild: EsbuildModule,
  workshop: Workshop,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { folder } = workshop;
  const files = new Map<string, Uint8Array>();
  try {
    const own = { ...COMMON, entryPoints: [PAGE], plugins: [resolveIn(folder)] };
    files.set("/page.js", (await esbuild.build(own)).outputFiles[0].contents);
    for (const peer of workshop.peers) {
      const name = JSON.stringify(peer);
      const contents = `import * as module from ${JSON.stringify(ENTRY[peer])};\n` +
        `(globalThis.peers ??= {})[${name}] = module;`;
      const stdin = { contents, resolveDir: folder };
      const built = await esbuild.build({ ...COMMON, stdin });
      files.set(`/peers/${peer}.js`, built.outputFiles[0].contents);
    }
  } finally {
    await esbuild.stop();
  }
  return files;
}
