import assert from "node:assert/strict";
import { join } from "node:path";
import { buildFixture, FIXTURE } from "../../tests/fresh_api/serving.ts";
import { App } from "./app.ts";
import { Builder, type BuildOptions } from "./builder.ts";
import { filesBelow } from "./crawl.ts";
import { staticFiles } from "./static_files.ts";

const OUT_DIR = "_fresh/builder";

/** Runs `run` with an empty folder that is gone afterwards. */
async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "builder_test_" });
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Files of a build on disk, by path from its folder. */
async function built(options: BuildOptions = {}): Promise<Map<string, string>> {
  await buildFixture({ outDir: OUT_DIR, ...options });
  const files = new Map<string, string>();
  for (const path of await filesBelow(join(FIXTURE, OUT_DIR))) {
    files.set(path, await Deno.readTextFile(join(FIXTURE, OUT_DIR, path)));
  }
  return files;
}

function buildIdOf(files: Map<string, string>): string {
  return /buildId: "([0-9a-f]{16})"/.exec(files.get("/server.js") ?? "")?.[1] ?? "";
}

/** Handler that serves the static files of an in-memory build. */
async function fileHandler(options: BuildOptions) {
  const apply = await new Builder({
    root: FIXTURE,
    islandDir: "none",
    routeDir: "none",
    ...options,
  })
    .build({ snapshot: "memory" });
  const app = new App<unknown>().use(staticFiles());
  apply(app);
  const answer = app.handler();
  return async (path: string) => {
    const response = await answer(new Request(`http://localhost${path}`));
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
}

Deno.test("build: the same sources give the same files and the same id", async () => {
  const first = await built();
  const second = await built();

  assert.notEqual(buildIdOf(first), "");
  assert.deepEqual(second, first);
});

Deno.test("build: a changed file gives another id, the chunks of the old one go", () =>
  inFolder(async (folder) => {
    const staticDir = ["static", folder];
    await Deno.writeTextFile(join(folder, "extra.txt"), "one");
    const before = buildIdOf(await built({ staticDir }));
    await Deno.writeTextFile(join(folder, "extra.txt"), "two");
    const files = await built({ staticDir });

    assert.notEqual(buildIdOf(files), before);
    const ids = [...files.keys()].flatMap((path) => /js\/([0-9a-f]{16})\//.exec(path)?.[1] ?? []);
    assert.deepEqual([...new Set(ids)], [buildIdOf(files)]);
  }));

Deno.test("build: chunks for the browser are small and know neither Deno nor Node", async () => {
  const scripts = [...await built()].filter(([path]) =>
    path.endsWith(".js") && path !== "/server.js"
  );

  assert.equal(scripts.filter(([path]) => path.includes("islands_")).length, 4);
  for (const [path, text] of scripts) assert.ok(!/\bDeno\b|["']node:/.test(text), path);
  const bytes = scripts.reduce((sum, [, text]) => sum + text.length, 0);
  assert.ok(bytes < 32_000, `${bytes} bytes`);
});

Deno.test("build: an island that imports the server's side of Fresh is refused", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(
      join(folder, "Bad.tsx"),
      `import { HttpError } from "fresh"; export default () => <p>{HttpError.name}</p>;`,
    );

    await assert.rejects(built({ islandDir: folder }), /fresh is for the server/);
  }));

Deno.test("build: an island that imports a Node module is refused", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(
      join(folder, "Bad.tsx"),
      `import fs from "node:fs"; export default () => <p>{fs.constants.F_OK}</p>;`,
    );

    await assert.rejects(built({ islandDir: folder }), /node:fs is not there in a browser/);
  }));

Deno.test("static folder: hidden files and links are not served, .well-known is", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(join(folder, ".git"));
    await Deno.mkdir(join(folder, ".well-known"));
    await Deno.writeTextFile(join(folder, ".env"), "SECRET=1");
    await Deno.writeTextFile(join(folder, ".git/config"), "secret");
    await Deno.writeTextFile(join(folder, ".well-known/security.txt"), "contact");
    await Deno.symlink("/etc/hostname", join(folder, "link.txt"));
    const get = await fileHandler({ staticDir: folder });

    for (const path of ["/.env", "/.git/config", "/%2eenv", "/link.txt"]) {
      assert.equal((await get(path)).status, 404, path);
    }
    assert.equal((await get("/.well-known/security.txt")).text, "contact");
  }));

Deno.test("static folder: files are served with the types that browsers need", () =>
  inFolder(async (folder) => {
    const types: Record<string, string> = {
      "a.css": "text/css; charset=utf-8",
      "a.js": "text/javascript; charset=utf-8",
      "a.svg": "image/svg+xml",
      "a.woff2": "font/woff2",
      "a.webmanifest": "application/manifest+json",
      "a.unknown": "application/octet-stream",
    };
    for (const name of Object.keys(types)) await Deno.writeTextFile(join(folder, name), name);
    const get = await fileHandler({ staticDir: folder });

    for (const [name, type] of Object.entries(types)) {
      const { headers, text } = await get(`/${name}`);
      assert.equal(headers.get("content-type"), type);
      assert.equal(text, name);
    }
  }));

Deno.test("static folders: the first that has a file wins", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "styles.css"), "second");
    await Deno.writeTextFile(join(folder, "other.css"), "other");
    const get = await fileHandler({ staticDir: ["static", folder] });

    assert.match((await get("/styles.css")).text, /color: red/);
    assert.equal((await get("/other.css")).text, "other");
  }));
