import assert from "node:assert/strict";
import { testWith } from "../prerequisite.ts";
import { DeskProcess, waitUntil } from "./desk_process.ts";
import { processesIn } from "./processes.ts";
import { type FixtureProject, makeProject } from "./project.ts";

const NPX = ["npx", "-y", "deno@2.9.6", "task", "start"];
const DRAIN_LIMIT_MS = 10_000;

function drained(project: FixtureProject): string {
  return Deno.readTextFileSync(`${project.dataDirectory}/drained`);
}

async function assertGoneInTime(desk: DeskProcess): Promise<void> {
  const startedAt = performance.now();
  await desk.gone();
  assert.ok(performance.now() - startedAt < DRAIN_LIMIT_MS);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`PRC-3: ${signal} to the launcher drains the desk and ends with code 0`, async () => {
    using project = makeProject();
    await using desk = new DeskProcess(project);
    await desk.ready();

    desk.signal(signal);

    assert.equal(await desk.exitCode(), 0, desk.err);
    assert.equal(drained(project), "SIGTERM");
    assert.deepEqual(processesIn(project.directory), []);
  });
}

Deno.test("PRC-3: Ctrl-C, which reaches all processes at once, drains once", async () => {
  using project = makeProject();
  await using desk = new DeskProcess(project);
  await desk.ready();

  for (const { pid } of processesIn(project.directory)) Deno.kill(pid, "SIGINT");

  assert.equal(await desk.exitCode(), 0, desk.err);
  assert.match(drained(project), /^SIG(INT|TERM)$/);
});

Deno.test("PRC-3: a killed launcher leaves a drained desk and no process", async () => {
  using project = makeProject();
  await using desk = new DeskProcess(project);
  await desk.ready();

  desk.signal("SIGKILL");

  await assertGoneInTime(desk);
  assert.equal(drained(project), "launcherGone");
});

Deno.test("PRC-3: a closed terminal ends the launcher and drains the desk", async () => {
  using project = makeProject();
  await using desk = new DeskProcess(project);
  await desk.ready();

  for (const { pid } of processesIn(project.directory)) Deno.kill(pid, "SIGHUP");

  await assertGoneInTime(desk);
  assert.equal(drained(project), "launcherGone");
});

Deno.test("PRC-3: a server that does not drain is killed within 10 s with code 1", async () => {
  using project = makeProject();
  Deno.writeTextFileSync(
    `${project.directory}/serve.ts`,
    `Deno.addSignalListener("SIGTERM", () => {}); setInterval(() => {}, 1000);
     console.log("Deltadesk ready at http://127.0.0.1:1/ (demo)");`,
  );
  await using desk = new DeskProcess(project);
  await desk.ready();
  const startedAt = performance.now();

  desk.signal("SIGTERM");

  assert.equal(await desk.exitCode(), 1);
  assert.ok(performance.now() - startedAt < DRAIN_LIMIT_MS);
  assert.match(desk.err, /did not end in time and was killed/);
});

Deno.test("a desk under nohup lives on when the shell that started it ends", async () => {
  using project = makeProject();
  const start = `'${Deno.execPath()}' task start --port 0 --no-open`;
  await using desk = new DeskProcess(project, {
    command: ["sh", "-c", `nohup ${start} & echo shell $$; read line`, "sh"],
    args: [],
  });
  const url = await desk.ready();
  const shell = Number(/shell (\d+)/.exec(desk.out)?.[1]);

  // The shell read the end of its input long ago, or ends now.
  await waitUntil("the shell is gone", () => {
    return !processesIn(project.directory).some(({ pid }) => pid === shell);
  });
  // Longer than two looks of the watch would take.
  const lookedAt = performance.now();
  await waitUntil("three looks of the watch", () => performance.now() - lookedAt > 2500);

  assert.equal((await fetch(url).then((r) => r.json())).mode, "demo");
  Deno.kill(desk.find(/launch\.ts/), "SIGTERM");
  await desk.gone();
  assert.equal(drained(project), "SIGTERM");
});

Deno.test("PRC-3: SIGTERM to the task runner drains the desk and leaves no process", async () => {
  using project = makeProject();
  await using desk = new DeskProcess(project, { command: [Deno.execPath(), "task", "start"] });
  await desk.ready();

  desk.signal("SIGTERM");

  await assertGoneInTime(desk);
  assert.equal(drained(project), "SIGTERM");
});

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  testWith(["npm"], {
    name: `PRC-3: ${signal} to npx, which forwards nothing, drains the desk and leaves no process`,
    fn: async () => {
      using project = makeProject();
      await using desk = new DeskProcess(project, { command: NPX });
      await desk.ready();

      desk.signal(signal);

      await assertGoneInTime(desk);
      assert.equal(drained(project), "SIGTERM");
    },
  });
}

testWith(["npm"], {
  name: "PRC-3: Ctrl-C below npx, which reaches all processes at once, leaves no process",
  fn: async () => {
    using project = makeProject();
    await using desk = new DeskProcess(project, { command: NPX });
    await desk.ready();

    for (const { pid } of processesIn(project.directory)) Deno.kill(pid, "SIGINT");

    await assertGoneInTime(desk);
    assert.match(drained(project), /^SIG(INT|TERM)$/);
  },
});

testWith(["npm"], {
  name: "PRC-3: an npx that ends before the launcher has looked at it leaves no desk behind",
  fn: async () => {
    using project = makeProject();
    await using desk = new DeskProcess(project, { command: NPX });
    await waitUntil(
      "the task runner runs",
      () => processesIn(project.directory).some(({ command }) => command.startsWith("deno task")),
    );

    desk.signal("SIGKILL");

    await assertGoneInTime(desk);
  },
});

testWith(["npm"], {
  name: "PRC-3: SIGKILL to the task runner below npx drains the desk and leaves no process",
  fn: async () => {
    using project = makeProject();
    await using desk = new DeskProcess(project, { command: NPX });
    await desk.ready();

    Deno.kill(desk.find(/^deno task/), "SIGKILL");

    await assertGoneInTime(desk);
    assert.equal(drained(project), "SIGTERM");
  },
});

testWith(["npm"], {
  name: "PRC-3: an npx that stays a zombie, because nobody waits for it, counts as gone",
  fn: async () => {
    using project = makeProject();
    // After exec the shell's place is taken by a program that never waits for its children.
    const script = `${NPX.join(" ")} --port 0 --no-open & cd /; exec sleep 60`;
    await using desk = new DeskProcess(project, { command: ["sh", "-c", script], args: [] });
    await desk.ready();

    Deno.kill(desk.find(/^npm exec/), "SIGTERM");

    await assertGoneInTime(desk);
    assert.equal(drained(project), "SIGTERM");
    desk.signal("SIGKILL");
  },
});
