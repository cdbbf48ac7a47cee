import type { UnixMs } from "../../../base/brand.ts";
import { DAY_MS, parseDay } from "../../../calendar/date.ts";
import { ibDate, ibInstant } from "../map/time.ts";

const EPOCH_SECONDS = /^\d{9,11}$/;
const DATE = /^\d{8}$/;

/**
 * When a bar starts. Seconds since 1970 and wall times with a zone are instants; a bare date is the
 * session of a daily bar, which the desk keeps as midnight UTC of its date. Null for other texts:
 * a wall time without a zone may mean any.
 */
export function barStart(text: string): UnixMs | null {
  const plain = text.trim();
  if (DATE.test(plain)) {
    const date = ibDate(plain);
    const day = date === null ? null : parseDay(date);
    return day !== null && day.ok ? day.value * DAY_MS : null;
  }
  return EPOCH_SECONDS.test(plain) ? Number(plain) * 1000 : ibInstant(plain);
}

/** An end of history as IB wants it, in UTC: `20261120-19:47:01`. */
export function utcStamp(at: UnixMs): string {
  const iso = new Date(at).toISOString();
  return `${iso.slice(0, 10).replaceAll("-", "")}-${iso.slice(11, 19)}`;
}
