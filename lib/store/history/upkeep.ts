import { type HistoryFile, SESSION_GAP_MS } from "./file.ts";
import { OldSources } from "./old_sources.ts";
import { Retention } from "./retention.ts";
import { Sealer } from "./sealer.ts";

/** Free pages that are kept for what comes next, and pages given back in one step. */
const FREE_PAGES_KEPT = 2048;
const VACUUM_PAGES = 128;
/** A kind without new samples for this long by the clock on the wall has ended its session. */
export const QUIET_MS = 900_000;
/** Log that is kept between checkpoints. */
const LOG_BYTES_MAX = 64 * 2 ** 20;

/** Keeps the database tidy: seals, thins, drops and gives space back, a slice at a time. */
export class Upkeep {
  readonly #file: HistoryFile;
  readonly #sealer: Sealer;
  readonly #retention: Retention;
  readonly #oldSources: OldSources;
  #isVacuuming = false;
  #noticedAt = 0;
  #noticedNewest = -1;

  /** `nowMs` by a clock that only goes on. */
  constructor(file: HistoryFile, nowMs: number) {
    this.#file = file;
    this.#sealer = new Sealer(file);
    this.#retention = new Retention(file);
    this.#oldSources = new OldSources(file);
    file.connection.raw.exec(`PRAGMA journal_size_limit = ${LOG_BYTES_MAX}`);
    file.onSealable = (group, through) => this.#sealer.want(group, through);
    this.notice(nowMs);
  }

  /** Tail rows that could not be read when they were sealed. */
  get damagedCount(): number {
    return this.#sealer.damagedCount;
  }

  /** Looks for what has become due; `nowMs` by a clock that only goes on. */
  notice(nowMs: number): void {
    const { newestAt, groups } = this.#file;
    if (newestAt !== this.#noticedNewest) {
      this.#noticedNewest = newestAt;
      this.#noticedAt = nowMs;
    }
    const isQuiet = nowMs - this.#noticedAt >= QUIET_MS;
    for (const [group, state] of groups) {
      if (state.rowCount === 0) continue;
      const isOver = isQuiet || newestAt - state.lastAt >= SESSION_GAP_MS;
      if (isOver) this.#sealer.want(group, state.lastAt);
      else if (state.firstAt <= state.sealedThrough) {
        // A cut came between the blocks and the removal of what they hold.
        this.#sealer.want(group, state.sealedThrough);
      }
    }
    this.#isVacuuming = true;
  }

  /** Does one slice of sealing; false when nothing is to be sealed. */
  seal(): boolean {
    return this.#sealer.step();
  }

  /** Does one slice of what must not run beside a scan; false when there is nothing to do. */
  clean(): boolean {
    if (this.#retention.isDue) {
      this.#retention.step();
      return true;
    }
    if (this.#oldSources.step()) return true;
    if (!this.#isVacuuming) return false;
    const { connection } = this.#file;
    const free = connection.readNumber("PRAGMA freelist_count");
    this.#isVacuuming = free > FREE_PAGES_KEPT;
    if (this.#isVacuuming) {
      const pages = Math.min(VACUUM_PAGES, free - FREE_PAGES_KEPT);
      // Read to its end: every row that it gives is one page given back.
      connection.transaction(() =>
        connection.raw.prepare(`PRAGMA incremental_vacuum(${pages})`).all()
      );
    }
    return this.#isVacuuming;
  }
}
