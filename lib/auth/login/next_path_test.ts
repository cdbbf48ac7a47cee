import assert from "node:assert/strict";
import fc from "fast-check";
import { loginAddress, nextPath } from "./next_path.ts";

Deno.test("MAL-4: the sign-in leads to a path of this desk with its query", () => {
  for (const path of ["/", "/?open=SPY,SPX&side=long", "/connect", "/a/b?x=%2F%2Fevil"]) {
    assert.equal(nextPath(path), path);
  }
});

Deno.test("MAL-4: the sign-in leads to no other site, however it is written", () => {
  const tries = [
    null,
    "",
    "evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    "http://evil.example/",
    "http:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/..//evil.example",
    "/.//evil.example",
    "/x/..//evil.example",
    "/%2e%2e//evil.example",
    "//desk.invalid/x",
    "/" + "a".repeat(3_000),
  ];
  for (const text of tries) assert.equal(nextPath(text), "/", JSON.stringify(text));
});

Deno.test("MAL-4: neither the sign-in itself nor the API is a page to go on to", () => {
  for (const text of ["/login", "/login?next=/login", "/login/", "/api/data", "/x/../login"]) {
    assert.equal(nextPath(text), "/", text);
  }
});

Deno.test("MAL-4: whatever is asked for, a browser that follows it stays on the desk", () => {
  const part = fc.constantFrom(
    "/",
    "\\",
    "..",
    ".",
    "%2f",
    "%5c",
    "\t",
    "@",
    ":",
    "evil.example",
    "?",
  );
  const texts = fc.oneof(fc.string(), fc.webUrl(), fc.array(part).map((all) => `/${all.join("")}`));
  fc.assert(fc.property(texts, (text) => {
    const path = nextPath(text);
    assert.equal(new URL(path, "http://127.0.0.1:8765").origin, "http://127.0.0.1:8765");
    assert.match(path, /^\/(?![/\\])/);
    assert.doesNotMatch(path, /[\r\n]/);
    assert.equal(nextPath(path), path);
  }));
});

Deno.test("login address: names the page to come back to unless it is the first", () => {
  assert.equal(loginAddress("/"), "/login");
  assert.equal(loginAddress("/?open=SPY"), "/login?next=%2F%3Fopen%3DSPY");
  assert.equal(loginAddress("//evil.example"), "/login");
});
