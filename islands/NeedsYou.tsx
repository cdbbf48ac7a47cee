import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Need, needs } from "@/lib/portfolio/overview/needs.ts";
import { NeedsView } from "@/components/overview/NeedsView.tsx";
import { desk } from "@/components/live/desk.ts";

/** What wants the reader, live. */
export default function NeedsYou(props: { readonly needs: readonly Need[] }) {
  const list = useSignal(props.needs);
  useEffect(() =>
    desk.onBeat(({ scope, now }) => {
      const next = needs(scope, desk.feeds.peek(), now, desk.recording.peek());
      if (JSON.stringify(next) !== JSON.stringify(list.peek())) list.value = next;
    }), []);
  return <NeedsView needs={list.value} />;
}
