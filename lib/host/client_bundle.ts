import { createHash, type Hash } from "node:crypto";
import { fail, ok, type Result } from "../base/result.ts";

/** Files and folders, relative to the project, that the browser's code is made from. */
export const BUNDLE_SOURCES: readonly string[] = [
  "components",
  "define.ts",
  "deno.json",
  "dev.ts",
  "fresh_host",
  "islands",
  "lib",
  "main.ts",
  "routes",
  "static",
];

/** Versions of the packages: a source too, but one that a first build may extend. */
const LOCK = "deno.lock";
const OUTPUT = "_fresh";
const STAMP = "stamp.json";
const SKIPPED_FOLDERS: readonly string[] = ["node_modules", "_fresh", "tests", "testdata"];

function isSkipped(entry: Deno.DirEntry): boolean {
  if (entry.name.startsWith(".")) return true;
  if (entry.isDirectory) return SKIPPED_FOLDERS.includes(entry.name);
  return /_test\.tsx?$/.test(entry.name);
}

/** Files under a path in a fixed order; none when it is not there. Links are not followed. */
function* filesUnder(path: string): Generator<string> {
  let info: Deno.FileInfo;
  try {
    info = Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (info.isFile) yield path;
  if (!info.isDirectory) return;
  const entries = [...Deno.readDirSync(path)].filter((entry) => !isSkipped(entry));
  entries.sort((a, b) => a.name < b.name ? -1 : 1);
  for (const entry of entries) yield* filesUnder(`${path}/${entry.name}`);
}

function addFile(hash: Hash, name: string, bytes: Uint8Array): void {
  hash.update(`${name}\0${bytes.length}\0`);
  hash.update(bytes);
}

/** SHA-256 of the lock file, as hexadecimal text; of nothing where there is none. */
function lockDigest(projectDirectory: string): string {
  const hash = createHash("sha256");
  hash.update(readIfThere(`${projectDirectory}/${LOCK}`) ?? "");
  return hash.digest("hex");
}

/** SHA-256 over names and contents of all sources and the Deno version, as hexadecimal text. */
export function sourceDigest(projectDirectory: string): string {
  const hash = createHash("sha256");
  hash.update(`deno ${Deno.version.deno}\0`);
  for (const source of BUNDLE_SOURCES) {
    for (const path of filesUnder(`${projectDirectory}/${source}`)) {
      addFile(hash, path.slice(projectDirectory.length), Deno.readFileSync(path));
    }
  }
  return hash.digest("hex");
}

/** SHA-256 over names and sizes of what the build wrote: finds a half-deleted bundle. */
function outputDigest(projectDirectory: string): string {
  const hash = createHash("sha256");
  const folder = `${projectDirectory}/${OUTPUT}`;
  for (const path of filesUnder(folder)) {
    if (path === `${folder}/${STAMP}`) continue;
    hash.update(`${path.slice(folder.length)}\0${Deno.statSync(path).size}\0`);
  }
  return hash.digest("hex");
}

function stampText(projectDirectory: string, sources: string): string {
  const outputs = outputDigest(projectDirectory);
  return JSON.stringify({ sources, lock: lockDigest(projectDirectory), outputs });
}

function readIfThere(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function hasPackages(projectDirectory: string): boolean {
  try {
    return Deno.statSync(`${projectDirectory}/node_modules`).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** True when the bundle belongs to the sources as they are now and is complete. */
export function isBundleFresh(
  projectDirectory: string,
  sources = sourceDigest(projectDirectory),
): boolean {
  const stamp = readIfThere(`${projectDirectory}/${OUTPUT}/${STAMP}`);
  return stamp !== null && stamp === stampText(projectDirectory, sources) &&
    hasPackages(projectDirectory);
}

/** Modules that the build wrote for the server to import, relative to the project. */
export function builtModules(projectDirectory: string): readonly string[] {
  const entry = `${OUTPUT}/server.js`;
  return readIfThere(`${projectDirectory}/${entry}`) === null ? [] : [entry];
}

function dropStamp(projectDirectory: string): void {
  try {
    Deno.removeSync(`${projectDirectory}/${OUTPUT}/${STAMP}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** How the bundle is brought up to date. */
export interface BundleRequest {
  /** Absolute. */
  readonly projectDirectory: string;
  /** The builder's entry, relative to the project; its lock keeps two builds apart. */
  readonly buildEntry: string;
  /** Runs the build; true when it succeeded. */
  readonly build: () => Promise<boolean>;
}

/**
 * Builds the bundle unless it is fresh. Two launches at once build one after the other, and the
 * second then finds nothing to do. The stamp is taken away before and written after the build, so
 * that an interrupted build is never taken for a bundle. Sources are read before the build, so that
 * a change meanwhile is not lost; the lock file after it, since the build may add packages to it.
 */
export async function ensureBundle(
  request: BundleRequest,
): Promise<Result<"fresh" | "built", "buildFailed">> {
  const { projectDirectory, buildEntry, build } = request;
  // The entry itself serves as the lock file: it exists, and nothing has to be created for it.
  using lock = await Deno.open(`${projectDirectory}/${buildEntry}`, { read: true });
  await lock.lock(true);
  const sources = sourceDigest(projectDirectory);
  if (isBundleFresh(projectDirectory, sources)) return ok("fresh");
  dropStamp(projectDirectory);
  if (!await build()) return fail("buildFailed");
  Deno.mkdirSync(`${projectDirectory}/${OUTPUT}`, { recursive: true });
  Deno.writeTextFileSync(
    `${projectDirectory}/${OUTPUT}/${STAMP}`,
    stampText(projectDirectory, sources),
  );
  return ok("built");
}
