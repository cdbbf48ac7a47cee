import { assert } from "../base/assert.ts";
import { bindAddress, hostAndPort } from "../ports/loopback.ts";
import { isGrantablePath } from "./grantable_path.ts";
import type { Settings } from "./settings.ts";

/**
 * Parts of the project that the server reads while it runs. The rest of the folder, with `.env`,
 * `.git` and the data of other modes, stays out of its reach.
 */
export const SERVER_READS: readonly string[] = [
  "_fresh",
  "components",
  "define.ts",
  "deno.json",
  "fresh_host",
  "islands",
  "lib",
  "main.ts",
  "node_modules",
  "routes",
  "serve.ts",
  "static",
];

/**
 * Environment variables that the server may read. Settings do not come this way; these are what
 * libraries ask for.
 */
export const SERVER_ENV: readonly string[] = ["NODE_ENV"];

function netGrants(settings: Settings): string {
  const ports = settings.isPortExplicit ? [settings.port] : [settings.port, 0];
  return ports.map((port) => hostAndPort(bindAddress(settings.host), port)).join(",");
}

function pathList(paths: readonly string[]): string {
  assert(paths.every(isGrantablePath), "no comma in a granted path");
  return paths.join(",");
}

/**
 * The permission flags of the server process for these settings: its own address and port, the
 * parts of the project that it reads, its data folder. Never `run`, `ffi`, `sys` or `import`, and
 * no prompt. `projectDirectory`: absolute.
 */
export function permissionFlags(settings: Settings, projectDirectory: string): readonly string[] {
  const reads = SERVER_READS.map((name) => `${projectDirectory}/${name}`);
  reads.push(settings.dataDirectory);
  if (settings.replayDirectory !== null) reads.push(settings.replayDirectory);
  return [
    "--no-prompt",
    `--allow-net=${netGrants(settings)}`,
    `--allow-read=${pathList(reads)}`,
    `--allow-write=${pathList([settings.dataDirectory])}`,
    `--allow-env=${SERVER_ENV.join(",")}`,
    "--deny-run",
    "--deny-ffi",
    "--deny-sys",
    // With --cached-only nothing is downloaded: this only lets a cached jsr: module be imported.
    "--allow-import=jsr.io:443",
  ];
}

/**
 * The permission flags of the build: it reads the project, writes the bundle and runs esbuild,
 * whose place is known only once it is installed. No network. `projectDirectory`: absolute.
 */
export function buildFlags(projectDirectory: string): readonly string[] {
  return [
    "--no-prompt",
    `--allow-read=${pathList([projectDirectory])}`,
    `--allow-write=${pathList([`${projectDirectory}/_fresh`])}`,
    "--allow-env",
    "--allow-run",
    "--deny-net",
    "--deny-ffi",
  ];
}
