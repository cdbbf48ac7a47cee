import assert from "node:assert/strict";
import fc from "fast-check";
import {
  decideRequest,
  type GuardedRequest,
  loopbackPolicy,
  readGuarded,
} from "./request_guard.ts";

const POLICY = loopbackPolicy(8765);

function aRequest(change: Partial<GuardedRequest> = {}): GuardedRequest {
  return {
    method: "GET",
    host: "127.0.0.1:8765",
    addressHost: "127.0.0.1:8765",
    origin: null,
    secFetchSite: null,
    hasSecFetch: (change.secFetchSite ?? null) !== null,
    hasCookie: false,
    contentType: null,
    ownHeader: null,
    isUpgrade: false,
    takesForm: false,
    contentLength: null,
    isChunked: false,
    ...change,
  };
}

function status(change: Partial<GuardedRequest>): number {
  const verdict = decideRequest(aRequest(change), POLICY);
  return verdict.pass ? 200 : verdict.status;
}

const OWN = "http://127.0.0.1:8765";

Deno.test("guard: passes the addresses that the desk listens on", () => {
  for (const host of ["127.0.0.1:8765", "localhost:8765", "[::1]:8765", "LOCALHOST:8765"]) {
    assert.equal(status({ host }), 200, host);
  }
});

Deno.test("R83: a rebound Host is refused even when Origin and site agree with it", () => {
  for (const host of ["evil.example", "evil.example:8765", "127.0.0.1", "127.0.0.1:80", ""]) {
    const origin = `http://${host}`;
    assert.equal(status({ host, origin, secFetchSite: "same-origin" }), 403, host);
    assert.equal(status({ host, isUpgrade: true, origin }), 403, host);
  }
  assert.equal(status({ host: null }), 403);
});

Deno.test("R83: an address in full that is not the desk's is refused, own Host or not", () => {
  for (const addressHost of ["evil.example", "evil.example:8765", "127.0.0.1", "127.0.0.1:80"]) {
    assert.equal(status({ addressHost }), 403, addressHost);
  }
  assert.equal(status({ addressHost: "localhost:8765" }), 200);
});

Deno.test("R82: a WebSocket from a foreign or null Origin is refused, cookies or not", () => {
  for (const origin of ["http://evil.example", "null", "https://127.0.0.1:8765", `${OWN}.evil`]) {
    for (const hasCookie of [true, false]) {
      assert.equal(status({ isUpgrade: true, origin, hasCookie }), 403, origin);
    }
  }
  assert.equal(status({ isUpgrade: true, origin: OWN }), 200);
  assert.equal(status({ isUpgrade: true, origin: OWN, hasCookie: true }), 200);
});

Deno.test("R82: a WebSocket without Origin passes only without cookie and Sec-Fetch header", () => {
  assert.equal(status({ isUpgrade: true }), 200);
  assert.equal(status({ isUpgrade: true, hasCookie: true }), 403);
  assert.equal(status({ isUpgrade: true, secFetchSite: "none" }), 403);
  assert.equal(status({ isUpgrade: true, secFetchSite: "same-origin" }), 403);
  assert.equal(status({ isUpgrade: true, hasSecFetch: true }), 403);
  const open = { ...POLICY, isLoopback: false };
  assert.equal(decideRequest(aRequest({ isUpgrade: true }), open).pass, false);
});

Deno.test("MAL-1: a POST from a page needs own Origin, own header and JSON", () => {
  const json = "application/json; charset=utf-8";
  const cases: [Partial<GuardedRequest>, number][] = [
    [{ origin: OWN, ownHeader: "1", contentType: json }, 200],
    [{ origin: OWN, ownHeader: null, contentType: json }, 403],
    [{ origin: OWN, ownHeader: "0", contentType: json }, 403],
    [{ origin: "null", ownHeader: "1", contentType: json }, 403],
    [{ origin: "http://evil.example", ownHeader: "1", contentType: json }, 403],
    [{ origin: OWN, ownHeader: "1", contentType: "text/plain" }, 415],
    [{ origin: OWN, ownHeader: "1", contentType: null }, 415],
    [{ contentType: json }, 200],
    [{ contentType: "application/x-www-form-urlencoded" }, 415],
    [{ contentType: json, hasCookie: true }, 403],
    [{ contentType: json, secFetchSite: "same-origin" }, 403],
    [{ origin: OWN, secFetchSite: "cross-site", ownHeader: "1", contentType: json }, 403],
  ];
  for (const [change, expected] of cases) {
    assert.equal(status({ method: "POST", ...change }), expected, JSON.stringify(change));
  }
});

Deno.test("MAL-1: the form of the sign-in needs an own Origin, and no other type passes", () => {
  const form = "application/x-www-form-urlencoded";
  const cases: [Partial<GuardedRequest>, number][] = [
    [{ origin: OWN, contentType: form }, 200],
    [{ origin: OWN, contentType: form, secFetchSite: "same-origin", hasCookie: true }, 200],
    [{ contentType: form }, 403],
    [{ origin: "null", contentType: form }, 403],
    [{ origin: "http://evil.example", contentType: form }, 403],
    [{ origin: "http://127.0.0.1:9999", contentType: form, secFetchSite: "same-site" }, 403],
    [{ origin: OWN, contentType: form, secFetchSite: "cross-site" }, 403],
    [{ origin: OWN, contentType: form, secFetchSite: "none" }, 403],
    [{ origin: OWN, contentType: "application/json", ownHeader: "1" }, 415],
    [{ origin: OWN, contentType: "multipart/form-data; boundary=x" }, 415],
    [{ origin: OWN, contentType: form, contentLength: "65537" }, 413],
    [{ origin: OWN, contentType: form, isChunked: true }, 411],
  ];
  for (const [change, expected] of cases) {
    const request = { method: "POST", takesForm: true, ...change };
    assert.equal(status(request), expected, JSON.stringify(change));
  }
});

Deno.test("MAL-2: a POST that is too large or does not tell its length is refused", () => {
  const post = { method: "POST", contentType: "application/json" };
  assert.equal(status({ ...post, contentLength: "65536" }), 200);
  assert.equal(status({ ...post, contentLength: "65537" }), 413);
  assert.equal(status({ ...post, contentLength: "x" }), 413);
  assert.equal(status({ ...post, isChunked: true }), 411);
});

Deno.test("P16: foreign Origin or site is refused on reading requests as well", () => {
  assert.equal(status({ secFetchSite: "cross-site" }), 403);
  assert.equal(status({ secFetchSite: "same-site" }), 403);
  assert.equal(status({ origin: "http://evil.example" }), 403);
  assert.equal(status({ secFetchSite: "none" }), 200);
  assert.equal(status({ secFetchSite: "same-origin", origin: OWN }), 200);
});

Deno.test("MAL-6: methods that the desk does not know answer 405", () => {
  for (const method of ["TRACE", "CONNECT", "PUT", "DELETE", "PATCH", "PROPFIND"]) {
    assert.equal(status({ method }), 405, method);
  }
});

Deno.test("guard: no request passes whose host or origin is not on the list", () => {
  const hosts = fc.oneof(fc.string(), fc.constantFrom(...POLICY.hosts));
  const origins = fc.oneof(fc.webUrl(), fc.constantFrom("null", ...POLICY.origins));
  fc.assert(fc.property(hosts, origins, fc.boolean(), (host, origin, isUpgrade) => {
    const isListed = POLICY.hosts.has(host.toLowerCase()) &&
      POLICY.origins.has(origin.toLowerCase());
    const verdict = decideRequest(aRequest({ host, origin, isUpgrade }), POLICY);
    assert.equal(verdict.pass, isListed);
  }));
});

Deno.test("guard: reads the headers of a request", () => {
  const request = new Request("http://127.0.0.1:8765/", {
    method: "POST",
    headers: {
      "x-deltadesk": "1",
      "content-type": "application/json",
      "Sec-Fetch-Mode": "websocket",
    },
  });

  const read = readGuarded(request);

  assert.equal(read.ownHeader, "1");
  assert.equal(read.contentType, "application/json");
  assert.equal(read.isUpgrade, false);
  assert.equal(read.secFetchSite, null);
  assert.equal(read.hasSecFetch, true);
});
