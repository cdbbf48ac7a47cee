import {
  COOKIE_TEXT,
  COOKIES,
  type Foldable,
  readCookies,
} from "@/lib/portfolio/overview/preferences.ts";
import { keep } from "@/components/live/cookies.ts";

/** Keeps on this device whether a part is folded; the next first paint has it so. */
export function keepFold(part: Foldable, isFolded: boolean): void {
  const saved = readCookies(document.cookie).get(COOKIES.folded) ?? "";
  const parts: Foldable[] = (["headline", "today"] as const)
    .filter((name) => name === part ? isFolded : saved.split(".").includes(name));
  keep("folded", COOKIE_TEXT.folded(parts));
}
