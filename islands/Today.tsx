import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { LinePicture } from "@/lib/portfolio/overview/line_picture.ts";
import { TodayView } from "@/components/overview/TodayView.tsx";
import { answer } from "@/components/live/commands.ts";
import { desk } from "@/components/live/desk.ts";
import { keepFold } from "@/components/live/fold.ts";
import { LiveToday, type TodayStart } from "@/components/live/today_live.ts";

/** What the section is painted with first, and goes on from. */
export interface TodayIslandProps extends TodayStart {
  readonly picture: LinePicture;
  readonly isFolded: boolean;
}

/** One metric over a range, live: one chart for the life of the page, fed in place. */
export default function Today(props: TodayIslandProps) {
  const live = useMemo(() => new LiveToday(props), []);
  const isFolded = useSignal(props.isFolded);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const host = root.current?.querySelector<HTMLElement>("#today-plot");
    if (host !== null && host !== undefined) return live.begin(host);
  }, []);
  const fold = () => {
    isFolded.value = !isFolded.value;
    keepFold("today", isFolded.value);
    desk.refresh();
  };
  useEffect(() => {
    const ends = [
      answer("foldToday", fold),
      answer("shorterPeriod", () => live.stepRange(-1)),
      answer("longerPeriod", () => live.stepRange(1)),
    ];
    return () => ends.forEach((end) => end());
  }, []);
  const { metric, range, note, summary, cursor, table } = live;
  return (
    <div ref={root}>
      <TodayView
        metric={metric.value}
        range={range.value}
        picture={props.picture}
        note={cursor.value === "" ? note.value : cursor.value}
        summary={summary.value}
        isFolded={isFolded.value}
        isTableOpen={table.value !== null}
        table={table.value ?? []}
        onFold={fold}
        onTable={() => live.turnTable()}
        onMetric={(next) => live.chooseMetric(next)}
        onRange={(next) => live.chooseRange(next)}
      />
    </div>
  );
}
