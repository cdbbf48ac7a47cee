import assert from "node:assert/strict";
import {
  findLauncherAncestry,
  parseProcFiles,
  parsePsLine,
  type ProcessFacts,
  readProcess,
  readPs,
} from "./process_tree.ts";

type Tree = Readonly<Record<number, readonly [parentPid: number, ...command: string[]]>>;

const DENO = "/home/u/.npm/_npx/7a40be787520bede/node_modules/.bin/deno";

function reader(tree: Tree) {
  return (pid: number): Promise<ProcessFacts | null> => {
    const found = tree[pid];
    if (found === undefined) return Promise.resolve(null);
    const [parentPid, ...command] = found;
    return Promise.resolve({ pid, parentPid, startedAt: "1", isZombie: false, command });
  };
}

async function watchedIn(tree: Tree, isUnderNpx = false) {
  const ancestry = await findLauncherAncestry(90, isUnderNpx, reader(tree));
  return { pids: ancestry.watched.map((one) => one.pid), isAbandoned: ancestry.isAbandoned };
}

Deno.test("below npx the task runner and npx are watched, no shell is", async () => {
  // As seen with npm 11 on Linux: npm replaces its argument list by one title.
  const tree: Tree = {
    90: [80, "deno", "task", "start", "--port", "0"],
    80: [70, "sh", "-c", "'deno' task start --port 0"],
    70: [60, "npm exec deno@2.9.6 task start --port 0"],
    60: [1, "-bash"],
  };

  assert.deepEqual(await watchedIn(tree, true), { pids: [90, 70], isAbandoned: false });
});

Deno.test("other forms of npm, npx and the task runner are recognised", async () => {
  const forms: readonly (readonly string[])[] = [
    ["npx"],
    ["npm start"],
    ["node", "/usr/lib/node_modules/npm/bin/npx-cli.js", "-y", "deno"],
    ["/usr/bin/node", "--no-warnings", "/usr/bin/npm", "exec", "deno"],
    [DENO, "--quiet", "task", "start"],
    ["node", "/app/node_modules/deno/bin.cjs", "task", "start"],
  ];
  for (const form of forms) {
    const { pids } = await watchedIn({ 90: [80, ...form], 80: [1, "zsh"] });
    assert.deepEqual(pids, [90], form.join(" "));
  }
});

Deno.test("shells, scripts, service managers and other programs are never watched", async () => {
  const forms: readonly (readonly string[])[] = [
    ["-bash"],
    ["bash", "/home/u/npx"],
    ["sh", "-c", "npx -y deno task start"],
    ["/lib/systemd/systemd", "--user"],
    ["node", "server.js", "npm"],
    ["deno", "run", "task"],
    ["npmish"],
    ["docker-init", "--", "npx"],
    [],
  ];
  for (const form of forms) {
    const tree: Tree = { 90: [80, ...form], 80: [70, "deno", "task", "start"], 70: [1, "sh"] };
    assert.deepEqual((await watchedIn(tree)).pids, [], form.join(" "));
  }
});

Deno.test("an npx that is gone makes the start abandoned, an ended shell does not", async () => {
  const orphaned: Tree = {
    90: [80, "deno", "task", "start"],
    80: [1, "sh", "-c", "'deno' task start"],
    1: [0, "/sbin/init"],
  };
  const exec: Tree = { 90: [1, "deno", "task", "start"], 1: [0, "/sbin/init"] };
  const byShell: Tree = { 90: [80, "deno", "task", "start"], 80: [1, "bash"], 1: [0, "init"] };

  assert.equal((await watchedIn(orphaned, true)).isAbandoned, true);
  assert.equal((await watchedIn(exec, true)).isAbandoned, true);
  assert.equal((await watchedIn(exec, false)).isAbandoned, false);
  assert.equal((await watchedIn(byShell, true)).isAbandoned, false);
});

Deno.test("a circle of parents ends the walk", async () => {
  const tree: Tree = { 90: [80, "deno", "task", "a"], 80: [90, "deno", "task", "b"] };

  assert.equal((await watchedIn(tree)).pids.length, 16);
});

Deno.test("/proc files: a program name with blanks and brackets does not shift the fields", () => {
  const stat = "4242 (a) S 1 (b) S 17 4242 4881 0 -1 4194368 198 191 0 0 1 2 3 4 20 0 1 0 112675 5";

  const facts = parseProcFiles(`${stat.replace("(a) S 1 (b)", "(x (y) z)")}\nnode\0my app.js\0`);

  assert.deepEqual(facts, {
    pid: 4242,
    parentPid: 17,
    startedAt: "112675",
    isZombie: false,
    command: ["node", "my app.js"],
  });
  assert.equal(parseProcFiles(""), null);
  assert.equal(parseProcFiles("4242 (x) Z 1 2 3\n")?.isZombie, true);
});

Deno.test("ps lines of macOS and Linux are read", () => {
  const mac = " 501 S+   Fri Nov 21 12:54:08 2025     npm exec deno@2.9.6 task start\n";

  assert.deepEqual(parsePsLine(7, mac), {
    pid: 7,
    parentPid: 501,
    startedAt: "Fri Nov 21 12:54:08 2025",
    isZombie: false,
    command: ["npm", "exec", "deno@2.9.6", "task", "start"],
  });
  assert.equal(parsePsLine(7, ""), null);
});

Deno.test("this process and its parent are found on this machine, a free id is not", async () => {
  for (const read of [readProcess, readPs]) {
    const own = await read(Deno.pid);
    assert.equal(own?.parentPid, Deno.ppid);
    assert.ok(own?.command.includes("test"), own?.command.join(" "));
    assert.equal((await read(Deno.pid))?.startedAt, own?.startedAt);
    assert.equal(await read(2 ** 22 + 1), null);
  }
});
