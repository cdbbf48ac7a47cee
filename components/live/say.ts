/** Speaks a sentence through the page's polite region. */
export function say(text: string): void {
  const region = document.getElementById("said");
  if (region === null) return;
  // The same words twice are spoken twice only when the region was empty in between.
  region.textContent = "";
  requestAnimationFrame(() => region.textContent = text);
}
