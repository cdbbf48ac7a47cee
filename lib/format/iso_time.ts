const DAY_MS = 86_400_000;
/** Days from 0000-03-01, where the years of this arithmetic begin, to 1970-01-01. */
const DAYS_TO_1970 = 719_468;
const ERA_DAYS = 146_097;
/** 0000-01-01 and 10000-01-01: outside, years are written with a sign and six digits. */
const FOUR_DIGITS_FROM = -62_167_219_200_000;
const FOUR_DIGITS_UNTIL = 253_402_300_800_000;

const TWO = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, "0"));
const THREE = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, "0"));

/**
 * An instant as `2025-03-19T14:15:00.000Z`, by arithmetic: as `Date.toISOString`, in a fraction of
 * its time. `ms`: since 1970 UTC, the fraction of a millisecond is dropped toward 1970. Null for
 * what is no instant.
 */
export function isoTime(ms: number): string | null {
  if (!(ms >= FOUR_DIGITS_FROM && ms < FOUR_DIGITS_UNTIL)) return outsideTime(ms);
  const whole = Math.trunc(ms);
  const days = Math.floor(whole / DAY_MS);
  const inDay = whole - days * DAY_MS;
  const hours = Math.floor(inDay / 3_600_000);
  const minutes = Math.floor(inDay / 60_000) % 60;
  const seconds = Math.floor(inDay / 1000) % 60;
  return `${isoDay(days)}T${TWO[hours]}:${TWO[minutes]}:${TWO[seconds]}.${THREE[inDay % 1000]}Z`;
}

function outsideTime(ms: number): string | null {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** The date of a day since 1970; Gregorian eras of 400 years, each year from March on. */
function isoDay(days: number): string {
  const shifted = days + DAYS_TO_1970;
  const era = Math.floor(shifted / ERA_DAYS);
  const dayOfEra = shifted - era * ERA_DAYS;
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) +
    Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra -
    (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${TWO[Math.floor(year / 100)]}${TWO[year % 100]}-${TWO[month]}-${TWO[day]}`;
}
