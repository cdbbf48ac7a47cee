import assert from "node:assert/strict";
import { guarded, type Handler } from "@/lib/auth/guarded.ts";
import { loopbackPolicy } from "@/lib/auth/request_guard.ts";
import { setCurrentDesk } from "@/lib/desk/current.ts";
import type { DeskServices } from "@/lib/desk/services.ts";
import { ROOT } from "../e2e/desk.ts";

const HOST = "127.0.0.1:8765";
const SECRET = "canary-7d1c <script>alert(1)</script>";

/** The app as the start of the shared desk built it, behind the guard as a start puts it. */
async function builtApp(): Promise<Handler<Deno.ServeHandlerInfo | null>> {
  const built = await import(`file://${ROOT}/_fresh/server.js`);
  return guarded(() => loopbackPolicy(8765), built.default.fetch);
}

async function get(path: string): Promise<Response> {
  const app = await builtApp();
  return await app(new Request(`http://${HOST}${path}`, { headers: { host: HOST } }), null);
}

/** A desk of which every part fails. */
const broken = new Proxy({}, {
  get: () => {
    throw new Error(SECRET);
  },
}) as DeskServices;

function assertPage(answer: Response, html: string): void {
  const policy = answer.headers.get("content-security-policy") ?? "";
  assert.match(answer.headers.get("content-type") ?? "", /^text\/html/);
  assert.match(policy, /default-src 'none'.*frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.equal(answer.headers.get("x-frame-options"), "DENY");
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  assert.equal(answer.headers.get("cache-control"), "no-store");
  const nonce = /script-src [^;]*'nonce-([^']+)'/.exec(policy)?.[1];
  for (const [tag] of html.matchAll(/<(?:script|style)\b[^>]*>/g)) {
    // A file of the desk's own runs by 'self'; what stands in the page needs the nonce.
    if (/ src="\/[^/]/.test(tag)) continue;
    assert.ok(nonce !== undefined && tag.includes(nonce), tag);
  }
}

Deno.test("MAL-1: the page of a desk that is starting is 503 with policy and headers", async () => {
  setCurrentDesk(null);
  const answer = await get("/");
  const html = await answer.text();

  assert.equal(answer.status, 503);
  assertPage(answer, html);
});

Deno.test("MAL-3: a page that fails is 500, shows no error and has its policy", async () => {
  const log = console.error;
  const logged: unknown[] = [];
  console.error = (...parts: unknown[]) => logged.push(...parts);
  setCurrentDesk(broken);
  try {
    const answer = await get("/");
    const html = await answer.text();

    assert.equal(answer.status, 500);
    assert.doesNotMatch(html, /canary|at .*\.tsx?:\d+|Error:/);
    if (html !== "Internal server error") assertPage(answer, html);
    else assert.match(answer.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  } finally {
    console.error = log;
    setCurrentDesk(null);
  }
});

Deno.test("MAL-3: the missing page shows a hostile address as text", async () => {
  setCurrentDesk(null);
  for (
    const path of [
      "/<script>alert(1)</script>",
      "/%3Cimg%20src=x%20onerror=alert(1)%3E",
      "/'\"><svg/onload=1>",
    ]
  ) {
    const answer = await get(path);
    const html = await answer.text();

    assert.equal(answer.status, 404, path);
    assertPage(answer, html);
    const ours = /<script src="\/[^"]*"[^>]*><\/script>/g;
    assert.doesNotMatch(html.replaceAll(ours, ""), /<script|<img|<svg\/|onload=1>/i, path);
  }
});
