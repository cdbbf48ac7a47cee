import { resolve as resolvePath } from "node:path";
import { fail, ok, type Result } from "../../lib/base/result.ts";
import { environment, readTextFile } from "../../lib/host/environment.ts";
import { loadSettings } from "../../lib/settings/load.ts";

/** A flag of a task: with a value, or a switch. */
export type FlagKind = "value" | "switch";

/** Flags of a task beside `--data` and `--help`. */
export type TaskFlags = Readonly<Record<string, FlagKind>>;

/** What a task is asked for. */
export interface TaskArguments {
  readonly isHelp: boolean;
  /** Folder of the data, absolute, as `start` would choose it. */
  readonly directory: string;
  /** True when a flag, the environment or a file named it. */
  readonly isDirectoryNamed: boolean;
  /** Values of the flags that were given; folders are absolute. A switch that is on has "". */
  readonly given: ReadonlyMap<string, string>;
}

/**
 * Reads the arguments of a task on the data folder. Fails with the one line that says what to
 * change. The folder comes from where `start` takes it: flag, environment, file, default.
 */
export function readTaskArguments(
  args: readonly string[],
  flags: TaskFlags,
): Result<TaskArguments, string> {
  const given = new Map<string, string>();
  const forSettings: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const [name, inline] = splitFlag(args[at]);
    if (args[at] === "--") continue;
    if (args[at] === "--help" || args[at] === "-h") return ok(help());
    const kind = name === "data" ? "value" : Object.hasOwn(flags, name) ? flags[name] : null;
    if (!args[at].startsWith("--") || kind === null) {
      return fail(`unknown flag ${args[at]}: --help lists the flags`);
    }
    if (kind === "switch") {
      if (inline !== null) return fail(`--${name} takes no value: leave out ="${inline}"`);
      given.set(name, "");
      continue;
    }
    const text = inline ?? args[++at] ?? "";
    if (text === "" || text.startsWith("--")) return fail(`--${name} needs a folder after it`);
    if (name === "data") forSettings.push("--data", text);
    else given.set(name, resolvePath(Deno.cwd(), text));
  }
  return withSettings(forSettings, given);
}

function help(): TaskArguments {
  return { isHelp: true, directory: "", isDirectoryNamed: false, given: new Map() };
}

function splitFlag(argument: string): [string, string | null] {
  const equals = argument.indexOf("=");
  if (equals === -1) return [argument.slice(2), null];
  return [argument.slice(2, equals), argument.slice(equals + 1)];
}

function withSettings(
  args: readonly string[],
  given: ReadonlyMap<string, string>,
): Result<TaskArguments, string> {
  const loaded = loadSettings({
    args,
    environment: environment(),
    workingDirectory: Deno.cwd(),
    readText: readTextFile,
    isOffline: true,
  });
  if (!loaded.ok) return fail(loaded.error.message);
  if (loaded.value.kind === "help") return ok(help());
  const { settings, resolved } = loaded.value;
  const data = resolved.find(({ row }) => row.key === "data");
  const isDirectoryNamed = data !== undefined && data.value !== null;
  return ok({ isHelp: false, directory: settings.dataDirectory, isDirectoryNamed, given });
}
