import { dirname, isAbsolute, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { App, attachSnapshot, type ListenOptions } from "./app.ts";
import { bundle } from "./bundle.ts";
import { contentHash } from "./content_hash.ts";
import { crawlProject, filesBelow, type RouteFile, TEST_FILES } from "./crawl.ts";
import { mediaType } from "./media_types.ts";
import { serverSource } from "./server_entry.ts";
import { type FsRoute, islandRegistry, type Snapshot, type StaticFile } from "./snapshot.ts";

/** Where a project's parts are; paths may be absolute, file URLs, or relative to `root`. */
export interface BuildOptions {
  /** The project's folder; default: the working directory. */
  root?: string;
  /** Default: "_fresh". */
  outDir?: string;
  /** One or more folders, the first that has a file wins; default: "static". */
  staticDir?: string | string[];
  /** Default: "islands". */
  islandDir?: string;
  /** Default: "routes". */
  routeDir?: string;
  /** The module that exports `app`; default: "main.ts". */
  serverEntry?: string;
  /** Oldest browsers, as esbuild names them; default: chrome99, firefox99, safari15. */
  target?: string | string[];
  /** Files that are no routes or islands; default: tests. */
  ignore?: RegExp[];
}

/** Hidden files are not for the browser, but for `.well-known`. */
const HIDDEN = /\/\.(?!well-known\/)/;

const CHUNKS = "/_fresh/js/";

interface Build {
  readonly buildId: string;
  readonly routes: readonly RouteFile[];
  /** File and chunk path of each island file. */
  readonly islands: readonly (readonly [file: string, chunk: string])[];
  /** Chunks with their bytes, files of the static folders with their path from the root. */
  readonly files: ReadonlyMap<string, StaticFile>;
}

function absolute(path: string, base: string): string {
  if (path.startsWith("file://")) return fileURLToPath(path);
  return isAbsolute(path) ? path : join(base, path);
}

function serverModule(path: string): Promise<object> {
  return import(pathToFileURL(path).href);
}

/** Builds an app for production, or serves it while it is developed. */
export class Builder {
  readonly #root: string;
  readonly #options: BuildOptions;

  constructor(options: BuildOptions = {}) {
    this.#options = options;
    this.#root = absolute(options.root ?? ".", Deno.cwd());
  }

  /**
   * Writes the build to `outDir`; with `snapshot: "memory"` it writes nothing. The function that
   * comes back gives the build to an app, for tests.
   */
  async build(
    options: { mode?: "development" | "production"; snapshot?: "disk" | "memory" } = {},
  ): Promise<<State>(app: App<State>) => void> {
    const mode = options.mode ?? "production";
    const build = await this.#build(mode);
    const isInMemory = options.snapshot === "memory";
    if (!isInMemory) await this.#write(build);
    const { buildId, files: staticFiles } = build;
    const snapshot = isInMemory
      ? await memorySnapshot(build)
      : { buildId, staticFiles, routes: [], islands: islandRegistry([]) };
    return (app) => attachSnapshot(app, snapshot, { root: this.#root, mode });
  }

  /** Builds into memory and serves the app; `deno run --watch` starts it anew after a change. */
  async listen<State>(
    importApp: () => Promise<{ app: App<State> } | App<State>>,
    options: ListenOptions = {},
  ): Promise<void> {
    const applySnapshot = await this.build({ mode: "development", snapshot: "memory" });
    const imported = await importApp();
    const app = imported instanceof App ? imported : imported.app;
    applySnapshot(app);
    await app.listen(options);
  }

  #path(path: string): string {
    return absolute(path, this.#root);
  }

  async #build(mode: "development" | "production"): Promise<Build> {
    const { target = ["chrome99", "firefox99", "safari15"] } = this.#options;
    const project = await crawlProject({
      routeDir: this.#path(this.#options.routeDir ?? "routes"),
      islandDir: this.#path(this.#options.islandDir ?? "islands"),
      ignore: this.#options.ignore ?? [TEST_FILES],
    });
    const browser = await bundle({
      root: this.#root,
      islands: project.islands,
      isMinified: mode === "production",
      target: [target].flat(),
    });
    const staticFiles = await this.#staticFiles();
    const chunks: [string, StaticFile][] = [];
    for (const { name, content } of browser.chunks) {
      chunks.push([name, {
        hash: await contentHash(content),
        contentType: mediaType(name),
        content,
      }]);
    }
    const named = [...chunks, ...staticFiles].map(([name, { hash }]) => `${name} ${hash}`);
    const buildId = (await contentHash(new TextEncoder().encode(named.join("\n")))).slice(0, 16);
    const files = new Map(staticFiles);
    for (const [name, file] of chunks) files.set(`${CHUNKS}${buildId}/${name}`, file);
    const islands = project.islands.map((path): readonly [string, string] => [
      path,
      `${CHUNKS}${buildId}/${browser.chunkOf.get(path)}`,
    ]);
    return { buildId, routes: project.routes, islands, files };
  }

  async #staticFiles(): Promise<Map<string, StaticFile>> {
    const files = new Map<string, StaticFile>();
    for (const folder of [this.#options.staticDir ?? "static"].flat()) {
      const directory = this.#path(folder);
      for (const path of await filesBelow(directory)) {
        if (HIDDEN.test(path) || files.has(path)) continue;
        const hash = await contentHash(await Deno.readFile(directory + path));
        const content = relative(this.#root, directory + path);
        files.set(path, { hash, contentType: mediaType(path), content });
      }
    }
    return files;
  }

  async #write(build: Build): Promise<void> {
    const outDir = this.#path(this.#options.outDir ?? "_fresh");
    const chunkDir = join(outDir, "static", CHUNKS);
    const written = new Map<string, StaticFile>();
    for (const [path, file] of build.files) {
      if (typeof file.content === "string") {
        written.set(path, file);
        continue;
      }
      const target = join(outDir, "static", path);
      await Deno.mkdir(dirname(target), { recursive: true });
      await Deno.writeFile(target, file.content);
      written.set(path, { ...file, content: relative(this.#root, target) });
    }
    const serverEntry = this.#path(this.#options.serverEntry ?? "main.ts");
    const { buildId, routes, islands } = build;
    const root = this.#root;
    const source = serverSource({
      buildId,
      root,
      outDir,
      serverEntry,
      routes,
      islands,
      staticFiles: written,
    });
    await Deno.mkdir(outDir, { recursive: true });
    // A server that starts meanwhile finds either build whole, so the entry changes last.
    await Deno.writeTextFile(join(outDir, "server.js.new"), source);
    await Deno.rename(join(outDir, "server.js.new"), join(outDir, "server.js"));
    await removeOtherBuilds(chunkDir, buildId);
  }
}

async function removeOtherBuilds(chunkDir: string, buildId: string): Promise<void> {
  for (const name of new Set((await filesBelow(chunkDir)).map((path) => path.split("/")[1]))) {
    if (name !== buildId) await Deno.remove(join(chunkDir, name), { recursive: true });
  }
}

async function memorySnapshot(build: Build): Promise<Snapshot> {
  const modules: [object, string][] = [];
  for (const [path, chunk] of build.islands) modules.push([await serverModule(path), chunk]);
  const routes: FsRoute[] = [];
  for (const { kind, id, path } of build.routes) {
    const module = kind === "route" ? () => serverModule(path) : await serverModule(path);
    routes.push({ kind, id, module });
  }
  const { buildId, files } = build;
  return { buildId, routes, islands: islandRegistry(modules), staticFiles: files };
}
