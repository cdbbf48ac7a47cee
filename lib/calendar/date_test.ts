import assert from "node:assert/strict";
import fc from "fast-check";
import { dateOfDay, dayOf, lastWeekday, nthWeekday, parseDay, weekdayOf } from "./date.ts";

Deno.test("dates: a day number reads back as its date", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 60_000 }), (day) => {
    const parsed = parseDay(dateOfDay(day));

    assert.deepEqual(parsed, { ok: true, value: day });
    assert.equal(weekdayOf(day), new Date(day * 86_400_000).getUTCDay());
  }));
});

Deno.test("dates: text that no calendar has is refused with its reason", () => {
  for (const text of ["2025-02-30", "2025-13-01", "25-01-01", "2025-1-1", "", "2025-01-01T00:00"]) {
    const parsed = parseDay(text);

    assert.equal(parsed.ok, false, text);
    if (!parsed.ok) assert.equal(parsed.error.code, "notADate");
  }
  assert.equal(parseDay("2024-02-29").ok, true);
});

Deno.test("dates: the third Friday and the last Monday are found", () => {
  assert.equal(dateOfDay(nthWeekday(2025, 3, 5, 3)), "2025-03-21");
  assert.equal(dateOfDay(nthWeekday(2024, 3, 5, 1)), "2024-03-01");
  assert.equal(dateOfDay(lastWeekday(2025, 5, 1)), "2025-05-26");
  assert.equal(dateOfDay(lastWeekday(2027, 5, 1)), "2027-05-31");
  assert.equal(dateOfDay(dayOf(2025, 1, 0)), "2024-12-31");
});
