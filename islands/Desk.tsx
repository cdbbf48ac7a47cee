import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { StreamEvent } from "@/lib/stream/protocol/messages.ts";
import { adoptAddress } from "@/components/live/address.ts";
import { desk } from "@/components/live/desk.ts";
import { said, say } from "@/components/live/say.ts";
import { openStream } from "@/components/live/stream.ts";
import { SignedOut } from "@/components/shell/SignedOut.tsx";
import type { AddressParts } from "@/lib/portfolio/overview/preferences.ts";

/** What the page hands to its stream. */
export interface DeskProps {
  /** The book of the first paint as text, with epoch and sequence in it. */
  readonly snapshot: string;
  readonly chosen: readonly number[];
  readonly address: AddressParts;
  /** True when whoever sees the page has signed in. */
  readonly isGuarded: boolean;
}

const TOASTS_MAX = 3;
const TOAST_MS = 6_000;
const SPOKEN_KINDS = new Set(["fill", "alert", "lifecycle"]);

/** Owns the stream; speaks and shows what just happened. */
export default function Desk(props: DeskProps) {
  const toasts = useSignal<readonly StreamEvent[]>([]);
  useEffect(() => {
    adoptAddress(props.address);
    return openStream(props.snapshot, props.chosen, props.isGuarded);
  }, []);
  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const unlisten = desk.onEvents((events) => {
      const news = events.filter((event) => SPOKEN_KINDS.has(event.kind));
      if (news.length === 0) return;
      say(news.slice(-TOASTS_MAX).map((event) => event.text).join(" "));
      toasts.value = [...toasts.value, ...news].slice(-TOASTS_MAX);
      const timer = setTimeout(() => {
        timers.delete(timer);
        toasts.value = toasts.value.filter((event) => !news.includes(event));
      }, TOAST_MS);
      timers.add(timer);
    });
    return () => {
      unlisten();
      for (const timer of timers) clearTimeout(timer);
    };
  }, []);
  return (
    <div id="news">
      <p class="vh" aria-live="polite" id="said">{said.value}</p>
      {desk.link.value.state === "signedOut" && <SignedOut since={desk.link.value.since} />}
      <div class="toasts" aria-hidden="true">
        {toasts.value.map((event) => <p class="toast" key={event.seq}>{event.text}</p>)}
      </div>
    </div>
  );
}
