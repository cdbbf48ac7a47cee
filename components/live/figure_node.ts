import { cellFigure, type CellNumber } from "@/lib/portfolio/overview/lines.ts";
import type { Figure } from "@/lib/portfolio/overview/figure.ts";
import { FIGURE_PACE_MS, type Frame, type Hairline } from "@/components/live/frame.ts";

/** The one text node of an element, made when it has none. */
export function textNode(element: Element): Text {
  const first = element.firstChild;
  if (first instanceof Text) return first;
  const text = element.ownerDocument.createTextNode("");
  element.prepend(text);
  return text;
}

/**
 * The element of one live number. Writes only what differs, at most four times a second, and marks
 * the change with a hairline while the frame has any left.
 */
export class FigureNode implements Hairline {
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

  /** Draws the hairline under the figure at a strength. */
  draw(strength: number): void {
    if (strength === 0) delete this.#element.dataset.t;
    else this.#element.dataset.t = String(strength);
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
    frame.tick(this);
  }
}
