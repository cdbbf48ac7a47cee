import assert from "node:assert/strict";
import { header, type RawRequest, send, sendText } from "./raw_http.ts";
import { ask, HOST, ORIGIN, port } from "./shared_desk.ts";
import { handshake, RawSocket } from "./raw_web_socket.ts";

const PATHS = ["/", "/api/data", "/metrics", "/healthz", "/css/base.css", "/nope", "/api/nope"];

Deno.test("R83: a rebound Host and Origin are refused on pages, files, API and 404s", async () => {
  for (const host of ["evil.example", `evil.example:${port}`]) {
    for (const target of PATHS) {
      const headers: RawRequest["headers"] = [
        ["origin", `http://${host}`],
        ["sec-fetch-site", "same-origin"],
      ];
      const answer = await ask(target, { host, headers });

      assert.equal(answer.status, 403, `${host} ${target}`);
      assert.match(header(answer, "content-type") ?? "", /^text\/plain/);
      assert.doesNotMatch(answer.body, /evil|<|positions/);
    }
  }
});

Deno.test("R83: a WebSocket to a rebound Host is refused before the upgrade", async () => {
  for (const host of ["evil.example", `evil.example:${port}`]) {
    const headers = handshake(port).map(([name, value]) =>
      [name, name === "host" ? host : value] as const
    );
    using socket = await RawSocket.open(port, [...headers, ["origin", `http://${host}`]]);

    assert.equal(socket.answer.status, 403, host);
  }
});

const FOREIGN_HOSTS = [
  "",
  "127.0.0.1",
  "localhost",
  "127.0.0.1:1",
  `127.0.0.1:0${port}`,
  `127.0.0.1:${port}.`,
  `localhost.:${port}`,
  `127.0.0.1.:${port}`,
  `127.1:${port}`,
  `2130706433:${port}`,
  `0x7f.0.0.1:${port}`,
  `0.0.0.0:${port}`,
  `[::ffff:127.0.0.1]:${port}`,
  `::1:${port}`,
  `user@127.0.0.1:${port}`,
  `127.0.0.1:${port}@evil.example`,
  `127.0.0.1:${port}, evil.example`,
  `127.0.0.1:${port} evil.example`,
  `127.0.0.1:${port}/x`,
  `127.0.0.1:${port}?x`,
  `127.0.0.1.nip.io:${port}`,
  `localhost.evil.example:${port}`,
  `http://127.0.0.1:${port}`,
  "[",
  "<script>",
];

Deno.test("R83: every Host that is not the desk's exact address is refused", async () => {
  for (const host of FOREIGN_HOSTS) {
    const answer = await ask("/healthz", { host });

    assert.equal(answer.status, 403, JSON.stringify(host));
    assert.equal(header(answer, "x-content-type-options"), "nosniff");
  }
});

Deno.test("R83: the desk's own names are taken, in capitals too", async () => {
  for (const host of [HOST, `localhost:${port}`, `LocalHost:${port}`, `[::1]:${port}`]) {
    assert.equal((await ask("/healthz", { host })).status, 200, host);
  }
});

Deno.test("R83: no Host and two Hosts are refused in either order", async () => {
  const without = await send(port, { target: "/healthz" });
  const old = await sendText(port, "GET /healthz HTTP/1.0\r\n\r\n");

  assert.equal(without.status, 403);
  assert.equal(old.status, 403);
  for (const hosts of [[HOST, "evil.example"], ["evil.example", HOST], [HOST, HOST]]) {
    const headers = hosts.map((host) => ["host", host] as const);
    const answer = await send(port, { target: "/healthz", headers });

    assert.ok(answer.status === 400 || answer.status === 403, hosts.join());
    assert.doesNotMatch(answer.body, /ok/);
  }
});

Deno.test("R83: a target in full passes with the desk's own address alone", async () => {
  assert.equal((await ask(`${ORIGIN}/healthz`)).status, 200);
  for (
    const foreign of ["http://evil.example", `http://evil.example:${port}`, "https://evil.example"]
  ) {
    assert.equal((await ask(`${foreign}/healthz`)).status, 403, foreign);
  }
  assert.equal((await ask(`${ORIGIN}/healthz`, { host: "evil.example" })).status, 403);
  assert.notEqual((await ask(`http://user:pass@${HOST}/healthz`)).status, 500);
});
