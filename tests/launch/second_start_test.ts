import assert from "node:assert/strict";
import { DeskProcess, waitUntil } from "./desk_process.ts";
import { makeProject } from "./project.ts";

function takenPort(): Deno.Listener & { readonly port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return Object.assign(listener, { port: listener.addr.port });
}

Deno.test("PRC-2: a second start names the first one's address and ends with code 3", async () => {
  using project = makeProject();
  await using first = new DeskProcess(project);
  const url = await first.ready();

  await using second = new DeskProcess(project);

  assert.equal(await second.exitCode(), 3);
  assert.ok(second.err.includes(`already runs on ${project.dataDirectory} at ${url}`), second.err);
  assert.equal(second.out, "");
});

Deno.test("PRC-2: of four starts at once exactly one runs and the others name it", async () => {
  using project = makeProject();
  await using warm = new DeskProcess(project, {
    args: ["--port", "0", "--no-open", "--data", "w"],
  });
  await warm.ready();
  await using a = new DeskProcess(project);
  await using b = new DeskProcess(project);
  await using c = new DeskProcess(project);
  await using d = new DeskProcess(project);
  const desks = [a, b, c, d];

  const runs = (desk: DeskProcess) => desk.out.includes("Deltadesk ready");
  const hasDecided = (desk: DeskProcess) => runs(desk) || desk.err.includes("folder with --data");

  await waitUntil("all four have decided", () => desks.every(hasDecided));

  const winners = desks.filter(runs);
  assert.equal(winners.length, 1);
  const url = await winners[0].ready();
  for (const desk of desks.filter((one) => !runs(one))) {
    assert.equal(await desk.exitCode(), 3);
    assert.ok(desk.err.includes(url), desk.err);
  }
});

Deno.test("PRC-2: a data folder left by a killed desk is taken over at once", async () => {
  using project = makeProject();
  await using first = new DeskProcess(project);
  await first.ready();
  Deno.kill(first.find(/serve\.ts/), "SIGKILL");
  await first.exitCode();

  await using second = new DeskProcess(project);

  await second.ready();
  assert.equal(second.err, "");
});

Deno.test("two desks on two data folders run side by side", async () => {
  using project = makeProject();
  await using first = new DeskProcess(project);
  await using second = new DeskProcess(project, {
    args: ["--port", "0", "--no-open", "--data", "./other with blank"],
  });

  assert.notEqual(await first.ready(), await second.ready());
});

Deno.test("a named port that is taken ends with code 3 and the line to fix it", async () => {
  using project = makeProject();
  using other = takenPort();
  await using desk = new DeskProcess(project, {
    args: ["--port", String(other.port), "--no-open"],
  });

  assert.equal(await desk.exitCode(), 3);
  assert.match(desk.err, /^deltadesk: port \d+ on 127\.0\.0\.1 is in use/);
  assert.equal(desk.out, "");
});
