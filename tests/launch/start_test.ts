import assert from "node:assert/strict";
import { DeskProcess } from "./desk_process.ts";
import { makeProject } from "./project.ts";

interface Refusal {
  readonly name: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly line: RegExp;
}

const LIVE = ["--brokers", "tastytrade"];

const REFUSALS: readonly Refusal[] = [
  { name: "a mistyped flag", args: ["--prot", "1"], line: /"--prot": did you mean --port\?/ },
  { name: "a flag that is not built yet", args: ["--fetch-beta"], line: /unknown flag/ },
  { name: "an unknown broker", args: ["--brokers", "schwab"], line: /"schwab".*some of tasty/ },
  { name: "a broker without its secrets", args: LIVE, line: /without DELTADESK_TASTYTRADE_CLIENT/ },
  {
    name: "a secret on the command line",
    args: [...LIVE, "--tastytrade-refresh-token=canary"],
    line: /would show the secret.*put DELTADESK_TASTYTRADE_REFRESH_TOKEN/,
  },
  {
    name: "a password of former days",
    args: LIVE,
    files: { ".env": "TASTYTRADE_PASSWORD=canary\n" },
    line: /TASTYTRADE_PASSWORD cannot be used.*docs\/brokers\/tastytrade\.md/,
  },
  {
    name: "an address that is not the broker's",
    args: [...LIVE, "--tastytrade-url", "http://192.0.2.1:9001"],
    env: { TT_SECRET: "canary", TT_REFRESH: "canary" },
    line: /credentials go to api\.tastyworks\.com/,
  },
  {
    name: "a TWS that is no host",
    args: ["--brokers", "ib", "--ib-host", "127.0.0.1:7497"],
    line: /--ib-host.*give a host name or an IP address, without a port$/,
  },
  {
    name: "a data type that IB has not",
    args: ["--brokers", "ib"],
    env: { IB_MD_TYPE: "5" },
    line: /IB_MD_TYPE "5".*from 1 to 4$/,
  },
  { name: "a port out of range", args: ["--port", "65536"], line: /whole number from 0 to 65535/ },
  { name: "a flag without value", args: ["--port"], line: /--port needs a value/ },
  { name: "two modes", args: ["--demo", "--replay", "x"], line: /leave one of them out/ },
  { name: "an open address", args: ["--host", "0.0.0.0"], line: /no accounts and no TLS yet/ },
  { name: "a bad variable", env: { DELTADESK_RATE: "0" }, line: /DELTADESK_RATE "0".*1 to 50000/ },
  { name: "a mistyped variable", env: { DELTADESK_PROT: "1" }, line: /mean DELTADESK_PORT\?/ },
  {
    name: "a mistyped key of the file",
    files: { "deltadesk.json": `{"prot":1}` },
    line: /unknown key "prot" in deltadesk.json: did you mean "port"\?/,
  },
  {
    name: "a broken file",
    files: { "deltadesk.json": `{"port":` },
    line: /deltadesk.json is not JSON/,
  },
  { name: "a missing named file", args: ["--config", "my.json"], line: /my.json is not there/ },
  { name: "a broken .env", files: { ".env": "PORT 1\n" }, line: /line 1 of .env/ },
  { name: "a comma in the data folder", args: ["--data", "/tmp/x,/"], line: /has a comma/ },
  {
    name: "a file in the place of the data folder",
    args: ["--data", "taken", "--port", "0"],
    files: { "taken": "" },
    line: /a file is in its place/,
  },
];

for (const refusal of REFUSALS) {
  Deno.test(`PRC-5: ${refusal.name} ends with code 2 and one line to fix it`, async () => {
    using project = makeProject();
    for (const [name, text] of Object.entries(refusal.files ?? {})) {
      Deno.writeTextFileSync(`${project.directory}/${name}`, text);
    }

    await using desk = new DeskProcess(project, {
      args: [...(refusal.args ?? []), "--no-open"],
      env: refusal.env,
    });

    assert.equal(await desk.exitCode(), 2, desk.err);
    const lines = desk.err.split("\n").filter((line) => line.startsWith("deltadesk: "))
      .filter((line) => line !== "deltadesk: building the pages …");
    assert.equal(lines.length, 1, desk.err);
    assert.match(lines[0], refusal.line);
    assert.equal(desk.out, "");
    assert.ok(!desk.err.includes("canary"));
  });
}

Deno.test("a start prints one ready line and hands its settings to the server", async () => {
  using project = makeProject();
  Deno.writeTextFileSync(`${project.directory}/.env`, "DELTADESK_SEED=7\nDELTADESK_RATE=9\n");
  await using desk = new DeskProcess(project, {
    args: ["--port", "0", "--no-open", "--rate", "11"],
  });

  const url = await desk.ready();

  assert.match(desk.out, /^Deltadesk ready at http:\/\/127\.0\.0\.1:\d+\/ \(demo\)\n$/);
  const settings = await (await fetch(url)).json();
  assert.equal(settings.seed, 7);
  assert.equal(settings.eventsPerSecond, 11);
  assert.equal(settings.dataDirectory, project.dataDirectory);
  const { mode } = Deno.statSync(project.dataDirectory);
  assert.equal((mode ?? 0) & 0o777, 0o700);
});

Deno.test("--help lists the flags, starts nothing and ends with code 0", async () => {
  using project = makeProject();
  await using desk = new DeskProcess(project, { args: ["--help"] });

  assert.equal(await desk.exitCode(), 0);
  assert.match(desk.out, /--port N.*\n.*8765/);
  assert.equal(desk.err, "");
});

Deno.test("a server that fails passes its exit code on", async () => {
  using project = makeProject();
  Deno.writeTextFileSync(`${project.directory}/serve.ts`, "Deno.exit(4);");
  await using desk = new DeskProcess(project);

  assert.equal(await desk.exitCode(), 4);
});

Deno.test("a killed server ends the launcher with code 1 and a line", async () => {
  using project = makeProject();
  await using desk = new DeskProcess(project);
  await desk.ready();

  Deno.kill(desk.find(/serve\.ts/), "SIGKILL");

  assert.equal(await desk.exitCode(), 1);
  assert.match(desk.err, /the desk was ended by SIGKILL/);
});
