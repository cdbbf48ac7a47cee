import assert from "node:assert/strict";
import { computed, signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { App, attachSnapshot } from "./app.ts";
import { scriptString } from "./boot_script.ts";
import { asset } from "./build_id.ts";
import { decodeProps } from "./codec_decode.ts";
import { Head } from "./head.ts";
import { islandRegistry } from "./snapshot.ts";
import type { PageProps, RouteComponent } from "./context.ts";

function Box(props: { label?: unknown; children?: ComponentChildren }) {
  return <b>{props.children}</b>;
}

function Outer() {
  return <Box>inner</Box>;
}

function Closed(_props: { children?: ComponentChildren }) {
  return null;
}

function Stored() {
  return <p>stored</p>;
}

const ISLANDS = islandRegistry([[{ default: Box, Outer, Closed, limit: 3 }, "/chunk.js"]]);

/** HTML of a page in an app with the islands above. */
async function render(body: RouteComponent<unknown>, shell?: RouteComponent<unknown>) {
  const app = new App<unknown>();
  if (shell !== undefined) app.appWrapper(shell);
  app.route("/", { component: body });
  const snapshot = { buildId: "id1", routes: [], islands: ISLANDS, staticFiles: new Map() };
  attachSnapshot(app, snapshot, { root: "/nowhere", mode: "production" });
  const response = await app.handler()(new Request("http://localhost/"));
  return { status: response.status, html: await response.text(), headers: response.headers };
}

/** Island data in a page. */
function payloadOf(html: string): [number, Record<string, unknown>][] {
  const literal = /boot\(\[[^\]]*\],("(?:[^"\\]|\\.)*")\)/.exec(html)?.[1] ?? '""';
  return decodeProps(JSON.parse(literal)) as [number, Record<string, unknown>][];
}

Deno.test("ssr: a page without islands ships no script and no preload", async () => {
  const { html, headers } = await render(Stored);

  assert.equal(
    html,
    '<!DOCTYPE html><html><head><meta charset="utf-8"/></head><body><p>stored</p></body></html>',
  );
  assert.equal(headers.get("link"), null);
});

Deno.test("ssr: islands stand between comments, the boot script names their chunks", async () => {
  const { html, headers } = await render(() => (
    <ul>
      <Box label={1} />
      <Outer />
    </ul>
  ));

  assert.match(html, /<!--frsh:island:0--><b><\/b><!--\/frsh:island-->/);
  assert.match(html, /<!--frsh:island:1--><b>inner<\/b><!--\/frsh:island-->/);
  assert.match(html, /import\{boot\}from"\/_fresh\/js\/id1\/fresh-runtime\.js";/);
  assert.match(html, /import\{default as I0\}from"\/chunk\.js";import\{Outer as I1\}from/);
  assert.match(headers.get("link") ?? "", /<\/chunk\.js>; rel="modulepreload"; as="script"$/);
});

Deno.test("ssr: one signal given to two islands is one signal in the data", async () => {
  const shared = signal(5);
  const { html } = await render(() => (
    <p>
      <Box label={shared} />
      <Box label={{ nested: [shared, computed(() => shared.value + 1)] }} />
    </p>
  ));

  const [[, first], [, second]] = payloadOf(html);
  const nested = (second.label as { nested: unknown[] }).nested;

  assert.equal(nested[0], first.label);
  assert.equal((nested[1] as { value: number }).value, 6);
});

Deno.test("ssr: hostile texts in props stay inside the script", async () => {
  const hostile = `</script><script>alert(1)</script><!-- --> \u2028\u2029 \\ " ' \0`;
  const { html } = await render(() => <Box label={hostile} />);

  assert.equal(html.split("</script>").length, 2);
  assert.ok(!html.includes("<!-- "));
  assert.ok(!/[\u2028\u2029]/.test(html));
  assert.equal(payloadOf(html)[0][1].label, hostile);
});

Deno.test("ssr: a string literal for a script can end neither script nor line", () => {
  const literal = scriptString('</ScRiPt><!--\u2028\u2029\n"\\');

  assert.ok(!/[<\u2028\u2029\n]/.test(literal));
  assert.equal(JSON.parse(literal), '</ScRiPt><!--\u2028\u2029\n"\\');
});

Deno.test("ssr: hostile texts in pages and attributes are escaped", async () => {
  const hostile = `"><img src=x onerror=alert(1)>`;
  const { html } = await render(() => <p title={hostile}>{hostile}</p>);

  assert.ok(!html.includes("<img"));
});

Deno.test("ssr: children of an island become a slot, islands in it are islands", async () => {
  const { html } = await render(() => (
    <Box>
      <i>static</i>
      <Box label="in a slot" />
    </Box>
  ));

  const nested = "<!--frsh:island:1--><b></b><!--/frsh:island-->";
  assert.ok(html.includes(`<!--frsh:slot:0--><i>static</i>${nested}<!--/frsh:slot-->`));
  assert.equal(payloadOf(html).length, 2);
});

Deno.test("ssr: a slot that the island does not render waits in a template", async () => {
  const { html } = await render(() => (
    <Closed>
      <Closed>deep</Closed>
    </Closed>
  ));

  assert.match(
    html,
    /<template id="frsh-slot-0"><!--frsh:island:1--><!--\/frsh:island--><\/template>/,
  );
  assert.match(html, /<template id="frsh-slot-1">deep<\/template>/);
});

Deno.test("ssr: props that cannot be sent are an error that names island and prop", async () => {
  const app = new App<unknown>()
    .onError("*", (ctx) => ctx.text(String(ctx.error), { status: 500 }))
    .get("/", (ctx) => ctx.render(<Box label={() => 1} />));
  const snapshot = { buildId: "id1", routes: [], islands: ISLANDS, staticFiles: new Map() };
  attachSnapshot(app, snapshot, { root: "/nowhere", mode: "production" });

  const response = await app.handler()(new Request("http://localhost/"));

  assert.equal(response.status, 500);
  assert.match(await response.text(), /Box\.label cannot be sent to an island: it is a function/);
});

Deno.test("ssr: elements of Head go to the head and replace what the app put there", async () => {
  const { html } = await render(
    () => (
      <p>
        <Head>
          <title>Page</title>
          <meta name="description" content="page" />
          <meta name="robots" content="none" />
          <link key="icon" rel="icon" href="/page.svg" />
        </Head>
        text
      </p>
    ),
    ({ Component }: PageProps) => (
      <html>
        <head>
          <title>App</title>
          <meta name="description" content="app" />
          <link key="icon" rel="icon" href="/app.svg" />
        </head>
        <body>
          <Component />
        </body>
      </html>
    ),
  );

  const head = html.slice(html.indexOf("<head>"), html.indexOf("</head>"));
  assert.equal(
    head,
    '<head><title>Page</title><meta name="description" content="page"/>' +
      '<link rel="icon" href="/page.svg"/><meta name="robots" content="none"/>',
  );
  assert.ok(!html.slice(html.indexOf("<body>")).includes("<title>"));
});

Deno.test("ssr: what one page puts into the head does not stay for the next", async () => {
  const title = <title>App</title>;
  const shell = ({ Component }: PageProps) => (
    <html>
      <head>{title}</head>
      <body>
        <Component />
      </body>
    </html>
  );

  await render(() => (
    <Head>
      <title>Secret</title>
    </Head>
  ), shell);
  const { html } = await render(Stored, shell);

  assert.ok(html.includes("<title>App</title>"));
  assert.ok(!html.includes("Secret"));
});

Deno.test("ssr: a page that fails leaves nothing behind for the next", async () => {
  const failing = () => {
    throw new Error("no page");
  };

  assert.equal(
    (await render(() => (
      <div>
        <Box label="lost" />
        {failing()}
      </div>
    ))).status,
    500,
  );
  const { html } = await render(() => <Box label="kept" />);

  assert.equal(payloadOf(html).length, 1);
  assert.equal(payloadOf(html)[0][1].label, "kept");
});

Deno.test("asset: pins paths of this site to the build and leaves others alone", async () => {
  await render(Stored);

  assert.equal(asset("/a.css"), "/a.css?__frsh_c=id1");
  assert.equal(asset("/a.css?x=1#y"), "/a.css?x=1&__frsh_c=id1#y");
  for (const other of ["a.css", "//cdn.example/a.css", "https://a.example/a.css"]) {
    assert.equal(asset(other), other);
  }
});
