import assert from "node:assert/strict";
import { DeskProcess } from "./desk_process.ts";
import { environmentOf, processesIn } from "./processes.ts";
import { type FixtureProject, makeProject } from "./project.ts";

const PROBE_MODULE = new URL("../fixtures/launch/probe.ts", import.meta.url).href;
const LIVE = ["--brokers", "tastytrade", "--port", "0", "--no-open"];
const CANARIES = ["cs_canary_4c", "rt_canary_4d"];
const SECRETS = { TT_SECRET: CANARIES[0], TASTYTRADE_REFRESH_TOKEN: CANARIES[1] };

const HOSTS = [
  "api.tastyworks.com:443",
  "api.tastyworks.com:80",
  "api.cert.tastyworks.com:443",
  "streamer.tastyworks.com:443",
  "streamer.cert.tastyworks.com:443",
  "backtester.vast.tastyworks.com:443",
  "tasty-openapi-ws.dxfeed.com:443",
  "tasty-openapi-ws.dxfeed.com:8443",
  "dxfeed.com.evil.test:443",
  "127.0.0.1:9001",
  "localhost:9001",
  "[::1]:9001",
  "127.0.0.1:9002",
];

function makeProbeProject(): FixtureProject {
  const project = makeProject();
  Deno.writeTextFileSync(
    `${project.directory}/serve.ts`,
    `import { grantedHosts, probe } from ${JSON.stringify(PROBE_MODULE)};
     const outcomes = await probe(import.meta.dirname);
     const hosts = grantedHosts(${JSON.stringify(HOSTS)});
     console.log(JSON.stringify({ outcomes, hosts }));
     Deno.exit(0);`,
  );
  for (const folder of ["data", "data/other", "data/live"]) {
    Deno.mkdirSync(`${project.directory}/${folder}`);
  }
  return project;
}

async function probed(args: readonly string[]) {
  using project = makeProbeProject();
  await using desk = new DeskProcess(project, { args: [...LIVE, ...args], env: SECRETS });
  assert.equal(await desk.exitCode(), 0, desk.err);
  const found: {
    readonly outcomes: Readonly<Record<string, string>>;
    readonly hosts: readonly string[];
  } = JSON.parse(desk.out);
  return found;
}

const FEED = "tasty-openapi-ws.dxfeed.com:443";

Deno.test("MAL-8: a live server meets NotCapable at everything but its broker", async () => {
  const { outcomes, hosts } = await probed([]);

  assert.deepEqual(hosts, ["api.tastyworks.com:443", "streamer.tastyworks.com:443", FEED]);
  const odd = Object.entries(outcomes).filter(([, outcome]) => outcome !== "NotCapable");
  assert.deepEqual(Object.fromEntries(odd), {
    "net: listens on its own port": "allowed",
    "write: its data folder": "allowed",
    "read: its data folder": "allowed",
    "read: the bundle": "allowed",
    "env: a name of the shell": "nothing there",
    "env: all names": "nothing there",
    "env: a granted name": "allowed",
  });
});

Deno.test("MAL-8: the sandbox is another world, a simulator is this machine alone", async () => {
  const sandbox = await probed(["--tastytrade-environment", "sandbox"]);
  assert.deepEqual(sandbox.hosts, [
    "api.cert.tastyworks.com:443",
    "streamer.cert.tastyworks.com:443",
    FEED,
  ]);
  const simulator = await probed(["--tastytrade-url", "http://127.0.0.1:9001"]);
  assert.deepEqual(simulator.hosts, ["127.0.0.1:9001", "localhost:9001", "[::1]:9001"]);
});

Deno.test("P17: secrets reach the server on its pipe and stand nowhere else", async () => {
  using project = makeProject();
  Deno.writeTextFileSync(`${project.directory}/.env`, `TT_SECRET=${CANARIES[0]}\n`);
  Deno.chmodSync(`${project.directory}/.env`, 0o600);
  // The build of the fixture keeps what it found in its environment.
  const build = Deno.readTextFileSync(`${project.directory}/dev.ts`);
  Deno.writeTextFileSync(
    `${project.directory}/dev.ts`,
    `${build}\nDeno.writeTextFileSync("_fresh/env", JSON.stringify(Deno.env.toObject()));`,
  );
  await using desk = new DeskProcess(project, { args: LIVE, env: SECRETS });
  const url = await desk.ready();

  const server = desk.find(/serve\.ts/);
  const settings = await (await fetch(url)).text();

  assert.match(settings, /"clientSecret":"\[redacted\]","refreshToken":"\[redacted\]"/);
  const seen = [
    settings,
    desk.out,
    desk.err,
    environmentOf(server),
    ...processesIn(project.directory).map(({ command }) => command),
    Deno.readTextFileSync(`${project.directory}/_fresh/env`),
  ];
  for (const text of seen) {
    assert.notEqual(text, "");
    for (const canary of CANARIES) assert.ok(!text.includes(canary), text.slice(0, 200));
  }
});

Deno.test("a .env with secrets that others can read is told of at the start", async () => {
  using project = makeProject();
  const lines = Object.entries(SECRETS).map(([name, text]) => `${name}=${text}\n`).join("");
  Deno.writeTextFileSync(`${project.directory}/.env`, lines);
  Deno.chmodSync(`${project.directory}/.env`, 0o644);
  await using desk = new DeskProcess(project, { args: LIVE });
  await desk.ready();

  assert.match(desk.err, /chmod 600 \.env/);
  for (const canary of CANARIES) assert.ok(!desk.err.includes(canary));
});
