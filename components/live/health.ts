import { type LinkState, pageHealth, pageTitle } from "@/lib/portfolio/overview/feed_bar.ts";
import type { FeedStatus, PageMode } from "@/lib/stream/protocol/messages.ts";

/** What title and icon are made from. */
export interface ShownHealth {
  readonly mode: PageMode;
  /** Name of the page. */
  readonly page: string;
  readonly feeds: readonly FeedStatus[];
  readonly link: LinkState;
}

/** Shows in title and icon what is broken, and which mode the page is in. */
export function showHealth({ mode, page, feeds, link }: ShownHealth): void {
  const health = pageHealth(feeds, link);
  const title = pageTitle(mode, page, health);
  if (document.title !== title) document.title = title;
  const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  const wanted = health === "fine" ? icon?.dataset.fine : icon?.dataset.broken;
  if (icon !== null && wanted !== undefined && icon.getAttribute("href") !== wanted) {
    icon.setAttribute("href", wanted);
  }
}
