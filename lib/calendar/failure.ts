/**
 * Why the calendar has no answer. `message` is a whole sentence for a person.
 *
 * Codes: `notADate` (text is not a date "YYYY-MM-DD"), `notATime` (text is not "HH:MM"),
 * `outOfRange` (before 2010-01-01 or after 2030-12-31, or the answer would lie there), `notAZone`
 * (no such time zone).
 */
export interface CalendarFailure {
  readonly code: "notADate" | "notATime" | "outOfRange" | "notAZone";
  readonly message: string;
}
