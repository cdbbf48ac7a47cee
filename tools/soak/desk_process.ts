import { serverCommand } from "./server_command.ts";

/** A desk started as the launcher starts it. */
export interface DeskProcess {
  /** Ends with a slash. */
  readonly url: string;
  /** Of the main isolate, `ws:`. */
  readonly inspectorUrl: string;
  /** Null while it runs, then its exit code. */
  exitCode(): number | null;
  /** Drains it; kills what does not end within 15 s. Removes its data. Idempotent. */
  stop(): Promise<number>;
}

const READY = /Deltadesk ready at (http:\S+) /;
const INSPECTOR = /Debugger listening on (ws:\S+)/;
const READY_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 15_000;

/** Kills a process that may have ended already. */
function signal(child: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    child.kill(name);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
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
  const flags = ["--no-open", "--port", "0", "--data", data, ...args];
  const { command, handover } = await serverCommand(flags);
  const child = command.spawn();
  const pipe = child.stdin.getWriter();
  await pipe.write(new TextEncoder().encode(handover));
  let code: number | null = null;
  const output = new Output();
  const reading = Promise.all([output.read(child.stdout), output.read(child.stderr)]);
  const ended = child.status.then(async (status) => {
    code = status.code;
    await reading;
    await pipe.close().catch(ignoreBrokenPipe);
    await Deno.remove(data, { recursive: true });
    return status.code;
  });
  const end = async () => {
    signal(child, "SIGTERM");
    const timer = setTimeout(() => signal(child, "SIGKILL"), STOP_LIMIT_MS);
    return await ended.finally(() => clearTimeout(timer));
  };
  try {
    const url = await readyUrl(output, ended, stop);
    if (output.inspectorUrl === null) throw new Error("the desk has no inspector");
    return { url, inspectorUrl: output.inspectorUrl, exitCode: () => code, stop: end };
  } catch (error) {
    await end();
    throw error;
  }
}

function ignoreBrokenPipe(error: unknown): void {
  if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
}

/** What a process printed last, bounded. */
class Output {
  text = "";
  inspectorUrl: string | null = null;
  readonly ready = Promise.withResolvers<string>();

  async read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      this.text = (this.text + decoder.decode(chunk, { stream: true })).slice(-20_000);
      this.inspectorUrl ??= INSPECTOR.exec(this.text)?.[1] ?? null;
      const match = READY.exec(this.text);
      if (match !== null) this.ready.resolve(match[1]);
    }
  }
}

async function readyUrl(output: Output, ended: Promise<number>, stop: AbortSignal) {
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
