import { processesIn } from "./processes.ts";
import type { FixtureProject } from "./project.ts";

/** Longest wait for any condition; far above what a loaded machine needs. */
const WAIT_LIMIT_MS = 30_000;
const POLL_MS = 20;
/** Variables of the test's own start, which must not look like those of the desk's. */
const FOREIGN = /^(DELTADESK_|IB_|GREEKS_|TASTY|TT_|TW_|DISPLAY$|WAYLAND_DISPLAY$|npm_lifecycle_)/;

/** Waits until a condition holds; fails with its name after 30 s. */
export async function waitUntil(
  what: string | (() => string),
  holds: () => boolean,
): Promise<void> {
  const startedAt = performance.now();
  while (!holds()) {
    if (performance.now() - startedAt > WAIT_LIMIT_MS) {
      throw new Error(`never happened: ${typeof what === "string" ? what : what()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** How a desk is started. */
export interface StartOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Program and first arguments; the launcher itself, without task runner, when left out. */
  readonly command?: readonly string[];
}

/** A started desk whose output is collected line by line. */
export class DeskProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #directory: string;
  readonly #readers: Promise<void>[];
  out = "";
  err = "";

  constructor(project: FixtureProject, options: StartOptions = {}) {
    const runLauncher = project.startTask.split(" ").map((word, at) =>
      at === 0 ? Deno.execPath() : word
    );
    const [program, ...first] = options.command ?? runLauncher;
    const inherited = Object.entries(Deno.env.toObject())
      .filter(([name]) => !FOREIGN.test(name));
    this.#directory = project.directory;
    this.#child = new Deno.Command(program, {
      args: [...first, ...(options.args ?? ["--port", "0", "--no-open"])],
      cwd: project.directory,
      clearEnv: true,
      env: { ...Object.fromEntries(inherited), NO_COLOR: "1", ...options.env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#readers = [
      this.#collect(this.#child.stdout, (text) => this.out += text),
      this.#collect(this.#child.stderr, (text) => this.err += text),
    ];
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Exit code, once it and all that writes to its output have ended. */
  async exitCode(): Promise<number> {
    const { code } = await this.#child.status;
    await Promise.all(this.#readers);
    return code;
  }

  /** Exit code of the started process itself, whatever lives on below it. */
  async ownExitCode(): Promise<number> {
    return (await this.#child.status).code;
  }

  /** Waits for the ready line; the result is the address in it. */
  async ready(): Promise<string> {
    let url: string | undefined;
    await waitUntil(() => `ready line (stdout: ${this.out}, stderr: ${this.err})`, () => {
      url = /Deltadesk ready at (http:\S+) \((demo|replay|live)\)/.exec(this.out)?.[1];
      return url !== undefined;
    });
    return url ?? "";
  }

  signal(signal: Deno.Signal): void {
    Deno.kill(this.pid, signal);
  }

  /** The process of this desk whose command line matches. */
  find(pattern: RegExp): number {
    const found = processesIn(this.#directory).find((one) => pattern.test(one.command));
    if (found === undefined) throw new Error(`no process matches ${pattern}`);
    return found.pid;
  }

  /** Waits until nothing that was started here is left. */
  async gone(): Promise<void> {
    await waitUntil("all processes gone", () => processesIn(this.#directory).length === 0);
  }

  /** Ends what a failed test left running. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { pid } of processesIn(this.#directory)) {
      try {
        Deno.kill(pid, "SIGKILL");
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    await this.exitCode();
  }

  async #collect(stream: ReadableStream<Uint8Array>, add: (text: string) => void): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) add(decoder.decode(chunk, { stream: true }));
  }
}
