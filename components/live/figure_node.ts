import { cellFigure, type CellNumber } from "@/lib/portfolio/overview/lines.ts";
import type { Figure } from "@/lib/portfolio/overview/figure.ts";
import { FIGURE_PACE_MS, type Frame } from "@/components/live/frame.ts";

/** The one text node of an element, made when it has none. */
export function textNode(element: Element): Text {
  const first = element.firstChild;
  if (first instanceof Text) return first;
  const text = element.ownerDocument.createTextNode("");
  element.prepend(text);
  return text;
}

/** Starts the hairline under a figure anew: two names of one animation take turns. */
function tick(element: HTMLElement): void {
  element.dataset.t = element.dataset.t === "a" ? "b" : "a";
}

/**
 * Takes hairlines off once they have faded: one that stays, unseen, is a layer of its own in every
 * frame that follows.
 */
export function sweepHairlines(root: Document): void {
  root.addEventListener("animationend", ({ animationName, target }) => {
    if (animationName.startsWith("tick-") && target instanceof HTMLElement) {
      delete target.dataset.t;
    }
  });
}

/**
 * The element of one live number. Writes only what differs, at most four times a second, and marks
 * the change with a hairline while the frame has any left.
 */
export class FigureNode {
  readonly #element: HTMLElement;
  readonly #text: Text;
  #shown: string;
  #state: string;
  #tone: string;
  #value = NaN;
  #numberState = "";
  #decimals = -1;
  #shownAt = -Infinity;

  constructor(element: HTMLElement) {
    this.#element = element;
    this.#text = textNode(element);
    this.#shown = this.#text.data;
    this.#state = element.dataset.s ?? "live";
    this.#tone = element.dataset.pl ?? "";
  }

  /** Shows a number of a column; it is formatted only when it changed. */
  setNumber(number: CellNumber, frame: Frame): void {
    const isSame = Object.is(number.value, this.#value) && number.state === this.#numberState &&
      number.style.decimals === this.#decimals;
    if (isSame || this.#mustWait(frame)) return;
    this.#value = number.value;
    this.#numberState = number.state;
    this.#decimals = number.style.decimals;
    this.#write(cellFigure(number), frame);
  }

  /** Shows a figure. */
  set(figure: Figure, frame: Frame): void {
    const isSame = figure.text === this.#shown && figure.state === this.#state &&
      figure.tone === this.#tone;
    if (isSame || this.#mustWait(frame)) return;
    this.#write(figure, frame);
  }

  #mustWait(frame: Frame): boolean {
    if (frame.isForced || frame.at - this.#shownAt >= FIGURE_PACE_MS) return false;
    frame.defer();
    return true;
  }

  #write(figure: Figure, frame: Frame): void {
    if (figure.state !== this.#state) {
      this.#state = figure.state;
      if (figure.state === "live") delete this.#element.dataset.s;
      else this.#element.dataset.s = figure.state;
    }
    if (figure.tone !== this.#tone) {
      this.#tone = figure.tone;
      if (figure.tone === "") delete this.#element.dataset.pl;
      else this.#element.dataset.pl = figure.tone;
    }
    if (figure.text === this.#shown) return;
    this.#shown = figure.text;
    this.#shownAt = frame.at;
    this.#text.data = figure.text;
    if (frame.mayTick()) tick(this.#element);
  }
}
