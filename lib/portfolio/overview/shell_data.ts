import { accountItems, chosenAccounts, type OverviewData, type OverviewSource } from "./data.ts";
import { feedBar } from "./feed_bar.ts";
import { brokerItems } from "./part_words.ts";
import type { Preferences } from "./preferences.ts";
import { BookScope } from "./scope.ts";
import { vitals } from "./summary.ts";

/** What the frame around a page is drawn from, as plain JSON. */
export type ShellData = Pick<
  OverviewData,
  | "mode"
  | "preferences"
  | "accounts"
  | "brokers"
  | "vitals"
  | "feedBar"
  | "recomputeMs"
  | "snapshot"
>;

/** Gathers the frame of a page that is not the Overview. */
export function shellData(source: OverviewSource, preferences: Preferences): ShellData {
  const view = source.view();
  const { indices } = chosenAccounts(view, preferences.accounts);
  const feeds = source.feeds();
  const scope = new BookScope(view, indices, feeds);
  const recomputeMs = source.recomputeMs();
  return {
    mode: source.mode,
    preferences,
    accounts: accountItems(view, indices),
    brokers: brokerItems(scope.parts),
    vitals: vitals(scope),
    feedBar: feedBar({
      feeds,
      market: source.market(),
      staleLegs: scope.total("staleLegs"),
      legs: scope.total("legs"),
      recomputeMs,
      now: source.sourceNow(),
      recording: source.recording(),
    }),
    recomputeMs,
    snapshot: source.snapshot(),
  };
}
