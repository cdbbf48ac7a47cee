import type { Frame } from "@/components/live/frame.ts";

/** What draws on a canvas of the page. */
export interface CanvasPart {
  /** Whether it has something new to draw in this frame. */
  isDue(frame: Frame): boolean;
  draw(frame: Frame): void;
}

/**
 * Charts take turns: one of them in a frame, so that none carries them all beside the table's
 * digits. A chart that is due but not at its turn is first in the frame that follows. When the
 * reader acted, all of them draw at once.
 */
export class CanvasTurns {
  /** Who drew longest ago stands first. */
  readonly #parts = new Set<CanvasPart>();

  /** Takes a chart in; returns what takes it out. */
  add(part: CanvasPart): () => void {
    this.#parts.add(part);
    return () => this.#parts.delete(part);
  }

  /** Draws what is due and at its turn. */
  draw(frame: Frame): void {
    let hasDrawn = false;
    for (const part of [...this.#parts]) {
      if (!frame.isForced && !part.isDue(frame)) continue;
      if (!frame.isForced && hasDrawn) {
        frame.defer();
        continue;
      }
      hasDrawn = true;
      this.#parts.delete(part);
      this.#parts.add(part);
      part.draw(frame);
    }
  }
}
