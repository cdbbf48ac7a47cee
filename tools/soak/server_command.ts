import { builtModules, ensureBundle } from "../../lib/host/client_bundle.ts";
import { environment, readTextFile } from "../../lib/host/environment.ts";
import { frameworkOf } from "../../lib/settings/framework.ts";
import { loadSettings } from "../../lib/settings/load.ts";
import { permissionFlags } from "../../lib/settings/permissions.ts";
import { SERVER_MEMORY_VARIABLES, SERVER_V8_FLAGS } from "../../lib/settings/server_flags.ts";
import { encodeSettings } from "../../lib/settings/wire/handover.ts";

/** How the server process is started, and the line that it reads its settings from. */
export interface ServerCommand {
  readonly command: Deno.Command;
  readonly handover: string;
}

const PROJECT = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");
const BUILD_ENTRY = "dev.ts";
const SERVER_ENTRY = "serve.ts";

/** Variables that the runtime needs; the launcher leaves all others behind, and so does a soak. */
const PASSED_ON = ["DENO_DIR", "HOME", "LANG", "PATH", "TMPDIR", "TZ", "XDG_CACHE_HOME"];

async function isDone(args: readonly string[]): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: PROJECT,
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).output();
  return success;
}

/** Builds the pages unless they are fresh; throws when that fails. */
async function build(): Promise<void> {
  const bundle = await ensureBundle({
    projectDirectory: PROJECT,
    buildEntry: BUILD_ENTRY,
    build: async () =>
      await isDone(["task", "build"]) &&
      await isDone(["cache", "--quiet", SERVER_ENTRY, ...builtModules(PROJECT)]),
  });
  if (!bundle.ok) throw new Error("the pages could not be built");
}

/**
 * The server as the launcher starts it, with the permissions of these settings; beside it only what
 * collects everything on a signal, which is no code of the desk.
 * `args`: flags of the start task. Throws when they are refused or the pages cannot be built.
 */
export async function serverCommand(args: readonly string[]): Promise<ServerCommand> {
  const loaded = loadSettings({
    args,
    environment: new Map(),
    workingDirectory: PROJECT,
    readText: readTextFile,
  });
  if (!loaded.ok) throw new Error(loaded.error.message);
  if (loaded.value.kind === "help") throw new Error("no settings to start with");
  await build();
  const { settings } = loaded.value;
  const config = readTextFile(`${PROJECT}/deno.json`);
  const framework = frameworkOf(config.ok ? config.value : "");
  const variables = environment();
  const env = PASSED_ON.flatMap((name) => {
    const value = variables.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const command = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--cached-only",
      "--frozen",
      `--v8-flags=${["--expose-gc", ...SERVER_V8_FLAGS].join(",")}`,
      "--preload=tools/soak/forced_collection.ts",
      ...permissionFlags(settings, { projectDirectory: PROJECT, framework }),
      SERVER_ENTRY,
    ],
    cwd: PROJECT,
    clearEnv: true,
    env: {
      NODE_ENV: "production",
      ...SERVER_MEMORY_VARIABLES,
      ...Object.fromEntries(env),
      NO_COLOR: "1",
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  return { command, handover: `${encodeSettings(settings)}\n` };
}
