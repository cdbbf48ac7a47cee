import { newYorkTime } from "@/lib/calendar/new_york.ts";
import { formatClock } from "@/lib/format/time.ts";
import type { PlaybackView as View } from "@/lib/portfolio/overview/playback.ts";

/** What the strip of a recording is drawn from; without acts it only tells. */
export interface PlaybackProps {
  readonly view: View;
  readonly message?: string;
  readonly onToggle?: () => void;
  readonly onSlide?: (at: number) => void;
  readonly onSeek?: (at: number) => void;
}

function clock(at: number): string {
  return formatClock(newYorkTime(at));
}

/** A recording: where it stands, hold and go on, and a slider to any minute of it. */
export function PlaybackView(props: PlaybackProps) {
  const { view } = props;
  const date = newYorkTime(view.at).date;
  const isLive = props.onToggle !== undefined;
  return (
    <section class="playback" aria-label="Recording">
      <button type="button" class="btn" disabled={!isLive} onClick={props.onToggle}>
        {view.isPaused ? "Play" : "Hold"}
      </button>
      <input
        type="range"
        aria-label="Time of the recording"
        aria-valuetext={`${date}, ${clock(view.at)} New York`}
        min={view.from}
        max={view.to}
        step={60_000}
        value={view.at}
        disabled={!isLive}
        onInput={(event) => props.onSlide?.(event.currentTarget.valueAsNumber)}
        onChange={(event) => props.onSeek?.(event.currentTarget.valueAsNumber)}
      />
      <span class="playback-at">
        <b>{clock(view.at)}</b> <span class="u">{date}, {view.speed}×</span>
      </span>
      <span class="playback-note" role="status">{props.message ?? ""}</span>
    </section>
  );
}
