/** What is known of a running process. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parentPid: number;
  /** When it started, in the system's own words: tells a reused process id apart. */
  readonly startedAt: string;
  /** True when it has ended and only waits for its parent to notice. */
  readonly isZombie: boolean;
  readonly command: readonly string[];
}

/** Reads the facts of a process; null when there is none. */
export type ProcessReader = (pid: number) => Promise<ProcessFacts | null>;

/** The processes whose end must end the desk. */
export interface LauncherAncestry {
  /** npm, npx and task runners above the launcher, nearest first. */
  readonly watched: readonly ProcessFacts[];
  /** True when an npx started this and was already gone before it could be recorded. */
  readonly isAbandoned: boolean;
}

const PROC_STAT = /^(\d+) \(.*?\) ([A-Za-z]) (\d+)((?: -?\d+)+)\n/s;
const START_TIME_FIELD = 17;
// Day and month change places with the system: "Fri Nov 21 …" or "Fri 21 Nov …".
const PS_START = String.raw`\S{3}\s+(?:\S{3}\s+\d+|\d+\s+\S{3})\s+[\d:]+\s+\d{4}`;
const PS_LINE = new RegExp(String.raw`^\s*(\d+)\s+(\S+)\s+(${PS_START})\s+(.+)$`);

/** Reads `/proc/PID/stat` followed by `/proc/PID/cmdline`. Source: proc(5). */
export function parseProcFiles(text: string): ProcessFacts | null {
  const stat = PROC_STAT.exec(text);
  if (stat === null) return null;
  const [whole, pid, state, parentPid, rest] = stat;
  return {
    pid: Number(pid),
    parentPid: Number(parentPid),
    startedAt: rest.trim().split(" ")[START_TIME_FIELD] ?? "",
    isZombie: state === "Z" || state === "X",
    command: text.slice(whole.length).split("\0").filter((part) => part !== ""),
  };
}

/** Reads one line of `ps -o ppid=,stat=,lstart=,command=`; arguments are split at blanks. */
export function parsePsLine(pid: number, text: string): ProcessFacts | null {
  const line = PS_LINE.exec(text.split("\n")[0] ?? "");
  if (line === null) return null;
  const [, parentPid, state, startedAt, command] = line;
  return {
    pid,
    parentPid: Number(parentPid),
    startedAt,
    isZombie: state.startsWith("Z"),
    command: command.trim().split(/\s+/),
  };
}

async function outputOf(program: string, args: readonly string[]): Promise<string> {
  // Deno opens nothing under /proc without --allow-all, hence a program that does nothing else.
  const command = new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    stderr: "null",
    env: { LC_ALL: "C" },
  });
  return new TextDecoder().decode((await command.output()).stdout);
}

/** The reader for Linux. */
export const readProcFiles: ProcessReader = async (pid) =>
  parseProcFiles(await outputOf("cat", [`/proc/${pid}/stat`, `/proc/${pid}/cmdline`]));

/** The reader for macOS and other systems with a POSIX `ps`. */
export const readPs: ProcessReader = async (pid) =>
  parsePsLine(
    pid,
    await outputOf("ps", ["-o", "ppid=,stat=,lstart=,command=", "-p", String(pid)]),
  );

/** The reader for this machine. */
export const readProcess: ProcessReader = Deno.build.os === "linux" ? readProcFiles : readPs;

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function firstWord(args: readonly string[]): string {
  return args.find((one) => !one.startsWith("-")) ?? "";
}

function isNode(program: string): boolean {
  return /^node(js)?$/.test(baseName(program));
}

function isNpm(command: readonly string[]): boolean {
  const program = command[0] ?? "";
  // npm and npx set the process title, which replaces the whole argument list by one text.
  if (/^np[mx]( |$)/.test(program)) return true;
  return isNode(program) && /^np[mx](-cli\.js)?$/.test(baseName(firstWord(command.slice(1))));
}

function isTaskRunner(command: readonly string[]): boolean {
  const program = command[0] ?? "";
  if (baseName(program) === "deno") return firstWord(command.slice(1)) === "task";
  const script = firstWord(command.slice(1));
  const isShim = isNode(program) && /(^|\/)(deno\/bin\.cjs|\.bin\/deno)$/.test(script);
  return isShim && firstWord(command.slice(command.indexOf(script) + 1)) === "task";
}

function isCommandShell(command: readonly string[]): boolean {
  return /^(ba|da|a|z|k)?sh$/.test(baseName(command[0] ?? "")) && command[1] === "-c";
}

const DEPTH_MAX = 16;

function isReaper(parentPid: number, parent: ProcessFacts | null): boolean {
  return parentPid <= 1 || baseName(parent?.command[0] ?? "") === "systemd";
}

/**
 * Walks up from `parentPid` and collects npm, npx and task runners, passing through the shell that
 * npm itself starts; the first other process ends the walk, so the user's shell, nohup and service
 * managers are never watched. `isUnderNpx`: the environment says that npx started this.
 */
export async function findLauncherAncestry(
  parentPid: number,
  isUnderNpx: boolean,
  read: ProcessReader,
): Promise<LauncherAncestry> {
  const watched: ProcessFacts[] = [];
  let pid = parentPid;
  let facts = await read(pid);
  for (let depth = 0; depth < DEPTH_MAX && facts !== null && !facts.isZombie; depth++) {
    const isOurs = isNpm(facts.command) || isTaskRunner(facts.command);
    const parent = isOurs || isCommandShell(facts.command) ? await read(facts.parentPid) : null;
    if (isOurs) watched.push(facts);
    else if (parent === null || !isNpm(parent.command)) break;
    pid = facts.parentPid;
    facts = parent;
  }
  const hasNpm = watched.some((one) => isNpm(one.command));
  const isCutOff = watched.length > 0 && isUnderNpx && !hasNpm;
  return { watched, isAbandoned: isCutOff && await endsAtReaper(pid, facts, read) };
}

async function endsAtReaper(
  pid: number,
  facts: ProcessFacts | null,
  read: ProcessReader,
): Promise<boolean> {
  if (isReaper(pid, facts)) return true;
  if (facts === null || !isCommandShell(facts.command)) return false;
  return isReaper(facts.parentPid, await read(facts.parentPid));
}
