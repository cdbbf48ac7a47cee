import assert from "node:assert/strict";
import { App } from "./app.ts";
import { csp, type CSPOptions } from "./csp.ts";

const STRICT: CSPOptions = {
  useNonce: true,
  csp: ["default-src 'none'", "script-src 'self' 'unsafe-inline'", "style-src 'unsafe-inline'"],
};

function appWith(options: CSPOptions) {
  return new App<unknown>()
    .use(csp(options))
    .get("/page", (ctx) =>
      ctx.render(
        <html>
          <head>
            <script dangerouslySetInnerHTML={{ __html: "own()" }} />
            <style>{"b{}"}</style>
          </head>
          <body>
            <script nonce="given" src="/x.js" />
          </body>
        </html>,
      ))
    .get("/api", (ctx) => ctx.json({}))
    .handler();
}

/** Policy and body of one answer. */
async function answer(options: CSPOptions, path: string) {
  const response = await appWith(options)(new Request(`http://localhost${path}`));
  const header = response.headers.get("content-security-policy") ?? "";
  return { policy: header.split("; "), body: await response.text(), headers: response.headers };
}

function nonceOf(policy: readonly string[]): string {
  return /script-src 'self' 'nonce-([0-9a-f]{32})'$/.exec(
    policy.find((directive) => directive.startsWith("script-src")) ?? "",
  )?.[1] ?? "";
}

Deno.test("csp: the nonce of a page stands in its policy, on scripts and styles", async () => {
  const { policy, body } = await answer(STRICT, "/page");

  const nonce = nonceOf(policy);
  assert.notEqual(nonce, "");
  assert.ok(body.includes(`<script nonce="${nonce}">own()</script>`));
  assert.ok(body.includes(`<style nonce="${nonce}">`));
  assert.ok(policy.includes(`style-src 'nonce-${nonce}'`));
  assert.ok(!policy.join().includes("unsafe-inline"));
});

Deno.test("csp: a nonce that the app gives stays", async () => {
  const { body } = await answer(STRICT, "/page");

  assert.ok(body.includes('<script nonce="given" src="/x.js">'));
});

Deno.test("csp: 500 pages carry 500 nonces of 128 bits", async () => {
  const nonces = new Set<string>();
  for (let i = 0; i < 500; i++) nonces.add(nonceOf((await answer(STRICT, "/page")).policy));

  assert.equal(nonces.size, 500);
  assert.ok(!nonces.has(""));
});

Deno.test("csp: an element that is rendered for many pages never keeps an old nonce", async () => {
  const constant = <script dangerouslySetInnerHTML={{ __html: "1" }} />;
  const app = new App<unknown>()
    .use(csp(STRICT))
    .get("/", (ctx) => ctx.render(constant))
    .handler();

  for (let i = 0; i < 3; i++) {
    const response = await app(new Request("http://localhost/"));
    const nonce = nonceOf((response.headers.get("content-security-policy") ?? "").split("; "));
    assert.ok((await response.text()).includes(`<script nonce="${nonce}">1</script>`));
  }
});

Deno.test("csp: what is not a rendered page allows nothing inline", async () => {
  const { policy } = await answer(STRICT, "/api");

  assert.ok(policy.includes("script-src 'self'"));
  assert.ok(policy.includes("style-src 'none'"));
});

Deno.test("csp: directives of the app replace the defaults of their name", async () => {
  const { policy } = await answer({ csp: ["img-src https:", "connect-src 'self' ws:"] }, "/api");

  assert.deepEqual(policy.filter((directive) => directive.startsWith("img-src")), [
    "img-src https:",
  ]);
  assert.ok(policy.includes("connect-src 'self' ws:"));
  assert.ok(policy.includes("object-src 'none'"));
  assert.ok(policy.includes("script-src 'self' 'unsafe-inline'"));
});

Deno.test("csp: reports go where the app says", async () => {
  const { policy, headers } = await answer({ reportTo: "/reports" }, "/api");
  const reportOnly = await answer({ reportOnly: true }, "/api");

  assert.ok(policy.includes("report-to csp-endpoint"));
  assert.ok(policy.includes("report-uri /reports"));
  assert.equal(headers.get("reporting-endpoints"), 'csp-endpoint="/reports"');
  assert.equal(reportOnly.headers.get("content-security-policy"), null);
  assert.match(
    reportOnly.headers.get("content-security-policy-report-only") ?? "",
    /default-src 'self'/,
  );
});
