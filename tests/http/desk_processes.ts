interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  readonly residentKiB: number;
}

/** Empty when the process ended meanwhile. */
function readOrEmpty(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Error) return "";
    throw error;
  }
}

function seenByProc(): readonly SeenProcess[] {
  return [...Deno.readDirSync("/proc")].filter((entry) => /^\d+$/.test(entry.name))
    .map(({ name }) => {
      const status = readOrEmpty(`/proc/${name}/status`);
      const field = (key: string) =>
        Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
      const isZombie = /^State:\s+Z/m.test(status);
      return {
        pid: status === "" || isZombie ? 0 : Number(name),
        parent: field("PPid"),
        residentKiB: field("VmRSS"),
      };
    }).filter((one) => one.pid !== 0);
}

function seenByPs(): readonly SeenProcess[] {
  const { stdout } = new Deno.Command("ps", { args: ["-A", "-o", "pid=,ppid=,rss="] }).outputSync();
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => {
    const [pid, parent, residentKiB] = line.trim().split(/\s+/).map(Number);
    return { pid, parent, residentKiB };
  });
}

function seen(): readonly SeenProcess[] {
  return Deno.build.os === "linux" ? seenByProc() : seenByPs();
}

/** Processes below the launcher of a desk: its server and what that started. */
export function processesBelow(launcherPid: number): readonly number[] {
  const all = seen();
  const found = [launcherPid];
  for (const pid of found) {
    found.push(...all.filter((one) => one.parent === pid).map((one) => one.pid));
  }
  return found.slice(1);
}

/** Those of these processes that are still there. */
export function stillThere(pids: readonly number[]): readonly number[] {
  return seen().map((one) => one.pid).filter((pid) => pids.includes(pid));
}

/** Resident memory of a desk's server, MiB. */
export function serverMemoryMiB(launcherPid: number): number {
  const below = processesBelow(launcherPid);
  const memory = seen().filter((one) => below.includes(one.pid)).map((one) => one.residentKiB);
  return Math.round(memory.reduce((sum, value) => sum + value, 0) / 1024);
}
