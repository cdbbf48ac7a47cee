import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import {
  playbackAt,
  type PlaybackView as View,
  readPlayback,
} from "@/lib/portfolio/overview/playback.ts";
import { PlaybackView } from "@/components/overview/PlaybackView.tsx";
import { desk } from "@/components/live/desk.ts";

type Act = { readonly action: "pause" | "resume" } | {
  readonly action: "seek";
  readonly at: number;
};

/** The strip of a recording, live: holds it, lets it go on, jumps to a minute. */
export default function Playback(props: { readonly view: View }) {
  const view = useSignal(props.view);
  const message = useSignal("");
  const isReady = useSignal(false);
  const isSliding = useRef(false);
  useEffect(() => {
    isReady.value = true;
    return desk.onBeat(({ now }) => {
      if (!isSliding.current) view.value = playbackAt(view.peek(), now);
    });
  }, []);
  const act = async (body: Act) => {
    isSliding.current = false;
    const response = await fetch("/api/playback", {
      method: "POST",
      headers: { "content-type": "application/json", "x-deltadesk": "1" },
      body: JSON.stringify(body),
    }).catch(() => null);
    const next = response === null ? null : readPlayback(await response.json());
    message.value = next === null ? "The recording could not be moved: is the desk running?" : "";
    if (next !== null) view.value = next;
  };
  const slide = (at: number) => {
    isSliding.current = true;
    view.value = playbackAt(view.peek(), at);
  };
  const acts = {
    onToggle: () => void act({ action: view.peek().isPaused ? "resume" : "pause" }),
    onSlide: slide,
    onSeek: (at: number) => void act({ action: "seek", at: playbackAt(view.peek(), at).at }),
  };
  return (
    <PlaybackView
      view={view.value}
      message={message.value}
      {...(isReady.value ? acts : {})}
    />
  );
}
