import type { ConnectView } from "@/lib/portfolio/connect/view.ts";

/** Writes the bar of a page without a book anew: it stands outside the island that looks. */
export function showConnectBar({ pip, text }: ConnectView["bar"]): void {
  const bar = document.querySelector("#connect-bar");
  const mark = bar?.querySelector("i");
  const words = bar?.querySelector("span");
  if (mark !== null && mark !== undefined) mark.className = `pip ${pip}`;
  if (words !== null && words !== undefined) words.textContent = text;
}
