import assert from "node:assert/strict";
import { startDesk } from "../e2e/desk.ts";
import { DeskProcess, waitUntil } from "./desk_process.ts";
import { makeProject } from "./project.ts";

const PAGE_WITHIN_MS = 5_000;

Deno.test("G-001: the page answers within 5 s of the ready line", async () => {
  const desk = await startDesk();
  const readyAt = performance.now();
  try {
    const answer = await fetch(desk.url);
    const page = await answer.text();

    assert.ok(performance.now() - readyAt < PAGE_WITHIN_MS);
    assert.equal(answer.status, 200);
    assert.match(page, /id="exposure-table"/);
    assert.ok(desk.output().includes(`Deltadesk ready at ${desk.url} (demo)`));
  } finally {
    await desk.stop();
  }
});

Deno.test("G-001: the browser opens at the printed address, unless it must not", async () => {
  if (Deno.build.os !== "linux") return;
  using project = makeProject();
  const opened = `${project.directory}/opened`;
  const programs = `${project.directory}/programs`;
  Deno.mkdirSync(programs);
  Deno.writeTextFileSync(
    `${programs}/xdg-open`,
    `#!/bin/sh\nprintf '%s\\n' "$1" >> '${opened}'\n`,
    {
      mode: 0o755,
    },
  );
  const env = { DISPLAY: ":99", CI: "", PATH: `${programs}:${Deno.env.get("PATH") ?? ""}` };
  {
    await using silent = new DeskProcess(project, { args: ["--port", "0", "--no-open"], env });
    await silent.ready();
    silent.signal("SIGTERM");
    assert.equal(await silent.exitCode(), 0, silent.err);
    assert.equal(openedAt(opened), "");
  }
  await using desk = new DeskProcess(project, { args: ["--port", "0"], env });
  const url = await desk.ready();
  await waitUntil("the browser opens", () => openedAt(opened) !== "");

  assert.equal(openedAt(opened), `${url}\n`);
});

function openedAt(file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
