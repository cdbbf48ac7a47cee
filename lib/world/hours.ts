import type { InstrumentTable } from "./instruments.ts";
import { LISTINGS } from "./listings.ts";
import { type WorldSession, xetraCloseAt } from "./session.ts";

const COUNT = LISTINGS.length;

/** When each underlying and its options stop quoting in the present session. */
export class Hours {
  /** Unix ms, by underlying. */
  readonly closesAt = new Float64Array(COUNT);
  /** Unix ms, by underlying: its options. */
  readonly optionsCloseAt = new Float64Array(COUNT);
  /** Instants of the session at which something closes, ascending. */
  cuts: readonly number[] = [];

  /** Sets the hours of a session. */
  set(session: WorldSession): void {
    for (let u = 0; u < COUNT; u++) {
      const listing = LISTINGS[u];
      const isLate = listing.classes.some((optionClass) => optionClass.isLate);
      this.optionsCloseAt[u] = isLate ? session.lateCloseAt : session.regularCloseAt;
      // An index is computed from its members: it stops with them although its options go on.
      this.closesAt[u] = isLate && listing.kind !== "index"
        ? session.lateCloseAt
        : session.regularCloseAt;
      if (listing.exchange === "XETR") this.closesAt[u] = xetraCloseAt(session);
    }
    const cuts = new Set([session.regularCloseAt, session.lateCloseAt, ...this.closesAt]);
    this.cuts = [...cuts].filter((at) => at > session.openAt).sort((a, b) => a - b);
  }

  /** True when an instrument quotes at an instant (at its closing instant still). */
  isOpen(table: InstrumentTable, id: number, at: number): boolean {
    if (!table.isLive[id] || at > table.expiresAt[id]) return false;
    const u = table.underlyingOf[id];
    return at <= (table.sign[id] === 0 ? this.closesAt[u] : this.optionsCloseAt[u]);
  }
}
