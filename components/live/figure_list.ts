import type { Figure } from "@/lib/portfolio/overview/figure.ts";
import { FigureNode, textNode } from "@/components/live/figure_node.ts";
import type { Frame } from "@/components/live/frame.ts";

/** A named figure, with the words under it where it has some. */
export interface ListedFigure {
  readonly id: string;
  readonly figure: Figure;
  readonly context?: string;
  /** Whether delayed prices are in it; shown by the badge of its box. */
  readonly isDelayed?: boolean;
}

/** The figures under a root by their `data-id`, written together. */
export interface FigureList {
  set(figures: readonly ListedFigure[], frame: Frame): void;
}

interface Entry {
  readonly box: HTMLElement;
  readonly figure: FigureNode;
  readonly context: Text | null;
}

/** Finds the figures under `root`: each `[data-id]` holds one, and maybe its words in `.s, .u`. */
export function figureNodes(root: HTMLElement | null): FigureList {
  const entries = new Map<string, Entry>();
  for (const box of root?.querySelectorAll<HTMLElement>("[data-id]") ?? []) {
    const element = box.querySelector<HTMLElement>(".n");
    if (element === null) continue;
    const words = box.querySelector(".s, :scope > .u");
    entries.set(box.dataset.id ?? "", {
      box,
      figure: new FigureNode(element),
      context: words === null ? null : textNode(words),
    });
  }
  return {
    set(figures, frame) {
      for (const item of figures) {
        const entry = entries.get(item.id);
        if (entry === undefined) continue;
        entry.figure.set(item.figure, frame);
        showDelayed(entry.box, item.isDelayed ?? false);
        const { context } = entry;
        if (context === null || item.context === undefined) continue;
        if (context.data !== item.context) context.data = item.context;
      }
    },
  };
}

function showDelayed({ dataset }: HTMLElement, isDelayed: boolean): void {
  const text = String(isDelayed);
  if (dataset.delayed !== undefined && dataset.delayed !== text) dataset.delayed = text;
}
