import assert from "node:assert/strict";
import fc from "fast-check";
import { closeOn, ibDate, ibInstant } from "./time.ts";

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

Deno.test("a stamp is read in its zone, and one without a zone not at all", () => {
  assert.equal(iso(ibInstant("20261120 14:47:01 US/Eastern")), "2026-11-20T19:47:01.000Z");
  assert.equal(iso(ibInstant("20260720 14:47:01 US/Eastern")), "2026-07-20T18:47:01.000Z");
  assert.equal(iso(ibInstant("20261120  14:47:01 EST")), "2026-11-20T19:47:01.000Z");
  assert.equal(iso(ibInstant("20261120-19:47:01")), "2026-11-20T19:47:01.000Z");
  assert.equal(iso(ibInstant("20261120 20:47 MET")), "2026-11-20T19:47:00.000Z");
  for (
    const text of ["20261120 14:47:01", "20261120 14:47:01 Nowhere/At", "20261320 01:00 UTC", ""]
  ) {
    assert.equal(ibInstant(text), null, text);
  }
});

Deno.test("a date is the first eight characters of every form that TWS sends", () => {
  for (const text of ["20261218", "20261218 16:00:00 US/Eastern", "20261218-16:00:00"]) {
    assert.equal(ibDate(text), "2026-12-18");
  }
  for (const text of ["", "202612", "20261318", "2026121899", "DEC 18"]) {
    assert.equal(ibDate(text), null, text);
  }
});

Deno.test("the end of a day is that of its hours, else that of the longest day", () => {
  const hours = "20261127:0930-20261127:1300;20261128:CLOSED;20261130:0930-20261130:1600";
  const zone = "US/Eastern";
  assert.equal(iso(closeOn(hours, zone, "2026-11-27")), "2026-11-27T18:00:00.000Z");
  assert.equal(iso(closeOn(hours, zone, "2026-12-18")), "2026-12-18T21:00:00.000Z");
  assert.equal(
    iso(closeOn("20261119:1700-20261120:2400", "UTC", "2026-11-20")),
    "2026-11-21T00:00:00.000Z",
  );
  assert.equal(closeOn("", zone, "2026-11-27"), null);
  assert.equal(closeOn("20261127:CLOSED", zone, "2026-11-27"), null);
  assert.equal(closeOn(hours, "", "2026-11-27"), null);
});

Deno.test("R35: any text is read without an exception", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (text, zone) => {
    const at = ibInstant(`20261120 10:00:00 ${text}`);
    assert.ok(at === null || Number.isFinite(at));
    assert.ok(ibDate(text) === null || /^\d{8}/.test(text));
    closeOn(text, zone, "2026-11-20");
  }));
});
