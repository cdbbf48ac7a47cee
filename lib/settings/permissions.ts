import { assert } from "../base/assert.ts";
import { bindAddress, hostAndPort, LOOPBACK_HOSTS } from "../ports/loopback.ts";
import type { Framework } from "./framework.ts";
import { isGrantablePath } from "./grantable_path.ts";
import type { IbSettings } from "./ib_settings.ts";
import type { Settings } from "./settings.ts";
import { FEED_DOMAIN } from "./tastytrade_addresses.ts";
import { endpointsOf, simulatorPorts, type TastytradeSettings } from "./tastytrade_settings.ts";

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
 * libraries ask for. The published framework asks for names of a deployment as it loads and fails
 * where it may not; the launcher passes none of them on.
 */
const SERVER_ENV: Readonly<Record<Framework, readonly string[]>> = {
  hosted: ["NODE_ENV"],
  published: ["NODE_ENV", "DENO_DEPLOYMENT_ID", "GITHUB_SHA", "CI_COMMIT_SHA"],
};

/** Where modules may come from; with --cached-only nothing is downloaded. */
const SERVER_IMPORT: Readonly<Record<Framework, string>> = {
  hosted: "--deny-import",
  published: "--allow-import=jsr.io:443",
};

const SECURE_PORT = 443;

/**
 * Where the server may connect to for tastytrade: the service and the account streamer of the one
 * chosen environment, and the domain of the feed, whose host the service names anew with every
 * quote token. Of a simulator its ports on this machine, under each name of the machine.
 */
function tastytradeGrants(tastytrade: TastytradeSettings): readonly string[] {
  const { rest, accountStreamer } = endpointsOf(tastytrade);
  const { simulator } = tastytrade;
  if (simulator === null) {
    const hosts = [rest, accountStreamer].map((url) => new URL(url).hostname);
    return [...hosts, `*.${FEED_DOMAIN}`].map((host) => hostAndPort(host, SECURE_PORT));
  }
  return simulatorPorts(simulator).flatMap((port) =>
    LOOPBACK_HOSTS.map((host) => hostAndPort(host, port))
  );
}

/** TWS is reached as the settings name it: this machine by each of its names, else that host. */
function ibGrants({ host, port }: IbSettings): readonly string[] {
  const hosts = LOOPBACK_HOSTS.includes(host) ? LOOPBACK_HOSTS : [host];
  return hosts.map((one) => hostAndPort(one, port));
}

function netGrants(settings: Settings): string {
  const ports = settings.isPortExplicit ? [settings.port] : [settings.port, 0];
  const own = ports.map((port) => hostAndPort(bindAddress(settings.host), port));
  const brokers = settings.tastytrade === null ? [] : tastytradeGrants(settings.tastytrade);
  const ib = settings.ib === null ? [] : ibGrants(settings.ib);
  return [...new Set([...own, ...brokers, ...ib])].join(",");
}

/**
 * With tastytrade every variable that is not granted looks unset instead of refused: a package
 * below the official one lists them all as it loads. Source: docs/decisions/tastytrade_services.md.
 */
function envFlags(settings: Settings, framework: Framework): readonly string[] {
  const granted = `--allow-env=${SERVER_ENV[framework].join(",")}`;
  return settings.tastytrade === null ? [granted] : [granted, "--ignore-env"];
}

function pathList(paths: readonly string[]): string {
  assert(paths.every(isGrantablePath), "no comma in a granted path");
  return paths.join(",");
}

/** For whom permissions are computed. */
export interface PermissionScope {
  /** Absolute. */
  readonly projectDirectory: string;
  readonly framework: Framework;
}

/**
 * The permission flags of the server process for these settings: its own address and port, the
 * parts of the project that it reads, its data folder, the hosts of its broker. Never `run`, `ffi`
 * or `sys`, no prompt, and modules from elsewhere only where the framework is one.
 */
export function permissionFlags(settings: Settings, scope: PermissionScope): readonly string[] {
  const reads = SERVER_READS.map((name) => `${scope.projectDirectory}/${name}`);
  reads.push(settings.dataDirectory);
  if (settings.replayDirectory !== null) reads.push(settings.replayDirectory);
  return [
    "--no-prompt",
    `--allow-net=${netGrants(settings)}`,
    `--allow-read=${pathList(reads)}`,
    `--allow-write=${pathList([settings.dataDirectory])}`,
    ...envFlags(settings, scope.framework),
    "--deny-run",
    "--deny-ffi",
    "--deny-sys",
    SERVER_IMPORT[scope.framework],
  ];
}

/**
 * The permission flags of the build. Hosted: it reads the project, writes the bundle and runs
 * esbuild, whose place is known only once it is installed; no network. Published: it fetches the
 * browser's modules by itself and keeps them in Deno's cache, wherever that is.
 */
export function buildFlags(scope: PermissionScope): readonly string[] {
  const { projectDirectory, framework } = scope;
  if (framework === "published") {
    const open = ["read", "write", "env", "run", "sys", "net"].map((name) => `--allow-${name}`);
    return ["--no-prompt", ...open, "--deny-ffi"];
  }
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
