import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Need, needs } from "@/lib/portfolio/overview/needs.ts";
import type { LastingDifference } from "@/lib/portfolio/reconciliation/answer.ts";
import { NeedsView } from "@/components/overview/NeedsView.tsx";
import { desk } from "@/components/live/desk.ts";
import { readLasting } from "@/components/live/lasting.ts";

/** Differences that last are asked for at this pace: they take longer to become so. */
const LASTING_EVERY_MS = 30_000;

/** What wants the reader, live. */
export default function NeedsYou(props: {
  readonly needs: readonly Need[];
  readonly lasting: readonly LastingDifference[] | null;
}) {
  const list = useSignal(props.needs);
  useEffect(() => {
    desk.lasting.value = props.lasting;
    return desk.onBeat(({ scope, now }) => {
      const next = needs(scope, desk.feeds.peek(), now, desk.told());
      if (JSON.stringify(next) !== JSON.stringify(list.peek())) list.value = next;
    });
  }, []);
  useEffect(() => {
    if (props.lasting === null) return;
    const running = new AbortController();
    const timer = setInterval(async () => {
      if (document.hidden) return;
      const read = await readLasting(running.signal);
      if (read !== null) desk.lasting.value = read;
    }, LASTING_EVERY_MS);
    return () => {
      clearInterval(timer);
      running.abort();
    };
  }, []);
  return <NeedsView needs={list.value} />;
}
