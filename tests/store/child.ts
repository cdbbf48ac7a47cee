const PROJECT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const WRITER = `${PROJECT}/tests/store/writer.ts`;

/** The permissions that the server has: its own code and its data folder, nothing to run. */
function permissionsOn(directory: string): string[] {
  const reads = ["lib", "node_modules", "tests/store", "deno.json"].map((at) => `${PROJECT}/${at}`);
  return [
    "run",
    "--cached-only",
    "--no-prompt",
    "--no-check",
    "--deny-run",
    "--deny-ffi",
    "--deny-sys",
    "--deny-import",
    "--allow-env=NODE_ENV",
    `--allow-read=${[...reads, directory].join(",")}`,
    `--allow-write=${directory}`,
  ];
}

/** What a writer is asked for. */
export interface WriterPlan {
  readonly directory: string;
  readonly run: string;
  /** 0: until it is ended. */
  readonly count: number;
  readonly group: number;
  /** "here": the file is written by the thread that asks, which starts faster. */
  readonly place?: "worker" | "here";
}

/** How a run under strace is disturbed; `paths`: files whose calls are counted, none for all. */
export interface Disturbance {
  readonly calls: readonly string[];
  readonly paths: readonly string[];
  /** Like "fsync:error=EIO:when=3". */
  readonly inject: string | null;
}

/** How a writer ended, and what it had said. */
export interface WriterEnd {
  readonly lines: readonly string[];
  readonly signal: Deno.Signal | null;
  readonly code: number;
  readonly errors: string;
}

function argumentsOf(plan: WriterPlan): string[] {
  const { directory, run, count, group, place = "worker" } = plan;
  return [...permissionsOn(directory), WRITER, directory, run, `${count}`, `${group}`, place];
}

function command(args: string[], disturbance: Disturbance | null, log: string): Deno.Command {
  const options = { cwd: PROJECT, stdin: "null", stdout: "piped", stderr: "piped" } as const;
  if (disturbance === null) return new Deno.Command(Deno.execPath(), { ...options, args });
  const { calls, paths, inject } = disturbance;
  const strace = [
    "-f",
    "-qq",
    "-y",
    "-o",
    log,
    ...paths.flatMap((path) => ["-P", path]),
    "-e",
    `trace=${calls.join(",")}`,
    ...(inject === null ? [] : ["-e", `inject=${inject}`]),
    Deno.execPath(),
    ...args,
  ];
  return new Deno.Command("strace", { ...options, args: strace });
}

/** Lines of a stream as they come, told to `hear`; ends with the stream. */
async function listen(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  hear: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(hear);
  }
}

/** Runs a writer to its end; `watch` is told each line and may end it. */
export async function runWriter(
  plan: WriterPlan,
  disturbance: Disturbance | null = null,
  watch: (line: string, child: Deno.ChildProcess) => void = () => {},
): Promise<WriterEnd> {
  const log = `${plan.directory}/../strace-${plan.run}.log`;
  const child = command(argumentsOf(plan), disturbance, log).spawn();
  const lines: string[] = [];
  const errors: string[] = [];
  const limit = setTimeout(() => child.kill("SIGKILL"), 20_000);
  await Promise.all([
    listen(child.stdout, (line) => {
      lines.push(line);
      watch(line, child);
    }),
    listen(child.stderr, (line) => void errors.push(line)),
  ]);
  const { signal, code } = await child.status;
  clearTimeout(limit);
  return { lines, signal, code, errors: errors.join("\n") };
}

/** System calls of an undisturbed run, one a line, with the paths of their files. */
export async function traceCalls(
  plan: WriterPlan,
  disturbance: Omit<Disturbance, "inject">,
): Promise<readonly string[]> {
  await runWriter(plan, { ...disturbance, inject: null });
  const log = await Deno.readTextFile(`${plan.directory}/../strace-${plan.run}.log`);
  return log.split("\n");
}

/** How often each system call was made in an undisturbed run. */
export async function countCalls(
  plan: WriterPlan,
  disturbance: Omit<Disturbance, "inject">,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const line of await traceCalls(plan, disturbance)) {
    const call = /^\d+\s+(\w+)\(/.exec(line)?.[1];
    if (call !== undefined) counts.set(call, (counts.get(call) ?? 0) + 1);
  }
  return counts;
}

/** A temporary folder with a data folder in it, removed in the end. */
export async function withFolder(work: (directory: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "deltadesk-store-" });
  try {
    await Deno.mkdir(`${root}/data`);
    await work(`${root}/data`);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}
