import type { IsoDate } from "../../base/brand.ts";
import { marketStateAt } from "../../calendar/market_state.ts";
import type { LifecycleEvent } from "../../ports/broker.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Timer, Timers } from "../../ports/timers.ts";
import { sessionDate } from "./session_date.ts";

const LOOK_MS = 1_000;

/** Who hears of the sessions of shares. */
export interface SessionListener {
  /** The date of books and reports changed, at midnight in New York. */
  session(date: IsoDate): void;
  /** The market of shares opened or closed. */
  lifecycle(event: LifecycleEvent): void;
}

/** Tells by calendar and clock when a session begins, opens and closes. */
export class SessionWatch {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #listener: SessionListener;
  #timer: Timer | null = null;
  #date = "";
  #isOpen = false;

  constructor(clock: Clock, timers: Timers, listener: SessionListener) {
    this.#clock = clock;
    this.#timers = timers;
    this.#listener = listener;
  }

  /** Begins with the session of now, which is not told; call once. */
  start(): void {
    this.#date = sessionDate(this.#clock.now());
    this.#isOpen = this.#isTrading();
    this.#timer = this.#timers.setPeriodic(LOOK_MS, () => this.#look());
  }

  /** Ends it; idempotent. */
  close(): void {
    this.#timer?.cancel();
  }

  #look(): void {
    const date = sessionDate(this.#clock.now());
    // A clock that was set back begins no session anew.
    if (date > this.#date) {
      this.#date = date;
      this.#listener.session(date);
    }
    const isOpen = this.#isTrading();
    if (isOpen === this.#isOpen) return;
    this.#isOpen = isOpen;
    this.#listener.lifecycle({
      kind: isOpen ? "sessionOpened" : "sessionClosed",
      accountId: null,
      instrumentKey: null,
      signedQuantity: 0,
      at: this.#clock.now(),
      text: `Session ${date} ${isOpen ? "opened" : "closed"}`,
    });
  }

  #isTrading(): boolean {
    const state = marketStateAt(this.#clock.now(), "equity");
    return state.ok && state.value.phase === "open";
  }
}
