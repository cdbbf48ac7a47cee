import { type AddressParts, pageAddress } from "@/lib/portfolio/overview/preferences.ts";

let parts: AddressParts = { accounts: null, open: [], side: "all" };

/** Takes what the page was drawn with. */
export function adoptAddress(initial: Partial<AddressParts>): void {
  parts = { ...parts, ...initial };
}

/** Writes a change into the address of the page that is shown, so that it can be shared. */
export function writeAddress(change: Partial<AddressParts>): void {
  parts = { ...parts, ...change };
  // The address of the Overview is "/" and a query; every page has its own path before it.
  const query = pageAddress(parts).slice(1);
  history.replaceState(history.state, "", location.pathname + query);
}
