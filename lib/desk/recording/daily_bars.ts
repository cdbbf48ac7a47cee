import type { IsoDate, UnixMs } from "../../base/brand.ts";
import { previousSession } from "../../calendar/sessions.ts";
import {
  type DailyBar,
  type DailyEntry,
  type History,
  SAMPLE_COLUMNS,
  type Samples,
} from "../../ports/history.ts";

/** Columns of an account that get a bar a session. */
const COLUMNS = ["netLiq", "profit"] as const;
const COLUMN_INDEX = COLUMNS.map((column) => SAMPLE_COLUMNS.account.indexOf(column));
/** The present session's bars are written this often by the source's clock. */
const WRITE_EVERY_MS = 60_000;
/** Seen at the close is what had a sample so shortly before, by the source's clock. */
const SEEN_WITHIN_MS = 60_000;
const SEEN_STEPS = 10;
/** While closed the session is the last one: its close and the one before it are both needed. */
const CLOSES_KEPT = 2;

interface Tracked {
  readonly key: string;
  readonly column: string;
  bar: DailyBar;
}

/**
 * A bar of net liq and day P&L for each account and session, from its samples. The bar is official
 * once the session was seen to close; until then it is written as far as it goes, so that a desk
 * that starts again goes on with it.
 */
export class DailyBars {
  readonly #history: Pick<History, "daily" | "recordDaily">;
  readonly #tracked = new Map<string, Tracked>();
  /** Newest last. */
  readonly #official = new Map<string, readonly DailyBar[]>();
  #writtenAt = -Infinity;

  constructor(history: Pick<History, "daily" | "recordDaily">) {
    this.#history = history;
  }

  /** Goes on with the bars of `session`, and learns the closes before it. */
  async restore(accountIds: readonly string[], session: IsoDate): Promise<void> {
    for (const key of accountIds) {
      for (const column of COLUMNS) {
        const bars = await this.#history.daily({ kind: "account", key, column }, CLOSES_KEPT);
        for (const bar of bars.ok ? bars.value : []) {
          if (bar.session === session) this.#tracked.set(`${key} ${column}`, { key, column, bar });
          if (bar.isOfficial) this.#learn(`${key} ${column}`, bar);
        }
      }
    }
  }

  /** Takes the samples of the accounts, in the order of `accountIds`. */
  take(samples: Samples, accountIds: readonly string[], session: IsoDate): void {
    this.#forEach(samples, accountIds, (of) => this.#move({ ...of, session, at: samples.at }));
    if (samples.at >= this.#writtenAt && samples.at - this.#writtenAt < WRITE_EVERY_MS) return;
    this.#writtenAt = samples.at;
    this.write();
  }

  /** What is known of the samples. */
  #forEach(
    { values }: Samples,
    accountIds: readonly string[],
    work: (of: { key: string; column: string; value: number }) => void,
  ): void {
    const stride = SAMPLE_COLUMNS.account.length;
    accountIds.forEach((key, index) => {
      COLUMNS.forEach((column, k) => {
        const value = values[index * stride + COLUMN_INDEX[k]];
        if (Number.isFinite(value)) work({ key, column, value });
      });
    });
  }

  #move(
    of: { key: string; column: string; session: IsoDate; value: number; at: UnixMs },
  ): void {
    const { key, column, session, value, at } = of;
    const id = `${key} ${column}`;
    const known = this.#tracked.get(id)?.bar;
    const isSame = known !== undefined && known.session === session;
    const bar: DailyBar = {
      session,
      open: isSame ? known.open : value,
      high: isSame ? Math.max(known.high, value) : value,
      low: isSame ? Math.min(known.low, value) : value,
      close: value,
      closedAt: at,
      isOfficial: false,
    };
    this.#tracked.set(id, { key, column, bar });
  }

  /**
   * The session closed: with these samples its bars are official. Not those of an account that was
   * not seen at its end: of a feed that was silent, or a desk that slept, the close is not known.
   */
  close(samples: Samples, accountIds: readonly string[], session: IsoDate): void {
    const { at, stepMs } = samples;
    const seenAfter = at - Math.max(SEEN_WITHIN_MS, SEEN_STEPS * stepMs);
    const isSeen = ({ bar }: Tracked) => bar.session === session && bar.closedAt >= seenAfter;
    const seen = [...this.#tracked].filter(([, tracked]) => isSeen(tracked)).map(([id]) => id);
    this.#forEach(samples, accountIds, (of) => {
      if (seen.includes(`${of.key} ${of.column}`)) this.#move({ ...of, session, at });
    });
    for (const id of seen) {
      const tracked = this.#tracked.get(id);
      if (tracked === undefined) continue;
      tracked.bar = { ...tracked.bar, isOfficial: true };
      this.#learn(id, tracked.bar);
    }
    this.write();
  }

  #learn(id: string, bar: DailyBar): void {
    const others = (this.#official.get(id) ?? []).filter(({ session }) => session !== bar.session);
    this.#official.set(id, [...others, bar].slice(-CLOSES_KEPT));
  }

  /** Hands the bars to the history as they stand. */
  write(): void {
    const entries = [...this.#tracked.values()].map(({ key, column, bar }): DailyEntry => ({
      kind: "account",
      key,
      column,
      ...bar,
    }));
    if (entries.length > 0) this.#history.recordDaily(entries);
  }

  /**
   * Net liq of an account at the official close of the session before `session`, base currency, as
   * this desk saw it; null when that close was not recorded.
   */
  previousNetLiq(accountId: string, session: IsoDate): number | null {
    const before = previousSession(session);
    if (!before.ok) return null;
    const bars = this.#official.get(`${accountId} netLiq`) ?? [];
    return bars.find((bar) => bar.session === before.value)?.close ?? null;
  }
}
