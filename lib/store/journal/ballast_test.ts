import assert from "node:assert/strict";
import { openDatabase } from "../open_database.ts";
import { problemOf } from "../problem.ts";
import { AnchorFile, anchorPath } from "./anchor.ts";
import { Ballast, ballastPath, isSpaceKept } from "./ballast.ts";

const BYTES = 64 * 1024;

async function withFolder(work: (directory: string) => Promise<void> | void): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "deltadesk-ballast-" });
  try {
    await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function makeAnchor(directory: string): void {
  const anchor = AnchorFile.open(anchorPath(directory), "s");
  assert.ok(anchor.ok);
  anchor.value.note({ seq: 0, checksum: "" });
  anchor.value.close();
}

Deno.test("DSK-1: the ballast has real blocks, is given up once and made anew", async () => {
  await withFolder((directory) => {
    const ballast = new Ballast(directory, BYTES);
    assert.equal(ballast.make(), true);
    const { size, blocks } = Deno.statSync(ballastPath(directory));
    assert.equal(size, BYTES);
    assert.ok((blocks ?? 0) * 512 >= BYTES, `${blocks} blocks`);
    assert.equal(ballast.giveUp(), true);
    assert.equal(ballast.giveUp(), false, "there is no more to give");
    assert.equal(ballast.make(), true);
  });
});

Deno.test("DSK-1: while the ballast is given up, history does not write", async () => {
  await withFolder(async (directory) => {
    const ballast = new Ballast(directory, BYTES);
    const opened = await openDatabase({
      path: `${directory}/history.db`,
      kind: "history",
      mode: "demo",
      synchronous: "NORMAL",
      migrations: { "001": { up: () => Promise.resolve() } },
    });
    assert.ok(opened.ok);
    const write = () => opened.value.transaction(() => "written");
    assert.equal(write(), "written", "without a journal nothing is kept for it");
    makeAnchor(directory);
    ballast.make();
    assert.equal(write(), "written");
    ballast.giveUp();
    assert.equal(isSpaceKept(directory), true);
    let code: string | null = null;
    try {
      write();
    } catch (error) {
      code = problemOf(error, "history.db")?.code ?? null;
    }
    assert.equal(code, "full");
    ballast.make();
    assert.equal(write(), "written");
    opened.value.close();
  });
});
