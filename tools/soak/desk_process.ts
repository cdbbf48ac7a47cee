/** A desk started as a user starts it. */
export interface DeskProcess {
  /** Ends with a slash. */
  readonly url: string;
  /** Null while it runs, then its exit code. */
  exitCode(): number | null;
  /** Drains it; kills what does not end within 15 s. Removes its data. Idempotent. */
  stop(): Promise<number>;
}

const ROOT = new URL("../../", import.meta.url);
const READY = /Deltadesk ready at (http:\S+) /;
const READY_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 15_000;

/** Flags and file of the start task, so that the desk runs with a user's permissions. */
function startWords(): readonly string[] {
  const config: { readonly tasks: { readonly start: string } } = JSON.parse(
    Deno.readTextFileSync(new URL("deno.json", ROOT)),
  );
  return config.tasks.start.split(" ").slice(1);
}

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
  const child = new Deno.Command(Deno.execPath(), {
    args: [...startWords(), "--no-open", "--port", "0", "--data", data, ...args],
    cwd: ROOT.pathname,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  let code: number | null = null;
  const output = new Output();
  const reading = Promise.all([output.read(child.stdout), output.read(child.stderr)]);
  const ended = child.status.then(async (status) => {
    code = status.code;
    await reading;
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
    return { url, exitCode: () => code, stop: end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** What a process printed last, bounded. */
class Output {
  text = "";
  readonly ready = Promise.withResolvers<string>();

  async read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      this.text = (this.text + decoder.decode(chunk, { stream: true })).slice(-20_000);
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
