import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { TodayMetric } from "@/lib/portfolio/overview/metrics.ts";
import type { TodayHistory } from "@/lib/portfolio/overview/today_line.ts";
import {
  todayNote,
  type TodayPicture,
  todaySummary,
  todayTable,
} from "@/lib/portfolio/overview/today_view.ts";
import { TodayView } from "@/components/overview/TodayView.tsx";
import { answer } from "@/components/live/commands.ts";
import { keep } from "@/components/live/cookies.ts";
import { desk } from "@/components/live/desk.ts";
import { keepFold } from "@/components/live/fold.ts";
import type { Frame } from "@/components/live/frame.ts";
import { onThemeChange } from "@/components/live/theme.ts";
import { TodayChart } from "@/components/live/today_chart.ts";
import { TodayFeed } from "@/components/live/today_feed.ts";

/** What the line of today goes on from. */
export interface TodayIslandProps {
  readonly metric: TodayMetric;
  readonly picture: TodayPicture;
  readonly note: string;
  readonly summary: string;
  readonly isFolded: boolean;
  readonly history: TodayHistory;
  readonly baseCurrency: string;
}

/** Today, live: one chart for the life of the page, fed in place. */
export default function Today(props: TodayIslandProps) {
  const { baseCurrency } = props;
  const metric = useSignal(props.metric);
  const note = useSignal(props.note);
  const summary = useSignal(props.summary);
  const cursor = useSignal("");
  const isFolded = useSignal(props.isFolded);
  const table = useSignal<readonly (readonly [string, string])[] | null>(null);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const host = root.current?.querySelector<HTMLElement>("#today-plot");
    if (host === null || host === undefined) return;
    const feed = new TodayFeed(props.history);
    let chart: TodayChart | null = null;
    const show = (frame: Frame) => {
      const points = feed.points(metric.peek(), frame.scope.accounts);
      const key = `${metric.peek()} ${frame.scope.accounts.join(",")}`;
      const drawing = feed.drawing(metric.peek(), points, key, frame);
      if (chart === null) {
        host.classList.add("is-live");
        chart = new TodayChart(host, drawing, (text) => cursor.value = text);
      } else chart.set(drawing);
      note.value = todayNote(metric.peek(), baseCurrency, feed.stepMs);
      summary.value = todaySummary(metric.peek(), points, baseCurrency);
      if (table.peek() !== null) table.value = todayTable(metric.peek(), points);
    };
    const unsample = desk.onChange((view, now) => feed.sample(view, now));
    const unlisten = desk.onFrame((frame) => {
      const isHeld = desk.isPaused.peek();
      if (frame.isForced || (!isHeld && feed.takeGrown())) show(frame);
    });
    const unwatch = onThemeChange(() => chart?.recolor());
    return () => {
      unsample();
      unlisten();
      unwatch();
      chart?.dispose();
    };
  }, []);
  const fold = () => {
    isFolded.value = !isFolded.value;
    keepFold("today", isFolded.value);
    desk.refresh();
  };
  useEffect(() => answer("foldToday", fold), []);
  return (
    <div ref={root}>
      <TodayView
        metric={metric.value}
        line={props.picture}
        note={cursor.value === "" ? note.value : cursor.value}
        summary={summary.value}
        isFolded={isFolded.value}
        isTableOpen={table.value !== null}
        table={table.value ?? []}
        onFold={fold}
        onTable={() => {
          table.value = table.value === null ? [] : null;
          desk.refresh();
        }}
        onMetric={(next) => {
          metric.value = next;
          keep("metric", next);
          desk.refresh();
        }}
      />
    </div>
  );
}
