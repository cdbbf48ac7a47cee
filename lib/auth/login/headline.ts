import { newYorkTime } from "../../calendar/new_york.ts";
import type { UnixMs } from "../../base/brand.ts";
import { formatMinute } from "../../format/time.ts";
import type { MarketStatus } from "../../stream/protocol/messages.ts";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const WEEK_MS = 7 * 86_400_000;
const ASK = "Sign in to see your book.";

function dayWords(at: UnixMs, now: UnixMs): string {
  const { date } = newYorkTime(at);
  if (date === newYorkTime(now).date) return "";
  if (at - now >= WEEK_MS) return `${date} `;
  return `${DAYS[new Date(`${date}T00:00:00Z`).getUTCDay()]} `;
}

/**
 * The sentence of the sign-in page: how the market stands by the calendar, which is nobody's
 * secret, and what to do. Times of New York; `now` by the source's clock.
 */
export function loginHeadline(market: MarketStatus | null, now: UnixMs): string {
  if (market === null || market.until === null) return ASK;
  const until = `until ${dayWords(market.until, now)}${formatMinute(newYorkTime(market.until))}`;
  const what = market.session === "closed"
    ? "The market is closed"
    : market.session === "regular"
    ? "The session is open"
    : "Extended hours run";
  return `${what} ${until} New York. ${ASK}`;
}
