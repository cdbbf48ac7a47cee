import { serverCommand } from "./server_command.ts";
import { type LiveMemory, ServerOutput } from "./server_output.ts";

/** A desk started as the launcher starts it. */
export interface DeskProcess {
  /** Ends with a slash. */
  readonly url: string;
  /** Null while it runs, then its exit code. */
  exitCode(): number | null;
  /** Forces a collection and tells what is left; fails when the desk ends meanwhile. */
  collect(): Promise<LiveMemory>;
  /** Drains it; kills what does not end within 15 s. Removes its data. Idempotent. */
  stop(): Promise<number>;
}

const READY_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 15_000;

/** Signals a process that may have ended already. */
function signal(child: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    child.kill(name);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}

function ignoreBrokenPipe(error: unknown): void {
  if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
}

/**
 * Starts the demo desk on a free port with a data folder of its own and waits for the ready line.
 * Throws with what it printed when it ends before, or when `stop` fires.
 */
export async function startDesk(
  args: readonly string[],
  stop: AbortSignal,
): Promise<DeskProcess> {
  const data = await Deno.makeTempDir({ prefix: "deltadesk-soak-" });
  try {
    const flags = ["--no-open", "--port", "0", "--data", data, ...args];
    const desk = await spawnDesk(await serverCommand(flags), stop);
    const end = async () => {
      const code = await desk.stop();
      await removeFolder(data);
      return code;
    };
    return { ...desk, stop: end };
  } catch (error) {
    await removeFolder(data);
    throw error;
  }
}

async function removeFolder(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function spawnDesk(
  { command, handover }: Awaited<ReturnType<typeof serverCommand>>,
  stop: AbortSignal,
): Promise<DeskProcess> {
  const child = command.spawn();
  const output = new ServerOutput();
  const reading = Promise.all([output.read(child.stdout), output.read(child.stderr)]);
  // The pipe stays open: its end tells the server that who started it is gone.
  const pipe = child.stdin.getWriter();
  await pipe.write(new TextEncoder().encode(handover)).catch(ignoreBrokenPipe);
  let code: number | null = null;
  const ended = child.status.then(async (status) => {
    code = status.code;
    await reading;
    await pipe.close().catch(ignoreBrokenPipe);
    return status.code;
  });
  const end = async () => {
    signal(child, "SIGTERM");
    const timer = setTimeout(() => signal(child, "SIGKILL"), STOP_LIMIT_MS);
    return await ended.finally(() => clearTimeout(timer));
  };
  const collect = async () => {
    const collected = output.collected();
    signal(child, "SIGUSR2");
    const found = await Promise.race([collected, ended.then(() => null)]);
    if (found === null) throw new Error(`the desk ended:\n${output.text}`);
    return found;
  };
  try {
    const url = await readyUrl(output, ended, stop);
    return { url, exitCode: () => code, collect, stop: end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function readyUrl(output: ServerOutput, ended: Promise<number>, stop: AbortSignal) {
  const { promise, reject } = output.ready;
  const refuse = (why: string) => reject(new Error(`${why}:\n${output.text}`));
  const timer = setTimeout(() => refuse("no ready line in time"), READY_LIMIT_MS);
  const onStop = () => refuse("stopped");
  stop.addEventListener("abort", onStop, { once: true });
  void ended.then((code) => refuse(`the desk ended with ${code} before it was ready`));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", onStop);
  }
}
