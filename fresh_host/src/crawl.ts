import { join } from "node:path";
import { compareRouteIds } from "./fs_paths.ts";
import type { FsRouteKind } from "./snapshot.ts";

/** A file of `routes/`, not loaded yet. */
export interface RouteFile {
  readonly id: string;
  readonly kind: FsRouteKind;
  /** Absolute. */
  readonly path: string;
}

/** What the project's folders hold. */
export interface ProjectFiles {
  /** In the order of registration. */
  readonly routes: readonly RouteFile[];
  /** Absolute paths, sorted. */
  readonly islands: readonly string[];
}

/** Files that are tests and therefore no routes or islands. */
export const TEST_FILES = /[._]test\.[jt]sx?$/;

const SOURCE_FILES = /\.[jt]sx?$/;
const PRIVATE_FOLDER = /\/\((_[^/]+)\)\//;

const KINDS: Record<string, FsRouteKind> = {
  _app: "app",
  _middleware: "middleware",
  _layout: "layout",
  _error: "error",
  _500: "error",
  _404: "notFound",
};

/** Every file below `directory`, as sorted paths from it; none when there is no directory. */
export async function filesBelow(directory: string): Promise<string[]> {
  const found: string[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of entriesOf(join(directory, folder))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) folders.push(path);
      // A link could lead out of the directory, so it is none of its files.
      else if (entry.isFile) found.push(path);
    }
  }
  return found.sort();
}

async function* entriesOf(directory: string): AsyncIterable<Deno.DirEntry> {
  try {
    yield* Deno.readDir(directory);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Finds the routes and islands of a project. */
export async function crawlProject(
  { routeDir, islandDir, ignore }: { routeDir: string; islandDir: string; ignore: RegExp[] },
): Promise<ProjectFiles> {
  const isSource = (path: string) =>
    SOURCE_FILES.test(path) && !ignore.some((pattern) => pattern.test(path));
  const islands = (await filesBelow(islandDir)).filter(isSource).map((path) => islandDir + path);
  const routes: RouteFile[] = [];
  for (const path of (await filesBelow(routeDir)).filter(isSource)) {
    const folder = PRIVATE_FOLDER.exec(path)?.[1];
    if (folder === "_islands") islands.push(routeDir + path);
    if (folder !== undefined) continue;
    const id = path.slice(0, path.lastIndexOf("."));
    const kind = KINDS[id.slice(id.lastIndexOf("/") + 1)] ?? "route";
    routes.push({ id, kind, path: routeDir + path });
  }
  routes.sort((a, b) => compareRouteIds(a.id, b.id));
  return { routes, islands: islands.sort() };
}
