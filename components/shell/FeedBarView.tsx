import { aria } from "@/components/aria.ts";
import type { FeedBarView as Bar, FeedItem, Pip } from "@/lib/portfolio/overview/feed_bar.ts";
import { modeFlag } from "@/lib/portfolio/overview/feed_bar.ts";
import type { PageMode } from "@/lib/stream/protocol/messages.ts";

/** The worst first; of equals the one that stands first. */
const GRAVITY: readonly Pip[] = ["down", "late", "shut", "live"];

/** The feed that is shown where there is room for one. */
function worstOf(feeds: readonly FeedItem[]): FeedItem | null {
  return GRAVITY.flatMap((pip) => feeds.filter((feed) => feed.pip === pip))[0] ?? null;
}

function Feed(props: { feed: FeedItem; isWorst: boolean }) {
  const { feed } = props;
  return (
    <span class={props.isWorst ? undefined : "wide"} data-feed={feed.id}>
      <i class={feed.pip === "live" ? "pip" : `pip ${feed.pip}`} />
      <b>{feed.label}</b>
      <span class="age" data-n="age">{feed.words === "" ? feed.age : feed.words}</span>
    </span>
  );
}

/** What the feed bar is drawn from. */
export interface FeedBarProps {
  readonly mode: PageMode;
  readonly bar: Bar;
  readonly isPaused?: boolean;
  /** "away 12 min" after the tab was hidden, "" otherwise. */
  readonly away?: string;
  readonly onPause?: () => void;
  readonly onHelp?: () => void;
}

/** The feed bar: flag of the mode, feeds with their ages, stale count, pace, session, clock. */
export function FeedBarContent(props: FeedBarProps) {
  const { bar } = props;
  const flag = modeFlag(props.mode);
  const worst = worstOf(bar.feeds);
  const [isPaused, away] = [props.isPaused ?? false, props.away ?? ""];
  return (
    <>
      {flag !== null && (
        <span class="demo-flag" data-mode={props.mode}>
          {flag.name} <span class="hide-s">{flag.note}</span>
        </span>
      )}
      {bar.feeds.map((feed) => <Feed key={feed.id} feed={feed} isWorst={feed === worst} />)}
      <span class="stale-count" data-part="stale">
        <i class={bar.isAllCurrent ? "pip" : "pip late"} />
        <b data-n="stale">{bar.stale}</b> stale
      </span>
      <span class="wide" data-part="unrecorded" hidden={bar.unrecorded === ""}>
        <i class="pip down" />
        <b>Not recorded</b> <span data-n="unrecorded">{bar.unrecorded}</span>
      </span>
      <span class="wide rate" data-part="rate" hidden={bar.rate === ""}>
        <b data-n="rate">{bar.rate}</b> events/s
      </span>
      <span
        class="wide recompute"
        data-part="recompute"
        hidden={bar.recompute === ""}
        title="Median time from an event to new sums"
      >
        Recompute <b data-n="recompute">{bar.recompute}</b>
      </span>
      <span class="wide left" data-part="session" hidden={bar.session === ""}>
        {bar.isClosed && <i class="pip shut" />}
        <span data-n="session">{bar.session}</span>
        <b data-n="countdown">{bar.countdown}</b>
      </span>
      {away !== "" && <span class="wide">{away}</span>}
      <span class="push wide tool">
        <button
          type="button"
          aria-pressed={aria(isPaused)}
          onClick={props.onPause}
          data-act="pause"
        >
          <span>{isPaused ? "Paused" : "Pause"}</span>
          <kbd>P</kbd>
        </button>
      </span>
      <span class="wide tool">
        <button type="button" onClick={props.onHelp} data-act="help">
          <span>Keys</span>
          <kbd>?</kbd>
        </button>
      </span>
      <span class="wide clock">
        <b data-n="clock">{bar.clock}</b> New York
      </span>
    </>
  );
}
