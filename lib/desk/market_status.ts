import type { IsoDate, UnixMs } from "../base/brand.ts";
import { marketStateAt } from "../calendar/market_state.ts";
import { previousSession, sessionOf } from "../calendar/sessions.ts";
import type { MarketStatus } from "../stream/protocol/messages.ts";

/** When the regular session of a date opens; null outside the calendar. */
export function opensOn(date: IsoDate): UnixMs | null {
  const session = sessionOf(date, "equity");
  return session.ok ? session.value?.opensAt ?? null : null;
}

/**
 * The regular session at an instant, by the exchange calendar; null outside its table.
 * `since` of a closed market is the close before it. `sourceSpeed`: source seconds per second.
 */
export function marketStatus(sourceNow: UnixMs, sourceSpeed: number): MarketStatus | null {
  const state = marketStateAt(sourceNow, "equity");
  if (!state.ok) return null;
  if (state.value.phase === "open") {
    const { date, opensAt, closesAt } = state.value.session;
    return { session: "regular", sessionDate: date, since: opensAt, until: closesAt, sourceSpeed };
  }
  const before = previousSession(state.value.next.date);
  const closed = before.ok ? sessionOf(before.value, "equity") : null;
  const session = closed !== null && closed.ok ? closed.value : null;
  return {
    session: "closed",
    sessionDate: session?.date ?? null,
    since: session?.closesAt ?? null,
    until: state.value.next.opensAt,
    sourceSpeed,
  };
}
