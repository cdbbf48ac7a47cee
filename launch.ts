import { browserProgram, openPage } from "./lib/host/browser.ts";
import { superviseChild } from "./lib/host/child_process.ts";
import { builtModules, ensureBundle } from "./lib/host/client_bundle.ts";
import { alreadyRunningText, findRunningDesk, readNotice } from "./lib/host/data_lock.ts";
import {
  environment,
  forgetVariables,
  isReadByOthers,
  readTextFile,
} from "./lib/host/environment.ts";
import { isPortAnswering, portTakenText } from "./lib/host/http_port.ts";
import { type LaunchStop, listenForStop } from "./lib/host/launch_stop.ts";
import { realTimers } from "./lib/host/timers.ts";
import { type Framework, frameworkOf } from "./lib/settings/framework.ts";
import { isGrantablePath } from "./lib/settings/grantable_path.ts";
import { helpText } from "./lib/settings/help.ts";
import { loadSettings } from "./lib/settings/load.ts";
import { buildFlags, permissionFlags } from "./lib/settings/permissions.ts";
import { SERVER_MEMORY_VARIABLES, SERVER_V8_FLAGS } from "./lib/settings/server_flags.ts";
import type { Settings } from "./lib/settings/settings.ts";
import { SECRET_NAMES } from "./lib/settings/table.ts";
import { encodeSettings } from "./lib/settings/wire/handover.ts";

/** Exit codes of the launcher; the server adds 4, a broker cannot be reached (--once). */
export const EXIT = { clean: 0, failed: 1, badSettings: 2, alreadyRunning: 3 } as const;

/** What is launched. Tests put their own in place; it is no setting. */
export interface LaunchPlan {
  readonly args: readonly string[];
  /** Absolute. */
  readonly projectDirectory: string;
  /** Relative to the project. */
  readonly serverEntry: string;
  /** Relative to the project. */
  readonly buildEntry: string;
}

/** Variables of the launcher that the server's runtime needs; all others are left behind. */
const PASSED_ON: readonly string[] = [
  "COLORTERM",
  "DENO_DIR",
  "HOME",
  "LANG",
  "NO_COLOR",
  "NODE_ENV",
  "PATH",
  "TERM",
  "TMPDIR",
  "TZ",
  "XDG_CACHE_HOME",
];

function say(line: string): void {
  console.error(`deltadesk: ${line}`);
}

/** Exit code that forbids the start, or null when nothing stands against it. */
async function checkStart(settings: Settings): Promise<number | null> {
  const running = await findRunningDesk(settings.dataDirectory, realTimers);
  if (!running.ok) {
    if (running.error.code === "unusableFolder") {
      say(running.error.message);
      return EXIT.badSettings;
    }
    say(alreadyRunningText(settings.dataDirectory, running.error.desk));
    return EXIT.alreadyRunning;
  }
  const isNamed = settings.isPortExplicit && settings.port !== 0 && !settings.isOnce;
  if (isNamed && await isPortAnswering(settings.host, settings.port)) {
    say(portTakenText(settings));
    return EXIT.alreadyRunning;
  }
  return null;
}

async function runStep(
  plan: LaunchPlan,
  args: readonly string[],
  stop: LaunchStop,
): Promise<boolean> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: plan.projectDirectory,
    stdin: "null",
    // Standard output is kept for what the desk itself says.
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  const end = await superviseChild({ child, stop, timers: realTimers });
  return end.code === 0;
}

/** What the project's `deno.json` names as Fresh. */
function framework(projectDirectory: string): Framework {
  const config = readTextFile(`${projectDirectory}/deno.json`);
  return frameworkOf(config.ok ? config.value : "");
}

/** Builds the pages, then fetches what only the built app imports: the server itself may not. */
async function build(plan: LaunchPlan, stop: LaunchStop): Promise<boolean> {
  say("building the pages …");
  const { projectDirectory } = plan;
  const flags = buildFlags({ projectDirectory, framework: framework(projectDirectory) });
  if (!await runStep(plan, ["run", ...flags, plan.buildEntry, "build"], stop)) return false;
  const built = builtModules(projectDirectory);
  return await runStep(plan, ["cache", "--quiet", plan.serverEntry, ...built], stop);
}

function spawnServer(plan: LaunchPlan, settings: Settings): Deno.ChildProcess {
  const { projectDirectory } = plan;
  const scope = { projectDirectory, framework: framework(projectDirectory) };
  const inherited = environment();
  const env = Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = inherited.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--cached-only",
      `--v8-flags=${SERVER_V8_FLAGS.join(",")}`,
      "--frozen",
      ...permissionFlags(settings, scope),
      plan.serverEntry,
    ],
    cwd: projectDirectory,
    clearEnv: true,
    env: {
      NODE_ENV: "production",
      ...SERVER_MEMORY_VARIABLES,
      ...env,
      DENO_NO_UPDATE_CHECK: "1",
    },
    stdin: "piped",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
}

/** Writes the settings and leaves the pipe open: its end tells the server that we are gone. */
async function handOver(child: Deno.ChildProcess, settings: Settings): Promise<void> {
  const writer = child.stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(`${encodeSettings(settings)}\n`));
  } catch (error) {
    // The server ended before it read them; its exit code tells why.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  } finally {
    writer.releaseLock();
  }
}

const READY_POLL_MS = 100;

/** Opens the browser once the server has announced itself; resolves at once where there is none. */
function openWhenReady(settings: Settings, pid: number): () => void {
  const surroundings = { os: Deno.build.os, environment: environment() };
  const program = settings.opensBrowser && !settings.isOnce ? browserProgram(surroundings) : null;
  if (program === null) return () => {};
  const poll = realTimers.setPeriodic(READY_POLL_MS, () => {
    const notice = readNotice(settings.dataDirectory);
    if (notice === null || notice.pid !== pid || notice.url === null) return;
    poll.cancel();
    const { url } = notice;
    void openPage(program, url).then((isOpen) => {
      if (!isOpen) say(`the browser did not open; go to ${url}`);
    });
  });
  return () => poll.cancel();
}

async function runServer(plan: LaunchPlan, settings: Settings, stop: LaunchStop): Promise<number> {
  const child = spawnServer(plan, settings);
  const stopOpening = openWhenReady(settings, child.pid);
  await handOver(child, settings);
  const end = await superviseChild({ child, stop, timers: realTimers });
  stopOpening();
  await child.stdin.close().catch(ignoreBrokenPipe);
  if (end.wasKilled) {
    say("the desk did not end in time and was killed");
    return EXIT.failed;
  }
  if (end.signal !== null) {
    say(`the desk was ended by ${end.signal}`);
    return EXIT.failed;
  }
  return end.code;
}

function ignoreBrokenPipe(error: unknown): void {
  if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
}

async function runDesk(plan: LaunchPlan, settings: Settings, stop: LaunchStop): Promise<number> {
  const refusal = await checkStart(settings);
  if (refusal !== null) return refusal;
  if (stop.isRequested()) return EXIT.clean;
  const bundle = await ensureBundle({
    projectDirectory: plan.projectDirectory,
    buildEntry: plan.buildEntry,
    build: () => build(plan, stop),
  });
  if (stop.isRequested()) return EXIT.clean;
  if (!bundle.ok) {
    say("the pages could not be built; what failed stands above");
    return EXIT.failed;
  }
  return await runServer(plan, settings, stop);
}

/** Runs the desk from its settings to its end; the result is the exit code. */
export async function launch(plan: LaunchPlan): Promise<number> {
  const variables = environment();
  const loaded = loadSettings({
    args: plan.args,
    environment: variables,
    workingDirectory: Deno.cwd(),
    readText: readTextFile,
    isReadByOthers,
  });
  // The server gets them on its pipe; the build and the browser need none.
  forgetVariables(SECRET_NAMES);
  if (!loaded.ok) {
    say(loaded.error.message);
    return EXIT.badSettings;
  }
  if (loaded.value.kind === "help") {
    console.log(helpText());
    return EXIT.clean;
  }
  loaded.value.notes.forEach(say);
  if (!isGrantablePath(plan.projectDirectory)) {
    say("the path of the project has a comma, which permissions cannot express: move the project");
    return EXIT.badSettings;
  }
  const stop = listenForStop(realTimers, variables.get("npm_lifecycle_event") === "npx");
  try {
    return await runDesk(plan, loaded.value.settings, stop);
  } finally {
    stop.dispose();
  }
}

if (import.meta.main) {
  const projectDirectory = import.meta.dirname ?? Deno.cwd();
  Deno.exit(
    await launch({
      args: Deno.args,
      projectDirectory,
      serverEntry: "serve.ts",
      buildEntry: "dev.ts",
    }),
  );
}
