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
/** Sessions looked back for the one before. */
const BARS_READ = 2;

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
  readonly #official = new Map<string, DailyBar>();
  #writtenAt = -Infinity;

  constructor(history: Pick<History, "daily" | "recordDaily">) {
    this.#history = history;
  }

  /** Goes on with the bars of `session`, and learns the closes before it. */
  async restore(accountIds: readonly string[], session: IsoDate): Promise<void> {
    for (const key of accountIds) {
      for (const column of COLUMNS) {
        const bars = await this.#history.daily({ kind: "account", key, column }, BARS_READ);
        for (const bar of bars.ok ? bars.value : []) {
          if (bar.session === session) this.#tracked.set(`${key} ${column}`, { key, column, bar });
          else if (bar.isOfficial) this.#official.set(`${key} ${column}`, bar);
        }
      }
    }
  }

  /** Takes the samples of the accounts, in the order of `accountIds`. */
  take(samples: Samples, accountIds: readonly string[], session: IsoDate): void {
    const stride = SAMPLE_COLUMNS.account.length;
    accountIds.forEach((key, index) => {
      COLUMNS.forEach((column, k) => {
        const value = samples.values[index * stride + COLUMN_INDEX[k]];
        if (Number.isFinite(value)) this.#move({ key, column, session, value, at: samples.at });
      });
    });
    if (samples.at >= this.#writtenAt && samples.at - this.#writtenAt < WRITE_EVERY_MS) return;
    this.#writtenAt = samples.at;
    this.#write();
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

  /** The session closed: its bars are official as they stand. */
  close(session: IsoDate): void {
    for (const [id, tracked] of this.#tracked) {
      if (tracked.bar.session !== session) continue;
      tracked.bar = { ...tracked.bar, isOfficial: true };
      this.#official.set(id, tracked.bar);
    }
    this.#write();
  }

  #write(): void {
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
    const bar = this.#official.get(`${accountId} netLiq`);
    if (!before.ok || bar === undefined || bar.session !== before.value) return null;
    return bar.close;
  }
}
