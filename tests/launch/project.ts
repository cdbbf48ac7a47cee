/** A throw-away project around the real launcher, with a fixture server and a fixture build. */
export interface FixtureProject extends Disposable {
  /** Absolute, without symbolic links. */
  readonly directory: string;
  /** The data folder that a start without `--data` takes. */
  readonly dataDirectory: string;
  /** The start task of the real project, bound to this one's launcher. */
  readonly startTask: string;
}

const ROOT = new URL("../../", import.meta.url);

/** The command line of the real start task. */
export function realStartTask(): string {
  const config: { readonly tasks: { readonly start: string } } = JSON.parse(
    Deno.readTextFileSync(new URL("deno.json", ROOT)),
  );
  return config.tasks.start;
}

function moduleUrl(path: string): string {
  return JSON.stringify(new URL(path, ROOT).href);
}

const LAUNCHER = `
import { launch } from ${moduleUrl("launch.ts")};
const projectDirectory = import.meta.dirname;
const plan = { args: Deno.args, projectDirectory, serverEntry: "serve.ts", buildEntry: "dev.ts" };
Deno.exit(await launch(plan));
`;

const SERVER = `
import { runFixtureServer } from ${moduleUrl("tests/fixtures/launch/server.ts")};
Deno.exit(await runFixtureServer());
`;

const BUILD = `
Deno.mkdirSync("_fresh", { recursive: true });
const built = "_fresh/builds";
let before = "";
try { before = Deno.readTextFileSync(built); } catch { before = ""; }
Deno.writeTextFileSync(built, before + Deno.readTextFileSync("islands/Now.tsx") + "\\n");
`;

/** Makes the project in the machine's folder for temporary files. */
export function makeProject(): FixtureProject {
  const directory = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "deltadesk-launch-" }));
  const startTask = realStartTask();
  const write = (name: string, text: string) =>
    Deno.writeTextFileSync(`${directory}/${name}`, text);
  write("deno.json", JSON.stringify({ tasks: { start: startTask }, lock: false }));
  write("launch.ts", LAUNCHER);
  write("serve.ts", SERVER);
  write("dev.ts", BUILD);
  for (const folder of ["islands", "node_modules"]) Deno.mkdirSync(`${directory}/${folder}`);
  write("islands/Now.tsx", "one");
  return {
    directory,
    dataDirectory: `${directory}/data/demo`,
    startTask,
    [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }),
  };
}
