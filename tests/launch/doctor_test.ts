import assert from "node:assert/strict";
import { realClock } from "@/lib/host/clock.ts";
import { realTimers } from "@/lib/host/timers.ts";
import { openStore } from "@/lib/store/open_store.ts";
import { DeskProcess } from "./desk_process.ts";
import { type FixtureProject, makeProject } from "./project.ts";

const DOCTOR = new URL("../../tools/doctor.ts", import.meta.url).href;

async function doctor(
  project: FixtureProject,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const command = [Deno.execPath(), "run", "--allow-all", DOCTOR];
  await using run = new DeskProcess(project, { command, args, env });
  return { code: await run.exitCode(), out: run.out, err: run.err };
}

Deno.test("doctor: a fresh project is healthy, and what was not tried has no tick", async () => {
  using project = makeProject();

  const { code, out } = await doctor(project, ["--port", "0"], { IB_ACCOUNT: "DU7" });

  assert.equal(code, 0, out);
  assert.match(out, /port +0 +\(flag --port\)/);
  assert.match(out, /account +DU7 +\(environment, IB_ACCOUNT\)/);
  assert.match(out, /– data folder: not tested: \S+ is not there yet/);
  assert.match(out, /– browser: not tested/);
  assert.match(out, /✓ running desk: none/);
  assert.throws(() => Deno.statSync(`${project.directory}/data`), Deno.errors.NotFound);
});

Deno.test("R78: doctor reads the record and names what is wrong with it", async () => {
  using project = makeProject();
  const data = `${project.directory}/kept`;
  Deno.mkdirSync(data);
  const random = { next: () => 0.5, bytes: (count: number) => new Uint8Array(count) };
  const place = { directory: data, mode: "demo", source: "demo-s1" } as const;
  const store = await openStore({ ...place, clock: realClock, timers: realTimers, random });
  assert.ok(store.ok);
  const entry = { kind: "fill", key: "1", at: 1_700_000_000_000, value: { price: 1 } };
  assert.ok((await store.value.journal.append(entry)).ok);
  await store.value.close();

  const whole = await doctor(project, ["--port", "0", "--data", "kept"]);
  assert.equal(whole.code, 0, whole.out);
  assert.match(whole.out, /✓ record: history.db is whole, journal.db is whole/);
  const other = await doctor(project, ["--port", "0", "--data", "kept", "--replay", "kept"]);
  assert.match(other.out, /✗ record: history.db holds demo data; this desk is replay/);

  const bytes = Deno.readFileSync(`${data}/journal.db`);
  bytes.fill(0x33, 4096, 4096 + 900);
  Deno.writeFileSync(`${data}/journal.db`, bytes);
  const damaged = await doctor(project, ["--port", "0", "--data", "kept"]);
  assert.equal(damaged.code, 1, damaged.out);
  assert.match(damaged.out, /✗ record: .*journal\.db.*damaged.*restore/);
});

Deno.test("doctor: a folder that cannot be used fails with code 1 and the fix", async () => {
  using project = makeProject();
  Deno.writeTextFileSync(`${project.directory}/taken`, "");

  const { code, out } = await doctor(project, ["--port", "0", "--data", "taken"]);

  assert.equal(code, 1);
  assert.match(out, /✗ data folder: \S+ is a file: move it away or name another with --data/);
});

Deno.test("P17: doctor names a broker's settings and shows no secret", async () => {
  using project = makeProject();
  const env = { TT_SECRET: "cs_canary", DELTADESK_TASTYTRADE_REFRESH_TOKEN: "rt_canary" };

  const { code, out, err } = await doctor(project, ["--port", "0", "--brokers", "tastytrade"], env);

  assert.equal(code, 0, out + err);
  assert.match(out, /tastytrade-client-secret +•••• +\(environment, TT_SECRET\)/);
  assert.match(out, /– broker: not tested: tastytrade at https:\/\/api\.tastyworks\.com; /);
  assert.doesNotMatch(out + err, /canary/);
});

Deno.test("doctor: a missing replay folder and a taken port fail", async () => {
  using project = makeProject();
  using other = Deno.listen({ hostname: "127.0.0.1", port: 0 });

  const args = ["--port", String(other.addr.port), "--replay", "nowhere"];
  const { code, out } = await doctor(project, args);

  assert.equal(code, 1);
  assert.match(out, /✗ replay folder: \S+ is no folder: correct --replay/);
  assert.match(out, /✗ port: port \d+ on 127\.0\.0\.1 is in use/);
});

Deno.test("doctor: a running desk is named with its address", async () => {
  using project = makeProject();
  await using desk = new DeskProcess(project);
  const url = await desk.ready();

  const { code, out } = await doctor(project, ["--port", new URL(url).port]);

  assert.equal(code, 0, out);
  assert.ok(out.includes(`at ${url}`));
  assert.match(out, /✓ port: \d+ is held by the running desk/);
});

Deno.test("PRC-5: doctor: a bad setting ends with code 2 and its line", async () => {
  using project = makeProject();

  const { code, err } = await doctor(project, ["--prot", "0"]);

  assert.equal(code, 2);
  assert.match(err, /did you mean --port\?/);
});

Deno.test("G-011: doctor says whether anything listens at the port of TWS", async () => {
  using project = makeProject();
  const tws = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = tws.addr;
  const accepted = (async () => {
    for await (const connection of tws) connection.close();
  })();
  const args = ["--port", "0", "--brokers", "ib", "--ib-port", String(port)];
  const there = await doctor(project, args, { IB_CLIENT_ID: "3" });
  tws.close();
  await accepted;
  const gone = await doctor(project, args);
  const elsewhere = await doctor(project, [...args, "--ib-host", "203.0.113.9"]);

  assert.equal(there.code, 0, there.out);
  assert.match(there.out, new RegExp(`✓ TWS: something listens at 127.0.0.1:${port}`));
  assert.match(there.out, /– broker: not tested: TWS at \S+, client id 3/);
  assert.equal(gone.code, 1, gone.out);
  assert.match(gone.out, /✗ TWS: nothing listens at .*Enable ActiveX and Socket Clients/);
  assert.match(elsewhere.out, /– TWS: not tested: 203\.0\.113\.9:\d+ is another machine/);
  assert.match(elsewhere.out, /– 203\.0\.113\.9 is neither this machine nor/);
});
