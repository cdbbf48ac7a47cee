import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { feedBar, spokenChange } from "@/lib/portfolio/overview/feed_bar.ts";
import { paperMode } from "@/lib/portfolio/paper.ts";
import type { FeedStatus } from "@/lib/stream/protocol/messages.ts";
import { FeedBarContent, type FeedBarProps } from "@/components/shell/FeedBarView.tsx";
import { answer, ask } from "@/components/live/commands.ts";
import { followConnections } from "@/components/live/connect_badge.ts";
import { desk } from "@/components/live/desk.ts";
import { showHealth } from "@/components/live/health.ts";

/** What the feed bar goes on from. */
export type FeedBarIslandProps = Pick<FeedBarProps, "mode" | "bar"> & {
  readonly recomputeMs: number | null;
  /** Name of the page, for its title. */
  readonly page: string;
};

/** The feed bar, live: ages twice a second, changes of state spoken once, title and icon. */
export default function FeedBar(props: FeedBarIslandProps) {
  const bar = useSignal(props.bar);
  const mode = useSignal(props.mode);
  const spoken = useSignal("");
  const before = useRef<readonly FeedStatus[]>([]);
  const badge = useRef<ReturnType<typeof followConnections> | null>(null);
  useEffect(() => {
    // A demo and a recording connect to nobody.
    if (props.mode === "demo" || props.mode === "replay") return;
    badge.current = followConnections();
    return badge.current.end;
  }, []);
  useEffect(() => answer("pause", () => desk.pause(!desk.isPaused.peek())), []);
  useEffect(() =>
    desk.onBeat(({ scope, now }) => {
      // Accounts of paper money, or of real money, may come while the page is open.
      mode.value = paperMode(props.mode, scope.view);
      bar.value = feedBar({
        feeds: desk.feeds.peek(),
        market: desk.market.peek(),
        staleLegs: scope.total("staleLegs"),
        legs: scope.total("legs"),
        recomputeMs: props.recomputeMs,
        now,
        link: desk.link.peek(),
        recording: desk.recording.peek(),
      });
    }), []);
  const isRecorded = useRef(true);
  useSignalEffect(() => {
    const isNow = (desk.recording.value?.message ?? null) === null;
    if (isNow === isRecorded.current) return;
    isRecorded.current = isNow;
    spoken.value = isNow ? "Recording goes on." : "Recording has stopped.";
  });
  useSignalEffect(() => {
    const [feeds, link] = [desk.feeds.value, desk.link.value];
    if (desk.scope === null) return;
    showHealth({ mode: mode.value, page: props.page, feeds, link: link.state });
    const change = spokenChange(before.current, feeds);
    before.current = feeds;
    if (change !== "") {
      spoken.value = change;
      badge.current?.now();
    }
    if (link.state === "lost") spoken.value = "The desk is not reachable.";
  });
  return (
    <div class="feed" role="group" aria-label="Feeds" id="feed-bar">
      <FeedBarContent
        mode={mode.value}
        bar={bar.value}
        isPaused={desk.isPaused.value}
        away={desk.away.value}
        onPause={() => ask("pause")}
        onHelp={() => ask("help")}
      />
      <span class="vh" role="status">{spoken.value}</span>
    </div>
  );
}
