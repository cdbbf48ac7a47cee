import type { IsoDate, UnixMs } from "../../base/brand.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import type { Account } from "../../domain/account.ts";
import type { BookView } from "../../domain/book_view.ts";
import type { TodayHistory } from "../../portfolio/overview/today_line.ts";
import type { Clock } from "../../ports/clock.ts";
import type { History } from "../../ports/history.ts";
import type { Journal, RecordingProblem } from "../../ports/journal.ts";
import type { Timers } from "../../ports/timers.ts";
import type { RecordingStatus } from "../../stream/protocol/messages.ts";
import type { EngineListener } from "../engine.ts";
import type { MetricLine, MetricQuery } from "../services.ts";
import { DailyBars } from "./daily_bars.ts";
import { recordedListener } from "./journalist.ts";
import { ACCOUNT_STEP_MS, Recorder } from "./recorder.ts";
import type { QuoteSource } from "./samples.ts";
import { recordedToday } from "./today_history.ts";

/** Where the desk keeps what it shows; see lib/store. */
export interface Store {
  readonly journal: Journal;
  readonly history: History;
  /** Names the market or broker whose numbers these are; those of another stay apart. */
  readonly source: string;
  /** Writes what waits, as far as the disk lets it, and closes; idempotent. */
  close(): Promise<void>;
}

/** What recording needs of the desk. */
export interface RecordingOptions {
  readonly store: Store;
  readonly view: () => BookView;
  readonly quotes: QuoteSource;
  /** Source seconds per second. */
  readonly speed: number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly sourceNow: () => UnixMs;
}

/** Since when something stands as it does, wall time, and why. */
interface Standing {
  readonly since: UnixMs;
  readonly problem: RecordingProblem | null;
}

/** The session that the source is in. */
export interface SessionSpan {
  readonly date: IsoDate;
  readonly opensAt: UnixMs;
}

/** Keeps what the desk shows, and brings it back after a restart. */
export class Recording {
  readonly #options: RecordingOptions;
  readonly #recorder: Recorder;
  readonly #daily: DailyBars;
  /** Wall time of the last turn of the state, and the source's time then. */
  #turn: { readonly wall: UnixMs; readonly source: UnixMs } = { wall: NaN, source: NaN };

  constructor(options: RecordingOptions) {
    const { store, view, quotes, speed } = options;
    this.#options = options;
    this.#recorder = new Recorder({ history: store.history, view, quotes, speed });
    this.#daily = new DailyBars(store.history);
  }

  /** The listener, told of fills and life-cycle events once they are on the disk. */
  listener(listener: EngineListener): EngineListener {
    const { store, timers } = this.#options;
    const { journal, source } = store;
    return recordedListener({ listener, journal, source, timers });
  }

  #accountIds(): string[] {
    const view = this.#options.view();
    return Array.from({ length: view.accountCount }, (_, a) => view.account(a).account.id);
  }

  /** Goes on with the session: its bars, and the lines of today as far as they were recorded. */
  async restore(session: SessionSpan, now: UnixMs): Promise<TodayHistory | null> {
    const accountIds = this.#accountIds();
    await this.#daily.restore(accountIds, session.date);
    return recordedToday(this.#options.store.history, {
      accountIds,
      from: session.opensAt,
      to: now,
      stepMs: ACCOUNT_STEP_MS * Math.max(1, this.#options.speed),
    });
  }

  /** Takes the samples that are due, once a second while open; `told`: see `SampleSource`. */
  sample(at: UnixMs, session: IsoDate, told?: readonly boolean[]): void {
    const samples = this.#recorder.accounts(at, told);
    // Before they are recorded: then they are no longer ours to read.
    this.#daily.take(samples, this.#accountIds(), session);
    this.#recorder.record(samples, told);
  }

  /** The session closed: its bars are official with the values of now, where it was seen to end. */
  close(at: UnixMs, session: IsoDate): void {
    this.#daily.close(this.#recorder.accounts(at), this.#accountIds(), session);
  }

  /** Net liq at the official close before `session` as recorded, base currency; or null. */
  previousNetLiq(account: Account, session: IsoDate): number | null {
    return this.#daily.previousNetLiq(account.id, session);
  }

  /** One metric over any time that the record reaches. */
  async line(query: MetricQuery): Promise<Result<MetricLine, RecordingProblem>> {
    const accountIds = this.#accountIds();
    const keys = query.accounts.map((index) => accountIds[index]);
    const { metric: column, from, to, pixels } = query;
    const line = await this.#options.store.history.line({
      kind: "account",
      keys,
      column,
      from,
      to,
      pixels,
    });
    return line.ok ? ok(line.value) : fail(line.error);
  }

  /** Whether everything is kept; the gravest problem first. Asked once the source has a clock. */
  status(): RecordingStatus {
    const { journal, history } = this.#options.store;
    const [written, sampled] = [journal.status(), history.status()];
    if (!written.isDurable) return this.#told("Fills and events", written);
    if (!sampled.isRecording) return this.#told("History", sampled);
    // A problem beside running samples is of those that were written before.
    const { problem } = sampled;
    const damage = problem === null ? null : `${problem.message}; ${problem.fix}`;
    const since = this.#since(Math.max(written.since, sampled.since));
    return { since, message: null, fix: null, damage };
  }

  #told(what: string, { since, problem }: Standing): RecordingStatus {
    const why = problem?.message ?? "the disk does not answer";
    const fix = problem?.fix ?? null;
    return { since: this.#since(since), message: `${what}: ${why}`, fix, damage: null };
  }

  /** A wall time by the source's clock, which pages show; the same for the same turn. */
  #since(wall: UnixMs): UnixMs {
    if (wall !== this.#turn.wall) {
      const { clock, sourceNow, speed } = this.#options;
      this.#turn = { wall, source: sourceNow() - (clock.now() - wall) * speed };
    }
    return this.#turn.source;
  }

  /** Writes what waits and closes. */
  stop(): Promise<void> {
    this.#daily.write();
    return this.#options.store.close();
  }
}
