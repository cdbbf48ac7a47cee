/** A desk started as a user starts it, for tests that look at it from outside. */
export interface RunningDesk {
  readonly url: string;
  readonly pid: number;
  /** Folder of its data. */
  readonly data: string;
  /** Process id of the server below the launcher, as the data folder's notice names it. */
  serverPid(): number;
  /** Everything it printed so far. */
  output(): string;
  /** Sends a signal to the launcher. */
  kill(signal: Deno.Signal): void;
  /** Resolves with the launcher's exit code. */
  readonly ended: Promise<number>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** Project root, without a trailing slash. */
export const ROOT = new URL("../..", import.meta.url).pathname.replace(
  /\/$/,
  "",
);

const READY = /Deltadesk ready at (http:\S+) \((\w+)\)/;
const READY_WITHIN_MS = 60_000;

/** Where a desk starts again: the folder and the port of one that ended. */
export interface Place {
  readonly data: string;
  readonly port: number;
}

/**
 * Starts `launch.ts` with a data folder of its own and a free port, and waits for the ready line.
 * `variables` are added to those of this process; `entry` stands in for the launcher. Throws
 * with the output when the desk ends before
 * it is ready.
 */
export async function startDesk(
  args: readonly string[] = [],
  place: Place | null = null,
  variables: Readonly<Record<string, string>> = {},
  entry = "launch.ts",
): Promise<RunningDesk> {
  const data = place?.data ??
    await Deno.makeTempDir({ prefix: "deltadesk-e2e-" });
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      entry,
      "--no-open",
      "--port",
      String(place?.port ?? 0),
      "--data",
      data,
      ...args,
    ],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1", ...variables },
  }).spawn();
  let text = "";
  const ready = Promise.withResolvers<string>();
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      text += decoder.decode(chunk, { stream: true });
      const match = READY.exec(text);
      if (match !== null) ready.resolve(match[1]);
    }
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]);
  const ended = child.status.then(async (status) => {
    await reading;
    ready.reject(
      new Error(
        `the desk ended with ${status.code} before it was ready:\n${text}`,
      ),
    );
    return status.code;
  });
  const timer = setTimeout(
    () =>
      ready.reject(
        new Error(`no ready line within ${READY_WITHIN_MS} ms:\n${text}`),
      ),
    READY_WITHIN_MS,
  );
  const url = await ready.promise.finally(() => clearTimeout(timer));
  return {
    url,
    pid: child.pid,
    data,
    serverPid: () => Number(JSON.parse(Deno.readTextFileSync(`${data}/desk.lock`)).pid),
    output: () => text,
    kill: (signal) => child.kill(signal),
    ended,
    stop: async () => {
      try {
        child.kill("SIGTERM");
      } catch (error) {
        // It has ended already; that is what was wanted.
        if (!(error instanceof TypeError)) throw error;
      }
      await ended;
      await Deno.remove(data, { recursive: true });
    },
  };
}
