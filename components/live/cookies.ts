import { type COOKIES, preferenceCookie } from "@/lib/portfolio/overview/preferences.ts";

/** Keeps a preference on this device; the next page is drawn with it from its first paint. */
export function keep(name: keyof typeof COOKIES, value: string): void {
  document.cookie = preferenceCookie(name, value);
}
