import { dayOf, lastWeekday, nthWeekday, weekdayOf } from "./date.ts";

/** Days on which the US equity and option exchanges differ from a plain weekday. */
export interface YearOfHolidays {
  /** Closed weekdays: day number (since 1970-01-01) to the holiday's name. */
  readonly closures: ReadonlyMap<number, string>;
  /** Sessions that end at 13:00 (13:15 for the classes that close late): day number to occasion. */
  readonly earlyCloses: ReadonlyMap<number, string>;
}

const SUNDAY = 0;
const MONDAY = 1;
const THURSDAY = 4;
const FRIDAY = 5;
const SATURDAY = 6;

const JUNETEENTH_SINCE = 2022;

/**
 * Closings that no rule gives. The exchanges announced each one a few days ahead.
 * Source: NYSE closings history; Cboe and the other option exchanges closed as well.
 */
const UNSCHEDULED: readonly (readonly [number, number, number, string])[] = [
  [2012, 10, 29, "Hurricane Sandy"],
  [2012, 10, 30, "Hurricane Sandy"],
  [2018, 12, 5, "Day of mourning, George H. W. Bush"],
  [2025, 1, 9, "Day of mourning, Jimmy Carter"],
];

/** Easter Sunday in the Gregorian calendar (Meeus, Jones, Butcher), as a day number. */
export function easterSunday(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const yearOfCentury = year % 100;
  const moonShift = Math.floor((8 * century + 13) / 25);
  const epact = (19 * golden + century - Math.floor(century / 4) - moonShift + 15) % 30;
  const weekdayShift = (32 + 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4) - epact -
    yearOfCentury % 4) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * weekdayShift) / 451);
  const monthAndDay = epact + weekdayShift - 7 * late + 114;
  return dayOf(year, Math.floor(monthAndDay / 31), monthAndDay % 31 + 1);
}

/** A holiday on Saturday is kept on Friday, one on Sunday on Monday. */
function observed(day: number): number {
  const weekday = weekdayOf(day);
  if (weekday === SATURDAY) return day - 1;
  return weekday === SUNDAY ? day + 1 : day;
}

function closuresOf(year: number): Map<number, string> {
  const closures = new Map<number, string>();
  const newYear = dayOf(year, 1, 1);
  // A New Year on Saturday is not moved into the old year: the last session of December, which
  // ends the accounting year, stays open (NYSE Rule 7.2).
  if (weekdayOf(newYear) !== SATURDAY) closures.set(observed(newYear), "New Year's Day");
  closures.set(nthWeekday(year, 1, MONDAY, 3), "Martin Luther King Jr. Day");
  closures.set(nthWeekday(year, 2, MONDAY, 3), "Washington's Birthday");
  closures.set(easterSunday(year) - 2, "Good Friday");
  closures.set(lastWeekday(year, 5, MONDAY), "Memorial Day");
  if (year >= JUNETEENTH_SINCE) closures.set(observed(dayOf(year, 6, 19)), "Juneteenth");
  closures.set(observed(dayOf(year, 7, 4)), "Independence Day");
  closures.set(nthWeekday(year, 9, MONDAY, 1), "Labor Day");
  closures.set(nthWeekday(year, 11, THURSDAY, 4), "Thanksgiving Day");
  closures.set(observed(dayOf(year, 12, 25)), "Christmas Day");
  for (const [onYear, month, dayOfMonth, name] of UNSCHEDULED) {
    if (onYear === year) closures.set(dayOf(year, month, dayOfMonth), name);
  }
  return closures;
}

/** July 3 and December 24 end early from Monday to Thursday: on Friday the holiday is kept then. */
function endsEarlyBeforeHoliday(day: number): boolean {
  const weekday = weekdayOf(day);
  return weekday >= MONDAY && weekday < FRIDAY;
}

/**
 * Full closings and early closes of the US equity and option exchanges in a year, 2010 to 2030.
 *
 * Rules of NYSE Rule 7.2 with its published calendars; closings that were announced later than
 * this table was made are not in it.
 */
export function holidaysOf(year: number): YearOfHolidays {
  const earlyCloses = new Map<number, string>();
  const independenceEve = dayOf(year, 7, 3);
  const christmasEve = dayOf(year, 12, 24);
  if (endsEarlyBeforeHoliday(independenceEve)) {
    earlyCloses.set(independenceEve, "Day before Independence Day");
  }
  earlyCloses.set(nthWeekday(year, 11, THURSDAY, 4) + 1, "Day after Thanksgiving");
  if (endsEarlyBeforeHoliday(christmasEve)) earlyCloses.set(christmasEve, "Christmas Eve");
  return { closures: closuresOf(year), earlyCloses };
}
