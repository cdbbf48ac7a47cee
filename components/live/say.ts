import { signal } from "@preact/signals";

/** What the page's polite region says; written in the browser alone. */
export const said = signal("");

/** Speaks a sentence. The same words again differ by a space, or they would not be spoken. */
export function say(text: string): void {
  said.value = text === said.peek() ? `${text}\u00a0` : text;
}
