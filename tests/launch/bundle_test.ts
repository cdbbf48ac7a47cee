import assert from "node:assert/strict";
import { isBundleFresh } from "@/lib/host/client_bundle.ts";
import { DeskProcess, waitUntil } from "./desk_process.ts";
import { type FixtureProject, makeProject } from "./project.ts";

async function startAndEnd(project: FixtureProject): Promise<DeskProcess> {
  await using desk = new DeskProcess(project);
  await desk.ready();
  desk.signal("SIGTERM");
  assert.equal(await desk.exitCode(), 0, desk.err);
  return desk;
}

function builds(project: FixtureProject): readonly string[] {
  return Deno.readTextFileSync(`${project.directory}/_fresh/builds`).trim().split("\n");
}

Deno.test("the bundle is built at first and again only when a source changed", async () => {
  using project = makeProject();

  const first = await startAndEnd(project);
  const second = await startAndEnd(project);
  Deno.writeTextFileSync(`${project.directory}/islands/Now.tsx`, "two");
  await startAndEnd(project);

  assert.match(first.err, /building the pages/);
  assert.equal(second.err, "");
  assert.deepEqual(builds(project), ["one", "two"]);
});

Deno.test("a changed test file does not rebuild, a deleted output file does", async () => {
  using project = makeProject();
  await startAndEnd(project);

  Deno.writeTextFileSync(`${project.directory}/islands/now_test.ts`, "");
  await startAndEnd(project);
  const afterTest = builds(project).length;
  Deno.removeSync(`${project.directory}/_fresh/builds`);
  const last = await startAndEnd(project);

  assert.equal(afterTest, 1);
  assert.match(last.err, /building the pages/);
});

Deno.test("two launches at once build once", async () => {
  using project = makeProject();
  const [a, b] = [["--data", "a"], ["--data", "b"]].map((data) =>
    new DeskProcess(project, { args: ["--port", "0", "--no-open", ...data] })
  );
  await using first = a;
  await using second = b;

  await Promise.all([first.ready(), second.ready()]);

  assert.deepEqual(builds(project), ["one"]);
});

Deno.test("a failed build ends with code 1 and is tried again at the next start", async () => {
  using project = makeProject();
  const good = Deno.readTextFileSync(`${project.directory}/dev.ts`);
  Deno.writeTextFileSync(`${project.directory}/dev.ts`, "throw new Error('bad island');");
  await using desk = new DeskProcess(project);

  assert.equal(await desk.exitCode(), 1);
  assert.match(desk.err, /bad island[\s\S]*could not be built/);
  assert.equal(desk.out, "");

  Deno.writeTextFileSync(`${project.directory}/dev.ts`, good);
  await startAndEnd(project);
});

Deno.test("an interrupted build ends with code 0 and leaves no fresh bundle", async () => {
  using project = makeProject();
  const good = Deno.readTextFileSync(`${project.directory}/dev.ts`);
  Deno.writeTextFileSync(
    `${project.directory}/dev.ts`,
    `${good}\nconsole.error("half done"); setInterval(() => {}, 1000);`,
  );
  await using desk = new DeskProcess(project);

  await waitUntil("the build is under way", () => desk.err.includes("half done"));

  desk.signal("SIGTERM");

  assert.equal(await desk.exitCode(), 0);
  await desk.gone();

  assert.equal(isBundleFresh(project.directory), false);
});
