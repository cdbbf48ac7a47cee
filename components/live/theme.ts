import type { Theme } from "@/lib/portfolio/overview/preferences.ts";
import { keep } from "@/components/live/cookies.ts";

/** Roles that canvas charts draw with. */
const ROLES = [
  "ink",
  "ink-2",
  "ink-3",
  "paper",
  "rule",
  "long",
  "short",
  "profit",
  "loss",
] as const;

/** A colour role of tokens.css. */
export type ColorRole = typeof ROLES[number];

/** Resolved colours of the present theme. */
export type Palette = Readonly<Record<ColorRole | "profitSoft" | "rule2" | "onInk", string>>;

/** Reads the colours that the style sheet resolves for this theme. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const probe = document.createElement("i");
  probe.hidden = true;
  document.body.append(probe);
  // Roles without a registered property resolve through a real colour.
  const resolve = (name: string) => {
    probe.style.setProperty("color", `var(--c-${name})`);
    return getComputedStyle(probe).color;
  };
  const roles = Object.fromEntries(ROLES.map((role) => [role, resolve(role)]));
  const palette = {
    ink: roles.ink,
    "ink-2": roles["ink-2"],
    "ink-3": roles["ink-3"],
    paper: style.backgroundColor === "" ? roles.paper : roles.paper,
    rule: roles.rule,
    long: roles.long,
    short: roles.short,
    profit: roles.profit,
    loss: roles.loss,
    profitSoft: resolve("profit-2"),
    rule2: resolve("rule-2"),
    onInk: resolve("on-ink"),
  };
  probe.remove();
  return palette;
}

/** Calls back whenever the theme may have changed: chosen here, or by the system. */
export function onThemeChange(listener: () => void): () => void {
  const query = matchMedia("(prefers-color-scheme: dark)");
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  query.addEventListener("change", listener);
  return () => {
    observer.disconnect();
    query.removeEventListener("change", listener);
  };
}

/** Sets the theme and keeps it on this device. */
export function chooseTheme(theme: Theme): void {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  keep("theme", theme);
}
