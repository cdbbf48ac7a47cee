import assert from "node:assert/strict";
import { header, type RawRequest } from "./raw_http.ts";
import { ask, HOST, ORIGIN, port } from "./shared_desk.ts";
import { handshake, RawSocket } from "./raw_web_socket.ts";

type Line = readonly [name: string, value: string];

const COOKIE: Line = ["cookie", "theme=dark"];
const FOREIGN = [
  "http://evil.example",
  `http://evil.example:${port}`,
  `https://${HOST}`,
  `http://127.0.0.1`,
  `http://127.0.0.1:${port}.evil.example`,
  `http://${HOST}@evil.example`,
  `${ORIGIN}/`,
  "null",
  "",
  "file://",
  "chrome-extension://abcdef",
];

async function upgradeStatus(more: readonly Line[]): Promise<number> {
  using socket = await RawSocket.open(port, [...handshake(port), ...more]);
  return socket.answer.status;
}

Deno.test("R82: a foreign or null origin gets 403 before the upgrade, cookies or not", async () => {
  for (const origin of FOREIGN) {
    for (const cookies of [[], [COOKIE]]) {
      const status = await upgradeStatus([["origin", origin], ...cookies]);
      assert.equal(status, 403, `${JSON.stringify(origin)} with ${cookies.length} cookies`);
    }
  }
});

Deno.test("R82: the own origin is taken, with and without cookies", async () => {
  assert.equal(await upgradeStatus([["origin", ORIGIN]]), 101);
  assert.equal(await upgradeStatus([["origin", ORIGIN], COOKIE]), 101);
  assert.equal(await upgradeStatus([["origin", ORIGIN], ["sec-fetch-site", "same-origin"]]), 101);
});

Deno.test("R82: without Origin a tool is taken: no cookie, no Sec-Fetch header", async () => {
  assert.equal(await upgradeStatus([]), 101);
  assert.equal(await upgradeStatus([COOKIE]), 403);
  for (const site of ["same-origin", "none", "cross-site", "same-site"]) {
    assert.equal(await upgradeStatus([["sec-fetch-site", site]]), 403, site);
  }
  for (const name of ["sec-fetch-mode", "sec-fetch-dest"]) {
    assert.equal(await upgradeStatus([[name, "websocket"]]), 403, name);
  }
});

Deno.test("R82: two Origins and a foreign site with the own origin are refused", async () => {
  assert.equal(await upgradeStatus([["origin", ORIGIN], ["origin", "http://evil.example"]]), 403);
  assert.equal(await upgradeStatus([["origin", ORIGIN], ["sec-fetch-site", "cross-site"]]), 403);
});

const ORIGINS: readonly (readonly Line[])[] = [
  [],
  [["origin", ORIGIN]],
  [["origin", "http://evil.example"]],
  [["origin", "null"]],
  [COOKIE],
  [["sec-fetch-site", "same-origin"]],
  [["origin", ORIGIN], ["sec-fetch-site", "cross-site"]],
];
const OWN_HEADERS: readonly (string | null)[] = [null, "1", "0"];
const TYPES: readonly (string | null)[] = [
  null,
  "application/json",
  "application/json; charset=utf-8",
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "text/json",
];

/** The rule of docs/api.md, written anew. */
function expectedStatus(origins: readonly Line[], own: string | null, type: string | null): number {
  const origin = origins.find(([name]) => name === "origin")?.[1];
  const site = origins.find(([name]) => name === "sec-fetch-site")?.[1];
  if (origin !== undefined && origin !== ORIGIN) return 403;
  if (site === "cross-site") return 403;
  if (origin === undefined && origins.length > 0) return 403;
  if (origin !== undefined && own !== "1") return 403;
  return type?.startsWith("application/json") ? 200 : 415;
}

Deno.test("MAL-1: a POST passes for the right origin, header and content type alone", async () => {
  let combinations = 0;
  const passed: string[] = [];
  for (const origins of ORIGINS) {
    for (const own of OWN_HEADERS) {
      for (const type of TYPES) {
        const headers = [
          ...origins,
          ...(own === null ? [] : [["x-deltadesk", own] as const]),
          ...(type === null ? [] : [["content-type", type] as const]),
        ];
        const request: RawRequest = { method: "POST", headers, body: "{}" };
        const answer = await ask("/api/calculate_netliq", request);

        const name = JSON.stringify(headers);
        assert.equal(answer.status, expectedStatus(origins, own, type), name);
        if (answer.status === 200) passed.push(name);
        else assert.doesNotMatch(answer.body, /netLiq/);
        combinations++;
      }
    }
  }
  assert.equal(combinations, 147);
  assert.equal(passed.length, 8);
});

Deno.test("MAL-1: a form, a no-cors fetch and a beacon elsewhere change nothing", async () => {
  const page: Line[] = [
    ["origin", "http://evil.example"],
    ["sec-fetch-site", "cross-site"],
    COOKIE,
  ];
  const tries: [RawRequest, string][] = [
    [{ headers: [...page, ["content-type", "application/x-www-form-urlencoded"]] }, "a=b"],
    [{ headers: [...page, ["content-type", "text/plain"]] }, '{"a":"="}'],
    [{ headers: [["content-type", "application/x-www-form-urlencoded"]] }, "a=b"],
    [{ headers: [["origin", "null"], ["content-type", "text/plain"]] }, "{}"],
  ];
  for (const [request, body] of tries) {
    for (const target of ["/api/calculate_netliq", "/api/playback"]) {
      const answer = await ask(target, { method: "POST", ...request, body });

      assert.ok(answer.status === 403 || answer.status === 415, `${target} ${answer.status}`);
      assert.equal(header(answer, "access-control-allow-origin"), null);
    }
  }
});

Deno.test("G-012, MAL-1: another page can neither read nor embed the answers", async () => {
  const site = await ask("/api/data", { headers: [["sec-fetch-site", "cross-site"]] });
  const origin = await ask("/api/data", { headers: [["origin", "http://evil.example"]] });
  const preflight = await ask("/api/calculate_netliq", {
    method: "OPTIONS",
    headers: [["origin", "http://evil.example"], ["access-control-request-method", "POST"]],
  });
  for (const answer of [site, origin, preflight]) {
    assert.equal(answer.status, 403);
    assert.equal(header(answer, "access-control-allow-origin"), null);
  }
  for (const target of ["/", "/nope", "/api/data", "/css/base.css"]) {
    const answer = await ask(target);

    assert.equal(header(answer, "x-frame-options"), "DENY", target);
    assert.match(header(answer, "content-security-policy") ?? "", /frame-ancestors 'none'/);
    assert.equal(header(answer, "cross-origin-resource-policy"), "same-origin");
    assert.ok(!answer.headers.some(([name]) => name.startsWith("access-control-")), target);
  }
});
