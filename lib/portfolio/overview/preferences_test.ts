import assert from "node:assert/strict";
import { DEFAULT_COLUMNS, DEFAULT_SORT } from "./columns.ts";
import { pageAddress, preferenceCookie, readCookies, readPreferences } from "./preferences.ts";

function read(query: string, cookie: string | null = null) {
  return readPreferences(new URLSearchParams(query), cookie);
}

Deno.test("T-007: the account filter is read from the address, both forms, else the cookie", () => {
  assert.deepEqual(read("accounts=ira,joint").accounts, ["ira", "joint"]);
  assert.deepEqual(read("accounts=ira&accounts=joint").accounts, ["ira", "joint"]);
  assert.deepEqual(read("", "dd_accounts=ira%2Cjoint").accounts, ["ira", "joint"]);
  assert.deepEqual(read("accounts=", "dd_accounts=ira").accounts, []);
});

Deno.test("T-022: open groups are in the address; a button without script turns one round", () => {
  assert.deepEqual(read("open=SPY,SPX").open, ["SPY", "SPX"]);
  assert.deepEqual(read("open=SPY,SPX&toggle=SPY").open, ["SPX"]);
  assert.deepEqual(read("open=SPY&toggle=QQQ").open, ["SPY", "QQQ"]);
});

Deno.test("G-072: saved layout, order and folds are there at the first paint", () => {
  const saved = "dd_columns=name.vega; dd_sort=-theta; dd_fold=today; dd_theme=dark; other=1";
  const preferences = read("", saved);

  assert.deepEqual(preferences.columns, ["name", "vega", "source"]);
  assert.deepEqual(preferences.sort, { column: "theta", isDescending: false });
  assert.deepEqual(preferences.folded, ["today"]);
  assert.equal(preferences.theme, "dark");
});

Deno.test("preferences: hostile or broken input is the default", () => {
  const broken = read(
    "sort=%00&measure=x&side=<b>&metric=constructor&ring=1",
    "dd_columns=%E0%A4; dd_theme=javascript:; dd_fold=__proto__; =; dd_sort=%zz",
  );

  assert.deepEqual(broken.columns, DEFAULT_COLUMNS);
  assert.deepEqual(broken.sort, DEFAULT_SORT);
  assert.equal(broken.theme, "auto");
  assert.deepEqual(broken.folded, []);
  assert.equal(broken.side, "all");
  assert.equal(broken.metric, "profit");
  assert.equal(
    read(`open=${Array.from({ length: 500 }, (_, i) => `S${i}`).join(",")}`).open.length,
    200,
  );
});

Deno.test("preferences: what is kept is read back", () => {
  const cookie = preferenceCookie("accounts", "ira,müller & co").split(";")[0];

  assert.equal(readCookies(cookie).get("dd_accounts"), "ira,müller & co");
  assert.match(preferenceCookie("theme", "dark"), /; Path=\/; Max-Age=\d+; SameSite=Lax$/);
});

Deno.test("T-007: the address says filter, open groups and side, nothing that is default", () => {
  assert.equal(pageAddress({ accounts: null, open: [], side: "all" }), "/");
  assert.equal(
    pageAddress({ accounts: ["ira"], open: ["BRK/B"], side: "long" }),
    "/?accounts=ira&open=BRK%2FB&side=long",
  );
});
