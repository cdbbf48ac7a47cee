import assert from "node:assert/strict";
import { compareRouteIds, directorySegments, pathSegments, routePattern } from "./fs_paths.ts";

Deno.test("route files map to URL patterns", () => {
  const expected: Record<string, string> = {
    "/index": "/",
    "/a/b": "/a/b",
    "/a/index": "/a",
    "/[id]": "/:id",
    "/pre-[id]": "/pre-:id",
    "/[a]-[b]/x": "/:a-:b/x",
    "/[...rest]": "/:rest*",
    "/a/[[opt]]": "/a{/:opt}?",
    "/a/[[opt]]/end": "/a{/:opt}?/end",
    "/[[opt]]": "/{:opt}?",
    "/(group)/index": "/",
    "/(group)/a/(inner)/[id]": "/a/:id",
  };

  for (const [id, pattern] of Object.entries(expected)) assert.equal(routePattern(id), pattern);
});

Deno.test("route files with ambiguous parameters are refused", () => {
  for (const id of ["/[a][b]", "/pre-[[a]]", "/[[a]]-post"]) {
    assert.throws(() => routePattern(id), SyntaxError);
  }
});

Deno.test("folders of route files and paths of the app name the same segments", () => {
  assert.deepEqual(directorySegments("/(g)/[id]/x"), ["(g)", ":id"]);
  assert.deepEqual(directorySegments("/index"), []);
  assert.deepEqual(pathSegments("/a/:id"), ["a", ":id"]);
  assert.deepEqual(pathSegments("*"), []);
  assert.deepEqual(pathSegments("/"), []);
  assert.deepEqual(pathSegments("/api{/:opt}?/end"), ["api", "end"]);
});

Deno.test("special files come first from the root down, then routes by how exact they are", () => {
  const ids = [
    "/[...rest]",
    "/a/[id]",
    "/a/_error",
    "/[[opt]]",
    "/(g)/[slug]",
    "/a/_middleware",
    "/index",
    "/_404",
    "/a/exact",
    "/_middleware",
    "/_app",
    "/_error",
    "/_layout",
    "/(g)/_layout",
  ];

  assert.deepEqual(ids.sort(compareRouteIds), [
    "/_app",
    "/_middleware",
    "/_layout",
    "/_404",
    "/_error",
    "/a/_middleware",
    "/(g)/_layout",
    "/a/_error",
    "/index",
    "/a/exact",
    "/a/[id]",
    "/(g)/[slug]",
    "/[[opt]]",
    "/[...rest]",
  ]);
});
