import { assert } from "../../base/assert.ts";
import type { UnixMs } from "../../base/brand.ts";
import { newYorkDay } from "../../calendar/new_york.ts";
import type { Playback, PlaybackState } from "../../ports/broker.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Timer, Timers } from "../../ports/timers.ts";
import { Playhead } from "./playhead.ts";
import type { Recording } from "./recording.ts";

/** Slowest and fastest play speed, recorded seconds per second. */
export const SPEED_RANGE = { min: 0.1, max: 1000 } as const;

/** Rows that are delivered at most before other work gets its turn. */
const ROWS_PER_TURN = 20_000;

/** What is played, how fast and by which time. */
export interface PlayerOptions {
  readonly recording: Recording;
  readonly minuteFrom: number;
  readonly minuteTo: number;
  readonly speed: number;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** Where the player reports to; while it does, the playhead shows the instant it reports. */
export interface PlayerEvents {
  /** Everything starts anew from the first minute. */
  restarted(): void;
  /** A minute of the recording is over. */
  minute(minute: number): void;
  /** The last minute was delivered. */
  ended(): void;
}

/**
 * Plays the minutes of a recording in order, each at its end, by timers alone: nothing is reported
 * from inside a call. A seek plays everything before its target in one go, so that the state at an
 * instant does not depend on the way there. Nights between recorded days are skipped.
 */
export class Player implements Playback {
  readonly playhead: Playhead;
  readonly #options: PlayerOptions;
  readonly #events: PlayerEvents;
  #timer: Timer | null = null;
  #next: number;
  #isStarted = false;
  #isPaused = false;
  #isClosed = false;
  #isRestarting = false;
  #seekTarget: UnixMs | null = null;

  constructor(options: PlayerOptions, events: PlayerEvents) {
    assert(
      options.speed >= SPEED_RANGE.min && options.speed <= SPEED_RANGE.max,
      `speed lies between ${SPEED_RANGE.min} and ${SPEED_RANGE.max}`,
    );
    this.#options = options;
    this.#events = events;
    this.#next = options.minuteFrom;
    this.playhead = new Playhead(options.clock, options.speed, this.#eventAt(options.minuteFrom));
  }

  /** The minute that is delivered next. */
  get next(): number {
    return this.#next;
  }

  /** True from the first delivery until the end or a seek. */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** True while minutes before a seek's target are played. */
  get isSeeking(): boolean {
    return this.#seekTarget !== null;
  }

  /** Begins to play; does nothing when it has begun. */
  start(): void {
    if (this.#isStarted || this.#isClosed) return;
    this.#isStarted = true;
    if (!this.#isPaused) this.playhead.start();
    this.#schedule(0);
  }

  state(): PlaybackState {
    const { minuteFrom, minuteTo, speed } = this.#options;
    return {
      isPaused: this.#isPaused,
      at: this.#seekTarget ?? this.playhead.now(),
      from: this.#eventAt(minuteFrom),
      to: this.#eventAt(minuteTo - 1),
      speed,
    };
  }

  pause(): void {
    this.#isPaused = true;
    this.playhead.stop();
    if (!this.isSeeking) this.#cancel();
  }

  resume(): void {
    if (!this.#isPaused || this.#isClosed) return;
    this.#isPaused = false;
    if (!this.#isStarted || this.isSeeking || this.#isAtEnd()) return;
    this.playhead.start();
    this.#schedule(this.playhead.delayMs(this.#eventAt(this.#next)));
  }

  seek(at: UnixMs): void {
    if (this.#isClosed) return;
    const { from, to } = this.state();
    this.playhead.stop();
    this.#seekTarget = Math.min(to, Math.max(from, at));
    this.playhead.jump(this.#seekTarget, this.#seekTarget);
    this.#next = this.#options.minuteFrom;
    this.#isStarted = true;
    this.#isRestarting = true;
    this.#schedule(0);
  }

  /** Stops for good; idempotent. */
  close(): void {
    this.#isClosed = true;
    this.playhead.stop();
    this.#cancel();
  }

  #eventAt(minute: number): UnixMs {
    return this.#options.recording.startsAt[minute] + this.#options.recording.cadenceMs;
  }

  #isAtEnd(): boolean {
    return this.#next >= this.#options.minuteTo;
  }

  #cancel(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #schedule(delayMs: number): void {
    this.#cancel();
    this.#timer = this.#options.timers.setTimer(delayMs, () => this.#turn());
  }

  #turn(): void {
    this.#timer = null;
    if (this.#isRestarting) this.#restart();
    let rows = 0;
    while (this.#isNextDue()) {
      const { rowsFrom } = this.#options.recording;
      rows += 1 + rowsFrom[this.#next + 1] - rowsFrom[this.#next];
      this.#events.minute(this.#next);
      // A report may close, pause or seek; what follows then belongs to another turn.
      if (this.#isClosed || this.#isRestarting) return;
      this.#next++;
      this.#allowNext();
      if (rows >= ROWS_PER_TURN && !this.#isAtEnd()) return this.#schedule(0);
    }
    this.#finishSeek();
    if (this.#isAtEnd()) return this.#end();
    if (!this.#isPaused) this.#schedule(this.playhead.delayMs(this.#eventAt(this.#next)));
  }

  #restart(): void {
    this.#isRestarting = false;
    const from = this.#eventAt(this.#options.minuteFrom);
    this.playhead.jump(from, from);
    this.#events.restarted();
  }

  #isNextDue(): boolean {
    if (this.#isAtEnd()) return false;
    const at = this.#eventAt(this.#next);
    if (this.#seekTarget === null) return !this.#isPaused && this.playhead.isDue(at);
    if (at > this.#seekTarget) return false;
    this.playhead.jump(at, at);
    return true;
  }

  #allowNext(): void {
    if (this.isSeeking || this.#isAtEnd()) return;
    const at = this.#eventAt(this.#next);
    const { startsAt, cadenceMs } = this.#options.recording;
    const isNight = newYorkDay(startsAt[this.#next - 1]) !== newYorkDay(startsAt[this.#next]);
    if (isNight) this.playhead.jump(at - cadenceMs, at);
    else this.playhead.allow(at);
  }

  #finishSeek(): void {
    if (this.#seekTarget === null) return;
    const at = this.#seekTarget;
    this.#seekTarget = null;
    this.playhead.jump(at, this.#isAtEnd() ? at : this.#eventAt(this.#next));
    if (!this.#isPaused && !this.#isAtEnd()) this.playhead.start();
  }

  #end(): void {
    this.playhead.stop();
    this.#events.ended();
  }
}
