import type { BookScope } from "@/lib/portfolio/overview/scope.ts";

/** The line under a figure that marks a change and fades. */
export interface Hairline {
  /** Draws it at a strength: `HAIRLINE_STEPS` at its start, 0 takes it off. */
  draw(strength: number): void;
}

/** One drawn frame: everything that changed is written inside it. */
export interface Frame {
  readonly scope: BookScope;
  /** Source's clock. */
  readonly now: number;
  /** The page's own clock. */
  readonly at: number;
  /** Written whatever its pace: the reader acted, or the page came back. */
  readonly isForced: boolean;
  /** Begins the hairline under a changed figure, as long as the frame has any left. */
  tick(hairline: Hairline): void;
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
/** Hairlines in a drawn frame at most, whenever they began. */
const HAIRLINES_MAX = 40;
/** A hairline fades in this time. Source: ui §6. */
const HAIRLINE_MS = 420;
/** Strengths that it fades through, named by `data-t` in base.css. */
export const HAIRLINE_STEPS = 4;
const DEFERRED_MS = 60;

/** A hairline that fades. */
interface Fading {
  began: number;
  strength: number;
}

/**
 * Draws at most once per animation frame, however many changes arrive. Hairlines fade in the frames
 * that are drawn anyway: as animations they would keep the browser drawing the page at the screen's
 * full rate, each on a layer of its own, at twice the price of all the rest.
 */
export class FrameLoop {
  readonly #host: FrameHost;
  readonly #draw: (frame: Omit<Frame, "scope" | "now">) => void;
  readonly #hairlines = new Map<Hairline, Fading>();
  #isAsked = false;
  #isForced = false;
  #hasTimer = false;
  #mustFollow = false;
  #drawnAt = -Infinity;

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
    this.#mustFollow = false;
    this.#drawnAt = at;
    this.#fade(at);
    this.#draw({
      at,
      isForced,
      tick: (hairline) => {
        if (!isForced) this.#begin(hairline, at);
      },
      defer: () => this.#mustFollow = true,
    });
    if (this.#hairlines.size > 0) this.#mustFollow = true;
    if (this.#mustFollow) this.#later(DEFERRED_MS);
  }

  #begin(hairline: Hairline, at: number): void {
    const isNew = !this.#hairlines.has(hairline);
    if (isNew && this.#hairlines.size >= HAIRLINES_MAX) return;
    this.#hairlines.set(hairline, { began: at, strength: HAIRLINE_STEPS });
    hairline.draw(HAIRLINE_STEPS);
  }

  #fade(at: number): void {
    for (const [hairline, fading] of this.#hairlines) {
      const left = Math.max(0, 1 - (at - fading.began) / HAIRLINE_MS);
      const strength = Math.ceil(left * HAIRLINE_STEPS);
      if (strength === 0) this.#hairlines.delete(hairline);
      if (strength !== fading.strength) hairline.draw(fading.strength = strength);
    }
  }

  /** Follows with a frame unless one is drawn in the meantime, which takes over. */
  #later(delayMs: number): void {
    if (this.#hasTimer) return;
    this.#hasTimer = true;
    this.#host.setTimer(() => {
      this.#hasTimer = false;
      if (!this.#mustFollow) return;
      const leftMs = this.#drawnAt + DEFERRED_MS - this.#host.now();
      if (leftMs > 1) this.#later(leftMs);
      else this.ask();
    }, delayMs);
  }
}
