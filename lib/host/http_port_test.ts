import assert from "node:assert/strict";
import { isPortAnswering, serveHttp } from "./http_port.ts";

function taken(): Deno.Listener & { readonly port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return Object.assign(listener, { port: listener.addr.port });
}

const answer = () => new Response("here");

Deno.test("a default port in use gives way to a free one, and a note says so", async () => {
  using other = taken();

  const http = serveHttp({ host: "127.0.0.1", port: other.port, isPortExplicit: false }, answer);

  assert.ok(http.ok);
  await using server = http.value.server;
  assert.notEqual(http.value.port, other.port);
  assert.equal(
    http.value.note,
    `port ${other.port} is in use, taking ${http.value.port} instead`,
  );
  assert.equal(await (await fetch(http.value.url)).text(), "here");
  assert.ok(server);
});

Deno.test("a named port in use is a failure with the line to fix it", () => {
  using other = taken();

  const http = serveHttp({ host: "127.0.0.1", port: other.port, isPortExplicit: true }, answer);

  assert.ok(!http.ok);
  assert.equal(http.error.code, "portTaken");
  assert.match(http.error.message, /in use by another program: end that one, name another/);
});

Deno.test("a free port needs no note and bears the host in its address", async () => {
  const http = serveHttp({ host: "localhost", port: 0, isPortExplicit: true }, answer);

  assert.ok(http.ok);
  await using server = http.value.server;
  assert.equal(http.value.note, null);
  assert.equal(http.value.url, `http://localhost:${http.value.port}/`);
  assert.equal(server.addr.hostname, "127.0.0.1");
});

Deno.test("a probe sees what listens and leaves a free port free", async () => {
  const other = taken();

  assert.equal(await isPortAnswering("127.0.0.1", other.port), true);
  other.close();
  assert.equal(await isPortAnswering("localhost", other.port), false);
});
