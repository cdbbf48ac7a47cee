import assert from "node:assert/strict";
import { VirtualTime } from "../ports/virtual_time.ts";
import { alreadyRunningText, findRunningDesk, lockDataDirectory } from "./data_lock.ts";
import { realTimers } from "./timers.ts";

function temporaryFolder(): Disposable & { readonly path: string } {
  const path = Deno.makeTempDirSync({ prefix: "deltadesk-lock-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

/** Runs something that pauses, moving virtual time on until it is done. */
async function inVirtualTime<T>(time: VirtualTime, work: Promise<T>): Promise<T> {
  let isDone = false;
  const settled = work.finally(() => isDone = true);
  while (!isDone) await time.advanceSettling(1000, 50);
  return await settled;
}

Deno.test("PRC-2: a data folder has one owner, who is named to the next", async () => {
  using folder = temporaryFolder();
  const time = new VirtualTime();
  const path = `${folder.path}/deep/demo`;
  const first = await lockDataDirectory(path, time);
  assert.ok(first.ok);
  first.value.announce("http://127.0.0.1:1/");

  const second = await inVirtualTime(time, lockDataDirectory(path, time));
  const look = await inVirtualTime(time, findRunningDesk(path, time));

  const expected = { code: "alreadyRunning", desk: { pid: Deno.pid, url: "http://127.0.0.1:1/" } };
  assert.deepEqual(second, { ok: false, error: expected });
  assert.deepEqual(look, second);
  first.value.release();
  assert.deepEqual(await findRunningDesk(path, time), { ok: true, value: null });
  const third = await lockDataDirectory(path, time);
  assert.ok(third.ok);
  third.value.release();
});

Deno.test("PRC-2: a desk without an address yet is waited for and then named", async () => {
  using folder = temporaryFolder();
  const time = new VirtualTime();
  const first = await lockDataDirectory(folder.path, time);
  assert.ok(first.ok);

  const second = await inVirtualTime(time, lockDataDirectory(folder.path, time));

  assert.deepEqual(second, {
    ok: false,
    error: { code: "alreadyRunning", desk: { pid: Deno.pid, url: null } },
  });
  assert.match(
    alreadyRunningText("/d", { pid: 5, url: null }),
    /is just starting on \/d \(process 5\)/,
  );
  first.value.release();
});

Deno.test("PRC-2: the address of an earlier desk is not shown for a new one", async () => {
  using folder = temporaryFolder();
  const time = new VirtualTime();
  Deno.writeTextFileSync(`${folder.path}/desk.lock`, `{"pid":1,"url":"http://old/"}`);

  assert.deepEqual(await findRunningDesk(folder.path, time), { ok: true, value: null });
  const first = await lockDataDirectory(folder.path, time);
  const look = await inVirtualTime(time, findRunningDesk(folder.path, time));

  assert.ok(first.ok);
  assert.ok(!look.ok && look.error.code === "alreadyRunning");
  assert.equal(look.error.desk?.url, null);
  first.value.release();
});

Deno.test("PRC-2: a start that merely looks does not keep another from starting", async () => {
  using folder = temporaryFolder();
  Deno.writeTextFileSync(`${folder.path}/desk.lock`, "");
  using looker = Deno.openSync(`${folder.path}/desk.lock`, { read: true });
  looker.lockSync(false);
  const time = new VirtualTime();
  const starting = lockDataDirectory(folder.path, time);
  await time.advanceSettling(100, 50);

  looker.unlockSync();
  const lock = await inVirtualTime(time, starting);

  assert.ok(lock.ok);
  lock.value.release();
});

Deno.test("PRC-5: a file in the folder's place is refused with what to do", async () => {
  using folder = temporaryFolder();
  Deno.writeTextFileSync(`${folder.path}/file`, "");

  for (const path of [`${folder.path}/file`, `${folder.path}/file/demo`]) {
    const lock = await lockDataDirectory(path, realTimers);
    assert.ok(!lock.ok && lock.error.code === "unusableFolder");
    assert.match(lock.error.message, /a file is in its place.*--data/);
  }
});

Deno.test("PRC-5: a notice that is no notice does not disturb", async () => {
  using folder = temporaryFolder();
  for (const text of ["", "{", "7", "null", `{"pid":"x"}`, "[]"]) {
    Deno.writeTextFileSync(`${folder.path}/desk.lock`, text);
    const lock = await lockDataDirectory(folder.path, realTimers);
    assert.ok(lock.ok, text);
    lock.value.release();
  }
});
