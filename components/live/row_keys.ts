import { isColumnId } from "@/lib/portfolio/overview/columns.ts";
import { answer } from "@/components/live/commands.ts";
import type { ExposureTable } from "@/components/live/exposure.ts";

/** Answers row keys and presses of group buttons on the exposure table. */
export function answerRowKeys(
  table: HTMLTableElement,
  exposure: ExposureTable,
  toggle: (symbol: string) => void,
): () => void {
  let column = "";
  const pointed = (event: Event) => {
    const cell = event.target instanceof Element ? event.target.closest("[data-c]") : null;
    column = cell instanceof HTMLElement ? cell.dataset.c ?? "" : column;
  };
  const clicked = (event: Event) => {
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest<HTMLButtonElement>("button[data-act=toggle]");
    if (button === null || button === undefined) return;
    event.preventDefault();
    toggle(button.value);
  };
  const move = (step: number) => {
    const at = exposure.window.indexOf(document.activeElement);
    const last = exposure.shown.lines.length - 1;
    exposure.window.focus(at < 0 ? 0 : Math.min(last, Math.max(0, at + step)));
  };
  const turn = (isOpen: boolean) => {
    const at = exposure.window.indexOf(document.activeElement);
    const group = exposure.groupOf(at);
    if (group === null || group.isOpen === isOpen) return;
    if (!isOpen) exposure.window.focus(group.index);
    toggle(group.symbol);
  };
  const press = () => {
    if (!isColumnId(column)) return;
    table.querySelector<HTMLElement>(`thead th[data-c="${column}"] button`)?.click();
  };
  for (const type of ["pointerover", "focusin"]) table.addEventListener(type, pointed);
  table.addEventListener("click", clicked);
  const ends = [
    answer("nextRow", () => move(1)),
    answer("previousRow", () => move(-1)),
    answer("openRow", () => turn(true)),
    answer("closeRow", () => turn(false)),
    answer("sortColumn", press),
  ];
  return () => {
    for (const type of ["pointerover", "focusin"]) table.removeEventListener(type, pointed);
    table.removeEventListener("click", clicked);
    for (const end of ends) end();
  };
}
