import type { UnixMs } from "../base/brand.ts";
import { marketStateAt } from "../calendar/market_state.ts";
import type { SessionClass } from "../domain/instrument.ts";
import type { Board } from "./board.ts";

const SESSION_CLASSES: readonly SessionClass[] = ["equity", "lateOption", "futures"];

/**
 * Tells the board which classes of products trade at `sourceNow`, by the exchange calendar, and
 * returns the instant of the next change (ms), so that callers need not ask every second. Outside
 * the calendar's years nothing is closed, since nothing is known: then the answer is +∞.
 */
export function refreshSessions(board: Board, sourceNow: UnixMs): UnixMs {
  let changesAt = Infinity;
  for (const sessionClass of SESSION_CLASSES) {
    const state = marketStateAt(sourceNow, sessionClass);
    board.setSessionOpen(sessionClass, !state.ok || state.value.phase === "open");
    if (state.ok) changesAt = Math.min(changesAt, state.value.changesAt);
  }
  return changesAt;
}
