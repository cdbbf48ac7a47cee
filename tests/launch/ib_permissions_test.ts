import assert from "node:assert/strict";
import { DeskProcess } from "./desk_process.ts";
import { type FixtureProject, makeProject } from "./project.ts";

const PROBE_MODULE = new URL("../fixtures/launch/probe.ts", import.meta.url).href;
const LIVE = ["--brokers", "ib", "--port", "0", "--no-open"];

const HOSTS = [
  "127.0.0.1:7497",
  "127.0.0.1:7496",
  "192.168.77.5:4001",
  "192.168.77.5:4002",
  "192.168.77.6:4001",
  "api.tastyworks.com:443",
  "cdcdyn.interactivebrokers.com:443",
];

/** Connects as the client library does, by `node:net`. */
const DIAL = `
import { connect } from "node:net";
const dial = (host, port) => new Promise((resolve) => {
  const socket = connect({ host, port });
  socket.on("connect", () => { socket.destroy(); resolve("connected"); });
  socket.on("error", (error) => resolve(error.code ?? error.name));
});`;

function makeProbeProject(port: number): FixtureProject {
  const project = makeProject();
  Deno.writeTextFileSync(
    `${project.directory}/serve.ts`,
    `import { grantedHosts, probe } from ${JSON.stringify(PROBE_MODULE)};${DIAL}
     const outcomes = await probe(import.meta.dirname);
     const hosts = grantedHosts(${JSON.stringify(HOSTS)});
     const dialed = [await dial("localhost", ${port}), await dial("127.0.0.1", ${port})];
     console.log(JSON.stringify({ outcomes, hosts, dialed }));
     Deno.exit(0);`,
  );
  for (const folder of ["data", "data/other", "data/live"]) {
    Deno.mkdirSync(`${project.directory}/${folder}`);
  }
  return project;
}

async function probed(args: readonly string[], port: number) {
  using project = makeProbeProject(port);
  await using desk = new DeskProcess(project, { args: [...LIVE, ...args] });
  assert.equal(await desk.exitCode(), 0, desk.err);
  const found: {
    readonly outcomes: Readonly<Record<string, string>>;
    readonly hosts: readonly string[];
    readonly dialed: readonly string[];
  } = JSON.parse(desk.out);
  return found;
}

Deno.test("MAL-8: a desk of IB meets NotCapable at everything but TWS", async () => {
  const { outcomes, hosts } = await probed([], 9);

  assert.deepEqual(hosts, ["127.0.0.1:7497"]);
  const odd = Object.entries(outcomes).filter(([, outcome]) => outcome !== "NotCapable");
  assert.deepEqual(Object.fromEntries(odd), {
    "net: listens on its own port": "allowed",
    "write: its data folder": "allowed",
    "read: its data folder": "allowed",
    "read: the bundle": "allowed",
    "env: a granted name": "allowed",
  });
  const elsewhere = await probed(["--ib-host", "192.168.77.5", "--ib-port", "4001"], 9);
  assert.deepEqual(elsewhere.hosts, ["192.168.77.5:4001"]);
});

Deno.test("a TWS named localhost is reached within the permissions", async () => {
  const tws = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = tws.addr;
  const accepted = (async () => {
    for await (const connection of tws) connection.close();
  })();
  try {
    const args = ["--ib-host", "localhost", "--ib-port", String(port)];
    assert.deepEqual((await probed(args, port)).dialed, ["connected", "connected"]);
  } finally {
    tws.close();
    await accepted;
  }
});
