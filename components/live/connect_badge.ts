import { readConnections } from "@/lib/portfolio/connect/read_state.ts";
import { failingCount } from "@/lib/portfolio/connect/sentence.ts";

/** How often it is looked at while the page is seen. */
const LOOK_EVERY_MS = 10_000;
const TIMEOUT_MS = 5_000;

function words(text: string): HTMLElement {
  const hidden = document.createElement("span");
  hidden.className = "vh";
  hidden.textContent = text;
  return hidden;
}

/** A mark of its own element before words that are only read out. */
function marked(mark: HTMLElement, ...content: readonly (string | HTMLElement)[]): HTMLElement {
  mark.replaceChildren(...content);
  return mark;
}

/** The number beside Connect in the rail: a count of what fails, or the key that leads there. */
function showInRail(failing: number): void {
  const link = document.querySelector(".nav a[href='/connect']");
  const old = link?.querySelector(".count, kbd");
  if (old === null || old === undefined) return;
  if (failing === 0) {
    if (old.localName !== "kbd") old.replaceWith(marked(document.createElement("kbd"), "9"));
    return;
  }
  const count = document.createElement("span");
  count.className = "count";
  old.replaceWith(marked(count, String(failing), words("failing")));
}

function showInTabs(failing: number): void {
  const link = document.querySelector(".tabs-bottom a[href='/connect'], .tabs-bottom a:last-child");
  link?.querySelector(".dot")?.remove();
  if (failing === 0) return;
  const dot = document.createElement("i");
  dot.className = "dot";
  link?.append(marked(dot, words(`${failing} failing`)));
}

let shown = -1;

/** Shows how many connections fail, in the rail and in the tabs of a phone. */
export function showConnectBadge(failing: number): void {
  if (failing === shown) return;
  shown = failing;
  showInRail(failing);
  showInTabs(failing);
}

async function look(signal: AbortSignal): Promise<void> {
  try {
    const response = await fetch("/api/connections", {
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const state = response.ok ? readConnections(await response.json()) : null;
    if (state !== null) showConnectBadge(failingCount(state));
  } catch (error) {
    // The feed bar says that the desk is away; what was known stays.
    if (!signal.aborted) console.warn("deltadesk: connections", error);
  }
}

/** Keeps the badge as the connections are. `now` looks at once; `end` ends it. */
export function followConnections(): { readonly now: () => void; readonly end: () => void } {
  const ending = new AbortController();
  let isLooking = false;
  const now = () => {
    if (isLooking || document.hidden) return;
    isLooking = true;
    void look(ending.signal).finally(() => isLooking = false);
  };
  const timer = setInterval(now, LOOK_EVERY_MS);
  return {
    now,
    end: () => {
      clearInterval(timer);
      ending.abort();
    },
  };
}
