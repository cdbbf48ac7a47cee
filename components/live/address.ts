import { type AddressParts, pageAddress } from "@/lib/portfolio/overview/preferences.ts";

let parts: AddressParts = { accounts: null, open: [], side: "all" };

/** Takes what the page was drawn with. */
export function adoptAddress(initial: Partial<AddressParts>): void {
  parts = { ...parts, ...initial };
}

/** Writes a change into the page's address, so that it can be shared and reloaded. */
export function writeAddress(change: Partial<AddressParts>): void {
  parts = { ...parts, ...change };
  history.replaceState(history.state, "", pageAddress(parts));
}
