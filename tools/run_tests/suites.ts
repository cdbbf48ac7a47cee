/** One run of `deno test`. */
export interface Suite {
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Files at the same time in a suite with PARALLEL; absent: as many as the machine has cores. */
  readonly jobs?: number;
  /** True for the long, mostly idle suites that run at the same time as each other. */
  readonly runsBeside: boolean;
}

/** Files at the same time, as many as the machine has cores: for suites that measure nothing. */
const PARALLEL = "--parallel";

const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

function has(path: string): boolean {
  try {
    Deno.statSync(`${ROOT}/${path}`);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function suite(name: string, paths: readonly string[], more: Partial<Suite> = {}): Suite {
  const there = paths.filter((path) => path === PARALLEL || has(path));
  const args = ["test", "--no-prompt", "--allow-all", ...there];
  return { name, args, cwd: ROOT, runsBeside: false, ...more };
}

/** The suites in the order they run. Folders that do not exist are left out. */
export function suites(): Suite[] {
  const all = [
    suite("unit", [PARALLEL, "lib", "tools", "components", "islands", "routes"]),
    suite("fresh_host", [PARALLEL, "fresh_host", "tests/fresh_api"]),
    suite("contract", [PARALLEL, "tests/contract"]),
    suite("sim", [PARALLEL, "tests/sim", "sims"]),
    suite("oracle", ["tests/oracle"]),
    suite("conformance", ["tests/conformance/stream"]),
    ownSuite("clients", "tests/conformance/tastytrade", {
      config: "tests/conformance/tastytrade/deno.json",
      flags: [PARALLEL],
    }),
    ownSuite("clients-ib", "tests/conformance/ib", {
      config: "tests/conformance/ib/deno.json",
      flags: [PARALLEL],
    }),
    suite("store", [PARALLEL, "tests/store"]),
    suite("mutations", ["tests/mutations"]),
    suite("launch", [PARALLEL, "tests/launch"]),
    suite("http", ["tests/http"]),
    ...browserSuites("tests/e2e"),
    ownSuite("e2e-long", "tests/e2e_long", { runsBeside: true }),
    suite("soak", ["tests/soak"], { runsBeside: true }),
  ];
  return all.filter((s) => s.args.length > 3);
}

/** Browser tests that measure how quick or how large a page is: nothing may run beside them. */
const MEASURED = ["charts", "first_paint", "heap", "live", "many_rows", "range"];

/** Browser tests mostly wait for what they watch: this many at once fill two cores. */
const WAITING_JOBS = 3;

/** The browser tests: most of them mostly wait, and do so side by side. */
function browserSuites(folder: string): Suite[] {
  const config = `${folder}/deno.json`;
  const isMeasured = (file: string) => MEASURED.some((name) => file === `${name}_test.ts`);
  const files = [...Deno.readDirSync(`${ROOT}/${folder}`)].map(({ name }) => name)
    .filter((name) => name.endsWith("_test.ts")).sort();
  const run = (name: string, chosen: readonly string[], more: Pick<Suite, "jobs">): Suite => ({
    ...more,
    name,
    args: [
      "test",
      "--no-prompt",
      "--allow-all",
      "--config",
      config,
      ...more.jobs === undefined ? [] : [PARALLEL],
      ...chosen.map((file) => `${folder}/${file}`),
    ],
    cwd: ROOT,
    runsBeside: false,
  });
  return [
    run("e2e", files.filter((file) => !isMeasured(file)), { jobs: WAITING_JOBS }),
    run("e2e-measured", files.filter(isMeasured), {}),
  ];
}

/** A suite with its own deno.json and lock: its tools are not what the running desk needs. */
function ownSuite(
  name: string,
  folder: string,
  more: { config?: string; flags?: readonly string[]; runsBeside?: boolean } = {},
): Suite {
  const { config = "tests/e2e/deno.json", flags = [], runsBeside = false } = more;
  if (!has(folder)) return { name, args: [], cwd: ROOT, runsBeside };
  const args = ["test", "--no-prompt", "--allow-all", "--config", config, ...flags, folder];
  return { name, args, cwd: ROOT, runsBeside };
}
