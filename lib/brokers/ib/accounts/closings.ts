import type { IsoDate, UnixMs } from "../../../base/brand.ts";
import { previousSession, sessionOf } from "../../../calendar/sessions.ts";
import { sessionDate } from "./day_fills.ts";

/** Names at most: currencies of all accounts. */
const NAMES_MAX = 5_000;

interface Seen {
  readonly session: IsoDate;
  readonly value: number;
}

/**
 * What rates and cash were at the previous official close, as far as this desk saw it itself: TWS
 * does not tell it. A value is that of the close when it was the last one known by then.
 */
export class Closings {
  /** Last value of each name before its session closed. */
  readonly #seen = new Map<string, Seen>();
  /** The sessions before those of `#seen`. */
  readonly #before = new Map<string, Seen>();

  /** Notes the value of a name as it is now. */
  see(name: string, value: number, now: UnixMs): void {
    const session = sessionDate(now);
    const hours = sessionOf(session, "equity");
    if (!hours.ok || hours.value === null || now >= hours.value.closesAt) return;
    const known = this.#seen.get(name);
    if (known === undefined && this.#seen.size >= NAMES_MAX) return;
    // The close of the session before is read until this one closes.
    const before = known !== undefined && known.session < session ? known : this.#before.get(name);
    if (before !== undefined) this.#before.set(name, before);
    this.#seen.set(name, { session, value });
  }

  /** Value of a name at the close before the session of now; null where nobody saw it. */
  of(name: string, now: UnixMs): number | null {
    const before = previousSession(sessionDate(now));
    if (!before.ok) return null;
    const both = [this.#seen.get(name), this.#before.get(name)];
    return both.find((one) => one?.session === before.value)?.value ?? null;
  }
}
