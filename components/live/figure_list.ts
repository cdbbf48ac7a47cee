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
  readonly late: HTMLElement | null;
  readonly figure: FigureNode;
  readonly context: Text | null;
}

/** A badge that figures share stands in the head of their section. */
const SHARED_BADGE = "h2 > .late, header > .late";

/** Finds the figures under `root`: each `[data-id]` holds one, and maybe its words in `.s, .u`. */
export function figureNodes(root: HTMLElement | null): FigureList {
  const entries = new Map<string, Entry>();
  for (const box of root?.querySelectorAll<HTMLElement>("[data-id]") ?? []) {
    const element = box.querySelector<HTMLElement>(".n");
    if (element === null) continue;
    const words = box.querySelector(".s, :scope > .u");
    entries.set(box.dataset.id ?? "", {
      late: box.querySelector<HTMLElement>(".late"),
      figure: new FigureNode(element),
      context: words === null ? null : textNode(words),
    });
  }
  const shared = root?.closest("section")?.querySelector<HTMLElement>(SHARED_BADGE) ??
    root?.querySelector<HTMLElement>(SHARED_BADGE) ?? null;
  return {
    set(figures, frame) {
      showDelayed(shared, figures.some(({ isDelayed }) => isDelayed ?? false));
      for (const item of figures) {
        const entry = entries.get(item.id);
        if (entry === undefined) continue;
        entry.figure.set(item.figure, frame);
        showDelayed(entry.late, item.isDelayed ?? false);
        const { context } = entry;
        if (context === null || item.context === undefined) continue;
        if (context.data !== item.context) context.data = item.context;
      }
    },
  };
}

function showDelayed(badge: HTMLElement | null, isDelayed: boolean): void {
  if (badge !== null && badge.hidden === isDelayed) badge.hidden = !isDelayed;
}
