import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { headline, spokenSummary } from "@/lib/portfolio/overview/headline.ts";
import { needCount, needs } from "@/lib/portfolio/overview/needs.ts";
import { isMarketClosed } from "@/lib/portfolio/overview/data.ts";
import { plural } from "@/lib/format/words.ts";
import { type HeadlineProps, HeadlineView } from "@/components/overview/HeadlineView.tsx";
import { answer } from "@/components/live/commands.ts";
import { desk } from "@/components/live/desk.ts";
import { keepFold } from "@/components/live/fold.ts";
import { say } from "@/components/live/say.ts";

const PACE_MS = 1_000;

/** The headline, live: set anew once a second, not per tick. */
export default function Headline(props: Omit<HeadlineProps, "onFold">) {
  const value = useSignal(props.headline);
  const accounts = useSignal(props.accounts);
  const isFolded = useSignal(props.isFolded);
  useEffect(() => {
    let drawnAt = -Infinity;
    return desk.onFrame((frame) => {
      if (!frame.isForced && frame.at - drawnAt < PACE_MS) return frame.defer();
      drawnAt = frame.at;
      const wants = needCount(
        needs(frame.scope, desk.feeds.peek(), frame.now, desk.told()),
      );
      value.value = headline(frame.scope, wants, isMarketClosed(desk.market.peek()));
      accounts.value = plural(frame.scope.accounts.length, "account");
    });
  }, []);
  useEffect(() => answer("readSummary", () => say(spokenSummary(value.peek()))), []);
  return (
    <HeadlineView
      headline={value.value}
      accounts={accounts.value}
      baseCurrency={props.baseCurrency}
      isFolded={isFolded.value}
      onFold={() => {
        isFolded.value = !isFolded.value;
        keepFold("headline", isFolded.value);
      }}
    />
  );
}
