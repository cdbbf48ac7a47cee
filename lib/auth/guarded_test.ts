import assert from "node:assert/strict";
import { guarded, type Handler } from "./guarded.ts";
import { noteMissing } from "./missing_pages.ts";
import { loopbackPolicy } from "./request_guard.ts";

const HOST = "127.0.0.1:8765";

function ask(
  handler: Handler<null>,
  init: RequestInit = {},
  path = "/",
): Promise<Response> {
  const request = new Request(`http://${HOST}${path}`, init);
  request.headers.set("host", HOST);
  return Promise.resolve(guarded(() => loopbackPolicy(8765), handler)(request, null));
}

const page: Handler<null> = () =>
  new Response("<p>broken</p>", { status: 500, headers: { "content-type": "text/html" } });

Deno.test("MAL-1: an error page that came without a policy leaves with one", async () => {
  const answer = await ask(page);

  assert.equal(answer.status, 500);
  assert.equal(await answer.text(), "<p>broken</p>");
  assert.match(answer.headers.get("content-security-policy") ?? "", /script-src 'self';/);
  assert.equal(answer.headers.get("x-frame-options"), "DENY");
});

Deno.test("guarded: a page keeps the policy with its nonce", async () => {
  const policy = "script-src 'self' 'nonce-1f'";
  const answer = await ask(() =>
    new Response("", { headers: { "content-security-policy": policy } })
  );

  assert.equal(answer.headers.get("content-security-policy"), policy);
});

Deno.test("MAL-6: a page for what is not there answers 404, to HEAD as well", async () => {
  const drawn: Handler<null> = (request) => {
    if (request.url.endsWith("/nope")) noteMissing(request);
    return new Response("<p>", { headers: { "content-type": "text/html" } });
  };

  assert.equal((await ask(drawn, {}, "/nope")).status, 404);
  assert.equal((await ask(drawn, { method: "HEAD" }, "/nope")).status, 404);
  assert.equal((await ask(drawn, {}, "/")).status, 200);
});

Deno.test("MAL-6: a path that the app cannot decode answers 400, with the headers", async () => {
  const answer = await ask((request) => Response.json(decodeURI(request.url)), {}, "/api/%zz");

  assert.equal(answer.status, 400);
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
});

Deno.test("guarded: an answer whose headers are fixed gets its security headers", async () => {
  const answer = await ask(() => Response.redirect(`http://${HOST}/x`, 307));

  assert.equal(answer.status, 307);
  assert.equal(answer.headers.get("location"), `http://${HOST}/x`);
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
});

Deno.test("guarded: HEAD is GET without content, with its length", async () => {
  const methods: string[] = [];
  const answer = await ask((request) => {
    methods.push(request.method);
    return new Response("grün");
  }, { method: "HEAD" });

  assert.deepEqual(methods, ["GET"]);
  assert.equal(answer.headers.get("content-length"), "5");
  assert.equal(answer.body, null);
});

Deno.test("guarded: HEAD counts a content that comes in parts, and never holds it", async () => {
  const parts = ["grün", "", "er Tee"].map((text) => new TextEncoder().encode(text));
  const answer = await ask(() => new Response(ReadableStream.from(parts)), { method: "HEAD" });

  assert.equal(answer.headers.get("content-length"), "11");
  assert.equal(answer.body, null);
});

Deno.test("guarded: headers are set on the answer itself, its content is not copied", async () => {
  const made = new Response("a long text", { headers: { "content-type": "text/plain" } });
  const answer = await ask(() => made);

  assert.equal(answer, made);
  assert.equal(answer.headers.get("x-frame-options"), "DENY");
});

Deno.test("guarded: OPTIONS and 405 name a path's methods and reach no handler", async () => {
  const never: Handler<null> = () => assert.fail("reached the app");
  const options = await ask(never, { method: "OPTIONS" }, "/api/playback");
  const get = await ask(never, {}, "/api/calculate_netliq");
  const put = await ask(never, { method: "PUT" }, "/api/calculate_netliq");
  const headers = { "content-type": "application/json" };
  const post = await ask(never, { method: "POST", headers }, "/api/data");

  assert.equal(options.status, 204);
  assert.equal(options.headers.get("allow"), "GET, HEAD, OPTIONS, POST");
  for (const answer of [get, put]) {
    assert.equal(answer.status, 405);
    assert.equal(answer.headers.get("allow"), "OPTIONS, POST");
  }
  assert.equal(post.status, 405);
  assert.equal(post.headers.get("allow"), "GET, HEAD, OPTIONS");
});

Deno.test("guarded: before the port is known nothing reaches the app", async () => {
  const closed = guarded(() => null, () => assert.fail("reached the app"));

  assert.equal((await closed(new Request(`http://${HOST}/`), null)).status, 503);
});

Deno.test("R84: what the keeper refuses never reaches the app, and has the headers", async () => {
  const reached: string[] = [];
  const natives: boolean[] = [];
  const handler = guarded<null>(
    () => loopbackPolicy(8765),
    (request) => new Response(String(reached.push(request.url))),
    (_request, _info, isNative) => {
      natives.push(isNative);
      return Response.json({ error: "sign in" }, { status: 401 });
    },
  );
  const kinds: [RequestInit, boolean][] = [
    [{}, true],
    [{ method: "HEAD" }, true],
    [{ method: "OPTIONS" }, true],
    [{ headers: { origin: `http://${HOST}` } }, false],
    [{ headers: { cookie: "a=b" } }, false],
    [{ headers: { "sec-fetch-site": "none" } }, false],
  ];
  for (const [init, isNative] of kinds) {
    const request = new Request(`http://${HOST}/api/data`, init);
    request.headers.set("host", HOST);
    const answer = await handler(request, null);

    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get("cache-control"), "no-store");
    assert.equal(natives.at(-1), isNative, JSON.stringify(init));
  }
  assert.deepEqual(reached, []);
});

Deno.test("R83: a foreign host is refused before the keeper is asked", async () => {
  const handler = guarded<null>(
    () => loopbackPolicy(8765),
    () => new Response(""),
    () => assert.fail("the keeper was asked"),
  );
  const request = new Request("http://evil.example/", { headers: { host: "evil.example" } });

  assert.equal((await handler(request, null)).status, 403);
});
