import assert from "node:assert/strict";
import { ensureBundle, isBundleFresh, sourceDigest } from "./client_bundle.ts";

interface BundleProject extends Disposable {
  readonly directory: string;
  readonly write: (name: string, text: string) => void;
}

function bundleProject(): BundleProject {
  const directory = Deno.makeTempDirSync({ prefix: "deltadesk-bundle-" });
  const write = (name: string, text: string) =>
    Deno.writeTextFileSync(`${directory}/${name}`, text);
  for (const folder of ["islands", "node_modules", "_fresh"]) {
    Deno.mkdirSync(`${directory}/${folder}`);
  }
  write("dev.ts", "");
  write("islands/Now.tsx", "one");
  return {
    directory,
    write,
    [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }),
  };
}

function ensure(project: BundleProject, build: () => Promise<boolean>) {
  return ensureBundle({ projectDirectory: project.directory, buildEntry: "dev.ts", build });
}

/** Writes an output of always the same size. */
function building(project: BundleProject, text: string, succeeds = true): () => Promise<boolean> {
  return () => {
    project.write("_fresh/server.js", text);
    return Promise.resolve(succeeds);
  };
}

Deno.test("a failed build leaves nothing that is fresh for the old sources", async () => {
  using project = bundleProject();
  await ensure(project, building(project, "AAA"));
  assert.equal(isBundleFresh(project.directory), true);
  project.write("islands/Now.tsx", "two");
  const failed = await ensure(project, building(project, "BBB", false));
  assert.equal(failed.ok, false);

  project.write("islands/Now.tsx", "one");

  assert.equal(isBundleFresh(project.directory), false);
});

Deno.test("a second build waits for the first and then finds nothing to do", async () => {
  using project = bundleProject();
  let builds = 0;
  let finish: (succeeds: boolean) => void = () => {};
  const hasBegun = new Promise<void>((begun) => {
    void ensure(project, () => {
      builds++;
      begun();
      return new Promise((done) => finish = done);
    });
  });
  await hasBegun;
  const second = ensure(project, () => Promise.resolve(++builds > 0));
  // Each of these takes the way that an unlocked second build would have taken.
  for (let turn = 0; turn < 20; turn++) (await Deno.open(`${project.directory}/dev.ts`)).close();

  project.write("_fresh/server.js", "AAA");
  finish(true);

  assert.deepEqual(await second, { ok: true, value: "fresh" });
  assert.equal(builds, 1);
});

Deno.test("the digest follows names and contents, and neither tests nor hidden files", () => {
  using project = bundleProject();
  const digest = () => sourceDigest(project.directory);
  const before = digest();

  project.write("islands/now_test.tsx", "x");
  project.write("islands/.swap", "x");
  project.write("unrelated.ts", "x");
  assert.equal(digest(), before);

  project.write("islands/Then.tsx", "");
  const withFile = digest();
  Deno.renameSync(`${project.directory}/islands/Then.tsx`, `${project.directory}/islands/At.tsx`);
  assert.equal(new Set([before, withFile, digest()]).size, 3);
});

Deno.test("a bundle without installed packages is not fresh: the build installs", async () => {
  using project = bundleProject();
  await ensure(project, building(project, "AAA"));

  Deno.removeSync(`${project.directory}/node_modules`);

  assert.equal(isBundleFresh(project.directory), false);
});

Deno.test("a lock file that the build extends belongs to it; a later change does not", async () => {
  using project = bundleProject();
  project.write("deno.lock", "one");
  await ensure(project, () => {
    project.write("deno.lock", "one and two");
    return building(project, "AAA")();
  });
  assert.equal(isBundleFresh(project.directory), true);

  project.write("deno.lock", "three");

  assert.equal(isBundleFresh(project.directory), false);
});
