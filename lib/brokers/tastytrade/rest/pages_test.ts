import assert from "node:assert/strict";
import { getPages } from "./pages.ts";
import { pathSegment, queryText } from "./query.ts";
import { rig, type Script, settled } from "./scripted_http_fixture_test.ts";

function paged(pageCount: number, sizeOf: (page: number) => number): Script {
  return ({ url }) => {
    const page = Number(new URL(url).searchParams.get("page-offset") ?? 0);
    const items = Array.from({ length: sizeOf(page) }, (_, i) => ({ id: page * 1000 + i }));
    const pagination = { "per-page": 3, "page-offset": page, "total-pages": pageCount };
    return { body: { data: { items }, context: "/x", pagination } };
  };
}

function list(script: Script) {
  const run = rig(script);
  const work = getPages(run.transport, "/accounts/5WZ00042/transactions", {
    perPage: 3,
    types: ["Trade", "Receive Deliver"],
  }, { signal: run.signal });
  return { run, work };
}

Deno.test("all pages of a list come as one, with the same query on each", async () => {
  const { run, work } = list(paged(4, (page) => page === 3 ? 1 : 3));
  const outcome = await settled(run.time, work);
  assert(outcome.ok);
  const { items } = outcome.value.data as { items: { id: number }[] };
  assert.deepEqual(items.map(({ id }) => id), [0, 1, 2, 1000, 1001, 1002, 2000, 2001, 2002, 3000]);
  for (const { url } of run.http.calls) {
    assert.match(url, /\?per-page=3&types\[\]=Trade&types\[\]=Receive%20Deliver(&|$)/);
  }
});

Deno.test("a list without pagination, or with null, is one call", async () => {
  for (const pagination of [null, undefined]) {
    const { run, work } = list(() => ({ body: { data: { items: [1] }, pagination } }));
    assert((await settled(run.time, work)).ok);
    assert.equal(run.http.calls.length, 1);
  }
});

Deno.test("a page that fails fails the list: half of it is never taken for the whole", async () => {
  const whole = paged(3, () => 3);
  const { run, work } = list((request, index) =>
    request.url.includes("page-offset=2") ? { status: 500 } : whole(request, index)
  );
  const outcome = await settled(run.time, work);
  assert(!outcome.ok && outcome.error.kind === "unreachable");
});

Deno.test("more pages than the bound are refused, not cut", async () => {
  const { run, work } = list(paged(401, () => 3));
  const outcome = await settled(run.time, work);
  assert(!outcome.ok && outcome.error.kind === "refused");
  assert.equal(run.http.calls.length, 1);
});

Deno.test("symbols with slashes and spaces are encoded in paths and queries", () => {
  assert.equal(pathSegment("./ESZ6 EW4X6 261127C5750"), ".%2FESZ6%20EW4X6%20261127C5750");
  assert.equal(
    queryText({ symbol: ["/ESZ6", "SPY   261218P00500000"], withExpired: false, none: undefined }),
    "?symbol[]=%2FESZ6&symbol[]=SPY%20%20%20261218P00500000&with-expired=false",
  );
  assert.equal(queryText({}), "");
});
