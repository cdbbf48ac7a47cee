import { type Mutation, occurrences } from "./page.ts";
import { isPass, type TestRun, type Verdict, verdictOf } from "./verdict.ts";

/** What became of one mutation. */
export interface Trial {
  readonly mutation: Mutation;
  /** `unfit`: the page is wrong about it, so that it was not tried as meant. */
  readonly verdict: Verdict | "unfit";
  /** Why it is not caught; what the test printed, or what is wrong with the entry. */
  readonly why: string;
  readonly tookMs: number;
}

/** The project. */
export const PROJECT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

const COPIED = [
  "deno.json",
  "deno.lock",
  "define.ts",
  "main.ts",
  "lib",
  "sims",
  "fresh_host",
  "routes",
  "islands",
  "components",
  "docs",
  "tests/prerequisite.ts",
  "tests/fixtures",
  "tests/contract",
  "tests/sim",
  "tests/oracle",
  "tests/conformance",
  "node_modules",
];

const RUN_MAX_MS = 60_000;

async function copy(from: string, to: string): Promise<void> {
  const stat = await Deno.lstat(from);
  if (stat.isFile) return await Deno.copyFile(from, to);
  if (stat.isSymlink) return await Deno.symlink(await Deno.readLink(from), to);
  await Deno.mkdir(to, { recursive: true });
  const names = await Array.fromAsync(Deno.readDir(from), (entry) => entry.name);
  const wanted = names.filter((name) => name !== "_fresh");
  await Promise.all(wanted.map((name) => copy(`${from}/${name}`, `${to}/${name}`)));
}

/** A copy of the tree in a temporary folder, in which files are broken and mended. */
export class Scratch {
  readonly root: string;
  /** Runs of the unbroken copy by their arguments. */
  readonly #baselines = new Map<string, TestRun>();

  private constructor(root: string) {
    this.root = root;
  }

  /**
   * Copies what the tests need, packages included: Deno keeps notes among them and takes none from
   * outside the project. `remove` it in the end.
   */
  static async make(): Promise<Scratch> {
    const root = await Deno.makeTempDir({ prefix: "deltadesk-mutations-" });
    await Deno.mkdir(`${root}/tests`);
    for (const path of COPIED) await copy(`${PROJECT}/${path}`, `${root}/${path}`);
    return new Scratch(root);
  }

  /** Deletes the copy. */
  async remove(): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }

  /** Breaks the copy, runs the named test and mends the copy again. */
  async try(mutation: Mutation): Promise<Trial> {
    const startedAt = performance.now();
    const { verdict, why } = await this.#judge(mutation);
    return { mutation, verdict, why, tookMs: performance.now() - startedAt };
  }

  async #judge(mutation: Mutation): Promise<Pick<Trial, "verdict" | "why">> {
    const path = `${this.root}/${mutation.file}`;
    const text = await Deno.readTextFile(path);
    const count = occurrences(text, mutation.original);
    if (count !== 1) return { verdict: "unfit", why: `the original occurs ${count} times` };
    const baseline = await this.#baseline(mutation);
    if (!isPass(baseline)) {
      return { verdict: "unfit", why: `no pass without the mutation:\n${baseline.output}` };
    }
    await Deno.writeTextFile(path, text.replace(mutation.original, () => mutation.replacement));
    try {
      const run = await this.#run(mutation);
      return { verdict: verdictOf(run), why: run.output };
    } finally {
      await Deno.writeTextFile(path, text);
    }
  }

  async #baseline(mutation: Mutation): Promise<TestRun> {
    const key = argumentsOf(mutation).join("\n");
    const known = this.#baselines.get(key) ?? await this.#run(mutation);
    this.#baselines.set(key, known);
    return known;
  }

  async #run(mutation: Mutation): Promise<TestRun> {
    const child = new Deno.Command(Deno.execPath(), {
      args: argumentsOf(mutation),
      cwd: this.root,
      env: { NO_COLOR: "1" },
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const limit = setTimeout(() => child.kill("SIGKILL"), RUN_MAX_MS);
    const { success, stdout, stderr } = await child.output();
    clearTimeout(limit);
    const decoder = new TextDecoder();
    return { isOk: success, output: decoder.decode(stdout) + decoder.decode(stderr) };
  }
}

/** A mutation may break types: what counts is that a test notices it. */
function argumentsOf({ test, filter }: Mutation): string[] {
  const chosen = filter === null ? [] : ["--filter", filter];
  return ["test", "--no-check", "--no-prompt", "--cached-only", "--allow-all", ...chosen, test];
}
