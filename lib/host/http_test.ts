import assert from "node:assert/strict";
import { realHttp } from "./http.ts";

async function served(
  handler: (request: Request) => Response | Promise<Response>,
  use: (origin: string) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, handler);
  await use(`http://127.0.0.1:${server.addr.port}`);
  await server.shutdown();
}

const NONE = new AbortController().signal;

function get(url: string, signal = NONE) {
  return realHttp.send(
    { method: "GET", url, headers: { "User-Agent": "deltadesk/1" }, body: null },
    signal,
  );
}

Deno.test("MAL-5: a redirect is an answer and its target is never asked", async () => {
  const paths: string[] = [];
  await served((request) => {
    paths.push(new URL(request.url).pathname);
    return new Response(null, { status: 302, headers: { location: "/stolen" } });
  }, async (origin) => {
    const reply = await get(`${origin}/first`);
    assert(reply.ok);
    assert.equal(reply.value.status, 302);
    assert.equal(reply.value.header("location"), "/stolen");
  });
  assert.deepEqual(paths, ["/first"]);
});

Deno.test("method, headers and body go out, status, headers and text come back", async () => {
  await served(async (request) => {
    const seen = [request.method, request.headers.get("user-agent"), await request.text()];
    return new Response(JSON.stringify(seen), { status: 201, headers: { "x-one": "1" } });
  }, async (origin) => {
    const reply = await realHttp.send({
      method: "POST",
      url: `${origin}/x`,
      headers: { "User-Agent": "deltadesk/1" },
      body: "é",
    }, NONE);
    assert(reply.ok);
    assert.equal(reply.value.status, 201);
    assert.equal(reply.value.header("x-one"), "1");
    assert.equal(reply.value.text, '["POST","deltadesk/1","é"]');
  });
});

Deno.test("nobody listening is unreachable; an aborted call is canceled", async () => {
  let origin = "";
  await served(() => new Response(""), (at) => {
    origin = at;
    return Promise.resolve();
  });
  assert.deepEqual(await get(origin), { ok: false, error: "unreachable" });
  const held = Promise.withResolvers<void>();
  await served(async () => {
    await held.promise;
    return new Response("");
  }, async (at) => {
    const abort = new AbortController();
    const work = get(at, abort.signal);
    abort.abort();
    assert.deepEqual(await work, { ok: false, error: "canceled" });
    held.resolve();
  });
});

Deno.test("a body that breaks off is unreachable, not half an answer", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const work = get(`http://127.0.0.1:${listener.addr.port}/`);
  const connection = await listener.accept();
  await connection.read(new Uint8Array(4096));
  const text = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"data":';
  await connection.write(new TextEncoder().encode(text));
  connection.close();
  assert.deepEqual(await work, { ok: false, error: "unreachable" });
  listener.close();
});
