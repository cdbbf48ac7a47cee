import assert from "node:assert/strict";
import { header, type RawAnswer, requestText, sendText } from "./raw_http.ts";
import { ask, HOST, port } from "./shared_desk.ts";

const PAGES = ["/", "/?accounts=ira&sort=symbol", "/?accounts=nobody", "/nope", "/a/b/c"];
const OTHERS = ["/api/data", "/api/history", "/api/nope", "/healthz", "/readyz", "/metrics"];

function policyOf(answer: RawAnswer): Map<string, readonly string[]> {
  const policies = answer.headers.filter(([name]) => name === "content-security-policy");
  assert.equal(policies.length, 1);
  return new Map(
    policies[0][1].split(";").map((part) => {
      const [name, ...sources] = part.trim().split(/\s+/);
      return [name, sources];
    }),
  );
}

function nonceOf(answer: RawAnswer): string | null {
  const sources = policyOf(answer).get("script-src") ?? [];
  return sources.map((one) => /^'nonce-(.{16,})'$/.exec(one)?.[1]).find((one) => one) ?? null;
}

function assertHeaders(answer: RawAnswer, name: string): void {
  assert.equal(header(answer, "x-content-type-options"), "nosniff", name);
  assert.equal(header(answer, "referrer-policy"), "no-referrer", name);
  assert.equal(header(answer, "cross-origin-opener-policy"), "same-origin", name);
  assert.equal(header(answer, "cross-origin-resource-policy"), "same-origin", name);
  assert.match(header(answer, "permissions-policy") ?? "", /camera=\(\)/, name);
  assert.notEqual(header(answer, "cache-control"), null, name);
}

/** Elements whose content a browser may run or apply, with their attributes. */
function inlineElements(html: string): readonly string[] {
  // A file of the desk's own runs by 'self'; what stands in the page needs the nonce.
  return [...html.matchAll(/<(script|style)\b([^>]*)>/gi)].map((match) => match[2])
    .filter((attributes) => !/ src="\/[^/]/.test(attributes));
}

Deno.test("MAL-1: every page, also a missing one, lets nothing run but its own", async () => {
  for (const target of PAGES) {
    const answer = await ask(target);
    const policy = policyOf(answer);
    const nonce = nonceOf(answer);

    assert.match(header(answer, "content-type") ?? "", /^text\/html/, target);
    assertHeaders(answer, target);
    assert.equal(header(answer, "cache-control"), "no-store", target);
    for (const name of ["default-src", "object-src", "base-uri", "frame-ancestors"]) {
      assert.deepEqual(policy.get(name), ["'none'"], `${target} ${name}`);
    }
    for (const sources of policy.values()) {
      assert.doesNotMatch(sources.join(" "), /unsafe|\*|https?:/, target);
    }
    for (const attributes of inlineElements(answer.body)) {
      assert.notEqual(nonce, null, `${target} has ${attributes} and no nonce`);
      assert.ok(attributes.includes(`nonce="${nonce}"`), `${target}: <script${attributes}>`);
    }
    const tags = answer.body.match(/<[a-z][^>]*>/gi) ?? [];
    for (const tag of tags) assert.doesNotMatch(tag, /\s(on[a-z]+|style)=/i, target);
  }
});

Deno.test("MAL-1: the overview runs scripts, with a nonce that is never the same", async () => {
  const nonces = new Set<string | null>();
  for (let i = 0; i < 3; i++) {
    const answer = await ask("/");
    assert.ok(inlineElements(answer.body).length > 0);
    nonces.add(nonceOf(answer));
  }

  assert.equal(nonces.size, 3);
  assert.ok(!nonces.has(null));
});

Deno.test("G-012, MAL-1: what is no page is not sniffed, stored, framed, embedded", async () => {
  for (const target of OTHERS) {
    const answer = await ask(target);

    assertHeaders(answer, target);
    assert.equal(header(answer, "cache-control"), "no-store", target);
    assert.doesNotMatch(header(answer, "content-type") ?? "", /html/, target);
    assert.doesNotMatch(header(answer, "content-security-policy") ?? "", /nonce|unsafe/);
  }
});

Deno.test("assets: those named by build are kept for good, others asked for anew", async () => {
  const page = await ask("/");
  const styles = [...page.body.matchAll(/href="(\/css\/[^"]+)"/g)].map((match) => match[1]);
  const scripts = [...page.body.matchAll(/"(\/_fresh\/js\/[^"]+\.js)"/g)].map((match) => match[1]);
  const linked = /<(\/_fresh\/js\/[^>]+\.js)>/.exec(header(page, "link") ?? "")?.[1];

  for (const target of [...styles, ...scripts, linked ?? ""].slice(0, 12)) {
    const answer = await ask(target);
    assert.equal(answer.status, 200, target);
    assert.match(header(answer, "cache-control") ?? "", /immutable/, target);
    assertHeaders(answer, target);
  }
  const plain = await ask("/css/base.css");
  assert.match(header(plain, "cache-control") ?? "", /no-cache/);
  const again = await ask("/css/base.css", {
    headers: [["if-none-match", header(plain, "etag") ?? ""]],
  });
  assert.equal(again.status, 304);
  assert.equal(again.body, "");
  assertHeaders(again, "304");
});

const TRAVERSALS = [
  "/../../etc/passwd",
  "/%2e%2e/%2e%2e/etc/passwd",
  "/..%2f..%2fetc%2fpasswd",
  "/%252e%252e%252fetc%252fpasswd",
  "/..%5c..%5cdeno.json",
  "/..\\..\\deno.json",
  "/css/../../deno.json",
  "/css/..%2f..%2fdeno.json",
  "/css/%2e%2e%2f%2e%2e%2fdeno.json",
  "/_fresh/js/..%2f..%2fserver.js",
  "/css/base.css%00.html",
  "/css/base.css/",
  "/css/",
  "/fonts/",
  "/%00",
  "/%c0%ae%c0%ae/deno.json",
  "//etc/passwd",
  "/file:///etc/passwd",
];

const SECRETS = [
  "/.git/config",
  "/.git/HEAD",
  "/.env",
  "/deno.json",
  "/deno.lock",
  "/main.ts",
  "/serve.ts",
  "/lib/auth/guarded.ts",
  "/routes/index.tsx",
  "/islands/Theme.tsx",
  "/_fresh/server.js",
  "/_fresh/js/metafile.json",
  "/static/css/base.css",
  "/data/demo/desk.lock",
  "/data/demo/journal.db",
  "/desk.lock",
  "/node_modules/preact/package.json",
  "/css/base.css.map",
  "/_fresh/js/main.js.map",
];

Deno.test("MAL-6: no path leads out of the served files, to source, data or settings", async () => {
  for (const target of [...TRAVERSALS, ...SECRETS]) {
    const answer = await ask(target);

    assert.ok(answer.status === 404 || answer.status === 400, `${target}: ${answer.status}`);
    assert.doesNotMatch(
      answer.body,
      /root:|"imports"|\[core\]|"pid"|import .* from|stack/i,
      target,
    );
    if (answer.status === 404) assertHeaders(answer, target);
  }
});

Deno.test("MAL-6: chunks of the bundle carry no source map", async () => {
  const link = header(await ask("/"), "link") ?? "";
  const chunks = [...link.matchAll(/<([^>]+\.js)>/g)].map((match) => match[1]);

  assert.ok(chunks.length > 1);
  for (const chunk of chunks) {
    const answer = await ask(chunk);
    assert.equal(answer.status, 200, chunk);
    assert.doesNotMatch(answer.body, /sourceMappingURL|Deno\.|node:/);
    assert.equal((await ask(`${chunk}.map`)).status, 404, chunk);
  }
});

Deno.test("MAL-6: methods that change or echo are refused with those that pass", async () => {
  for (const method of ["TRACE", "TRACK", "PUT", "DELETE", "PATCH", "PROPFIND", "get"]) {
    for (const target of ["/", "/css/base.css", "/api/data", "/api/calculate_netliq", "/nope"]) {
      const answer = await ask(target, { method, headers: [["x-canary", "c4n4ry"]] });

      assert.equal(answer.status, 405, `${method} ${target}`);
      const allow = target === "/api/calculate_netliq" ? "OPTIONS, POST" : "GET, HEAD, OPTIONS";
      assert.equal(header(answer, "allow"), allow, `${method} ${target}`);
      assert.doesNotMatch(answer.body, /c4n4ry/);
    }
  }
  const connect = await sendText(
    port,
    `CONNECT ${HOST} HTTP/1.1\r\nhost: ${HOST}\r\nconnection: close\r\n\r\n`,
  );
  assert.equal(connect.status, 405);
});

Deno.test("T-021: GET, HEAD and PUT of the recalculation answer 405 and name POST", async () => {
  for (const method of ["GET", "HEAD", "PUT"]) {
    for (const target of ["/api/calculate_netliq", "/api/calculate_netliq/"]) {
      const answer = await ask(target, { method });

      assert.equal(answer.status, 405, method);
      assert.equal(header(answer, "allow"), "OPTIONS, POST");
      assert.doesNotMatch(answer.body, /netLiq/);
    }
  }
});

Deno.test("HEAD answers as GET would, without the content", async () => {
  for (const target of ["/css/base.css", "/healthz", "/readyz", "/nope", "/api/nope"]) {
    const get = await ask(target);
    const head = await ask(target, { method: "HEAD" });

    assert.equal(head.status, get.status, target);
    assert.equal(head.body, "", target);
    for (const name of ["content-type", "content-length", "cache-control", "etag"]) {
      assert.equal(header(head, name), header(get, name), `${target} ${name}`);
    }
  }
  const page = await ask("/", { method: "HEAD" });
  assert.ok(Number(header(page, "content-length")) > 10_000);
  assert.equal(page.body, "");
});

Deno.test("G-012: OPTIONS names the methods of a path, grants nothing elsewhere", async () => {
  const cases: [string, string][] = [
    ["/", "GET, HEAD, OPTIONS"],
    ["/api/data", "GET, HEAD, OPTIONS"],
    ["/api/calculate_netliq", "OPTIONS, POST"],
    ["/api/playback", "GET, HEAD, OPTIONS, POST"],
  ];
  for (const [target, allow] of cases) {
    const answer = await ask(target, { method: "OPTIONS" });

    assert.equal(answer.status, 204, target);
    assert.equal(header(answer, "allow"), allow, target);
    assert.ok(!answer.headers.some(([name]) => name.startsWith("access-control-")));
  }
});

Deno.test("a page keeps every cookie that it sets", async () => {
  const answer = await ask("/?accounts=ira&sort=symbol&metric=netLiq");
  const cookies = answer.headers.filter(([name]) => name === "set-cookie").map(([, value]) =>
    value
  );

  assert.ok(cookies.length >= 2, cookies.join(" | "));
  for (const cookie of cookies) assert.match(cookie, /SameSite=/i);
});

Deno.test("MAL-2: broken HTTP is refused and the desk goes on", async () => {
  const texts = [
    "GET\r\n\r\n",
    `GET / HTTP/9.9\r\nhost: ${HOST}\r\n\r\n`,
    `GET /\0 HTTP/1.1\r\nhost: ${HOST}\r\n\r\n`,
    `GET / HTTP/1.1\r\nhost ${HOST}\r\n\r\n`,
    `POST /api/calculate_netliq HTTP/1.1\r\nhost: ${HOST}\r\ncontent-length: -1\r\n\r\n`,
    `GET / HTTP/1.1\r\nhost: ${HOST}\r\nx: ${"a".repeat(600_000)}\r\n\r\n`,
  ];
  for (const text of texts) {
    const status = await sendText(port, text).then((answer) => answer.status, () => 0);
    assert.ok(status === 0 || status >= 400, `${JSON.stringify(text.slice(0, 40))}: ${status}`);
  }
  const json = [["content-type", "application/json"]] as const;
  const large = { method: "POST", headers: json, body: " ".repeat(65_537) };
  assert.equal((await ask("/api/calculate_netliq", large)).status, 413);
  const chunked = requestText({
    method: "POST",
    target: "/api/calculate_netliq",
    headers: [["host", HOST], ...json, ["transfer-encoding", "chunked"]],
  });
  assert.equal((await sendText(port, `${chunked}2\r\n{}\r\n0\r\n\r\n`)).status, 411);
  assert.equal((await ask("/healthz")).status, 200);
});
