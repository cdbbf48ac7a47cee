/** A process as the tests see it. */
export interface SeenProcess {
  readonly pid: number;
  readonly command: string;
}

const HAS_PROC = Deno.build.os === "linux";

/** Empty when the process ended meanwhile or belongs to somebody else. */
function orEmpty(read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error) return "";
    throw error;
  }
}

function outputOf(program: string, ...args: readonly string[]): string {
  const { stdout } = new Deno.Command(program, { args: [...args], stderr: "null" }).outputSync();
  return new TextDecoder().decode(stdout);
}

function processesByProc(directory: string): readonly SeenProcess[] {
  return [...Deno.readDirSync("/proc")]
    .filter((entry) => /^\d+$/.test(entry.name))
    .filter(({ name }) => orEmpty(() => Deno.readLinkSync(`/proc/${name}/cwd`)) === directory)
    .map(({ name }) => ({
      pid: Number(name),
      command: orEmpty(() => Deno.readTextFileSync(`/proc/${name}/cmdline`))
        .replaceAll("\0", " ").trim(),
    }));
}

function processesByLsof(directory: string): readonly SeenProcess[] {
  const found: SeenProcess[] = [];
  let pid = 0;
  for (const line of outputOf("lsof", "-w", "-a", "-d", "cwd", "-Fpn").split("\n")) {
    if (line.startsWith("p")) pid = Number(line.slice(1));
    if (line !== `n${directory}`) continue;
    found.push({ pid, command: outputOf("ps", "-ww", "-o", "command=", "-p", `${pid}`).trim() });
  }
  return found;
}

/** Processes whose working folder is `directory`, with their command lines; no zombies. */
export function processesIn(directory: string): readonly SeenProcess[] {
  return HAS_PROC ? processesByProc(directory) : processesByLsof(directory);
}

/** The variables of a running process, as one text. */
export function environmentOf(pid: number): string {
  return HAS_PROC
    ? Deno.readTextFileSync(`/proc/${pid}/environ`)
    : outputOf("ps", "eww", "-o", "command=", "-p", `${pid}`);
}
