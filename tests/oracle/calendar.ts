/**
 * The oracle's own calendar: New York's wall time by the rule of 2007 (summer time from the second
 * Sunday of March to the first Sunday of November, at 02:00), no time zone database.
 */
function nthSunday(year: number, month: number, nth: number): number {
  const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  return 1 + (7 - first) % 7 + 7 * (nth - 1);
}

/** Hours that New York is behind UTC on a date, at any time but the small hours of a change. */
function hoursBehind(year: number, month: number, day: number): number {
  const number = month * 100 + day;
  const from = 300 + nthSunday(year, 3, 2);
  const to = 1100 + nthSunday(year, 11, 1);
  return number >= from && number < to ? 4 : 5;
}

/** The instant of "YYYY-MM-DDTHH:MM:SS" on New York's clock, ms; one with "Z" is UTC. */
export function instantOf(text: string): number {
  const [year, month, day, hour, minute] = text.match(/\d+/g)!.map(Number);
  const behind = text.endsWith("Z") ? 0 : hoursBehind(year, month, day);
  return Date.UTC(year, month - 1, day, hour + behind, minute);
}

/** End of a PM settled option's risk: 16:00 New York on its expiry ("YYYYMMDD" or with hyphens). */
export function expiresAt(expiry: string): number {
  const digits = expiry.replaceAll("-", "");
  return instantOf(`${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}T16:00:00`);
}
