import { ask, type Command } from "@/components/live/commands.ts";

/** A key with what it does. */
export interface KeyEntry {
  readonly key: string;
  readonly name: string;
  readonly command: Command;
  readonly does: string;
}

/** The keyboard map. No key sends or cancels an order. */
export const KEYS: readonly KeyEntry[] = [
  { key: "1", name: "1", command: "overviewPage", does: "Open the Overview" },
  { key: "8", name: "8", command: "reconcilePage", does: "Open Reconcile" },
  { key: "9", name: "9", command: "connectPage", does: "Open Connect" },
  { key: "p", name: "P", command: "pause", does: "Hold the display, or let it go on" },
  { key: "/", name: "/", command: "find", does: "Find an underlying" },
  { key: "j", name: "J", command: "nextRow", does: "Next row" },
  { key: "k", name: "K", command: "previousRow", does: "Previous row" },
  { key: "ArrowRight", name: "→", command: "openRow", does: "Open the group" },
  { key: "ArrowLeft", name: "←", command: "closeRow", does: "Close the group" },
  { key: "s", name: "S", command: "sortColumn", does: "Sort by the focused column" },
  { key: "[", name: "[", command: "shorterPeriod", does: "Shorter period of the line" },
  { key: "]", name: "]", command: "longerPeriod", does: "Longer period of the line" },
  { key: "f", name: "F", command: "foldToday", does: "Fold the chart" },
  { key: "r", name: "R", command: "readSummary", does: "Read the summary" },
  { key: "t", name: "T", command: "theme", does: "Light, dark, auto" },
  { key: "?", name: "?", command: "help", does: "This list" },
];

const OFF = "dd.keys";

/** True unless single keys were turned off on this device. */
export function areKeysOn(): boolean {
  return localStorage.getItem(OFF) !== "off";
}

/** Turns single keys on or off on this device. */
export function turnKeys(isOn: boolean): void {
  if (isOn) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "off");
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  return target.matches("textarea, select, input:not([type=checkbox]), dialog *");
}

function isRowKey(entry: KeyEntry): boolean {
  return entry.command === "openRow" || entry.command === "closeRow";
}

/** Runs a key's command; leaves everything else to the browser. */
export function pressed(event: KeyboardEvent): void {
  // Many keyboards have the brackets behind AltGr, which some systems report as Ctrl and Alt.
  const isChord = event.ctrlKey || event.metaKey || event.altKey;
  if ((isChord && !event.getModifierState("AltGraph")) || event.defaultPrevented) return;
  if (isTyping(event.target) || !areKeysOn()) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const entry = KEYS.find((item) => item.key === key);
  if (entry === undefined) return;
  // Arrows scroll the page unless a row of the table has the focus.
  const target = event.target instanceof Element ? event.target : null;
  if (isRowKey(entry) && target?.closest("tr[data-k]") === null) return;
  if (ask(entry.command)) event.preventDefault();
}
