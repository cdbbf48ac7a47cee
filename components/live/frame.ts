import type { BookScope } from "@/lib/portfolio/overview/scope.ts";

/** One drawn frame: everything that changed is written inside it. */
export interface Frame {
  readonly scope: BookScope;
  /** Source's clock. */
  readonly now: number;
  /** The page's own clock. */
  readonly at: number;
  /** Written whatever its pace: the reader acted, or the page came back. */
  readonly isForced: boolean;
  /** True while a hairline may still be drawn under a changed figure. */
  mayTick(): boolean;
  /** Something changed that is not shown yet: another frame follows soon. */
  defer(): void;
}

/** What the loop asks of a browser. */
export interface FrameHost {
  requestFrame(draw: (at: number) => void): void;
  setTimer(run: () => void, ms: number): void;
  now(): number;
}

/** A figure changes at most this often; a faster one waits for the next frame that may show it. */
export const FIGURE_PACE_MS = 250;
/** Hairlines in a drawn frame at most, whenever they began: each is a layer of its own to draw. */
const HAIRLINES_MAX = 40;
/** A hairline fades in this time. Source: `--m-tick` of tokens.css. */
const HAIRLINE_MS = 420;
const DEFERRED_MS = 60;

/** Draws at most once per animation frame, however many changes arrive. */
export class FrameLoop {
  readonly #host: FrameHost;
  readonly #draw: (frame: Omit<Frame, "scope" | "now">) => void;
  /** When hairlines began that still fade, oldest first. */
  #hairlines: number[] = [];
  #isAsked = false;
  #isForced = false;
  #hasTimer = false;

  constructor(host: FrameHost, draw: (frame: Omit<Frame, "scope" | "now">) => void) {
    this.#host = host;
    this.#draw = draw;
  }

  /** Asks for a frame; `isForced` writes everything whatever its pace. */
  ask(isForced = false): void {
    this.#isForced ||= isForced;
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#host.requestFrame((at) => this.#run(at));
  }

  #run(at: number): void {
    const isForced = this.#isForced;
    this.#isAsked = false;
    this.#isForced = false;
    let isDeferred = false;
    this.#hairlines = this.#hairlines.filter((began) => at - began < HAIRLINE_MS);
    this.#draw({
      at,
      isForced,
      mayTick: () => {
        if (isForced || this.#hairlines.length >= HAIRLINES_MAX) return false;
        this.#hairlines.push(at);
        return true;
      },
      defer: () => isDeferred = true,
    });
    if (isDeferred) this.#later();
  }

  #later(): void {
    if (this.#hasTimer) return;
    this.#hasTimer = true;
    this.#host.setTimer(() => {
      this.#hasTimer = false;
      this.ask();
    }, DEFERRED_MS);
  }
}
