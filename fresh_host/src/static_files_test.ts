import assert from "node:assert/strict";
import { App, attachSnapshot } from "./app.ts";
import type { StaticFile } from "./snapshot.ts";
import { staticFiles } from "./static_files.ts";

const CSS: StaticFile = {
  hash: "abc123",
  contentType: "text/css; charset=utf-8",
  content: new TextEncoder().encode("b{}"),
};

const CHUNK = { ...CSS, contentType: "text/javascript; charset=utf-8" };

const FILES = new Map([
  ["/styles.css", CSS],
  ["/with space é.css", CSS],
  ["/gone.css", { ...CSS, content: "static/gone.css" }],
  ["/_fresh/js/id1/a.js", CHUNK],
]);

function handler(mode: "production" | "development" = "production", basePath = "") {
  const app = new App<unknown>({ basePath }).use(staticFiles())
    .get("/page", (ctx) => ctx.text("page"));
  const snapshot = { buildId: "id1", routes: [], islands: new Map(), staticFiles: FILES };
  attachSnapshot(app, snapshot, { root: "/nowhere", mode });
  return app.handler();
}

async function get(path: string, init?: RequestInit, answer = handler()) {
  const response = await answer(new Request(`http://localhost${path}`, init));
  return { status: response.status, headers: response.headers, text: await response.text() };
}

Deno.test("static: a file has its type, length, tag and no sniffing", async () => {
  const { status, headers, text } = await get("/styles.css");

  assert.equal(status, 200);
  assert.equal(text, "b{}");
  assert.equal(headers.get("content-type"), "text/css; charset=utf-8");
  assert.equal(headers.get("content-length"), "3");
  assert.equal(headers.get("etag"), 'W/"abc123"');
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.match(headers.get("cache-control") ?? "", /no-store/);
});

Deno.test("static: a tag that the browser has is answered with 304", async () => {
  for (const tag of ['W/"abc123"', '"abc123"', '"x", W/"abc123"', "*"]) {
    const { status, text } = await get("/styles.css", { headers: { "if-none-match": tag } });
    assert.equal(status, 304);
    assert.equal(text, "");
  }
  const other = await get("/styles.css", { headers: { "if-none-match": '"old"' } });
  assert.equal(other.status, 200);
});

Deno.test("static: a URL that names the build may be cached for good", async () => {
  for (const path of ["/styles.css?__frsh_c=id1", "/_fresh/js/id1/a.js"]) {
    const { headers } = await get(path);
    assert.equal(headers.get("cache-control"), "public, max-age=31536000, immutable");
  }
});

Deno.test("static: a URL of an older build leads to the file without it", async () => {
  const { status, headers } = await get("/styles.css?a=1&__frsh_c=old");

  assert.equal(status, 307);
  assert.equal(headers.get("location"), "/styles.css?a=1");
});

Deno.test("static: a chunk of an older build is not found and not cached", async () => {
  const { status, headers } = await get("/_fresh/js/old/a.js");

  assert.equal(status, 404);
  assert.equal(headers.get("cache-control"), "no-store");
});

Deno.test("static: HEAD has the headers of GET, other methods are not allowed", async () => {
  const head = await get("/styles.css", { method: "HEAD" });
  const post = await get("/styles.css", { method: "POST" });

  assert.equal(head.status, 200);
  assert.equal(head.headers.get("content-length"), "3");
  assert.equal(head.text, "");
  assert.equal(post.status, 405);
  assert.equal(post.headers.get("allow"), "GET, HEAD");
});

Deno.test("static: encoded names are found, paths out of the folder are not", async () => {
  assert.equal((await get("/with%20space%20%C3%A9.css")).status, 200);
  const hostile = [
    "/../deno.json",
    "/%2e%2e/deno.json",
    "/..%2fdeno.json",
    "/%2e%2e%2f%2e%2e%2fetc/passwd",
    "/..%5c..%5cdeno.json",
    "/styles.css/../../deno.json",
    "/styles.css%00",
    "/static/styles.css",
    "/.env",
    "/%E0%A4%A",
    "//styles.css/..;/deno.json",
  ];

  for (const path of hostile) assert.equal((await get(path)).status, 404, path);
});

Deno.test("static: a file that has gone since the build is not found", async () => {
  assert.equal((await get("/gone.css")).status, 404);
});

Deno.test("static: other paths go on to the routes", async () => {
  assert.equal((await get("/page")).text, "page");
  assert.equal((await get("/")).status, 404);
});

Deno.test("static: nothing is cached in development", async () => {
  const { headers } = await get("/_fresh/js/id1/a.js", {}, handler("development"));

  assert.match(headers.get("cache-control") ?? "", /no-store/);
  assert.equal(headers.get("etag"), null);
});

Deno.test("static: files live below the base path", async () => {
  assert.equal((await get("/desk/styles.css", {}, handler("production", "/desk"))).status, 200);
  assert.equal((await get("/styles.css", {}, handler("production", "/desk"))).status, 404);
});
