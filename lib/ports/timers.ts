/** A running timer. */
export interface Timer {
  /** Stops it; does nothing once it has run out or was stopped. */
  cancel(): void;
}

/** Delayed and periodic work. Callbacks never run inside the call that sets them. */
export interface Timers {
  /** Runs `work` once, `delayMs` from now. */
  setTimer(delayMs: number, work: () => void): Timer;
  /** Runs `work` every `periodMs`, first after one period; `periodMs` is above 0. */
  setPeriodic(periodMs: number, work: () => void): Timer;
}
