import { parseDay } from "../../../calendar/date.ts";
import { MARKET_EVENT, MARKET_STRIDE, type MarketBatch } from "../../../domain/market_data.ts";
import type { Clock } from "../../../ports/clock.ts";
import { sessionDate } from "../../feed/session_date.ts";
import { SUMMARY_SLOT } from "../feed/map.ts";

const MINUTE_MS = 60_000;

/**
 * Makes the close of a summary that of the session before. The feed turns its day hours after
 * midnight in New York: until then its previous close is one session too old, and the close of its
 * day is the one that is wanted. A summary without a day is taken as it is.
 */
export class SummaryDays {
  readonly #clock: Clock;
  #day = 0;
  #isDayUntil = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Settles the summaries of a batch in their place; what only this needed is absent after it. */
  settle({ count, kind, values }: MarketBatch): void {
    for (let i = 0; i < count; i++) {
      if (kind[i] !== MARKET_EVENT.summary) continue;
      const base = i * MARKET_STRIDE;
      const day = values[base + SUMMARY_SLOT.dayId];
      if (day > 0 && day < this.#sessionDay()) {
        values[base + SUMMARY_SLOT.prevDayClosePrice] = values[base + SUMMARY_SLOT.dayClosePrice];
        values[base + SUMMARY_SLOT.dayOpenPrice] = NaN;
      }
      values[base + SUMMARY_SLOT.dayId] = NaN;
      values[base + SUMMARY_SLOT.dayClosePrice] = NaN;
    }
  }

  /** Days since 1970 of the session of now; a session begins with a minute. */
  #sessionDay(): number {
    const now = this.#clock.now();
    const isKnown = now < this.#isDayUntil && now >= this.#isDayUntil - MINUTE_MS;
    if (isKnown) return this.#day;
    const day = parseDay(sessionDate(now));
    this.#day = day.ok ? day.value : 0;
    this.#isDayUntil = (Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS;
    return this.#day;
  }
}
