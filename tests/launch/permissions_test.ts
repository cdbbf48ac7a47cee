import assert from "node:assert/strict";
import { DeskProcess } from "./desk_process.ts";
import { environmentOf } from "./processes.ts";
import { type FixtureProject, makeProject } from "./project.ts";

const PROBE_MODULE = new URL("../fixtures/launch/probe.ts", import.meta.url).href;

function makeProbeProject(): FixtureProject {
  const project = makeProject();
  const write = (name: string, text: string) =>
    Deno.writeTextFileSync(`${project.directory}/${name}`, text);
  write(
    "serve.ts",
    `import { probe } from ${JSON.stringify(PROBE_MODULE)};
     console.log(JSON.stringify(await probe(import.meta.dirname)));
     Deno.exit(0);`,
  );
  write(".env", "SECRET=canary\n");
  for (const folder of ["day", "data", "data/other"]) {
    Deno.mkdirSync(`${project.directory}/${folder}`);
  }
  write("day/manifest.json", "{}");
  write("data/other/secret", "canary");
  return project;
}

async function probeOutcomes(args: readonly string[], mode: string) {
  using project = makeProbeProject();
  Deno.mkdirSync(`${project.directory}/data/${mode}`);
  await using desk = new DeskProcess(project, { args: [...args, "--no-open"] });
  assert.equal(await desk.exitCode(), 0, desk.err);
  const outcomes: Record<string, string> = JSON.parse(desk.out);
  return outcomes;
}

const ALLOWED_IN_EVERY_MODE = [
  "net: listens on its own port",
  "write: its data folder",
  "read: its data folder",
  "read: the bundle",
  "env: a granted name",
];

function assertOnlyAllowed(outcomes: Record<string, string>, allowed: readonly string[]): void {
  const expected = Object.keys(outcomes).map((name) => [
    name,
    allowed.includes(name) ? "allowed" : "NotCapable",
  ]);
  assert.deepEqual(outcomes, Object.fromEntries(expected));
}

Deno.test("MAL-8: the demo server meets NotCapable at everything outside its grants", async () => {
  const outcomes = await probeOutcomes(["--demo", "--port", "0"], "demo");

  assert.equal(Object.keys(outcomes).length, 28);
  assertOnlyAllowed(outcomes, ALLOWED_IN_EVERY_MODE);
});

Deno.test("MAL-8: the replay server may read its folder and no more than the demo", async () => {
  const outcomes = await probeOutcomes(["--replay", "day", "--port", "0"], "replay");

  assertOnlyAllowed(outcomes, [...ALLOWED_IN_EVERY_MODE, "read: the replay folder"]);
});

Deno.test("MAL-8: a server with a named port may take that port alone", async () => {
  const port = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const free = port.addr.port;
  port.close();

  const outcomes = await probeOutcomes(["--port", String(free)], "demo");

  assertOnlyAllowed(outcomes, ALLOWED_IN_EVERY_MODE);
});

Deno.test("MAL-8: the server inherits only the listed variables of the launcher", async () => {
  using project = makeProject();
  await using desk = new DeskProcess(project, {
    args: ["--no-open", "--port", "0"],
    env: { TASTYTRADE_SECRET: "canary-5b1f", IB_ACCOUNTS: "DU1,DU2", TZ: "UTC" },
  });
  const url = await desk.ready();

  const environ = environmentOf(desk.find(/serve\.ts/));

  assert.deepEqual((await fetch(url).then((r) => r.json())).accounts, ["DU1", "DU2"]);
  assert.ok(environ.includes("TZ=UTC"));
  for (const secret of ["canary-5b1f", "DU1"]) assert.ok(!environ.includes(secret), secret);
});
