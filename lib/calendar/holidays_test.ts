import assert from "node:assert/strict";
import { dateOfDay } from "./date.ts";
import { easterSunday, holidaysOf } from "./holidays.ts";

/**
 * Closings as published: 2011–2013 NYSE calendar of 2011 (and Sandy); 2014–2016 NYSE calendar of
 * 2013; 2018 and 2019 NYSE calendar of 2018 (and December 5); 2020–2022 NYSE Group 2019-12-09 (and
 * Juneteenth, 2021-12-27); 2023–2025 NYSE Group 2022-12-21 (and January 9); 2026–2028 NYSE Group
 * 2025-12-23. Month and day of each year, ascending.
 */
const PUBLISHED_CLOSINGS: Readonly<Record<number, string>> = {
  2011: "01-17 02-21 04-22 05-30 07-04 09-05 11-24 12-26",
  2012: "01-02 01-16 02-20 04-06 05-28 07-04 09-03 10-29 10-30 11-22 12-25",
  2013: "01-01 01-21 02-18 03-29 05-27 07-04 09-02 11-28 12-25",
  2014: "01-01 01-20 02-17 04-18 05-26 07-04 09-01 11-27 12-25",
  2015: "01-01 01-19 02-16 04-03 05-25 07-03 09-07 11-26 12-25",
  2016: "01-01 01-18 02-15 03-25 05-30 07-04 09-05 11-24 12-26",
  2018: "01-01 01-15 02-19 03-30 05-28 07-04 09-03 11-22 12-05 12-25",
  2019: "01-01 01-21 02-18 04-19 05-27 07-04 09-02 11-28 12-25",
  2020: "01-01 01-20 02-17 04-10 05-25 07-03 09-07 11-26 12-25",
  2021: "01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24",
  2022: "01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26",
  2023: "01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25",
  2024: "01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25",
  2025: "01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25",
  2026: "01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25",
  2027: "01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24",
  2028: "01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25",
};

/** Sessions that end at 13:00, from the notes under the same calendars. */
const PUBLISHED_EARLY_CLOSES: Readonly<Record<number, string>> = {
  2012: "07-03 11-23 12-24",
  2014: "07-03 11-28 12-24",
  2015: "11-27 12-24",
  2018: "07-03 11-23 12-24",
  2019: "07-03 11-29 12-24",
  2020: "11-27 12-24",
  2021: "11-26",
  2022: "11-25",
  2023: "07-03 11-24",
  2024: "07-03 11-29 12-24",
  2025: "07-03 11-28 12-24",
  2026: "11-27 12-24",
  2027: "11-26",
  2028: "07-03 11-24",
};

function monthsAndDays(days: ReadonlyMap<number, string>): string {
  return [...days.keys()].sort((a, b) => a - b).map((day) => dateOfDay(day).slice(5)).join(" ");
}

Deno.test("holidays: the closings of each year are the published ones", () => {
  for (const [year, expected] of Object.entries(PUBLISHED_CLOSINGS)) {
    assert.equal(monthsAndDays(holidaysOf(Number(year)).closures), expected, year);
  }
});

Deno.test("holidays: the early closes of each year are the published ones", () => {
  for (const [year, expected] of Object.entries(PUBLISHED_EARLY_CLOSES)) {
    assert.equal(monthsAndDays(holidaysOf(Number(year)).earlyCloses), expected, year);
  }
});

Deno.test("holidays: a New Year on Saturday is not kept, one on Sunday is kept on Monday", () => {
  const namesOf = (year: number) => [...holidaysOf(year).closures.values()];

  for (const year of [2011, 2022, 2028]) assert.ok(!namesOf(year).includes("New Year's Day"));
  assert.equal(monthsAndDays(holidaysOf(2023).closures).slice(0, 5), "01-02");
  assert.ok(!namesOf(2021).includes("Juneteenth"));
  assert.ok(namesOf(2022).includes("Juneteenth"));
});

Deno.test("holidays: Easter falls on the dates of the almanac", () => {
  const expected = ["2010-04-04", "2011-04-24", "2019-04-21", "2024-03-31", "2030-04-21"];
  for (const date of expected) {
    assert.equal(dateOfDay(easterSunday(Number(date.slice(0, 4)))), date);
  }
});
